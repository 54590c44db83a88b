//! How requests leave: the SDK's own HTTP client, with limits, attempts and a watch of ours around
//! it. Nothing of a request is copied for another attempt: its bytes are shared.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use aws_sdk_cognitoidentityprovider::config::SharedHttpClient;
use aws_smithy_http_client::{
    Connector,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        http::{
            HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
            http_client_fn,
        },
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
    },
};
use aws_smithy_types::body::SdkBody;
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt as _, Limited};
use serde::de::IgnoredAny;
use tokio::time::{sleep_until, timeout};
use tokio_util::bytes::Bytes;

use super::{
    code::error_code,
    progress::Progress,
    retry::{Attempt, Backoff},
    sent::Sent,
    settings::Limits,
};
use crate::proto::Operation;

/// An idle connection is given up before Cognito closes it: an update written to a connection
/// that is just being closed has an unknown outcome.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(20);
/// Largest answer, in bytes. Cognito's own have a few thousand.
const MAX_ANSWER: usize = 1024 * 1024;
/// An attempt that has less time than this before its deadline isn't begun.
const SHORTEST_ATTEMPT: Duration = Duration::from_millis(50);

/// On a refusal: an attempt before the refused one may have been executed.
#[derive(Clone, Copy, Debug)]
pub(super) struct EarlierAttempt;

tokio::task_local! {
    /// Of the call that is being made. The SDK hands nothing of a call's down to its transport.
    static PROGRESS: Progress;
}

/// Makes a call of the SDK's whose progress is known.
pub(super) async fn watched<F: Future>(progress: Progress, call: F) -> F::Output {
    PROGRESS.scope(progress, call).await
}

pub(super) fn http_client(limits: &Limits) -> SharedHttpClient {
    let connector = Connector::builder()
        .connector_settings(
            HttpConnectorSettings::builder()
                .connect_timeout(limits.connect_timeout)
                .build(),
        )
        .pool_idle_timeout(POOL_IDLE_TIMEOUT)
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .build();
    let connector = SharedHttpConnector::new(Attempts(Arc::new(Upstream {
        connector,
        backoff: limits.backoff(),
        limit: limits.upstream_timeout,
    })));
    http_client_fn(move |_, _| connector.clone())
}

/// Sends a request, again if need be, and gives a refusal the request that it answers, so that its
/// text can be cleaned of what the request held.
#[derive(Debug)]
struct Attempts(Arc<Upstream>);

#[derive(Debug)]
struct Upstream {
    connector: Connector,
    backoff: Backoff,
    /// For the answer to one attempt.
    limit: Duration,
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
        let mut doubtful = false;
        loop {
            let Some(copy) = request.try_clone() else {
                return Err(ConnectorError::user("the body isn't in memory".into()));
            };
            let (mut answer, attempt) = self.attempt(copy, progress).await;
            if attempt == Attempt::NotExecuted && !doubtful {
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
                    if doubtful {
                        answer.add_extension(EarlierAttempt);
                    }
                }
                return answer;
            };
            doubtful |= attempt == Attempt::MaybeExecuted;
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
        let exchange = async { read(self.connector.call(request).await?).await };
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

/// The answer with its whole body, which is bounded.
async fn read(answer: HttpResponse) -> Result<HttpResponse, ConnectorError> {
    let (mut whole, mut body) = (answer, SdkBody::empty());
    std::mem::swap(whole.body_mut(), &mut body);
    let bytes = Limited::new(body, MAX_ANSWER).collect().await;
    let bytes = bytes.map_err(ConnectorError::io)?;
    *whole.body_mut() = SdkBody::from(bytes.to_bytes());
    Ok(whole)
}

/// The method that AWS's header names.
fn operation(request: &HttpRequest) -> Option<Operation> {
    let target = request.headers().get("x-amz-target")?;
    let name = target.rsplit('.').next()?;
    Operation::ALL.into_iter().find(|it| it.name() == name)
}

/// Has the first byte that leaves noted. hyper sends the head of a request together with its body,
/// and asks for the body once there is a connection.
fn watch(body: SdkBody, progress: &Progress) -> SdkBody {
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

/// A number of 0 to 1 that isn't another caller's.
fn random() -> f64 {
    // Without randomness the wait is the longest: late, and never too often.
    getrandom::u32().map_or(1.0, |number| f64::from(number) / f64::from(u32::MAX))
}
