//! An answer that isn't one.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes},
    response::Response,
};
use http_body::Frame;

/// Has the server close the connection without a byte.
///
/// hyper writes the head of an answer together with its body's first part, and this body fails
/// before there is one. A test holds that nothing comes out.
pub fn hang_up() -> Response {
    Response::new(Body::new(Failing))
}

struct Failing;

impl http_body::Body for Failing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
    }
}
