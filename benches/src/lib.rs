//! What the benchmark's programs share.

pub mod proto;
pub mod proxy;
