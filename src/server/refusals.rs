//! What tonic refuses by itself, in the terms of this contract.
//!
//! tonic answers a request that is too large, can't be decoded, or names an unknown method or
//! encoding before any handler of ours runs: with codes of its own and without details. Every
//! status of ours has details, so those without any are tonic's.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{HeaderMap, Request, Response};
use pin_project_lite::pin_project;
use tonic::{Code, Status, body::Body};
use tower::{Layer, Service};

use crate::{proto::Operation, status};

/// Tells the caller which encodings it may use instead.
const ACCEPT_ENCODING: &str = "grpc-accept-encoding";

/// Gives tonic's own refusals this contract's codes, reasons and details.
#[derive(Clone, Copy, Debug)]
pub(super) struct RefusalLayer;

impl<S> Layer<S> for RefusalLayer {
    type Service = Refusals<S>;

    fn layer(&self, inner: S) -> Refusals<S> {
        Refusals { inner }
    }
}

/// The service that [`RefusalLayer`] makes.
#[derive(Clone, Debug)]
pub(super) struct Refusals<S> {
    inner: S,
}

impl<S, Q> Service<Request<Q>> for Refusals<S>
where
    S: Service<Request<Q>, Response = Response<Body>>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Refusing<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Q>) -> Self::Future {
        let operation = Operation::at_path(request.uri().path());
        let call = self.inner.call(request);
        Refusing { call, operation }
    }
}

pin_project! {
    /// A call that tonic may refuse.
    pub(super) struct Refusing<F> {
        #[pin]
        call: F,
        operation: Option<Operation>,
    }
}

impl<F, E> Future for Refusing<F>
where
    F: Future<Output = Result<Response<Body>, E>>,
{
    type Output = Result<Response<Body>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.call.poll(cx))?;
        Poll::Ready(Ok(match refusal(response.headers(), *this.operation) {
            None => response,
            Some(refusal) => in_our_terms(&response, refusal),
        }))
    }
}

/// The status for a refusal of tonic's, or `None` if the headers hold none.
fn refusal(headers: &HeaderMap, operation: Option<Operation>) -> Option<Status> {
    let status = headers.get(Status::GRPC_STATUS)?;
    if headers.contains_key(Status::GRPC_STATUS_DETAILS) {
        return None;
    }
    match Code::from_bytes(status.as_bytes()) {
        Code::OutOfRange => Some(status::request_too_large(operation)),
        Code::Internal => Some(status::message_malformed(operation)),
        Code::Unimplemented => Some(status::unimplemented(operation)),
        _ => None,
    }
}

fn in_our_terms(tonics: &Response<Body>, refusal: Status) -> Response<Body> {
    let mut response = refusal.into_http();
    if let Some(encodings) = tonics.headers().get(ACCEPT_ENCODING) {
        response
            .headers_mut()
            .insert(ACCEPT_ENCODING, encodings.clone());
    }
    response
}
