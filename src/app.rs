//! The whole process, put together: settings in, listeners bound, served, drained.

mod drain;
mod errors;
mod plan;
mod pool;
mod process_args;

use std::{net::SocketAddr, time::Duration};

use tokio::task::JoinSet;
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use self::{drain::Drain, pool::LocalPool, process_args::Errand};
pub use self::{
    errors::{RunError, StartError},
    plan::{Cognito, Plan},
    process_args::Asked,
};
use crate::{
    admin,
    audit::{self, Audit},
    changes::Keys,
    cognito::{self, Client, Limits, Upstream},
    listener::reached_at,
    server::{self, Health, Stop},
    service::Service,
    shutdown::{self, Shutdown},
    telemetry::{self, Exposition, Metrics, traces::Traces},
    tls,
};

/// A typed gRPC service in front of Amazon Cognito's user-attribute operations.
#[derive(Clone, Debug, clap::Parser)]
#[command(
    name = "user-attributes-server",
    version,
    about,
    // clap would repeat the flags of a bad command line there.
    override_usage = "user-attributes-server [OPTIONS]"
)]
pub struct Args {
    #[command(flatten)]
    errand: Errand,
    #[command(flatten)]
    server: server::Args,
    #[command(flatten)]
    tls: tls::Args,
    #[command(flatten)]
    admin: admin::Args,
    #[command(flatten)]
    cognito: cognito::Args,
    #[command(flatten)]
    drain: shutdown::Args,
    #[command(flatten)]
    telemetry: telemetry::Args,
    #[command(flatten)]
    audit: audit::Args,
    #[command(flatten)]
    local_pool: pool::Args,
}

/// Everything bound and nothing served yet.
#[derive(Debug)]
pub struct App {
    server: server::Bound,
    tls: Option<(tls::Acceptor, tls::Reload)>,
    admin: admin::Bound,
    upstream: Upstream,
    limits: Limits,
    keys: Keys,
    audit: Audit,
    audit_rest: Option<audit::Rest>,
    drain_delay: Duration,
    drain_timeout: Duration,
    local_pool: Option<LocalPool>,
    traces: Option<Traces>,
}

impl Args {
    /// How to log.
    pub fn telemetry(&self) -> &telemetry::Args {
        &self.telemetry
    }

    /// Whether only to find out if a server with these settings could start.
    pub fn only_checks(&self) -> bool {
        self.errand.check_config
    }

    /// Takes the ports, once the settings are known to be good.
    ///
    /// # Errors
    ///
    /// If the settings contradict each other, or a port can't be taken.
    pub async fn bind(self) -> Result<App, StartError> {
        self.plan().await?.bind().await
    }
}

impl App {
    /// The address of the gRPC services.
    pub fn grpc_addr(&self) -> SocketAddr {
        self.server.local_addr()
    }

    /// Where this machine's callers reach them, as the client takes it.
    pub fn grpc_url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", reached_at(self.grpc_addr()))
    }

    /// The address of `/livez`, `/readyz` and `/metrics`.
    pub fn admin_addr(&self) -> SocketAddr {
        self.admin.local_addr()
    }

    /// The Cognito that is called.
    pub fn upstream(&self) -> &Upstream {
        &self.upstream
    }

    /// The development pool, if there is one.
    pub fn local_pool(&self) -> Option<&LocalPool> {
        self.local_pool.as_ref()
    }

    /// What is left of the audit once the runtime is gone, if it has a file. Given once.
    pub fn take_audit_rest(&mut self) -> Option<audit::Rest> {
        self.audit_rest.take()
    }

    /// Serves until `shutdown`, then drains: health checks are told NOT_SERVING, a little later
    /// connections are told to go elsewhere, and calls in flight get their time.
    ///
    /// # Errors
    ///
    /// If a listener fails, calls don't end in time, or an abort is asked for.
    pub async fn run(mut self, shutdown: Shutdown) -> Result<(), RunError> {
        let traces = self.traces.take();
        let whole = async {
            let result = self.serve_and_drain(&shutdown).await;
            if let Some(traces) = traces {
                traces.end().await;
            }
            result
        };
        tokio::select! {
            biased;
            result = whole => result,
            () = shutdown.abort() => Err(RunError::Aborted),
        }
    }

    async fn serve_and_drain(self, shutdown: &Shutdown) -> Result<(), RunError> {
        let drain = Drain {
            in_flight: self.server.in_flight(),
            health: Health::default(),
            ready: self.admin.readiness(),
            stop: Stop::default(),
            delay: self.drain_delay,
            timeout: self.drain_timeout,
        };
        let metrics = Metrics::new(cognito::known_codes());
        let connections = self.server.connections();
        let exposition = Exposition::new(
            &metrics,
            self.server.in_flight(),
            move || connections.count(),
            self.audit.lines_lost(),
        );
        let stop_rest = CancellationToken::new();
        let mut rest = JoinSet::new();
        let admin = self.admin.serve(stop_rest.clone(), exposition);
        rest.spawn(async {
            admin.await;
            Ok(())
        });
        if let Some(local_pool) = self.local_pool {
            let pool = local_pool.run(stop_rest.clone().cancelled_owned());
            rest.spawn(async { pool.await.map_err(|error| error.to_string()) });
        }
        let client = Client::new(&self.upstream, &self.limits, metrics.clone());
        let service = Service::new(client, self.keys, self.audit, metrics.clone());
        let (health, stop) = (drain.health.clone(), drain.stop.clone());
        let (tls, reload) = self.tls.unzip();
        let reload = reload.map(|reload| tokio::spawn(reload.run(&metrics)));
        let _reload = reload.map(AbortOnDropHandle::new);
        let server = self.server.serve(service, health, tls, stop, metrics);
        let mut grpc = JoinSet::new();
        grpc.spawn(async { server.await.map_err(|error| format!("{error:#}")) });

        drain.ready();
        tokio::select! {
            () = shutdown.drain() => {}
            Some(ended) = grpc.join_next() => return Err(listener_ended(ended)),
            Some(ended) = rest.join_next() => return Err(listener_ended(ended)),
        }
        let drained = drain.run(grpc).await;
        stop_rest.cancel();
        rest.join_all().await;
        drained
    }
}

fn listener_ended(ended: Result<Result<(), String>, tokio::task::JoinError>) -> RunError {
    RunError::Listener(match ended {
        Ok(Ok(())) => "without being asked to".to_owned(),
        Ok(Err(error)) => error,
        Err(error) => error.to_string(),
    })
}
