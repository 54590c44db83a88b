//! A connection's first moments: the handshake, within a time, and in such turns that calls which are
//! under way don't wait for many of them.

use std::{
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use rustls::ServerConfig;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    runtime::Handle,
    sync::{Semaphore, watch},
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_util::sync::PollSemaphore;

use super::{
    names::AllowedSans,
    refusal::{Refusal, explained},
};
use crate::telemetry::Metrics;

/// Longest time for a handshake.
const LONGEST: Duration = Duration::from_secs(5);
/// How often the log tells of handshakes that fail.
const TELL_AGAIN: Duration = Duration::from_secs(1);

/// Makes TLS connections, each by the configuration of its moment. Clones share it.
#[derive(Clone, Debug)]
pub struct Acceptor {
    config: watch::Receiver<Arc<ServerConfig>>,
    allowed: AllowedSans,
    turns: Arc<Semaphore>,
    told: Arc<Mutex<Option<Instant>>>,
}

/// A connection whose peer is known as far as it has to be.
pub struct Accepted<S> {
    /// The connection.
    pub stream: TlsStream<S>,
    /// The name in the peer's certificate, if it had to show one that has a name.
    pub san: Option<String>,
}

/// Why a handshake failed.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("no handshake within {LONGEST:?}")]
    Late,
    #[error(transparent)]
    Tls(#[from] std::io::Error),
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("the peer doesn't speak HTTP/2 (ALPN h2)")]
    NotHttp2,
}

impl Acceptor {
    pub(super) fn new(config: watch::Receiver<Arc<ServerConfig>>, allowed: AllowedSans) -> Self {
        let workers = Handle::try_current().map_or(1, |it| it.metrics().num_workers());
        Self {
            config,
            allowed,
            turns: Arc::new(Semaphore::new(turns(workers))),
            told: Arc::default(),
        }
    }

    /// The TLS connection over this one, if its peer gets that far in time and may call.
    pub async fn accept<S>(
        &self,
        stream: S,
        peer: SocketAddr,
        metrics: &Metrics,
    ) -> Option<Accepted<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        match self.handshake(stream).await {
            Ok(accepted) => Some(accepted),
            Err(failed) => {
                self.tell(peer, &failed, metrics.tls_handshake_failed());
                None
            }
        }
    }

    async fn handshake<S>(&self, stream: S) -> Result<Accepted<S>, Failed>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let config = Arc::clone(&self.config.borrow());
        let handshake = InTurns {
            handshake: TlsAcceptor::from(config).accept(stream),
            turns: PollSemaphore::new(Arc::clone(&self.turns)),
        };
        let (stream, refusal) = explained(timeout(LONGEST, handshake)).await;
        if let Some(refusal) = refusal {
            return Err(refusal.into());
        }
        let stream = stream.map_err(|_elapsed| Failed::Late)??;
        let (_, session) = stream.get_ref();
        if session.alpn_protocol() != Some(b"h2") {
            return Err(Failed::NotHttp2);
        }
        let certificate = session.peer_certificates().and_then(<[_]>::first);
        let san = certificate.map(|it| self.allowed.name_of(it));
        let san = san.transpose().map_err(Refusal::from)?.flatten();
        Ok(Accepted { stream, san })
    }

    /// One of so many since the start.
    fn tell(&self, peer: SocketAddr, failed: &Failed, count: u64) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_none_or(|at| at.elapsed() > TELL_AGAIN) {
            *told = Some(Instant::now());
            tracing::info!(%peer, error = %failed, count, "no TLS connection");
        }
    }
}

/// How many handshakes may compute at a time. That takes one of them a millisecond of a thread, with
/// large RSA keys several, and so long would a call wait for each. Half of the threads are left to calls
/// while there are any amount of handshakes; of a single one, calls get the time between two turns.
fn turns(workers: usize) -> usize {
    (workers / 2).max(1)
}

/// A handshake that goes on when it is its turn.
struct InTurns<F> {
    handshake: F,
    turns: PollSemaphore,
}

impl<F: Future + Unpin> Future for InTurns<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let turn = ready!(self.turns.poll_acquire(cx));
        let polled = pin!(&mut self.handshake).poll(cx);
        drop(turn);
        polled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handshakes_compute_on_half_of_the_threads_at_most_but_for_a_single_one() {
        for (workers, expected) in [(1, 1), (2, 1), (3, 1), (4, 2), (16, 8)] {
            assert_eq!(turns(workers), expected, "{workers}");
        }
    }
}
