//! A user pool for development, inside this process: Amazon Cognito's wire protocol (AWS JSON 1.1
//! over HTTP/1.1) on a loopback address, so that the very same calls work without an AWS account.
//!
//! It knows `InitiateAuth` with `USER_PASSWORD_AUTH`, `UpdateUserAttributes` and `GetUser`, signed
//! or not, and serves its public keys at `{issuer}/.well-known/jwks.json`. Its state is in memory:
//! a restart is the seed again. Its keys are made at its start, so no token outlives it.
//!
//! Where AWS documents nothing and nobody has seen Cognito's answer, it does this:
//!
//! - An empty list of attributes is accepted and changes nothing; of one name twice the last counts.
//! - Names that the schema lacks are refused first, then names that the app client may not write,
//!   then what the schema forbids, then formats.
//! - Texts for a number out of range, a value of another type, a string too long and a required
//!   attribute that is still missing follow the pattern of the texts that are known.
//! - A token that no key of the pool has signed is told from one that isn't an access token at all.
//! - No `RefreshToken` is issued, as nothing here takes one.

mod attributes;
mod authentication;
mod constraints;
mod delivery;
mod exception;
mod http;
mod input;
mod keys;
mod operations;
mod schema;
mod seed;
mod state;
mod tokens;

use std::{fmt, io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{net::TcpListener, time::timeout};

use self::{http::now, keys::NoKey, state::Cognito};

/// How long exchanges under way may take once the pool has to stop.
const CLOSE: Duration = Duration::from_millis(500);

/// Whether and where to run the pool.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Development")]
#[group(skip)] // clap would name each after its type, `Args`
pub struct Args {
    /// Serve a user pool for development inside this process, and call that instead of AWS
    #[arg(long, env = "USER_ATTRIBUTES_LOCAL_POOL")]
    local_pool: bool,

    /// Address of the local pool; only a loopback address will do
    #[arg(
        long,
        env = "USER_ATTRIBUTES_LOCAL_POOL_ADDR",
        value_name = "ADDR",
        default_value = "127.0.0.1:9229",
        value_parser = loopback
    )]
    local_pool_addr: SocketAddr,
}

/// A pool that has its port and the key for access tokens, and serves nothing yet.
pub struct LocalPool {
    listener: TcpListener,
    local_addr: SocketAddr,
    cognito: Arc<Cognito>,
    access_token: String,
}

/// Why there is no pool.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The address can't be taken.
    #[error("can't listen on {addr} (--local-pool-addr): {source}")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// No key, or no token signed with it.
    #[error("can't make a signing key: {0}")]
    Key(#[from] NoKey),
}

impl Args {
    /// Whether a pool is wanted.
    pub fn enabled(&self) -> bool {
        self.local_pool
    }

    /// Takes the port, makes the key, seeds the pool and signs its user in.
    ///
    /// # Errors
    ///
    /// If the address can't be taken or no key can be made.
    pub async fn bind(self) -> Result<LocalPool, BindError> {
        let addr = self.local_pool_addr;
        let refused = |source| BindError::Listen { addr, source };
        let listener = TcpListener::bind(addr).await.map_err(refused)?;
        let local_addr = listener.local_addr().map_err(refused)?;
        let pool = seed::user_pool(&base_url(local_addr)).await?;
        let access_token = seed::access_token(&pool, now())?;
        Ok(LocalPool {
            listener,
            local_addr,
            cognito: Arc::new(Cognito::new([pool])),
            access_token,
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

    /// The AWS Region that the pool's name belongs to.
    pub fn region(&self) -> &'static str {
        seed::REGION
    }

    /// What a person needs to try the server at `grpc_addr`. It holds an access token: it is for
    /// stdout and no log.
    pub fn banner(&self, grpc_addr: SocketAddr) -> String {
        let url = self.endpoint_url();
        let token = &self.access_token;
        let seed::Names {
            pool,
            client,
            user,
            password,
        } = seed::NAMES;
        let endpoint = if grpc_addr.port() == 50051 {
            String::new()
        } else {
            format!(" --endpoint http://{grpc_addr}")
        };
        format!(
            "\
The local pool listens on {url}: user pool {pool}, app client {client},
user {user}, password {password}. A restart forgets every change.

{user}'s access token, good for one hour, for the client's environment:

export USER_ATTRIBUTES_ACCESS_TOKEN={token}

Change an attribute, then see it:

cargo run --bin user-attributes -- update-user-attributes --user-attributes Name=nickname,Value=Dan{endpoint}
curl {url} -H 'X-Amz-Target: AWSCognitoIdentityProviderService.GetUser' -d '{{\"AccessToken\":\"'$USER_ATTRIBUTES_ACCESS_TOKEN'\"}}'
"
        )
    }

    /// Serves until `shutdown`; exchanges under way then get half a second to end.
    ///
    /// # Errors
    ///
    /// If the listener fails.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let id_key = tokio::spawn(make_id_keys(Arc::clone(&self.cognito)));
        let (stopping, stopped) = tokio::sync::oneshot::channel();
        let shutdown = async move {
            shutdown.await;
            let _ = stopping.send(());
        };
        let serve = axum::serve(self.listener, http::routes(self.cognito));
        let serve = async { serve.with_graceful_shutdown(shutdown).await };
        tokio::pin!(serve);
        let result = tokio::select! {
            result = &mut serve => result,
            _ = stopped => timeout(CLOSE, serve).await.unwrap_or(Ok(())),
        };
        id_key.abort();
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

/// Makes the keys that the start doesn't need, so that nobody has to wait for them later.
async fn make_id_keys(cognito: Arc<Cognito>) {
    for keys in cognito.all_keys() {
        if let Err(error) = keys.id().await {
            tracing::warn!(%error, "the local pool has no key for ID tokens");
        }
    }
}

fn base_url(addr: SocketAddr) -> String {
    format!("http://{addr}")
}

fn loopback(text: &str) -> Result<SocketAddr, String> {
    let addr: SocketAddr = text.parse().map_err(|error| format!("{error}"))?;
    if addr.ip().is_loopback() {
        Ok(addr)
    } else {
        Err(
            "the local pool shows codes and takes anybody's password: it listens on a loopback \
             address only, such as 127.0.0.1:9229"
                .to_owned(),
        )
    }
}
