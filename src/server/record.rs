//! The outermost layer: makes the [`Call`], and tells how it ended.
//!
//! What the layers below it answer is recorded as well. A call that is dropped before its answer has
//! left is recorded as CANCELLED, one that panics as INTERNAL.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tonic::{Code, Status};
use tower::{Layer, Service};

use crate::{
    call::{Call, CallId, Caller, Failure, Method},
    proto::code_name,
    status,
    telemetry::{self, Metrics, traces::ServerSpan},
};

/// The metadata that has the call's id, of the request and of every answer.
static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Records every call of one caller.
#[derive(Clone, Debug)]
pub(super) struct RecordLayer {
    pub(super) caller: Arc<Caller>,
    pub(super) metrics: Metrics,
}

impl<S> Layer<S> for RecordLayer {
    type Service = Record<S>;

    fn layer(&self, inner: S) -> Record<S> {
        let layer = self.clone();
        Record { inner, layer }
    }
}

/// The service that [`RecordLayer`] makes.
#[derive(Clone, Debug)]
pub(super) struct Record<S> {
    inner: S,
    layer: RecordLayer,
}

impl<S, Q, B> Service<Request<Q>> for Record<S>
where
    S: Service<Request<Q>, Response = Response<B>>,
{
    type Response = Response<Recorded<B>>;
    type Error = S::Error;
    type Future = Recording<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Q>) -> Self::Future {
        let method = Method::at_path(request.uri().path());
        let RecordLayer { caller, metrics } = self.layer.clone();
        let given = request.headers().get(&REQUEST_ID);
        let id = CallId::of(given.map(HeaderValue::as_bytes));
        let call = Call::begin(method, caller, id);
        let span = ServerSpan::begin(&call, request.headers());
        request.extensions_mut().insert(call.clone());
        Recording {
            call: self.inner.call(request),
            end: Some(End::of(call, span, metrics)),
        }
    }
}

pin_project! {
    /// A call on its way to an answer.
    pub(super) struct Recording<F> {
        #[pin]
        call: F,
        end: Option<End>,
    }
}

impl<F, B, E> Future for Recording<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<Recorded<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let result = ready!(this.call.poll(cx));
        let mut end = this.end.take();
        Poll::Ready(result.map(|mut response| {
            if let Some(end) = &mut end {
                end.answered(&response);
                if let Ok(id) = HeaderValue::from_str(end.call.request_id()) {
                    response.headers_mut().insert(REQUEST_ID.clone(), id);
                }
            }
            response.map(|body| Recorded { body, end })
        }))
    }
}

pin_project! {
    /// An answer on its way to the caller.
    pub(super) struct Recorded<B> {
        #[pin]
        body: B,
        end: Option<End>,
    }
}

impl<B: Body> Body for Recorded<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.project();
        let frame = ready!(this.body.poll_frame(cx));
        if let (Some(Ok(frame)), Some(end)) = (&frame, this.end)
            && let Some(trailers) = frame.trailers_ref()
        {
            end.code_of(trailers);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// How a call ended, as far as is known. It is told when this is dropped.
struct End {
    call: Call,
    span: ServerSpan,
    metrics: Metrics,
    code: Option<Code>,
    failure: Option<Failure>,
}

impl End {
    fn of(call: Call, span: ServerSpan, metrics: Metrics) -> Self {
        Self {
            call,
            span,
            metrics,
            code: None,
            failure: None,
        }
    }

    /// The answer is there. A status goes with it, unless its headers or trailers tell the code.
    fn answered<B>(&mut self, response: &Response<B>) {
        if let Some(status) = response.extensions().get::<Status>() {
            self.code = Some(status.code());
            self.failure = status::failure(status).cloned();
        } else {
            self.code_of(response.headers());
        }
        // What waits for its reader counts by its bytes alone.
        if self.call.method().operation().is_some() {
            self.call.release();
        }
    }

    fn code_of(&mut self, headers: &HeaderMap) {
        if let Some(code) = headers.get(Status::GRPC_STATUS) {
            self.code = Some(Code::from_bytes(code.as_bytes()));
        }
    }
}

impl Drop for End {
    fn drop(&mut self) {
        let code = self.code.unwrap_or(if std::thread::panicking() {
            Code::Internal
        } else {
            Code::Cancelled
        });
        let failure = self.failure.as_ref();
        self.metrics
            .call(&self.call, code, failure.map(|it| it.reason));
        telemetry::call(&self.call, code_name(code), failure);
        self.span.end(code_name(code));
    }
}
