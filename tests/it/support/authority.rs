//! Certificates as an operator has them: a CA, and what it signs, in PEM files.

use std::fs;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, PublicKeyData as _,
};
use tempfile::TempDir;

/// A CA with a folder for its files.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
    /// Its own certificate.
    pub file: String,
}

/// The files of a certificate and its key.
pub struct Identity {
    pub certificate: String,
    pub key: String,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        // Of two CAs under one name a verifier may blame the signature.
        let name = format!("CA {:?}", &key.der_bytes()[40..48]);
        params.distinguished_name.push(DnType::CommonName, name);
        let issuer = CertifiedIssuer::self_signed(params, key).expect("a certificate");
        let mut authority = Self {
            issuer,
            folder: tempfile::tempdir().expect("a temporary folder"),
            file: String::new(),
        };
        let certificate = pem("CERTIFICATE", authority.issuer.der());
        authority.file = authority.written("ca.pem", &certificate);
        authority
    }

    /// A good certificate for these names.
    pub fn identity(&self, names: &[&str]) -> Identity {
        self.identity_until(2100, names)
    }

    /// One that is good until the year begins.
    pub fn identity_until(&self, year: i32, names: &[&str]) -> Identity {
        let names: Vec<_> = names.iter().copied().map(str::to_owned).collect();
        let file = format!("{}-{year}", names.join("-"));
        let mut params = CertificateParams::new(names).expect("good names");
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let certificate = pem("CERTIFICATE", certificate.der());
        Identity {
            certificate: self.written(&format!("{file}.pem"), &certificate),
            key: self.written(
                &format!("{file}.key"),
                &pem("PRIVATE KEY", &key.serialize_der()),
            ),
        }
    }

    /// A file of its folder with this text.
    pub fn written(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, text).expect("a temporary file");
        path.to_str().expect("a path of text").to_owned()
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    pem::encode(&pem::Pem::new(label, der))
}
