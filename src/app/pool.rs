//! The development pool, or its absence in a build without it. The rest of the crate needn't know
//! which.

#[cfg(not(feature = "local-pool"))]
mod none;

#[cfg(not(feature = "local-pool"))]
pub use self::none::{Args, BindError, InvalidConfig, Loaded, LocalPool};
#[cfg(feature = "local-pool")]
pub use crate::local_pool::{Args, BindError, InvalidConfig, Loaded, LocalPool};

/// Whether this build has it.
pub const EXISTS: bool = cfg!(feature = "local-pool");
