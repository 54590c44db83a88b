//! Whose certificates are trusted: the system's, or those of one file.

use std::{env, ffi::OsStr, io, path::Path};

use rustls::{
    RootCertStore,
    pki_types::{
        CertificateDer,
        pem::{self, PemObject as _},
    },
};
use rustls_native_certs::{load_certs_from_paths, load_native_certs};

use crate::settings::read_file;

/// Where nearly every system has its certificates.
const WELL_KNOWN: &str = "/etc/ssl/certs";

/// Why nobody's certificate can be trusted.
#[derive(Debug, thiserror::Error)]
pub enum InvalidRoots {
    /// The file can't be read.
    #[error("can't read {0} (--ssl-cert-file, SSL_CERT_FILE): {1}")]
    Unreadable(String, io::Error),
    /// It isn't PEM.
    #[error("can't read the certificates in {0} (--ssl-cert-file, SSL_CERT_FILE): {1}")]
    NoPem(String, pem::Error),
    /// It has none.
    #[error("there is no certificate in {0} (--ssl-cert-file, SSL_CERT_FILE)")]
    None(String),
    /// Neither has the system.
    #[error(
        "the system has no certificates to trust: install them, or name a file that has some with \
         --ssl-cert-file (SSL_CERT_FILE)"
    )]
    NoneInSystem,
}

/// Those of the file, and no others.
pub(super) fn of_file(path: &Path) -> Result<RootCertStore, InvalidRoots> {
    let name = || path.display().to_string();
    let contents = read_file(path).map_err(|error| InvalidRoots::Unreadable(name(), error))?;
    let found = CertificateDer::pem_slice_iter(&contents).collect::<Result<Vec<_>, _>>();
    let found = found.map_err(|error| InvalidRoots::NoPem(name(), error))?;
    store(found).ok_or_else(|| InvalidRoots::None(name()))
}

/// Those of the system, or of the folders in `SSL_CERT_DIR`.
pub(super) fn of_system() -> Result<RootCertStore, InvalidRoots> {
    // The crate takes a blank variable for the name of a file.
    let blank = env::var_os("SSL_CERT_FILE").as_deref() == Some(OsStr::new(""));
    let found = if blank && env::var_os("SSL_CERT_DIR").is_none() {
        load_certs_from_paths(None, Some(Path::new(WELL_KNOWN)))
    } else {
        load_native_certs()
    };
    for error in &found.errors {
        tracing::warn!("a certificate of the system's is passed over: {error}");
    }
    store(found.certs).ok_or(InvalidRoots::NoneInSystem)
}

fn store(found: Vec<CertificateDer<'static>>) -> Option<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let (added, _unusable) = roots.add_parsable_certificates(found);
    (added > 0).then_some(roots)
}
