//! The way to Cognito: the settings, and what they mean for one address.

use std::{ffi::OsString, net::IpAddr, path::Path, sync::Arc};

use http::Uri;
use hyper_util::client::proxy::matcher::Intercept;
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};

use super::{
    proxies::{InvalidProxy, Proxies},
    roots::{self, InvalidRoots},
};

/// How connections to Cognito are made.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)]
pub struct Connection {
    /// PEM file of the certificates to trust, instead of the system's
    #[arg(long, env = "SSL_CERT_FILE", value_name = "FILE")]
    pub ssl_cert_file: Option<OsString>,

    /// Send access tokens unencrypted, to an http:// address beyond this machine
    #[arg(
        long,
        env = "USER_ATTRIBUTES_ALLOW_INSECURE_UPSTREAM",
        value_name = "BOOL",
        default_value_t = false,
        default_missing_value = "true",
        num_args = 0..=1,
        action = clap::ArgAction::Set
    )]
    pub allow_insecure_upstream: bool,

    /// What stands between.
    #[arg(skip)]
    pub proxies: Proxies,
}

/// What a connection to one address takes.
#[derive(Clone, Debug)]
pub(in crate::cognito) struct Route {
    pub(super) tls: Arc<ClientConfig>,
    pub(super) proxy: Option<Intercept>,
}

/// Why an address can't be called.
#[derive(Debug, thiserror::Error)]
pub enum InvalidRoute {
    /// Nobody is to be trusted.
    #[error(transparent)]
    Roots(#[from] InvalidRoots),
    /// The proxy isn't one.
    #[error(transparent)]
    Proxy(#[from] InvalidProxy),
    /// The network could read the tokens.
    #[error(
        "access tokens would go to {0} unencrypted: call an https:// address (--endpoint-url), or \
         allow it with --allow-insecure-upstream (USER_ATTRIBUTES_ALLOW_INSECURE_UPSTREAM)"
    )]
    Insecure(String),
}

impl Connection {
    /// The way to this address.
    pub(in crate::cognito) fn route(&self, to: &Uri) -> Result<Route, InvalidRoute> {
        let is_https = to.scheme_str() == Some("https");
        if !is_https && !is_loopback(to) && !self.allow_insecure_upstream {
            return Err(InvalidRoute::Insecure(to.to_string()));
        }
        let file = self.ssl_cert_file.as_deref().filter(|it| !it.is_empty());
        let roots = match file {
            Some(file) => roots::of_file(Path::new(file))?,
            None if is_https => roots::of_system()?,
            None => RootCertStore::empty(),
        };
        // A proxy would only be one more who reads what isn't encrypted.
        let proxy = if is_https {
            self.proxies.before(to)?
        } else {
            None
        };
        Ok(Route {
            tls: tls(roots),
            proxy,
        })
    }
}

impl Route {
    /// To an address in this process.
    pub(in crate::cognito) fn local() -> Self {
        Self {
            tls: tls(RootCertStore::empty()),
            proxy: None,
        }
    }

    /// The proxy's address, without its user.
    pub(in crate::cognito) fn proxy(&self) -> Option<&Uri> {
        self.proxy.as_ref().map(Intercept::uri)
    }
}

/// TLS that offers HTTP/1.1 alone, so that no peer can choose HTTP/2.
fn tls(roots: RootCertStore) -> Arc<ClientConfig> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has the default versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Arc::new(tls)
}

fn is_loopback(to: &Uri) -> bool {
    let host = to.host().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_what_never_leaves_the_machine() {
        for (url, expected) in [
            ("http://127.0.0.1:9229", true),
            ("http://127.255.255.254", true),
            ("http://[::1]:9229/base/", true),
            ("http://[::ffff:127.0.0.1]", true),
            ("http://LocalHost:9229", true),
            ("http://128.0.0.1", false),
            ("http://0.0.0.0:9229", false),
            ("http://[::2]", false),
            ("http://10.0.0.1", false),
            ("http://localhost.example.com", false),
            ("http://127.0.0.1.example.com", false),
        ] {
            assert_eq!(is_loopback(&Uri::from_static(url)), expected, "{url}");
        }
    }
}
