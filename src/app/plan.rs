//! What a start finds out before it takes a port. `--check-config` ends after it, so what else can
//! be wrong with the settings belongs here: certificates, files to write to, addresses to send to.
//! Files are read here; whatever leaves a trace outside the process is for [`Plan::bind`].

use std::{fmt, net::SocketAddr, time::Duration};

use super::{App, Args, StartError, pool};
use crate::{
    admin, audit,
    changes::Keys,
    cognito::{Limits, Upstream},
    server,
    telemetry::traces::{self, Traces},
    tls,
};

/// How long calls are still taken while draining, in front of a real Cognito.
const DRAIN_DELAY: Duration = Duration::from_secs(5);

const GRPC_ADDR: &str = "--grpc-addr (USER_ATTRIBUTES_GRPC_ADDR)";
const ADMIN_ADDR: &str = "--admin-addr (USER_ATTRIBUTES_ADMIN_ADDR)";
const POOL_ADDR: &str = "--local-pool-addr (USER_ATTRIBUTES_LOCAL_POOL_ADDR)";

/// Settings that are known to be good, and what they mean. Nothing is taken or made yet.
pub struct Plan {
    server: server::Args,
    tls: Option<(tls::Acceptor, tls::Reload)>,
    admin: admin::Args,
    cognito: Cognito,
    limits: Limits,
    keys: Keys,
    audit: audit::Plan,
    traces: Option<Traces>,
    drain_delay: Duration,
    drain_timeout: Duration,
}

/// Which Cognito is to be called.
pub enum Cognito {
    /// One that is there.
    Upstream(Box<Upstream>),
    /// A development pool, which this process runs itself.
    Local(pool::Loaded),
}

impl Args {
    /// Finds out whether the settings are good.
    ///
    /// # Errors
    ///
    /// If they contradict each other, or a file or an address that they name won't do.
    pub async fn plan(self) -> Result<Plan, StartError> {
        self.server.check()?;
        let drain_delay = self.drain_delay();
        let local_pool = self.local_pool.load()?;
        if let (Some(_), Some(setting)) = (&local_pool, self.cognito.endpoint_setting()) {
            return Err(StartError::TwoUpstreams(setting));
        }
        let drain_timeout = self.drain.drain_timeout;
        if drain_delay + self.server.max_deadline > drain_timeout {
            return Err(StartError::ShortDrain {
                delay: drain_delay,
                max_deadline: self.server.max_deadline,
                timeout: drain_timeout,
            });
        }
        let cognito = match local_pool {
            None => Cognito::Upstream(Box::new(self.cognito.upstream().await?)),
            Some(local_pool) => Cognito::Local(local_pool),
        };
        let pool_addr = match &cognito {
            Cognito::Local(pool) => Some((POOL_ADDR, pool.addr())),
            Cognito::Upstream(_) => None,
        };
        let own = [
            (GRPC_ADDR, self.server.grpc_addr),
            (ADMIN_ADDR, self.admin.admin_addr),
        ];
        distinct(&own.into_iter().chain(pool_addr).collect::<Vec<_>>())?;
        let traces = self.telemetry.traces.map(traces::Settings::start);
        Ok(Plan {
            tls: self.tls.load()?,
            audit: self.audit.plan().await?,
            traces: traces.transpose()?,
            server: self.server,
            admin: self.admin,
            cognito,
            limits: self.cognito.limits,
            keys: Keys::generate().map_err(StartError::Key)?,
            drain_delay,
            drain_timeout,
        })
    }

    /// Nobody balances over a developer's machine.
    pub(super) fn drain_delay(&self) -> Duration {
        let default = if self.local_pool.is_wanted() {
            Duration::ZERO
        } else {
            DRAIN_DELAY
        };
        self.drain.drain_delay.unwrap_or(default)
    }
}

impl Plan {
    /// Which Cognito is to be called.
    pub fn cognito(&self) -> &Cognito {
        &self.cognito
    }

    /// Takes the ports, and makes the audit's file if it isn't there.
    ///
    /// # Errors
    ///
    /// If one can't be taken, or the file or the local pool can't be made.
    pub async fn bind(self) -> Result<App, StartError> {
        let (audit, audit_rest) = self.audit.open().await?;
        let (server, admin) = listen(self.server, self.admin)?;
        let (upstream, local_pool) = match self.cognito {
            Cognito::Upstream(upstream) => (*upstream, None),
            Cognito::Local(local_pool) => {
                let local_pool = local_pool.bind().await?;
                let upstream = Upstream::local(local_pool.endpoint_url());
                (upstream, Some(local_pool))
            }
        };
        Ok(App {
            server,
            tls: self.tls,
            audit,
            audit_rest,
            traces: self.traces,
            admin,
            upstream,
            limits: self.limits,
            keys: self.keys,
            drain_delay: self.drain_delay,
            drain_timeout: self.drain_timeout,
            local_pool,
        })
    }
}

impl fmt::Display for Cognito {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local(_) => f.write_str("the local pool"),
            Self::Upstream(upstream) => {
                f.write_str(upstream.url())?;
                match upstream.proxy() {
                    Some(proxy) => write!(f, " through {proxy}"),
                    None => Ok(()),
                }
            }
        }
    }
}

/// Refuses two listeners of which the second could never have its port.
fn distinct(listeners: &[(&'static str, SocketAddr)]) -> Result<(), StartError> {
    let clash = |one: SocketAddr, other: SocketAddr| {
        let any = one.ip().is_unspecified() || other.ip().is_unspecified();
        one.port() == other.port()
            && one.port() != 0
            && (one.ip() == other.ip() || any && one.is_ipv4() == other.is_ipv4())
    };
    for (at, (setting, addr)) in listeners.iter().enumerate() {
        let mut before = listeners[..at].iter();
        if let Some((taken, _)) = before.find(|(_, taken)| clash(*taken, *addr)) {
            return Err(StartError::SamePort([taken, setting], *addr));
        }
    }
    Ok(())
}

fn listen(
    server: server::Args,
    admin: admin::Args,
) -> Result<(server::Bound, admin::Bound), StartError> {
    let refused = |setting, addr| {
        move |cause| StartError::Bind {
            setting,
            addr,
            cause,
        }
    };
    let (grpc_addr, admin_addr) = (server.grpc_addr, admin.admin_addr);
    Ok((
        server.bind().map_err(refused(GRPC_ADDR, grpc_addr))?,
        admin.bind().map_err(refused(ADMIN_ADDR, admin_addr))?,
    ))
}
