//! How requests leave: attempts of ours, over HTTP/1.1, with a watch on the first byte. Nothing of a
//! request is copied for another attempt: its bytes are shared.

mod attempts;
mod connect;
mod proxies;
mod roots;
mod route;
mod watch;

use aws_sdk_cognitoidentityprovider::config::SharedHttpClient;
use aws_smithy_runtime_api::client::http::{SharedHttpConnector, http_client_fn};

pub(super) use self::route::Route;
use self::{attempts::Attempts, connect::Connector};
pub use self::{
    proxies::{InvalidProxy, Proxies},
    roots::InvalidRoots,
    route::{Connection, InvalidRoute},
};
use super::settings::Limits;
use crate::call::Progress;

tokio::task_local! {
    /// Of the call that is being made. The SDK hands nothing of a call's down to its transport.
    static PROGRESS: Progress;
}

/// Makes a call of the SDK's whose progress is known.
pub(super) async fn watched<F: Future>(progress: Progress, call: F) -> F::Output {
    PROGRESS.scope(progress, call).await
}

pub(super) fn http_client(route: &Route, limits: &Limits) -> SharedHttpClient {
    let connector = Connector::new(route, limits.connect_timeout);
    let attempts = Attempts::new(connector, limits.backoff(), limits.upstream_timeout);
    let connector = SharedHttpConnector::new(attempts);
    http_client_fn(move |_, _| connector.clone())
}
