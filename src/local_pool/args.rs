//! The settings of the pool.

use std::{net::SocketAddr, path::PathBuf};

use super::{
    Loaded,
    admission::{Admission, host_name},
    config::{Config, InvalidConfig},
};
use crate::settings::address;

/// Whether and where to run the pool.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Development")]
#[group(skip)] // clap would name each after its type, `Args`
#[expect(clippy::struct_field_names, reason = "each is a flag's name")]
pub struct Args {
    /// Serve a user pool for development inside this process, and call that instead of AWS
    #[arg(
        long,
        env = "USER_ATTRIBUTES_LOCAL_POOL",
        value_name = "BOOL",
        default_value_t = false,
        default_missing_value = "true",
        num_args = 0..=1,
        action = clap::ArgAction::Set
    )]
    local_pool: bool,

    /// Address of the local pool, a loopback one unless others are let in
    #[arg(
        long,
        env = "USER_ATTRIBUTES_LOCAL_POOL_ADDR",
        value_name = "ADDR",
        default_value = "127.0.0.1:9229",
        value_parser = address
    )]
    local_pool_addr: SocketAddr,

    /// TOML file of the pools, app clients and users that the local pool begins with, in place of
    /// its own
    #[arg(long, env = "USER_ATTRIBUTES_LOCAL_POOL_CONFIG", value_name = "FILE")]
    local_pool_config: Option<PathBuf>,

    /// Name under which others may call the local pool, such as the other containers of a compose
    /// file: whoever reaches it reads its codes and takes any password for a user's
    #[arg(
        long,
        env = "USER_ATTRIBUTES_LOCAL_POOL_ALLOW_HOST",
        value_name = "NAME",
        value_delimiter = ',',
        value_parser = host_name
    )]
    local_pool_allow_host: Vec<String>,
}

impl Args {
    /// Whether there is to be a pool.
    pub fn is_wanted(&self) -> bool {
        self.local_pool
    }

    /// What the pools begin with, if there are to be any.
    ///
    /// # Errors
    ///
    /// If the file of pools can't be read or holds what can't be, if the address lets others in by
    /// mistake, or if there are such settings and no pool is wanted.
    pub fn load(self) -> Result<Option<Loaded>, InvalidConfig> {
        let config = match self.local_pool_config {
            Some(path) if !self.local_pool => return Err(InvalidConfig::unread(&path)),
            Some(path) => Config::load(&path)?,
            None => Config::seed(),
        };
        let addr = self.local_pool_addr;
        let admission = Admission::new(self.local_pool_allow_host);
        if !self.local_pool {
            if admission.names().is_empty() {
                return Ok(None);
            }
            let problem = "only --local-pool reads it, and that isn't set";
            return Err(InvalidConfig::of("--local-pool-allow-host", problem));
        }
        let refused = |problem| InvalidConfig::of("--local-pool-addr", problem);
        admission.check(addr).map_err(refused)?;
        Ok(Some(Loaded {
            addr,
            admission,
            config,
        }))
    }
}
