//! What no handler answers, in the terms of this contract.
//!
//! A panic in anything below becomes INTERNAL instead of a reset stream. What isn't gRPC at all gets an
//! HTTP status besides. tonic answers a message that is too large, can't be decoded, or names an
//! unknown method or encoding, with codes of its own and without details. Every status of ours has
//! details, so those without any are tonic's.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::LazyLock,
    task::{Context, Poll, ready},
};

use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header,
};
use pin_project_lite::pin_project;
use tokio_util::either::Either;
use tonic::{Code, Status, body::Body};
use tower::{Layer, Service};

use crate::{
    call::{self, Call},
    proto::Operation,
    status,
};

/// Tells the caller which encodings it may use instead.
const ACCEPT_ENCODING: &str = "grpc-accept-encoding";
/// Largest metadata, in bytes. HTTP/2's own limit stands above it, and is answered without a reason.
const MAX_METADATA: usize = 16 * 1024;
/// What an entry of a header list takes besides its name and value.
/// Source: [RFC 9113, 6.5.2](https://www.rfc-editor.org/rfc/rfc9113#section-6.5.2)
const ENTRY: usize = 32;

/// Gives what is refused this contract's codes, reasons and details.
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
    type Future = Either<Refused<S::Error>, Refusing<S::Future>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Q>) -> Self::Future {
        let call = request.extensions().get::<Call>();
        let call = call.expect("the outermost layer made it").clone();
        if let Some(refusal) = not_grpc(&request, call.method().operation()) {
            return Either::Left(std::future::ready(Ok(refusal)));
        }
        if size(request.headers()) > MAX_METADATA {
            let refusal = status::metadata_too_large(call.method().operation());
            return Either::Left(std::future::ready(Ok(refusal.into_http())));
        }
        strip(&mut request, call.method());
        Either::Right(Refusing {
            answer: self.inner.call(request),
            call,
        })
    }
}

/// A call that was refused at once.
type Refused<E> = std::future::Ready<Result<Response<Body>, E>>;

/// The answer to a request that isn't gRPC's, for HTTP and for gRPC: a client that finds a
/// `grpc-status` uses that, and would make UNKNOWN of the HTTP status alone.
/// Source: [gRPC over HTTP2](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests),
/// [HTTP to gRPC status codes](https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md)
fn not_grpc<Q>(request: &Request<Q>, operation: Option<Operation>) -> Option<Response<Body>> {
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let code = if request.method() != Method::POST {
        StatusCode::METHOD_NOT_ALLOWED
    } else if content_type.is_none_or(|it| !is_grpc(it.as_bytes())) {
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    } else {
        return None;
    };
    let mut refusal = status::not_grpc(operation).into_http();
    *refusal.status_mut() = code;
    if code == StatusCode::METHOD_NOT_ALLOWED {
        let post = HeaderValue::from_static("POST");
        refusal.headers_mut().insert(header::ALLOW, post);
    }
    Some(refusal)
}

/// Whether it is gRPC with messages in protobuf's encoding. Parameters may follow.
fn is_grpc(content_type: &[u8]) -> bool {
    let end = content_type.iter().position(|byte| *byte == b';');
    let media_type = content_type[..end.unwrap_or(content_type.len())].trim_ascii();
    [b"application/grpc".as_slice(), b"application/grpc+proto"]
        .iter()
        .any(|known| media_type.eq_ignore_ascii_case(known))
}

/// Leaves what is read below, in memory of its own. A call holds on to it while its message arrives,
/// and a part of the headers would hold on to all of them.
fn strip<Q>(request: &mut Request<Q>, method: call::Method) {
    // Parsed once.
    static OWN: LazyLock<[Uri; Operation::ALL.len()]> =
        LazyLock::new(|| Operation::ALL.map(|it| Uri::from_static(it.path())));
    match (method.operation(), method.path()) {
        (Some(operation), _) => request.uri_mut().clone_from(&OWN[operation as usize]),
        (None, Some(path)) => *request.uri_mut() = Uri::from_static(path),
        (None, None) => {}
    }
    let all = std::mem::take(request.headers_mut());
    for name in ["grpc-timeout", "grpc-encoding", ACCEPT_ENCODING] {
        let value = all.get(name).map(HeaderValue::as_bytes);
        if let Some(Ok(value)) = value.map(HeaderValue::from_bytes) {
            let name = HeaderName::from_static(name);
            request.headers_mut().insert(name, value);
        }
    }
}

fn size(headers: &HeaderMap) -> usize {
    let entries = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + ENTRY);
    entries.sum()
}

pin_project! {
    /// A call that a layer below, or tonic, may refuse.
    pub(super) struct Refusing<F> {
        #[pin]
        answer: F,
        call: Call,
    }
}

impl<F, E> Future for Refusing<F>
where
    F: Future<Output = Result<Response<Body>, E>>,
{
    type Output = Result<Response<Body>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        // It isn't polled again after a panic, which is logged where it happens.
        let polled = catch_unwind(AssertUnwindSafe(|| this.answer.poll(cx)));
        let Ok(polled) = polled else {
            let internal = status::internal(this.call.method().operation());
            return Poll::Ready(Ok(internal.into_http()));
        };
        let response = ready!(polled)?;
        Poll::Ready(Ok(match refusal(&response, this.call) {
            None => response,
            Some(refusal) => in_our_terms(&response, refusal),
        }))
    }
}

/// The status for a refusal that isn't in our terms yet.
fn refusal(response: &Response<Body>, call: &Call) -> Option<Status> {
    let operation: Option<Operation> = call.method().operation();
    let headers = response.headers();
    let code = headers.get(Status::GRPC_STATUS)?;
    if headers.contains_key(Status::GRPC_STATUS_DETAILS) {
        return None;
    }
    if call.shed_for().is_some() {
        return Some(status::overloaded(operation));
    }
    match Code::from_bytes(code.as_bytes()) {
        Code::OutOfRange => Some(status::request_too_large(operation)),
        Code::Internal | Code::Unknown => Some(status::message_malformed(operation)),
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
