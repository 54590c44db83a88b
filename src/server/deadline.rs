//! An answer within the caller's deadline, or within `--max-deadline`.
//!
//! tonic's own timeout answers CANCELLED, and only when the caller has given up already. This one
//! answers DEADLINE_EXCEEDED, a little earlier, and says whether anything may have been sent. The
//! time runs from the headers, so a message that is slow to arrive is part of it; an answer that
//! isn't read by then is given up.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::{HeaderMap, Request, Response};
use tokio::time::timeout_at;
use tonic::{Status, body::Body};
use tower::{Layer, Service};

use super::streams;
use crate::{
    call::{Call, InFlight, Method},
    status,
};

/// How much earlier than the caller gives up it is answered: a quarter of its time, so that the
/// answer has time to travel, within these bounds.
const SHORTEST_LEAD: Duration = Duration::from_millis(50);
const LONGEST_LEAD: Duration = Duration::from_millis(250);
/// With less there is no time at all.
const SHORTEST: Duration = SHORTEST_LEAD.saturating_add(Duration::from_millis(1));
/// Longest time for a health check.
const HEALTH_CHECK: Duration = Duration::from_secs(5);

/// Bounds the calls of this service and health checks. Watches and reflection have streams that
/// last.
#[derive(Clone, Debug)]
pub(super) struct DeadlineLayer {
    /// Longest time for an answer. A Lambda trigger may take 5 seconds of it, and Cognito may run one
    /// that failed again.
    /// Source: [Lambda triggers](https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html)
    pub(super) max: Duration,
    /// A caller who gives less time than this is refused at once.
    pub(super) min: Duration,
    /// Knows when a drain that has begun will end.
    pub(super) in_flight: InFlight,
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = Deadline<S>;

    fn layer(&self, inner: S) -> Deadline<S> {
        Deadline {
            inner,
            limits: self.clone(),
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

    fn call(&mut self, request: Request<Q>) -> Self::Future {
        let call = request.extensions().get::<Call>();
        let call = call.expect("the outermost layer made it").clone();
        let operation = call.method().operation();
        let time = match call.method() {
            Method::Operation(_) => self.limits.time(request.headers()),
            Method::HealthCheck => Ok(Time::all(HEALTH_CHECK)),
            Method::HealthWatch
            | Method::Reflection
            | Method::ReflectionAlpha
            | Method::Unknown => {
                return Box::pin(self.inner.call(request));
            }
        };
        let time = match time {
            Ok(time) => time,
            Err(NoTime::Malformed) => return answer(status::timeout_malformed(operation)),
            Err(NoTime::TooShort(shortest)) => {
                return answer(status::deadline_too_short(operation, shortest));
            }
            Err(NoTime::Drained) => return answer(status::deadline_exceeded(operation, false)),
        };

        let deadline = call.begun() + time.to_answer;
        call.set_deadline(deadline);
        let handler = self.inner.call(request);
        Box::pin(async move {
            streams::end_at(call.begun() + time.to_read);
            let answer = timeout_at(deadline.into(), handler).await;
            answer.unwrap_or_else(|_elapsed| {
                Ok(status::deadline_exceeded(operation, call.may_be_sent()).into_http())
            })
        })
    }
}

fn answer<E>(status: Status) -> Answer<E> {
    Box::pin(async move { Ok(status.into_http()) })
}

/// How long a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Time {
    /// Until the answer is there,
    to_answer: Duration,
    /// and until its last byte is read.
    to_read: Duration,
}

impl Time {
    /// The answer leaves at the end of this time, and has a little more to be read.
    fn all(time: Duration) -> Self {
        Self {
            to_answer: time,
            to_read: time + LONGEST_LEAD,
        }
    }

    /// The answer leaves early enough to be read within this time.
    fn within(time: Duration) -> Self {
        let lead = (time / 4).clamp(SHORTEST_LEAD, LONGEST_LEAD);
        Self {
            to_answer: time.saturating_sub(lead),
            to_read: time,
        }
    }

    fn min(self, other: Self) -> Self {
        if self.to_answer < other.to_answer {
            self
        } else {
            other
        }
    }
}

/// Why a call isn't tried.
enum NoTime {
    /// `grpc-timeout` can't be decoded.
    Malformed,
    /// The caller gives less than this.
    TooShort(Duration),
    /// The drain is about to end.
    Drained,
}

impl DeadlineLayer {
    /// How long the call may take, if that is long enough to try.
    fn time(&self, headers: &HeaderMap) -> Result<Time, NoTime> {
        let mut time = Time::all(self.max);
        if let Some(timeout) = headers.get("grpc-timeout") {
            let timeout = timeout.to_str().ok();
            let timeout = timeout.and_then(grpc_timeout).ok_or(NoTime::Malformed)?;
            let shortest = self.min.max(SHORTEST);
            if timeout < shortest {
                return Err(NoTime::TooShort(shortest));
            }
            time = Time::within(timeout).min(time);
        }
        if let Some(end) = self.in_flight.drain_end() {
            let left = end.saturating_duration_since(std::time::Instant::now());
            time = Time::within(left).min(time);
        }
        if time.to_answer.is_zero() {
            return Err(NoTime::Drained);
        }
        Ok(time)
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
    fn an_answer_leaves_early_enough_for_a_long_way_if_there_is_time_for_it() {
        for (time, lead) in [
            (60, 50),
            (100, 50),
            (400, 100),
            (800, 200),
            (1000, 250),
            (20_000, 250),
        ] {
            let time = Duration::from_millis(time);
            let lead = Duration::from_millis(lead);
            assert_eq!(Time::within(time).to_answer + lead, time, "{time:?}");
            assert_eq!(Time::within(time).to_read, time);
        }
        let none = Time::within(Duration::from_millis(50));
        assert_eq!(none.to_answer, Duration::ZERO);
    }

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
