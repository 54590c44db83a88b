//! One log line a call, whatever becomes of it, and the number of calls in flight.
//!
//! The outermost layer: what the layers below it answer is recorded as well. A call that is dropped
//! before its answer has left is recorded as CANCELLED, one that panics as INTERNAL.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Instant,
};

use http::{HeaderMap, Request, Response};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tokio_util::task::{TaskTracker, task_tracker::TaskTrackerToken};
use tonic::{Code, Status};
use tonic_types::StatusExt;
use tower::{Layer, Service};
use tracing::{
    Level, Span, field,
    instrument::{Instrument as _, Instrumented},
};

use crate::{
    proto::{Operation, code_name},
    status::REQUEST_ID_METADATA,
};

/// The methods of the other services on this port.
const OTHERS: [&str; 3] = [
    "/grpc.health.v1.Health/Check",
    "/grpc.health.v1.Health/Watch",
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
];

/// Most attribute names in a line.
const MAX_NAMES: usize = 20;

/// The calls that have come and whose answers haven't left yet. Clones share the count.
#[derive(Clone, Debug, Default)]
pub struct CallsInFlight(TaskTracker);

impl CallsInFlight {
    /// Returns when there are none, if only for a moment.
    pub async fn none(&self) {
        self.0.close();
        self.0.wait().await;
    }

    /// One more, until it is dropped.
    pub fn token(&self) -> TaskTrackerToken {
        self.0.token()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// Adds the attributes' names to the line of the call that is being handled.
pub fn record_attributes<'a>(names: impl IntoIterator<Item = &'a str>) {
    let span = Span::current();
    if !span.is_disabled() {
        let names: Vec<_> = names.into_iter().take(MAX_NAMES).collect();
        span.record("attributes", field::debug(names));
    }
}

/// Records every call that passes.
#[derive(Clone, Debug)]
pub struct CallLayer {
    in_flight: CallsInFlight,
}

impl CallLayer {
    /// A layer that counts in `in_flight`.
    pub fn new(in_flight: CallsInFlight) -> Self {
        Self { in_flight }
    }
}

impl<S> Layer<S> for CallLayer {
    type Service = Calls<S>;

    fn layer(&self, inner: S) -> Calls<S> {
        let in_flight = self.in_flight.clone();
        Calls { inner, in_flight }
    }
}

/// The service that [`CallLayer`] makes.
#[derive(Clone, Debug)]
pub struct Calls<S> {
    inner: S,
    in_flight: CallsInFlight,
}

impl<S, Q, B> Service<Request<Q>> for Calls<S>
where
    S: Service<Request<Q>, Response = Response<B>>,
{
    type Response = Response<Recorded<B>>;
    type Error = S::Error;
    type Future = Recording<Instrumented<S::Future>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Q>) -> Self::Future {
        let record = Record::begin(request.uri().path(), &self.in_flight);
        let call = record
            .span
            .in_scope(|| self.inner.call(request))
            .instrument(record.span.clone());
        Recording {
            call,
            record: Some(record),
        }
    }
}

pin_project! {
    /// A call on its way to an answer.
    pub struct Recording<F> {
        #[pin]
        call: F,
        record: Option<Record>,
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
        let mut record = this.record.take();
        Poll::Ready(result.map(|response| {
            if let Some(record) = &mut record {
                record.headers(response.headers());
            }
            response.map(|body| Recorded { body, record })
        }))
    }
}

pin_project! {
    /// An answer on its way to the caller.
    pub struct Recorded<B> {
        #[pin]
        body: B,
        record: Option<Record>,
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
        if let (Some(Ok(frame)), Some(record)) = (&frame, this.record)
            && let Some(trailers) = frame.trailers_ref()
        {
            record.trailers(trailers);
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

/// What is known of a call. It is written when it is dropped.
struct Record {
    span: Span,
    begun: Instant,
    /// Health checks and reflection are told at DEBUG, and a drain doesn't wait for them.
    in_flight: Option<TaskTrackerToken>,
    status: Option<Status>,
    request_id: Option<String>,
}

impl Record {
    fn begin(path: &str, in_flight: &CallsInFlight) -> Self {
        let operation = Operation::at_path(path);
        // Never the caller's own text: a path can hold anything.
        let method = match operation {
            Some(operation) => operation.name(),
            None => OTHERS
                .into_iter()
                .find(|known| path == *known)
                .unwrap_or("_OTHER"),
        };
        Self {
            span: tracing::info_span!("call", method, attributes = field::Empty),
            begun: Instant::now(),
            in_flight: operation.map(|_| in_flight.token()),
            status: None,
            request_id: None,
        }
    }

    /// An error's status is among the headers already.
    fn headers(&mut self, headers: &HeaderMap) {
        self.request_id = headers
            .get(REQUEST_ID_METADATA)
            .and_then(|id| id.to_str().ok())
            .map(str::to_owned);
        self.trailers(headers);
    }

    fn trailers(&mut self, trailers: &HeaderMap) {
        if let Some(status) = Status::from_header_map(trailers) {
            self.status = Some(status);
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let code = match &self.status {
            Some(status) => status.code(),
            None if std::thread::panicking() => Code::Internal,
            None => Code::Cancelled,
        };
        let error = self
            .status
            .as_ref()
            .filter(|status| status.code() != Code::Ok);
        let error = error.and_then(StatusExt::get_details_error_info);
        let outcome = error
            .as_ref()
            .and_then(|error| error.metadata.get("outcome"));
        let aws_error_code = error
            .as_ref()
            .and_then(|error| error.metadata.get("awsErrorCode"));
        // To the microsecond.
        let duration_ms = (self.begun.elapsed().as_secs_f64() * 1e6).round() / 1e3;

        macro_rules! line {
            ($level:expr) => {
                tracing::event!(
                    parent: &self.span,
                    $level,
                    code = code_name(code),
                    reason = error.as_ref().map(|error| error.reason.as_str()),
                    outcome,
                    aws_error_code,
                    aws_request_id = self.request_id,
                    duration_ms,
                    "call"
                )
            };
        }
        if self.in_flight.is_none() {
            line!(Level::DEBUG);
        } else if is_ours_to_mend(code) {
            line!(Level::WARN);
        } else {
            line!(Level::INFO);
        }
    }
}

/// The codes that say that the server's side is at fault.
fn is_ours_to_mend(code: Code) -> bool {
    matches!(
        code,
        Code::Unknown
            | Code::DeadlineExceeded
            | Code::Unimplemented
            | Code::Internal
            | Code::Unavailable
            | Code::DataLoss
    )
}
