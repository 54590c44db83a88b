//! An answer within the caller's deadline, or within `--max-deadline`.
//!
//! tonic's own timeout answers CANCELLED, and only when the caller has given up already. This one
//! answers DEADLINE_EXCEEDED, a little earlier, and says whether anything may have been sent.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use http::{HeaderMap, Request, Response};
use tokio::time::timeout;
use tonic::{Status, body::Body};
use tower::{Layer, Service};

use crate::{
    cognito::Progress,
    proto::Operation,
    status::{self, Outcome},
};

/// How much earlier than the caller gives up it is answered.
const LEAD: Duration = Duration::from_millis(50);

/// Bounds the calls of this service. Other services on the port have streams that last.
#[derive(Clone, Copy, Debug)]
pub(super) struct DeadlineLayer {
    /// Longest time for an answer. A synchronous Lambda trigger may legally take 15 seconds of it.
    /// Source: [Lambda triggers](https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html)
    pub(super) max: Duration,
    /// A caller who gives less time than this is refused at once.
    pub(super) min: Duration,
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = Deadline<S>;

    fn layer(&self, inner: S) -> Deadline<S> {
        Deadline {
            inner,
            limits: *self,
        }
    }
}

/// The service that [`DeadlineLayer`] makes.
#[derive(Clone, Debug)]
pub(super) struct Deadline<S> {
    inner: S,
    limits: DeadlineLayer,
}

type Answer<E> = Pin<Box<dyn Future<Output = Result<Response<Body>, E>> + Send>>;

impl<S, Q> Service<Request<Q>> for Deadline<S>
where
    S: Service<Request<Q>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Answer<S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Q>) -> Self::Future {
        let operation = Operation::at_path(request.uri().path());
        if operation.is_none() {
            return Box::pin(self.inner.call(request));
        }
        let budget = match self.limits.budget(request.headers()) {
            Ok(Some(budget)) => budget,
            Ok(None) => return answer(status::deadline_exceeded(operation, Outcome::NotApplied)),
            Err(MalformedTimeout) => return answer(status::timeout_malformed(operation)),
        };

        let progress = Progress::new(Instant::now() + budget);
        request.extensions_mut().insert(progress.clone());
        let call = self.inner.call(request);
        Box::pin(async move {
            timeout(budget, call).await.unwrap_or_else(|_elapsed| {
                let outcome = if progress.may_be_sent() {
                    Outcome::Unknown
                } else {
                    Outcome::NotApplied
                };
                Ok(status::deadline_exceeded(operation, outcome).into_http())
            })
        })
    }
}

fn answer<E>(status: Status) -> Answer<E> {
    Box::pin(async move { Ok(status.into_http()) })
}

struct MalformedTimeout;

impl DeadlineLayer {
    /// How long the call may take, if that is long enough to try.
    fn budget(&self, headers: &HeaderMap) -> Result<Option<Duration>, MalformedTimeout> {
        let Some(timeout) = headers.get("grpc-timeout") else {
            return Ok(Some(self.max));
        };
        let timeout = timeout
            .to_str()
            .ok()
            .and_then(grpc_timeout)
            .ok_or(MalformedTimeout)?;
        let budget = timeout.saturating_sub(LEAD).min(self.max);
        Ok(Some(budget).filter(|_| timeout >= self.min && !budget.is_zero()))
    }
}

/// 1 to 8 digits and a unit.
/// Source: [gRPC over HTTP2](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests)
fn grpc_timeout(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if !(1..=8).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(count * 60 * 60)),
        "M" => Some(Duration::from_secs(count * 60)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_one_to_eight_digits_and_a_unit() {
        for (text, expected) in [
            ("1H", Some(Duration::from_hours(1))),
            ("2M", Some(Duration::from_mins(2))),
            ("20S", Some(Duration::from_secs(20))),
            ("1500m", Some(Duration::from_millis(1500))),
            ("7u", Some(Duration::from_micros(7))),
            ("99999999n", Some(Duration::from_nanos(99_999_999))),
            ("99999999H", Some(Duration::from_hours(99_999_999))),
            ("", None),
            ("S", None),
            ("1", None),
            ("1s", None),
            ("-1S", None),
            ("+1S", None),
            ("1.5S", None),
            ("123456789m", None),
            ("1é", None),
        ] {
            assert_eq!(grpc_timeout(text), expected, "{text:?}");
        }
    }
}
