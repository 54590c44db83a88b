//! A body that notes the first byte that leaves. hyper sends the head of a request together with its
//! body, and asks for the body once there is a connection: until then nothing has been sent.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;
use tokio_util::bytes::Bytes;

use crate::call::Progress;

/// The body of a call's request.
pub(in crate::cognito) struct Watched {
    body: Full<Bytes>,
    progress: Progress,
}

/// Nobody waits for the answer any more.
#[derive(Debug, thiserror::Error)]
#[error("the call was given up before it was sent")]
pub(in crate::cognito) struct GivenUp;

impl Watched {
    pub fn new(body: Bytes, progress: &Progress) -> Self {
        Self {
            body: Full::new(body),
            progress: progress.clone(),
        }
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = GivenUp;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, GivenUp>>> {
        if !self.progress.start() {
            return Poll::Ready(Some(Err(GivenUp)));
        }
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        frame.map_err(|error: Infallible| match error {})
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
