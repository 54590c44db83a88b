//! What a build without the development pool has in its place: no settings, and nothing that could
//! be made.

use std::{convert::Infallible, io, net::SocketAddr};

/// No settings.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)]
pub struct Args {}

/// Never made.
#[derive(Debug)]
pub struct Loaded(Infallible);

/// Never made.
#[derive(Debug)]
pub struct LocalPool(Infallible);

/// Never met.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct BindError(Infallible);

/// Never met.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct InvalidConfig(Infallible);

#[expect(
    clippy::unused_self,
    clippy::unnecessary_wraps,
    reason = "it mirrors the development pool"
)]
impl Args {
    pub fn is_wanted(&self) -> bool {
        false
    }

    pub fn load(self) -> Result<Option<Loaded>, InvalidConfig> {
        Ok(None)
    }
}

#[expect(clippy::unused_async, reason = "it mirrors the development pool")]
impl Loaded {
    pub fn addr(&self) -> SocketAddr {
        match self.0 {}
    }

    pub async fn bind(self) -> Result<LocalPool, BindError> {
        match self.0 {}
    }
}

#[expect(clippy::unused_async, reason = "it mirrors the development pool")]
impl LocalPool {
    pub fn banner(&self, _grpc_url: &str) -> String {
        match self.0 {}
    }

    pub fn endpoint_url(&self) -> String {
        match self.0 {}
    }

    pub fn region(&self) -> &str {
        match self.0 {}
    }

    pub async fn run(self, _stop: impl Future<Output = ()> + Send) -> io::Result<()> {
        match self.0 {}
    }
}
