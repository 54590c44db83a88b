//! The connection to the service, with or without TLS.

use std::{
    io, mem,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;
use tokio_util::either::Either;

use crate::{endpoint::Endpoint, error::Trouble, tls::Tls};

/// How the records of TLS begin that a server sends first: an alert, or a handshake. No HTTP/2 frame
/// does that a server may send.
const TLS_RECORDS: [u8; 2] = [0x15, 0x16];

type Stream = Either<TcpStream, TlsStream<TcpStream>>;

/// A connection, which notes what it hears.
pub struct Wire {
    stream: Stream,
    tls: Option<Tls>,
    has_heard: bool,
    /// Why nothing more can be written.
    failed: Option<io::Error>,
    noted: Noted,
}

/// What was wrong on the way, for those to whom it is lost among the errors of HTTP/2.
#[derive(Clone, Default)]
pub struct Noted(Arc<OnceLock<Trouble>>);

impl Wire {
    pub async fn to(endpoint: &Endpoint, tls: Option<Tls>) -> Result<Self, Trouble> {
        let stream = TcpStream::connect((endpoint.host(), endpoint.port())).await;
        let stream = stream.map_err(|_| Trouble::Unreachable)?;
        // Where it can't be had, the call is a little slower.
        let _ = stream.set_nodelay(true);
        let stream = match &tls {
            None => Either::Left(stream),
            Some(tls) => {
                let stream = tls.connect(stream).await;
                Either::Right(stream.map_err(|error| {
                    Trouble::Tls(tls.explain(&error).unwrap_or_else(|| {
                        format!("the server ended the handshake, so it may have no TLS: {error}")
                    }))
                })?)
            }
        };
        Ok(Self {
            stream,
            tls,
            has_heard: false,
            failed: None,
            noted: Noted::default(),
        })
    }

    pub fn noted(&self) -> Noted {
        self.noted.clone()
    }

    fn note(&mut self, read: Result<&[u8], &io::Error>) {
        let is_first = !mem::replace(&mut self.has_heard, true);
        let trouble = match (read, &self.tls) {
            (Ok([first, ..]), None) if is_first && TLS_RECORDS.contains(first) => {
                Some(Trouble::Encrypted)
            }
            (Ok(bytes), _) if is_first && !begins_http_2(bytes) => Some(Trouble::NotHttp2),
            (Err(error), Some(tls)) => tls.explain(error).map(Trouble::Tls),
            _ => None,
        };
        if let Some(trouble) = trouble {
            self.noted.note(trouble);
        }
    }

    /// A server that refuses a client says why, and closes. When writing fails, its last words may
    /// still be there to be read.
    fn end(&mut self, cx: &mut Context<'_>, error: io::Error) -> Poll<io::Error> {
        let mut bytes = [0; 64];
        loop {
            let mut buf = ReadBuf::new(&mut bytes);
            match Pin::new(&mut *self).poll_read(cx, &mut buf) {
                Poll::Ready(Ok(())) if !buf.filled().is_empty() => {}
                Poll::Ready(_) => return Poll::Ready(error),
                Poll::Pending => {
                    self.failed = Some(error);
                    return Poll::Pending;
                }
            }
        }
    }

    /// Writes, unless that has failed already.
    fn poll_written<T>(
        &mut self,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut Stream>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let error = match self.failed.take() {
            Some(error) => error,
            None => match ready!(write(Pin::new(&mut self.stream), cx)) {
                Ok(written) => return Poll::Ready(Ok(written)),
                Err(error) => error,
            },
        };
        self.end(cx, error).map(Err)
    }
}

impl Noted {
    pub fn note(&self, trouble: Trouble) {
        // The first is the cause of the others.
        let _ = self.0.set(trouble);
    }

    pub fn trouble(&self) -> Option<Trouble> {
        self.0.get().cloned()
    }
}

/// Whether the first frame is one of settings, as far as it is there. A server that hangs up says
/// nothing.
fn begins_http_2(bytes: &[u8]) -> bool {
    const SETTINGS: u8 = 4;
    bytes.first().is_none_or(|length| *length == 0)
        && bytes.get(3).is_none_or(|kind| *kind == SETTINGS)
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let result = ready!(Pin::new(&mut self.stream).poll_read(cx, buf));
        let read = result.as_ref().map(|()| &buf.filled()[before..]);
        self.note(read);
        Poll::Ready(result)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_written(cx, |stream, cx| stream.poll_write(cx, buf))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_written(cx, AsyncWrite::poll_flush)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
