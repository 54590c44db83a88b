//! How requests leave: attempts, over HTTP/1.1, with a watch on the first byte. Nothing of a request
//! is copied for another attempt: its bytes are shared.

mod connect;
mod proxies;
mod roots;
mod route;
mod traced;
mod watch;

use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};

use http::{Request, Response};
use http_body::Body;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use serde::de::IgnoredAny;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep_until, timeout},
};
use tokio_util::bytes::{Bytes, BytesMut};

use self::connect::Connector;
pub use self::{
    proxies::{InvalidProxy, Proxies},
    roots::InvalidRoots,
    route::{Connection, InvalidRoute},
};
pub(super) use self::{route::Route, watch::Watched};
use super::{
    code::error_code,
    retry::{Attempt, Backoff},
    settings::Limits,
};
use crate::{
    call::Progress,
    proto::Operation,
    telemetry::{self, Metrics, traces::ClientSpan},
};

/// Largest answer, in bytes. Cognito's own have a few thousand.
const MAX_ANSWER: usize = 1024 * 1024;
/// An answer that is larger than this waits until there is room for it.
const SMALL_ANSWER: usize = 16 * 1024;
/// How many bytes of such answers are read and understood at a time.
const ANSWERS: usize = 8 * 1024 * 1024;
/// An attempt that has less time than this before its deadline isn't begun.
const SHORTEST_ATTEMPT: Duration = Duration::from_millis(50);

/// Why there is no answer, in the words of what stands below.
pub(super) type NoAnswer = Box<dyn Error + Send + Sync>;

/// Sends requests, again if need be.
#[derive(Debug)]
pub(super) struct Transport {
    connector: Connector,
    backoff: Backoff,
    /// For the answer to one attempt.
    limit: Duration,
    /// For the bytes of large answers.
    room: Arc<Semaphore>,
    metrics: Metrics,
}

/// An answer, and the attempt that it came of, which lasts until the answer is understood.
type Answer<'a> = (Response<Bytes>, telemetry::Attempt<'a>);

/// Room for a large answer, until that is understood.
#[derive(Clone, Debug)]
struct Room(#[expect(dead_code, reason = "it is held")] Arc<OwnedSemaphorePermit>);

/// An attempt took too long.
#[derive(Debug, thiserror::Error)]
#[error("no answer within {0:?}")]
struct Late(Duration);

impl Transport {
    pub fn new(route: &Route, limits: &Limits, metrics: Metrics) -> Self {
        Self {
            connector: Connector::new(route, limits.connect_timeout),
            backoff: limits.backoff(),
            limit: limits.upstream_timeout,
            room: Arc::new(Semaphore::new(ANSWERS)),
            metrics,
        }
    }

    /// The last attempt's answer, or its failure. `request` makes the request of an attempt.
    pub async fn send(
        &self,
        operation: Operation,
        progress: &Progress,
        request: impl Fn() -> Request<Watched>,
    ) -> Result<Answer<'_>, NoAnswer> {
        let mut number = 1;
        loop {
            let request = request();
            let span = ClientSpan::begin(operation, progress.trace(), request.uri(), number);
            let (answer, attempt) = self.attempt(operation, progress, request).await;
            traced::end(
                span,
                progress,
                answer.as_ref().map(|(answer, _)| answer),
                attempt,
            );
            if attempt == Attempt::NotExecuted {
                progress.not_executed();
            }
            number += 1;
            let wanted = attempt.is_to_be_repeated(operation) && !progress.is_left();
            let wait = wanted
                .then(|| self.backoff.before(number, random()))
                .flatten();
            let begin = wait.map(|wait| Instant::now() + wait);
            let in_time = |begin: &Instant| *begin + SHORTEST_ATTEMPT < progress.deadline();
            let Some(begin) = begin.filter(in_time) else {
                return answer;
            };
            drop(answer);
            sleep_until(begin.into()).await;
            self.metrics.retry();
        }
    }

    /// One exchange, its answer read whole.
    async fn attempt(
        &self,
        operation: Operation,
        progress: &Progress,
        request: Request<Watched>,
    ) -> (Result<Answer<'_>, NoAnswer>, Attempt) {
        let mut counted = self.metrics.attempt(operation);
        let exchange = async { self.read(self.connector.call(request).await?).await };
        let answer = match timeout(self.limit, exchange).await {
            Ok(answer) => answer,
            Err(_elapsed) => Err(Late(self.limit).into()),
        };
        let attempt = match &answer {
            Ok(answer) => answered(operation, answer, &mut counted),
            Err(_) if progress.may_be_sent() => Attempt::MaybeExecuted,
            Err(_) => Attempt::NotExecuted,
        };
        (answer.map(|answer| (answer, counted)), attempt)
    }

    /// The answer with its whole body, which is bounded.
    async fn read(&self, answer: Response<Incoming>) -> Result<Response<Bytes>, NoAnswer> {
        let (mut head, body) = answer.into_parts();
        let size = body.size_hint().upper().unwrap_or(u64::MAX);
        let size = usize::try_from(size).unwrap_or(usize::MAX).min(MAX_ANSWER);
        let mut body = Limited::new(body, MAX_ANSWER);
        let mut bytes = BytesMut::new();
        let mut has_room = false;
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame?.into_data() else {
                continue;
            };
            if !has_room && bytes.len() + data.len() > SMALL_ANSWER {
                let size = u32::try_from(size).unwrap_or(u32::MAX);
                let room = Arc::clone(&self.room).acquire_many_owned(size).await?;
                head.extensions.insert(Room(Arc::new(room)));
                has_room = true;
            }
            bytes.extend_from_slice(&data);
        }
        Ok(Response::from_parts(head, bytes.freeze()))
    }
}

fn answered(
    operation: Operation,
    answer: &Response<Bytes>,
    counted: &mut telemetry::Attempt,
) -> Attempt {
    let status = answer.status();
    if !status.is_success() {
        let code = error_code(answer);
        counted.failed(code.as_deref());
        return Attempt::answered(status.as_u16(), code.as_deref());
    }
    // What can't be read is asked for again, if it may be.
    let is_whole = |body: &[u8]| serde_json::from_slice::<IgnoredAny>(body).is_ok();
    if !operation.is_read() || answer.body().is_empty() || is_whole(answer.body()) {
        Attempt::Final
    } else {
        Attempt::MaybeExecuted
    }
}

/// A number of 0 to 1 that isn't another caller's.
fn random() -> f64 {
    // Without randomness the wait is the longest: late, and never too often.
    getrandom::u32().map_or(1.0, |number| f64::from(number) / f64::from(u32::MAX))
}
