//! How requests leave: the SDK's own HTTP client, with limits of ours around it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use aws_sdk_cognitoidentityprovider::config::SharedHttpClient;
use aws_smithy_http_client::{
    Connector,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{
    http::{
        HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
        http_client_fn,
    },
    orchestrator::HttpRequest,
};
use aws_smithy_types::body::SdkBody;
use http_body_util::Limited;

use super::sent::Sent;

/// For name, TCP and TLS together.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// An idle connection is given up before Cognito closes it: an update written to a connection
/// that is just being closed has an unknown outcome.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(20);
/// Largest answer, in bytes. Cognito's own have a few thousand.
const MAX_ANSWER: usize = 1024 * 1024;

/// Whether a call has got as far as sending. A copy stays with whoever may drop the call.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<AtomicBool>);

impl Progress {
    /// Whether the request may have left. `false` is certain, `true` is not.
    pub fn may_be_sent(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    pub(super) fn sending(&self) {
        self.0.store(true, Ordering::Release);
    }
}

pub(super) fn http_client() -> SharedHttpClient {
    let connector = Connector::builder()
        .connector_settings(
            HttpConnectorSettings::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .build(),
        )
        .pool_idle_timeout(POOL_IDLE_TIMEOUT)
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .build();
    let connector = SharedHttpConnector::new(Bounded(connector));
    http_client_fn(move |_, _| connector.clone())
}

/// Bounds the answer, and gives a refusal the request that it answers, so that its text can be
/// cleaned of what the request held. Nothing is copied: the body's bytes are shared.
#[derive(Debug)]
struct Bounded(Connector);

impl HttpConnector for Bounded {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let sent = request.body().try_clone().map(Sent::new);
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move {
            let mut answer = answer
                .await?
                .map(|body| SdkBody::from_body_1_x(Limited::new(body, MAX_ANSWER)));
            if let Some(sent) = sent.filter(|_| !answer.status().is_success()) {
                answer.add_extension(sent);
            }
            Ok(answer)
        })
    }
}
