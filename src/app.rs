//! The whole process, put together: settings in, listeners bound, served, drained.

mod errors;
mod process_args;

use std::{net::SocketAddr, time::Duration};

use tokio::{
    task::JoinSet,
    time::{Instant, timeout, timeout_at},
};
use tokio_util::sync::CancellationToken;

pub use self::errors::{RunError, StartError};
#[cfg(feature = "local-pool")]
use crate::local_pool::{self, LocalPool};
use crate::{
    admin,
    cognito::{self, Client, Limits, Upstream},
    idempotency::Keys,
    server::{self, Health},
    service::Service,
    shutdown::Shutdown,
    telemetry::{self, CallsInFlight},
};

/// From the first signal to the end, at most.
const DRAIN: Duration = Duration::from_secs(25);
/// How long connections are still taken while calls are in flight, so that health checks can say
/// NOT_SERVING. A call that comes last still has the longest time of a call, 20 seconds.
const LAME_DUCK: Duration = Duration::from_secs(5);
/// How long idle connections get to close themselves once no call is in flight.
const CLOSE: Duration = Duration::from_millis(500);

/// A typed gRPC service in front of Amazon Cognito's user-attribute operations.
#[derive(Clone, Debug, clap::Parser)]
#[command(name = "user-attributes-server", version, about)]
pub struct Args {
    #[command(flatten)]
    server: server::Args,
    #[command(flatten)]
    admin: admin::Args,
    #[command(flatten)]
    cognito: cognito::Args,
    #[command(flatten)]
    telemetry: telemetry::Args,
    #[cfg(feature = "local-pool")]
    #[command(flatten)]
    local_pool: local_pool::Args,
}

/// Everything bound and nothing served yet.
#[derive(Debug)]
pub struct App {
    server: server::Bound,
    admin: admin::Bound,
    upstream: Upstream,
    limits: Limits,
    keys: Keys,
    #[cfg(feature = "local-pool")]
    local_pool: Option<LocalPool>,
}

impl Args {
    /// How to log.
    pub fn telemetry(&self) -> &telemetry::Args {
        &self.telemetry
    }

    /// Takes the ports, once the settings are known to be good.
    ///
    /// # Errors
    ///
    /// If the settings contradict each other, or a port can't be taken.
    pub async fn bind(self) -> Result<App, StartError> {
        self.server.check()?;
        #[cfg(feature = "local-pool")]
        if self.local_pool.enabled() {
            return self.bind_with_local_pool().await;
        }
        #[cfg(feature = "local-pool")]
        self.local_pool.refuse_unread()?;
        let upstream = self.cognito.upstream().await?;
        let (server, admin) = bind_listeners(self.server, self.admin).await?;
        Ok(App {
            server,
            admin,
            upstream,
            limits: self.cognito.limits,
            keys: keys()?,
            #[cfg(feature = "local-pool")]
            local_pool: None,
        })
    }

    #[cfg(feature = "local-pool")]
    async fn bind_with_local_pool(self) -> Result<App, StartError> {
        if let Some(setting) = self.cognito.endpoint_setting() {
            return Err(StartError::TwoUpstreams(setting));
        }
        let local_pool = self.local_pool.load()?;
        let (server, admin) = bind_listeners(self.server, self.admin).await?;
        let local_pool = local_pool.bind().await?;
        let upstream = Upstream::local(local_pool.endpoint_url());
        Ok(App {
            server,
            admin,
            upstream,
            limits: self.cognito.limits,
            keys: keys()?,
            local_pool: Some(local_pool),
        })
    }
}

fn keys() -> Result<Keys, StartError> {
    Keys::generate().map_err(StartError::Key)
}

async fn bind_listeners(
    server: server::Args,
    admin: admin::Args,
) -> Result<(server::Bound, admin::Bound), StartError> {
    let refused = |setting, addr| {
        move |source| StartError::Bind {
            setting,
            addr,
            source,
        }
    };
    let (grpc_addr, admin_addr) = (server.grpc_addr, admin.admin_addr);
    Ok((
        server
            .bind()
            .await
            .map_err(refused("--grpc-addr", grpc_addr))?,
        admin
            .bind()
            .await
            .map_err(refused("--admin-addr", admin_addr))?,
    ))
}

impl App {
    /// The address of the gRPC services.
    pub fn grpc_addr(&self) -> SocketAddr {
        self.server.local_addr()
    }

    /// The address of `/livez` and `/readyz`.
    pub fn admin_addr(&self) -> SocketAddr {
        self.admin.local_addr()
    }

    /// The Cognito that is called.
    pub fn upstream(&self) -> &Upstream {
        &self.upstream
    }

    /// The development pool, if there is one.
    #[cfg(feature = "local-pool")]
    pub fn local_pool(&self) -> Option<&LocalPool> {
        self.local_pool.as_ref()
    }

    /// Serves until `shutdown`, then drains: health checks are told NOT_SERVING, connections are
    /// told to go elsewhere, calls in flight get 25 seconds.
    ///
    /// # Errors
    ///
    /// If a listener fails, calls don't end in time, or an abort is asked for.
    pub async fn run(self, shutdown: Shutdown) -> Result<(), RunError> {
        tokio::select! {
            biased;
            result = self.serve_and_drain(&shutdown) => result,
            () = shutdown.abort() => Err(RunError::Aborted),
        }
    }

    async fn serve_and_drain(self, shutdown: &Shutdown) -> Result<(), RunError> {
        let calls = CallsInFlight::default();
        let health = Health::not_serving().await;
        let ready = self.admin.readiness();
        let (stop_grpc, stop_rest) = (CancellationToken::new(), CancellationToken::new());

        let mut rest = JoinSet::new();
        let admin = self.admin.serve(stop_rest.clone());
        rest.spawn(async { admin.await.map_err(|error| error.to_string()) });
        #[cfg(feature = "local-pool")]
        if let Some(local_pool) = self.local_pool {
            let pool = local_pool.run(stop_rest.clone().cancelled_owned());
            rest.spawn(async { pool.await.map_err(|error| error.to_string()) });
        }
        let mut grpc = JoinSet::new();
        let client = Client::new(&self.upstream, &self.limits);
        let service = Service::new(client, self.keys, &calls);
        let server = self
            .server
            .serve(service, health.clone(), calls.clone(), stop_grpc.clone());
        grpc.spawn(async { server.await.map_err(|error| format!("{error:#}")) });

        health.set_serving(true).await;
        ready.set(true);
        tracing::info!("ready");
        tokio::select! {
            () = shutdown.drain() => {}
            Some(ended) = grpc.join_next() => return Err(listener_ended(ended)),
            Some(ended) = rest.join_next() => return Err(listener_ended(ended)),
        }

        ready.set(false);
        health.set_serving(false).await;
        tracing::info!(calls = calls.count(), "draining");
        let end = Instant::now() + DRAIN;
        let _ = timeout(LAME_DUCK, calls.none()).await;
        stop_grpc.cancel();
        let drained = timeout_at(end, calls.none()).await;
        health.end_watches().await;
        // A peer that never speaks would hold its connection, and the server, for ever.
        let _ = timeout(CLOSE, grpc.join_next()).await;
        stop_rest.cancel();
        rest.join_all().await;
        match drained {
            Ok(()) => Ok(()),
            Err(_elapsed) => Err(RunError::NotDrained(calls.count())),
        }
    }
}

fn listener_ended(ended: Result<Result<(), String>, tokio::task::JoinError>) -> RunError {
    RunError::Listener(match ended {
        Ok(Ok(())) => "without being asked to".to_owned(),
        Ok(Err(error)) => error,
        Err(error) => error.to_string(),
    })
}
