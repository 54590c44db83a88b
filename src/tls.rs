//! TLS of the gRPC listener: who this server is, and who may call it.
//!
//! Certificate, key, client CAs and revocation lists come from files that are read again and again,
//! so that they can be replaced while the server runs. They are taken over together or not at all.

mod client_ca;
mod client_files;
mod files;
mod handshake;
mod names;
mod pem;
mod period;
mod refusal;
mod reload;
mod revocation;
mod spiffe;
mod verifier;

use std::{path::PathBuf, time::Duration};

use self::{client_files::ClientFiles, files::Files, names::AllowedSans};
pub use self::{
    files::InvalidFiles,
    handshake::{Accepted, Acceptor},
    names::AllowedSan,
    reload::Reload,
};
use crate::settings::positive_time;

/// Whether and how the gRPC services speak TLS.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "TLS")]
#[group(skip)] // clap would name each after its type, `Args`
pub struct Args {
    /// PEM file of this server's certificate and its chain; with it the gRPC services speak TLS alone
    #[arg(long, env = "USER_ATTRIBUTES_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,

    /// PEM file of the certificate's private key
    #[arg(long, env = "USER_ATTRIBUTES_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,

    /// PEM file of the CAs of callers: each caller must have a certificate of theirs
    #[arg(long, env = "USER_ATTRIBUTES_TLS_CLIENT_CA", value_name = "FILE")]
    pub tls_client_ca: Option<PathBuf>,

    /// Which callers may call, by a DNS name or a URI in their certificates, or by the beginning of a
    /// URI up to a /; may be repeated, or hold several between commas; without it, each with a
    /// certificate of those CAs
    #[arg(
        long,
        env = "USER_ATTRIBUTES_TLS_ALLOWED_CLIENT_SAN",
        value_name = "SAN",
        value_delimiter = ','
    )]
    pub tls_allowed_client_san: Vec<AllowedSan>,

    /// PEM file of revocation lists, one of each of those CAs
    #[arg(long, env = "USER_ATTRIBUTES_TLS_CLIENT_CRL", value_name = "FILE")]
    pub tls_client_crl: Option<PathBuf>,

    /// How often these files are read again
    #[arg(
        long,
        env = "USER_ATTRIBUTES_TLS_RELOAD_INTERVAL",
        value_name = "TIME",
        default_value = "10s",
        value_parser = positive_time
    )]
    pub tls_reload_interval: Duration,
}

/// Why there can be no TLS.
#[derive(Debug, thiserror::Error)]
pub enum InvalidTls {
    /// A setting has no meaning without another.
    #[error("{0} needs {1}")]
    Lacking(&'static str, &'static str),
    /// The files are at fault.
    #[error(transparent)]
    Files(#[from] InvalidFiles),
}

const CERT: &str = "--tls-cert (USER_ATTRIBUTES_TLS_CERT)";
const KEY: &str = "--tls-key (USER_ATTRIBUTES_TLS_KEY)";
const CLIENT_CA: &str = "--tls-client-ca (USER_ATTRIBUTES_TLS_CLIENT_CA)";
const ALLOWED: &str = "--tls-allowed-client-san (USER_ATTRIBUTES_TLS_ALLOWED_CLIENT_SAN)";
const CRL: &str = "--tls-client-crl (USER_ATTRIBUTES_TLS_CLIENT_CRL)";

impl Args {
    /// Reads the files, and returns what accepts connections and what keeps it current; `None` if the
    /// settings ask for no TLS.
    ///
    /// # Errors
    ///
    /// If a setting lacks another, or the files can't be used.
    pub fn load(self) -> Result<Option<(Acceptor, Reload)>, InvalidTls> {
        let interval = self.tls_reload_interval;
        let Some(files) = self.files()? else {
            return Ok(None);
        };
        let loaded = files.load()?;
        let (reload, config) = Reload::new(files, loaded, interval);
        let allowed = reload.allowed();
        Ok(Some((Acceptor::new(config, allowed), reload)))
    }

    fn files(self) -> Result<Option<Files>, InvalidTls> {
        let client = match self.tls_client_ca {
            Some(ca) => Some(ClientFiles {
                ca,
                crl: self.tls_client_crl,
                allowed: AllowedSans::new(self.tls_allowed_client_san),
            }),
            None if !self.tls_allowed_client_san.is_empty() => {
                return Err(InvalidTls::Lacking(ALLOWED, CLIENT_CA));
            }
            None if self.tls_client_crl.is_some() => {
                return Err(InvalidTls::Lacking(CRL, CLIENT_CA));
            }
            None => None,
        };
        match (self.tls_cert, self.tls_key) {
            (Some(cert), Some(key)) => Ok(Some(Files { cert, key, client })),
            (Some(_), None) => Err(InvalidTls::Lacking(CERT, KEY)),
            (None, Some(_)) => Err(InvalidTls::Lacking(KEY, CERT)),
            (None, None) if client.is_some() => Err(InvalidTls::Lacking(CLIENT_CA, CERT)),
            (None, None) => Ok(None),
        }
    }
}
