//! A listener of ours: how many connections it has at most, and what it does when there are no
//! descriptors left.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::{Duration, Instant},
};

use rustix::{
    io::Errno,
    process::{Resource, Rlimit, getrlimit, setrlimit},
};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    time::timeout_at,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Connections that the system keeps while none is accepted.
const BACKLOG: u32 = 1024;
/// Descriptors that are left for other things than connections of callers.
const SPARE_DESCRIPTORS: usize = 128;
/// How long nothing is accepted while there are no descriptors, at first and at most.
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How often the log says the same.
const TELL_AGAIN: Duration = Duration::from_mins(1);

/// A listener that has its port.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    local_addr: SocketAddr,
    max: usize,
    connections: Connections,
}

/// The connections of a listener that aren't over. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Connections(TaskTracker);

impl Connections {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

impl Listener {
    /// Takes the port. It will have so many connections at a time, or fewer if the process may not
    /// open so many descriptors: of those that are for callers, it has one in `share`.
    ///
    /// # Errors
    ///
    /// If the address can't be taken.
    pub fn bind(addr: SocketAddr, max: usize, share: usize) -> io::Result<Self> {
        let socket = match addr {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        socket.set_reuseaddr(true)?;
        socket.bind(addr)?;
        let socket = socket.listen(BACKLOG)?;
        Ok(Self {
            local_addr: socket.local_addr()?,
            socket,
            max: max.min(descriptors_for_callers() / share),
            connections: Connections::default(),
        })
    }

    /// The address that was taken.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Those that it will have, once it runs.
    pub fn connections(&self) -> Connections {
        self.connections.clone()
    }

    /// Takes connections until `stop`, each into a task of its own, and returns when all of them are
    /// over. At the limit the newest is closed at once, and `refused` is told: its peer can try another
    /// server.
    pub async fn run<F>(
        self,
        stop: CancellationToken,
        serve: impl Fn(TcpStream, SocketAddr) -> F,
        refused: impl Fn(),
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        let Connections(connections) = self.connections;
        let (mut full, mut failing) = (Rarely::default(), Rarely::default());
        let mut pause = SHORTEST_PAUSE;
        loop {
            let accepted = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                accepted = self.socket.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) if connections.len() < self.max => {
                    pause = SHORTEST_PAUSE;
                    // Without it a small answer can wait for an acknowledgement.
                    let _ = stream.set_nodelay(true);
                    connections.spawn(serve(stream, peer));
                }
                Ok(_refused) => {
                    refused();
                    if full.is_time() {
                        let (addr, max) = (self.local_addr, self.max);
                        tracing::warn!(%addr, max, "as many connections as there may be");
                    }
                }
                // The peer has gone already.
                Err(error) if !is_exhaustion(&error) => {}
                Err(error) => {
                    if failing.is_time() {
                        tracing::error!(addr = %self.local_addr, %error, "can't accept");
                    }
                    let until = tokio::time::Instant::now() + pause;
                    let _ = timeout_at(until, stop.cancelled()).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
        drop(self.socket);
        connections.close();
        connections.wait().await;
    }
}

/// Where this machine reaches a listener: on the loopback address, if it listens on all.
pub fn reached_at(addr: SocketAddr) -> SocketAddr {
    let ip = match addr.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, addr.port())
}

/// Lets this process open as many descriptors as the system allows it.
pub fn raise_descriptor_limit() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    // Where it can't be had, fewer connections are taken.
    let _ = setrlimit(Resource::Nofile, raised);
}

/// Half of all descriptors, or all but a few if that is more.
fn descriptors_for_callers() -> usize {
    let Some(limit) = getrlimit(Resource::Nofile).current else {
        return usize::MAX;
    };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    limit.saturating_sub(SPARE_DESCRIPTORS).max(limit / 2)
}

/// Whether the system has too little of something, rather than the peer.
fn is_exhaustion(error: &io::Error) -> bool {
    let exhausted = [Errno::MFILE, Errno::NFILE, Errno::NOMEM, Errno::NOBUFS];
    Errno::from_io_error(error).is_some_and(|errno| exhausted.contains(&errno))
}

/// Says the same again after a while only.
#[derive(Default)]
struct Rarely(Option<Instant>);

impl Rarely {
    fn is_time(&mut self) -> bool {
        let is_time = self.0.is_none_or(|told| told.elapsed() > TELL_AGAIN);
        if is_time {
            self.0 = Some(Instant::now());
        }
        is_time
    }
}
