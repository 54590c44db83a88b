//! What stands in a PEM file.

use rustls::pki_types::{
    CertificateDer, CertificateRevocationListDer, PrivateKeyDer,
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

/// The private key of a PEM file.
pub(super) fn private_key(contents: &[u8]) -> Result<PrivateKeyDer<'static>, String> {
    PrivateKeyDer::from_pem_slice(contents).map_err(|error| {
        if is_encrypted(contents) {
            "the private key in it is encrypted: it must be without a password".to_owned()
        } else {
            no_pem("private key", &error)
        }
    })
}

/// Whether it has an encrypted key, as PKCS #8 or as OpenSSL wrote it before.
/// Source: [RFC 7468, 11](https://www.rfc-editor.org/rfc/rfc7468#section-11) and
/// [RFC 1421, 4.6.1.1](https://www.rfc-editor.org/rfc/rfc1421#section-4.6.1.1)
fn is_encrypted(contents: &[u8]) -> bool {
    let mut lines = contents.split(|byte| *byte == b'\n');
    lines.any(|line| {
        let line = line.trim_ascii_end();
        line == b"-----BEGIN ENCRYPTED PRIVATE KEY-----" || line == b"Proc-Type: 4,ENCRYPTED"
    })
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
fn no_pem(what: &str, error: &pem::Error) -> String {
    match error {
        pem::Error::NoItemsFound => format!("no {what} in PEM form is in it"),
        pem::Error::MissingSectionEnd { .. } => format!("a {what} in it is cut off"),
        _ => format!("a {what} in it isn't good PEM"),
    }
}
