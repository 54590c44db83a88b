//! `/livez`, `/readyz` and `/metrics`, plain HTTP on a listener of their own.
//!
//! `/livez` answers as long as the process turns its event loop. `/readyz` is 200 between start and
//! drain, 503 else. Neither depends on Cognito: an outage there must not take every replica out.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
    routing::get,
};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::task::spawn_blocking;
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;

use crate::{
    listener::Listener,
    settings::address,
    telemetry::{self, Exposition},
};

/// Most connections at a time. One whose peer doesn't read holds an answer of `/metrics`, of some
/// 50 kB.
const MAX_CONNECTIONS: usize = 64;
/// Of the descriptors that are for callers it has an eighth at most.
const SHARE: usize = 8;
/// How long a peer may take to send a request, the first one and each after it.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a peer may read nothing of an answer.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// Where the admin endpoints listen.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Admin")]
#[group(skip)] // clap would name each after its type, `Args`
pub struct Args {
    /// Address of /livez, /readyz and /metrics
    #[arg(
        long,
        env = "USER_ATTRIBUTES_ADMIN_ADDR",
        value_name = "ADDR",
        default_value = "127.0.0.1:9464",
        value_parser = address
    )]
    pub admin_addr: SocketAddr,
}

/// A listener that has its port.
#[derive(Debug)]
pub struct Bound {
    listener: Listener,
    ready: Readiness,
}

/// Whether the service takes calls. It doesn't until it is told so.
#[derive(Clone, Debug, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    /// From now on it does, or doesn't.
    pub fn set(&self, ready: bool) {
        self.0.store(ready, Ordering::Release);
    }

    fn get(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Args {
    /// Takes the port.
    ///
    /// # Errors
    ///
    /// If the address can't be taken.
    pub fn bind(self) -> io::Result<Bound> {
        Ok(Bound {
            listener: Listener::bind(self.admin_addr, MAX_CONNECTIONS, SHARE)?,
            ready: Readiness::default(),
        })
    }
}

impl Bound {
    /// The address that was taken.
    pub fn local_addr(&self) -> SocketAddr {
        self.listener.local_addr()
    }

    /// What `/readyz` tells.
    pub fn readiness(&self) -> Readiness {
        self.ready.clone()
    }

    /// Answers until `stop`. Connections are cut then: a probe's idle one must not hold the process
    /// up.
    pub async fn serve(self, stop: CancellationToken, exposition: Exposition) {
        let routes = Router::new()
            .route("/livez", get(|| async { "ok" }))
            .route("/readyz", get(readyz))
            .route("/metrics", get(|| metrics(exposition)))
            .with_state(self.ready);
        let stopped = stop.clone();
        let serve = move |stream, _peer| {
            let routes = TowerToHyperService::new(routes.clone());
            let stopped = stopped.clone();
            let mut stream = TimeoutStream::new(stream);
            stream.set_write_timeout(Some(READ_TIMEOUT));
            async move {
                let connection = http1::Builder::new()
                    .timer(TokioTimer::new())
                    .header_read_timeout(REQUEST_TIMEOUT)
                    .serve_connection(TokioIo::new(Box::pin(stream)), routes);
                tokio::select! {
                    // What a prober does wrong is its affair.
                    _ended = connection => {}
                    () = stopped.cancelled() => {}
                }
            }
        };
        self.listener.run(stop, serve, || {}).await;
    }
}

async fn readyz(State(ready): State<Readiness>) -> (StatusCode, &'static str) {
    if ready.get() {
        (StatusCode::OK, "ok")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready")
    }
}

async fn metrics(exposition: Exposition) -> Result<impl IntoResponse, StatusCode> {
    // It reads files, and no call is to wait behind it.
    let text = spawn_blocking(move || exposition.text()).await;
    let text = text.map_err(|_panicked| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(([(CONTENT_TYPE, telemetry::CONTENT_TYPE)], text))
}
