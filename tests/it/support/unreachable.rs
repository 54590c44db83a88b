//! Addresses to which no connection can be made, until they recover.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    time::timeout,
};

use super::{
    scripted::{Answer, Scripted},
    tls::Form,
};

/// Its connections are refused. The port is taken, so that no other test gets it meanwhile.
pub struct Refusing {
    pub url: String,
    form: Form,
    socket: TcpSocket,
}

/// Connections to it are neither made nor refused: its queue is full.
pub struct Stalled {
    pub url: String,
    listener: TcpListener,
    queue: Vec<TcpStream>,
}

impl Refusing {
    pub fn new() -> Self {
        Self::speaking(&Form::Plain)
    }

    /// In this form, once it answers.
    pub fn speaking(form: &Form) -> Self {
        let (socket, addr) = bound();
        Self {
            url: form.url(addr),
            form: form.clone(),
            socket,
        }
    }

    /// From now on it answers.
    pub fn recover(self, answers: impl IntoIterator<Item = Answer>) -> Scripted {
        let listener = self.socket.listen(16).expect("a bound socket");
        Scripted::on(listener, &self.form, answers)
    }
}

impl Stalled {
    pub async fn new() -> Self {
        /// A connection on loopback that hasn't come about by then waits for room in the queue.
        const FULL: Duration = Duration::from_millis(200);
        let (socket, addr) = bound();
        let listener = socket.listen(1).expect("a bound socket");
        let mut queue = Vec::new();
        while let Ok(stream) = timeout(FULL, TcpStream::connect(addr)).await {
            queue.push(stream.expect("it listens"));
        }
        Self {
            url: format!("http://{addr}"),
            listener,
            queue,
        }
    }

    /// From now on it answers, whoever comes and whoever still waits.
    pub fn recover(self, answers: impl IntoIterator<Item = Answer>) -> Scripted {
        drop(self.queue);
        Scripted::on(self.listener, &Form::Plain, answers)
    }
}

fn bound() -> (TcpSocket, SocketAddr) {
    let socket = TcpSocket::new_v4().expect("a socket");
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    socket.bind(any).expect("a port");
    let addr = socket.local_addr().expect("an address");
    (socket, addr)
}
