//! The body of a request, which is read even if nobody wants it any more.
//!
//! A call can be answered before its message is there: the method is unknown, or its time is too
//! short. The message is on its way all the same. h2 remembers fifty streams that this side has
//! closed, for a second each; what comes on any other counts as an error of the peer's, and a
//! connection with many of those is closed. So the stream is kept for a moment, and what comes on it
//! is thrown away.
//!
//! Source: [RFC 9113, 5.1](https://www.rfc-editor.org/rfc/rfc9113#section-5.1)

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt as _;
use hyper::body::{Bytes, Incoming};
use tokio::{runtime::Handle, sync::Semaphore, time::timeout};

use super::MAX_MESSAGE;

/// How long the rest of a message has to come. Whoever needs longer is told to stop.
const PATIENCE: Duration = Duration::from_secs(1);
/// For how many requests this is done at a time. Streams of any others are closed at once.
const MAX: usize = 1024;

/// The room for requests whose rest is read. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Room(Arc<Semaphore>);

/// The body of a request. Whoever drops it early needn't read it.
#[derive(Debug)]
pub(super) struct RequestBody {
    body: Option<Incoming>,
    room: Room,
}

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MAX)))
    }
}

impl RequestBody {
    pub(super) fn new(body: Incoming, room: Room) -> Self {
        let body = Some(body);
        Self { body, room }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut self.body {
            Some(body) => Pin::new(body).poll_frame(cx),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Incoming::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        if let Some(rest) = self.body.take().filter(|it| !it.is_end_stream())
            && let Ok(runtime) = Handle::try_current()
            && let Ok(place) = Arc::clone(&self.room.0).try_acquire_owned()
        {
            runtime.spawn(async move {
                let _ = timeout(PATIENCE, discard(rest)).await;
                drop(place);
            });
        }
    }
}

/// Reads as much as a message may have.
async fn discard(mut rest: Incoming) {
    let mut left = MAX_MESSAGE;
    while let Some(Ok(frame)) = rest.frame().await {
        let length = frame.data_ref().map_or(0, Bytes::len);
        match left.checked_sub(length) {
            Some(less) => left = less,
            None => return,
        }
    }
}
