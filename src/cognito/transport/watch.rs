//! A body that notes the first byte that leaves. hyper sends the head of a request together with its
//! body, and asks for the body once there is a connection: until then nothing has been sent.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_types::body::SdkBody;
use http_body::{Body, Frame, SizeHint};
use tokio_util::bytes::Bytes;

use crate::call::Progress;

/// The same body, watched for this call.
pub(super) fn watch(body: SdkBody, progress: &Progress) -> SdkBody {
    SdkBody::from_body_1_x(Watched {
        body,
        progress: progress.clone(),
    })
}

struct Watched {
    body: SdkBody,
    progress: Progress,
}

/// Nobody waits for the answer any more.
#[derive(Debug, thiserror::Error)]
#[error("the call was given up before it was sent")]
struct GivenUp;

impl Body for Watched {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.progress.start() {
            Pin::new(&mut self.body).poll_frame(cx)
        } else {
            Poll::Ready(Some(Err(GivenUp.into())))
        }
    }

    fn is_end_stream(&self) -> bool {
        Body::is_end_stream(&self.body)
    }

    fn size_hint(&self) -> SizeHint {
        Body::size_hint(&self.body)
    }
}
