//! Who gets in: this machine, and whom the settings let in besides.

use std::net::{IpAddr, SocketAddr};

use http::uri::Authority;

/// The names under which others may call the pool.
#[derive(Clone, Default)]
pub struct Admission(Vec<String>);

impl Admission {
    pub fn new(names: Vec<String>) -> Self {
        Self(names)
    }

    /// None, unless somebody has asked for it.
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// Whether a request may say that it was sent to this host, or comes from a page of it.
    pub fn admits(&self, host: &str) -> bool {
        is_loopback(host) || self.0.iter().any(|name| name.eq_ignore_ascii_case(host))
    }

    /// # Errors
    ///
    /// If the address lets others in and no name does: it was hardly meant.
    pub fn check(&self, addr: SocketAddr) -> Result<(), &'static str> {
        if addr.ip().is_loopback() {
            return Ok(());
        }
        if self.0.is_empty() {
            return Err(
                "the local pool shows codes and takes anybody's password: it listens on a \
                 loopback address, such as 127.0.0.1:9229, unless --local-pool-allow-host lets \
                 others in",
            );
        }
        if addr.ip().is_unspecified() {
            return Ok(());
        }
        Err(
            "where others are let in it must be 0.0.0.0 or [::], so that the server itself finds it",
        )
    }
}

/// A host as it stands in a URL, without a port.
///
/// # Errors
///
/// If it can't be one: what it must be.
pub fn host_name(text: &str) -> Result<String, String> {
    let authority: Option<Authority> = text.parse().ok();
    match authority {
        Some(authority) if authority.host() == text => Ok(text.to_owned()),
        _ => Err("must be a host's name or address without a port, such as pool".to_owned()),
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}
