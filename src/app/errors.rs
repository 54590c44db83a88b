//! Why the process doesn't start, and why it ends.

use std::{io, net::SocketAddr, time::Duration};

use humantime::format_duration;

use super::pool;
use crate::{
    audit::InvalidAudit, cognito::InvalidSettings, server::InvalidDeadlines,
    telemetry::traces::InvalidExporter, tls::InvalidTls,
};

/// Why nothing was started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings name no Cognito.
    #[error("{0}{more}", more = alternative(.0))]
    Settings(InvalidSettings),
    /// The settings name two.
    #[error(
        "--local-pool (USER_ATTRIBUTES_LOCAL_POOL) is a Cognito of its own: it can't go together with \
         {0}"
    )]
    TwoUpstreams(&'static str),
    /// The settings of deadlines contradict each other.
    #[error(transparent)]
    Deadlines(#[from] InvalidDeadlines),
    /// A call that comes late in the drain's delay may take longer than the drain.
    #[error(
        "--drain-delay (USER_ATTRIBUTES_DRAIN_DELAY), which is {}, and --max-deadline \
         (USER_ATTRIBUTES_MAX_DEADLINE), which is {}, are together longer than --drain-timeout \
         (USER_ATTRIBUTES_DRAIN_TIMEOUT), which is {}: a call that comes during the delay must have \
         time to end",
        format_duration(*.delay),
        format_duration(*.max_deadline),
        format_duration(*.timeout),
    )]
    ShortDrain {
        /// How long calls are still taken.
        delay: Duration,
        /// How long each may take.
        max_deadline: Duration,
        /// How long all of it may take.
        timeout: Duration,
    },
    /// There can be no TLS.
    #[error(transparent)]
    Tls(#[from] InvalidTls),
    /// There can be no audit.
    #[error(transparent)]
    Audit(#[from] InvalidAudit),
    /// Two listeners would have the same port.
    #[error("{} and {} can't have the same port: {}", .0[0], .0[1], .1)]
    SamePort([&'static str; 2], SocketAddr),
    /// An address can't be taken.
    #[error("can't listen on {addr} by {setting}: {cause}")]
    Bind {
        /// The flag that names the address.
        setting: &'static str,
        /// The address.
        addr: SocketAddr,
        /// What the system says.
        cause: io::Error,
    },
    /// The system has no randomness.
    #[error("can't make a key: {0}")]
    Key(getrandom::Error),
    /// Traces can't be sent as the settings say.
    #[error(transparent)]
    Traces(#[from] InvalidExporter),
    /// The development pool can't be started.
    #[error("can't start the local pool: {0}")]
    LocalPool(#[from] pool::BindError),
    /// The development pool's file is wrong.
    #[error(transparent)]
    LocalPoolConfig(#[from] pool::InvalidConfig),
}

/// Why it ended otherwise than asked for.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A listener failed.
    #[error("a listener ended: {0}")]
    Listener(String),
    /// Calls, or changes whose callers had left, were still in flight when the time to drain was
    /// over.
    #[error("{0} calls and changes were cut off: they took longer than --drain-timeout")]
    NotDrained(usize),
    /// A second signal came.
    #[error("aborted by a second signal")]
    Aborted,
}

impl StartError {
    /// Whether the settings are at fault, rather than the system.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Settings(_)
            | Self::TwoUpstreams(_)
            | Self::Deadlines(_)
            | Self::ShortDrain { .. }
            | Self::SamePort(..)
            | Self::Tls(_)
            | Self::Traces(_)
            | Self::LocalPoolConfig(_) => true,
            Self::Audit(error) => error.is_usage(),
            Self::Bind { .. } | Self::Key(_) | Self::LocalPool(_) => false,
        }
    }
}

impl From<InvalidSettings> for StartError {
    fn from(error: InvalidSettings) -> Self {
        Self::Settings(error)
    }
}

/// What else there is to do for a person who wants to try the server.
fn alternative(error: &InvalidSettings) -> &'static str {
    match error {
        InvalidSettings::Missing if pool::EXISTS => ", or --local-pool for a development pool",
        _ => "",
    }
}
