//! A user pool for development, inside this process: Amazon Cognito's wire protocol (AWS JSON 1.1
//! over HTTP/1.1) on a loopback address, so that the very same calls work without an AWS account.
//!
//! It knows the operations on one's own attributes, whole, and what it takes to get there: pools, app
//! clients, users, sign-up, sign-in, sign-out. What they are from the start stands in a file. Besides
//! Cognito's API there is `/`, a page for a person, and `/_local`, where tests read the messages that
//! were sent and the events of Lambda triggers, order failures, and let time go by.
//!
//! ```text
//! http -> operations -> request (types, then forms, all broken ones at once)
//!                    -> authentication (the token), then under the lock:
//!                    -> account, registration, sign_in (the rules: no wire, no clock, no lock)
//!                    -> outbox (messages, and events of triggers)
//! ```
//!
//! Its state is in memory behind one lock: a restart is the file again. Keys are made at the start,
//! or in the background of a pool's creation, so no token outlives it.
//!
//! Where AWS documents nothing and nobody has seen Cognito's answer, the `behaviour` module has a
//! setting if a test could care, and else it does this:
//!
//! - An empty list of attributes is accepted and changes nothing; of one name twice the last counts.
//! - Names that the schema lacks are refused first, then names that the app client may not write,
//!   then what the schema forbids, then formats, then what another user has.
//! - Texts for a number out of range, a value of another type, a string too long and a required
//!   attribute that is still missing follow the pattern of the texts that are known.
//! - A token that no key of the pool has signed is told from one that isn't an access token at all.
//!   One of a deleted pool is such a token. A deleted user's doesn't open the account of another who
//!   has the same name since.
//! - An attribute that the user doesn't have can be deleted. With an address go its code and a
//!   change that was pending. The address that a user signs in by can't be deleted.
//! - Setting an address to what is stored ends a change that was pending.
//! - A code is for the address that it went to. Every attempt to verify counts for the limit.
//! - `CustomMessage` has the address that the code goes to among the attributes, as the senders do.
//! - An update that needs no verification doesn't look at who has the value as an alias: that is
//!   found out when it is verified. `preferred_username` needs none, so it is looked at at once.
//! - `AdminUpdateUserAttributes` stores an address at once whose flag it sets to true, and treats
//!   another as its owner's own change. `ListUsers` goes by the user names.
//! - How old the timestamp of a proof of a password is isn't looked at, as the clock here can be set.
//!   A user's state is told once the password is proved.
//! - `SignUp` and `AdminCreateUser` check the password, then the name, then the attributes.
//! - The texts of `RevokeToken`, and those for limits that no attribute and no token can have, are
//!   this pool's own. So is the text for a `SignUp` without a password: the policy's.

mod account;
mod admission;
mod args;
mod attributes;
mod authentication;
mod banner;
mod behaviour;
mod challenges;
mod client;
mod clock;
mod config;
mod constraints;
mod contact;
mod exception;
mod faults;
mod filter;
mod forms;
mod http;
mod input;
mod keys;
mod minting;
mod operations;
mod outbox;
mod password;
mod pool;
mod registration;
mod request;
mod schema;
mod sessions;
mod settings;
mod sign_in;
mod srp;
mod state;
mod tokens;
mod triggers;
mod user;
mod users;
mod verification;

use std::{fmt, io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{net::TcpListener, time::timeout};

use self::{
    admission::Admission,
    banner::Banner,
    clock::Clock,
    config::Config,
    http::Shared,
    keys::{Keys, NoKey},
    minting::DefaultUser,
    state::Cognito,
};
pub use self::{args::Args, config::InvalidConfig};
use crate::listener::reached_at;

/// How long exchanges under way may take once the pool has to stop.
const CLOSE: Duration = Duration::from_millis(500);

/// What a pool is to be, before it takes anything.
pub struct Loaded {
    addr: SocketAddr,
    admission: Admission,
    config: Config,
}

/// A pool that has its port and the key for access tokens, and serves nothing yet.
pub struct LocalPool {
    listener: TcpListener,
    local_addr: SocketAddr,
    region: String,
    shared: Shared,
    banner: Banner,
}

/// Why there is no pool.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The address can't be taken.
    #[error(
        "can't listen on {addr} by --local-pool-addr (USER_ATTRIBUTES_LOCAL_POOL_ADDR): {cause}"
    )]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// What the system says.
        cause: io::Error,
    },
    /// No key, or no token signed with it.
    #[error("can't make a signing key: {0}")]
    Key(#[from] NoKey),
}

impl Loaded {
    /// The address that it is to take.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Takes the port, makes the pools and their users, and signs one of them in.
    ///
    /// # Errors
    ///
    /// If the address can't be taken or no key can be made.
    pub async fn bind(self) -> Result<LocalPool, BindError> {
        let Self {
            addr,
            admission,
            config,
        } = self;
        let refused = |cause| BindError::Listen { addr, cause };
        let listener = TcpListener::bind(addr).await.map_err(refused)?;
        let local_addr = listener.local_addr().map_err(refused)?;
        for host in admission.names() {
            tracing::warn!(
                host,
                addr = %local_addr,
                "the local pool lets others in: whoever reaches it reads every code and password"
            );
        }
        // Who checks a token looks for its pool's keys under the name that it can reach.
        let base_url = match admission.names().first() {
            Some(name) => format!("http://{name}:{}", local_addr.port()),
            None => base_url(local_addr),
        };
        let clock = Clock::default();
        let mut pools = config.pools(&base_url, clock.now());
        let default_user = DefaultUser::of(&pools);
        let banner = Banner::of(&mut pools, default_user.as_ref(), clock.now()).await?;
        let first = pools.first().map(|pool| pool.settings.region().to_owned());
        Ok(LocalPool {
            listener,
            local_addr,
            region: first.unwrap_or_else(|| config::REGION.to_owned()),
            shared: Shared {
                cognito: Arc::new(Cognito::new(base_url, config, pools)),
                clock: Arc::new(clock),
                admission,
            },
            banner,
        })
    }
}

impl LocalPool {
    /// The address that was taken.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// What an AWS client takes as its endpoint.
    pub fn endpoint_url(&self) -> String {
        base_url(self.local_addr)
    }

    /// The AWS Region that the first pool's name belongs to.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// What a person needs to try the server at `grpc_url`. It holds an access token: it is for
    /// stdout and no log.
    pub fn banner(&self, grpc_url: &str) -> String {
        self.banner.text(&self.endpoint_url(), grpc_url)
    }

    /// What it answers, for a test that asks without a socket.
    pub fn routes(&self) -> axum::Router {
        http::routes(self.shared.clone())
    }

    /// Serves until `shutdown`; exchanges under way then get half a second to end.
    ///
    /// # Errors
    ///
    /// If the listener fails.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        for pool in self.shared.cognito.state().pools.values() {
            Keys::make_ready(&pool.keys);
        }
        let (stopping, stopped) = tokio::sync::oneshot::channel();
        let shutdown = async move {
            shutdown.await;
            let _ = stopping.send(());
        };
        let serve = axum::serve(self.listener, http::routes(self.shared));
        let serve = async { serve.with_graceful_shutdown(shutdown).await };
        tokio::pin!(serve);
        let result = tokio::select! {
            result = &mut serve => result,
            _ = stopped => timeout(CLOSE, serve).await.unwrap_or(Ok(())),
        };
        result
    }
}

impl fmt::Debug for LocalPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalPool")
            .field("local_addr", &self.local_addr)
            .finish_non_exhaustive()
    }
}

/// Where this machine reaches it.
fn base_url(addr: SocketAddr) -> String {
    format!("http://{}", reached_at(addr))
}
