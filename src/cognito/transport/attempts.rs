//! The attempts of a call: what is sent again, and what the last one came to.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
};
use aws_smithy_types::body::SdkBody;
use http_body_util::{BodyExt as _, Limited};
use serde::de::IgnoredAny;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep_until, timeout},
};
use tokio_util::bytes::BytesMut;

use super::{PROGRESS, connect::Connector, watch::watch};
use crate::{
    call::Progress,
    cognito::{
        code::error_code,
        retry::{Attempt, Backoff},
        sent::Sent,
    },
    proto::Operation,
};

/// Largest answer, in bytes. Cognito's own have a few thousand.
const MAX_ANSWER: usize = 1024 * 1024;
/// An answer that is larger than this waits until there is room for it.
const SMALL_ANSWER: usize = 16 * 1024;
/// How many bytes of such answers are read and understood at a time.
const ANSWERS: usize = 8 * 1024 * 1024;
/// An attempt that has less time than this before its deadline isn't begun.
const SHORTEST_ATTEMPT: Duration = Duration::from_millis(50);

/// Sends a request, again if need be, and gives a refusal the request that it answers, so that its
/// text can be cleaned of what the request held.
#[derive(Debug)]
pub(super) struct Attempts(Arc<Upstream>);

#[derive(Debug)]
struct Upstream {
    connector: Connector,
    backoff: Backoff,
    /// For the answer to one attempt.
    limit: Duration,
    /// For the bytes of large answers.
    room: Arc<Semaphore>,
}

/// Room for a large answer, until that is understood.
#[derive(Clone, Debug)]
struct Room(#[expect(dead_code, reason = "it is held")] Arc<OwnedSemaphorePermit>);

impl Attempts {
    /// `limit` is for the answer to one attempt.
    pub fn new(connector: Connector, backoff: Backoff, limit: Duration) -> Self {
        Self(Arc::new(Upstream {
            connector,
            backoff,
            limit,
            room: Arc::new(Semaphore::new(ANSWERS)),
        }))
    }
}

impl HttpConnector for Attempts {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let upstream = Arc::clone(&self.0);
        let progress = PROGRESS.try_with(Clone::clone);
        HttpConnectorFuture::new(async move {
            let progress = progress.map_err(|error| ConnectorError::user(error.into()))?;
            upstream.send(request, &progress).await
        })
    }
}

impl Upstream {
    /// The last attempt's answer, or its failure.
    async fn send(
        &self,
        request: HttpRequest,
        progress: &Progress,
    ) -> Result<HttpResponse, ConnectorError> {
        let operation = operation(&request);
        let sent = request.body().try_clone().map(Sent::new);
        let mut number = 1;
        loop {
            let Some(copy) = request.try_clone() else {
                return Err(ConnectorError::user("the body isn't in memory".into()));
            };
            let (mut answer, attempt) = self.attempt(copy, progress).await;
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
                if let (Ok(answer), Some(sent)) = (&mut answer, sent)
                    && !answer.status().is_success()
                {
                    answer.add_extension(sent);
                }
                return answer;
            };
            sleep_until(begin.into()).await;
        }
    }

    /// One exchange, its answer read whole.
    async fn attempt(
        &self,
        mut request: HttpRequest,
        progress: &Progress,
    ) -> (Result<HttpResponse, ConnectorError>, Attempt) {
        let body = watch(request.take_body(), progress);
        *request.body_mut() = body;
        let exchange = async { self.read(self.connector.call(request).await?).await };
        let answer = match timeout(self.limit, exchange).await {
            Ok(answer) => answer,
            Err(elapsed) => Err(ConnectorError::timeout(elapsed.into())),
        };
        let attempt = match &answer {
            Ok(answer) => answered(answer),
            Err(_) if progress.may_be_sent() => Attempt::MaybeExecuted,
            Err(_) => Attempt::NotExecuted,
        };
        (answer, attempt)
    }
}

impl Upstream {
    /// The answer with its whole body, which is bounded.
    async fn read(&self, answer: HttpResponse) -> Result<HttpResponse, ConnectorError> {
        let (mut whole, mut body) = (answer, SdkBody::empty());
        std::mem::swap(whole.body_mut(), &mut body);
        let size = body
            .content_length()
            .and_then(|it| usize::try_from(it).ok());
        let size = size.unwrap_or(MAX_ANSWER).min(MAX_ANSWER);
        let mut body = Limited::new(body, MAX_ANSWER);
        let mut bytes = BytesMut::new();
        let mut has_room = false;
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(ConnectorError::io)?.into_data() else {
                continue;
            };
            if !has_room && bytes.len() + data.len() > SMALL_ANSWER {
                let size = u32::try_from(size).unwrap_or(u32::MAX);
                let room = Arc::clone(&self.room).acquire_many_owned(size).await;
                let room = room.map_err(|closed| ConnectorError::other(closed.into(), None))?;
                whole.add_extension(Room(Arc::new(room)));
                has_room = true;
            }
            bytes.extend_from_slice(&data);
        }
        *whole.body_mut() = SdkBody::from(bytes.freeze());
        Ok(whole)
    }
}

fn answered(answer: &HttpResponse) -> Attempt {
    let status = answer.status();
    if !status.is_success() {
        return Attempt::answered(status.as_u16(), error_code(answer).as_deref());
    }
    let body = answer.body().bytes().unwrap_or_default();
    if body.is_empty() || serde_json::from_slice::<IgnoredAny>(body).is_ok() {
        Attempt::Final
    } else {
        Attempt::MaybeExecuted
    }
}

/// The method that AWS's header names.
fn operation(request: &HttpRequest) -> Option<Operation> {
    let target = request.headers().get("x-amz-target")?;
    let name = target.rsplit('.').next()?;
    Operation::ALL.into_iter().find(|it| it.name() == name)
}

/// A number of 0 to 1 that isn't another caller's.
fn random() -> f64 {
    // Without randomness the wait is the longest: late, and never too often.
    getrandom::u32().map_or(1.0, |number| f64::from(number) / f64::from(u32::MAX))
}
