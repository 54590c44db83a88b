//! What stands in a PEM file.

use rustls::pki_types::{
    CertificateDer, CertificateRevocationListDer,
    pem::{self, PemObject},
};
/// The certificates of a PEM file, at least one.
pub(super) fn certificates(contents: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    items(contents, "certificate")
}

/// The revocation lists of a PEM file, at least one.
pub(super) fn revocation_lists(
    contents: &[u8],
) -> Result<Vec<CertificateRevocationListDer<'static>>, String> {
    items(contents, "revocation list")
}

fn items<T: PemObject>(contents: &[u8], what: &str) -> Result<Vec<T>, String> {
    let all = T::pem_slice_iter(contents).collect::<Result<Vec<_>, _>>();
    match all {
        Ok(all) if all.is_empty() => Err(no_pem(what, &pem::Error::NoItemsFound)),
        Ok(all) => Ok(all),
        Err(error) => Err(no_pem(what, &error)),
    }
}

/// Nothing of the file's content is repeated: it may be a key.
pub(super) fn no_pem(what: &str, error: &pem::Error) -> String {
    match error {
        pem::Error::NoItemsFound => format!("no {what} in PEM form is in it"),
        pem::Error::MissingSectionEnd { .. } => format!("a {what} in it is cut off"),
        _ => format!("a {what} in it isn't good PEM"),
    }
}
