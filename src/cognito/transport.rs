//! How requests leave: attempts of ours, over HTTP/1.1, with a watch on the first byte. Nothing of a
//! request is copied for another attempt: its bytes are shared.

mod attempts;
mod connect;
mod watch;

use std::sync::Arc;

use aws_sdk_cognitoidentityprovider::config::SharedHttpClient;
use aws_smithy_runtime_api::client::http::{SharedHttpConnector, http_client_fn};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use rustls_native_certs::load_native_certs;

use self::{attempts::Attempts, connect::Connector};
use super::{progress::Progress, settings::Limits};

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
    let connector = Connector::new(tls(), limits.connect_timeout);
    let attempts = Attempts::new(connector, limits.backoff(), limits.upstream_timeout);
    let connector = SharedHttpConnector::new(attempts);
    http_client_fn(move |_, _| connector.clone())
}

/// TLS that offers HTTP/1.1 alone, so that no peer can choose HTTP/2.
fn tls() -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let (added, _unusable) = roots.add_parsable_certificates(load_native_certs().certs);
    if added == 0 {
        tracing::warn!("the system has no certificates to trust");
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has the default versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Arc::new(tls)
}
