//! `/livez` and `/readyz`, plain HTTP on a listener of their own.
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
};

use axum::{Router, extract::State, http::StatusCode, routing::get};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::settings::address;

/// Where the admin endpoints listen.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Admin")]
#[group(skip)] // clap would name each after its type, `Args`
pub struct Args {
    /// Address of /livez and /readyz
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
    listener: TcpListener,
    local_addr: SocketAddr,
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
    pub async fn bind(self) -> io::Result<Bound> {
        let listener = TcpListener::bind(self.admin_addr).await?;
        Ok(Bound {
            local_addr: listener.local_addr()?,
            listener,
            ready: Readiness::default(),
        })
    }
}

impl Bound {
    /// The address that was taken.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// What `/readyz` tells.
    pub fn readiness(&self) -> Readiness {
        self.ready.clone()
    }

    /// Answers until `stop`.
    ///
    /// # Errors
    ///
    /// If the listener fails.
    pub async fn serve(self, stop: CancellationToken) -> io::Result<()> {
        let routes = Router::new()
            .route("/livez", get(|| async { "ok" }))
            .route("/readyz", get(readyz))
            .with_state(self.ready);
        // Not gracefully: a probe's idle connection must not hold the process up.
        tokio::select! {
            result = async { axum::serve(self.listener, routes).await } => result,
            () = stop.cancelled() => Ok(()),
        }
    }
}

async fn readyz(State(ready): State<Readiness>) -> (StatusCode, &'static str) {
    if ready.get() {
        (StatusCode::OK, "ok")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready")
    }
}
