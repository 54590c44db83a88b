//! Whose certificates are trusted: the system's, or those of one file.

use std::{env, ffi::OsStr, path::Path};

use rustls::RootCertStore;
use rustls_native_certs::{CertificateResult, load_certs_from_paths, load_native_certs};

/// Where nearly every system has its certificates.
const WELL_KNOWN: &str = "/etc/ssl/certs";

/// Why nobody's certificate can be trusted.
#[derive(Debug, thiserror::Error)]
pub enum InvalidRoots {
    /// The file can't be read, or not as PEM.
    #[error("can't read the certificates in {0} (--ssl-cert-file, SSL_CERT_FILE): {1}")]
    Unreadable(String, rustls_native_certs::Error),
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
    let name = path.display().to_string();
    let mut found = load_certs_from_paths(Some(path), None);
    match found.errors.pop() {
        Some(error) => Err(InvalidRoots::Unreadable(name, error)),
        None => store(found).ok_or(InvalidRoots::None(name)),
    }
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
    store(found).ok_or(InvalidRoots::NoneInSystem)
}

fn store(found: CertificateResult) -> Option<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let (added, _unusable) = roots.add_parsable_certificates(found.certs);
    (added > 0).then_some(roots)
}
