//! Connections to Cognito: one call at a time on each, by HTTP/1.1 alone.
//!
//! HTTP/2 would carry all calls over one connection, and one that has gone silent would take all of
//! them with it, for as long as calls keep coming. Here a connection that goes silent takes the one
//! call that it carries: that call's limit ends both.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http::{Request, Response, Uri};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::{
    client::legacy::{
        self, Client,
        connect::{HttpConnector, proxy::Tunnel},
    },
    rt::{TokioExecutor, TokioIo, TokioTimer},
};
use tokio::{net::TcpStream, time::timeout};
use tower::{BoxError, Service};

use super::{route::Route, watch::Watched};

/// An idle connection is given up before Cognito closes it: an update written to a connection
/// that is just being closed has an unknown outcome.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// Makes exchanges, over connections that are kept for the next ones.
#[derive(Debug)]
pub(super) struct Connector(Client<Dial, Watched>);

/// Makes a connection, within a limit for all that it takes: the name, TCP, the proxy, TLS.
#[derive(Clone, Debug)]
struct Dial {
    way: Way,
    limit: Duration,
}

#[derive(Clone, Debug)]
enum Way {
    Direct(HttpsConnector<HttpConnector>),
    /// TLS with Cognito inside of what a proxy passes on, which may be TLS itself.
    Tunnel(Box<HttpsConnector<Tunnel<HttpsConnector<HttpConnector>>>>),
}

type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

/// No connection came about within its time.
#[derive(Debug, thiserror::Error)]
#[error("no connection within {0:?}")]
struct Late(Duration);

impl Connector {
    /// `limit` is for making a connection.
    pub fn new(route: &Route, limit: Duration) -> Self {
        let dial = Dial {
            way: Way::new(route),
            limit,
        };
        // hyper-util begins a request anew whose connection closes, and only if nothing has asked
        // for its body: that one wasn't sent.
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(POOL_IDLE_TIMEOUT)
            .build(dial);
        Self(client)
    }

    /// The head of the answer, and a body that is still to come.
    pub async fn call(
        &self,
        request: Request<Watched>,
    ) -> Result<Response<Incoming>, legacy::Error> {
        self.0.request(request).await
    }
}

impl Way {
    fn new(route: &Route) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        tcp.enforce_http(false);
        let direct = HttpsConnector::from((tcp, Arc::clone(&route.tls)));
        let Some(proxy) = &route.proxy else {
            return Self::Direct(direct);
        };
        let mut tunnel = Tunnel::new(proxy.uri().clone(), direct);
        if let Some(header) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(header.clone());
        }
        let inside = HttpsConnector::from((tunnel, Arc::clone(&route.tls)));
        Self::Tunnel(Box::new(inside))
    }
}

impl Service<Uri> for Dial {
    type Response = MaybeHttpsStream<Stream>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        match &mut self.way {
            Way::Direct(connector) => connector.poll_ready(cx),
            Way::Tunnel(connector) => connector.poll_ready(cx),
        }
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let connection: Self::Future = match &mut self.way {
            Way::Direct(connector) => {
                let connection = connector.call(to);
                Box::pin(async move { Ok(connection.await?.into()) })
            }
            Way::Tunnel(connector) => connector.call(to),
        };
        let limit = self.limit;
        Box::pin(async move {
            let connection = timeout(limit, connection).await;
            connection.map_err(|_elapsed| Late(limit))?
        })
    }
}
