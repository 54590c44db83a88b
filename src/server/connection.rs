//! One connection, from its first byte to its end.

use std::{
    io::{self, IoSlice},
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use http::{Request, Response};
use http_body::Body;
use hyper::{body::Incoming, server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    MAX_STREAMS,
    request_body::{RequestBody, Room},
    streams::Streams,
};

/// Largest header list that HTTP/2 takes, in bytes. It stands above the limit that is answered with
/// a reason.
const MAX_HEADERS: u32 = 32 * 1024;
/// How many bytes may come unread of one stream, and of a connection.
const STREAM_WINDOW: u32 = 64 * 1024;
const CONNECTION_WINDOW: u32 = 256 * 1024;
/// Most bytes of a stream that wait to be sent.
const SEND_BUFFER: usize = 64 * 1024;
/// Most streams that this side resets because the peer broke a rule (MadeYouReset).
const MAX_LOCAL_RESETS: usize = 256;
/// A peer that is silent for this long is asked whether it is there,
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(30);
/// and has this long to say so.
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a peer has to begin to speak HTTP/2.
const PREFACE_TIMEOUT: Duration = Duration::from_secs(10);
/// The bytes it begins with.
/// Source: [RFC 9113, 3.4](https://www.rfc-editor.org/rfc/rfc9113#section-3.4)
const PREFACE: usize = 24;

/// When connections have to go.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    /// No connection is taken any more, and peers are told to go elsewhere.
    pub drain: CancellationToken,
    /// What is left of the connections is closed.
    pub close: CancellationToken,
}

/// How long a connection lives.
#[derive(Clone, Copy, Debug)]
pub(super) struct Age {
    max: Duration,
    /// For what is in flight then.
    grace: Duration,
}

impl Age {
    /// Calls take no longer than `longest_call`; streams that last are cut after that.
    pub fn new(max: Duration, longest_call: Duration) -> Self {
        let grace = longest_call + Duration::from_secs(1);
        Self { max, grace }
    }

    /// One connection's own, so that those that came together don't all go together.
    fn of_one(self) -> Duration {
        let random = getrandom::u32().map_or(0.5, |it| f64::from(it) / f64::from(u32::MAX));
        self.max.mul_f64(0.9 + 0.2 * random)
    }
}

/// Serves the calls of one peer until it leaves or has to go.
pub(super) async fn serve<S, B>(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    service: S,
    age: Age,
    stop: Stop,
    room: Room,
) where
    S: tower::Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<tonic::codegen::StdError>,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<tonic::codegen::StdError>,
{
    let received = Arc::new(AtomicUsize::new(0));
    let io = Counted {
        inner: stream,
        received: Arc::clone(&received),
    };
    // A call is begun, or refused, as soon as its headers are there: they are large, and there may be
    // many before the first task has its turn.
    let service = service_fn(move |request: Request<Incoming>| {
        let request = request.map(|body| RequestBody::new(body, room.clone()));
        service.clone().call(request)
    });
    let connection = http2::Builder::new(Streams)
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEADERS)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(SEND_BUFFER)
        .max_local_error_reset_streams(MAX_LOCAL_RESETS)
        .keep_alive_interval(KEEPALIVE_INTERVAL)
        .keep_alive_timeout(KEEPALIVE_TIMEOUT)
        .serve_connection(TokioIo::new(io), service);
    let mut connection = pin!(connection);
    let mut preface = pin!(sleep_until(Instant::now() + PREFACE_TIMEOUT));
    let mut end = pin!(sleep_until(Instant::now() + age.of_one()));
    let (mut is_new, mut is_old, mut is_draining) = (true, false, false);
    loop {
        tokio::select! {
            // The peer left, or broke the protocol: that is its affair.
            _ended = connection.as_mut() => return,
            () = stop.close.cancelled() => return,
            () = stop.drain.cancelled(), if !is_draining => {
                is_draining = true;
                connection.as_mut().graceful_shutdown();
            }
            () = end.as_mut() => {
                if is_old {
                    return;
                }
                is_old = true;
                connection.as_mut().graceful_shutdown();
                end.as_mut().reset(Instant::now() + age.grace);
            }
            () = preface.as_mut(), if is_new => {
                is_new = false;
                if received.load(Ordering::Relaxed) < PREFACE {
                    return;
                }
            }
        }
    }
}

/// A stream whose received bytes are counted.
struct Counted<T> {
    inner: T,
    received: Arc<AtomicUsize>,
}

impl<T: AsyncRead + Unpin> AsyncRead for Counted<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buffer))?;
        let more = buffer.filled().len() - before;
        self.received.fetch_add(more, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Counted<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}
