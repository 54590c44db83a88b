//! The files, and what they are worth together.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use aws_lc_rs::digest;
use rustls::{
    InconsistentKeys, ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs as provider},
    pki_types::{CertificateDer, UnixTime},
    server::NoServerSessionStorage,
    sign::{CertifiedKey, SingleCertAndKey},
};
use x509_parser::{certificate::X509Certificate, parse_x509_certificate, x509::X509Version};

use super::{
    CERT, CLIENT_CA, CRL, KEY,
    client_files::ClientFiles,
    pem::{certificates, private_key},
    period::Period,
};
use crate::settings::read_file;

/// Where everything stands.
#[derive(Clone, Debug)]
pub(super) struct Files {
    pub cert: PathBuf,
    pub key: PathBuf,
    pub client: Option<ClientFiles>,
}

/// What the files held at one time.
pub(super) struct Contents {
    cert: Vec<u8>,
    key: Vec<u8>,
    ca: Option<Vec<u8>>,
    crl: Option<Vec<u8>>,
}

/// What follows from it.
#[derive(Debug)]
pub(super) struct Loaded {
    pub config: Arc<ServerConfig>,
    pub digest: Digest,
    /// When the first certificate or list of each file ends.
    pub not_after: Vec<NotAfter>,
    /// Client CAs that don't count, each with the reason.
    pub left_out: Vec<String>,
}

/// A file, and a time.
pub(super) type NotAfter = (PathBuf, UnixTime);

/// By which contents are told apart. They hold a key, so they aren't kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Digest([u8; 32]);

/// Files that can't be used, and why.
#[derive(Debug, thiserror::Error)]
#[error("{}: {why}", list(.files))]
pub struct InvalidFiles {
    /// The setting and the path of each file that may be at fault.
    pub files: Vec<(&'static str, PathBuf)>,
    pub(super) why: String,
}

fn list(files: &[(&'static str, PathBuf)]) -> String {
    let files = files.iter();
    let names = files.map(|(setting, path)| format!("{setting} {}", path.display()));
    names.collect::<Vec<_>>().join(" and ")
}

impl Files {
    /// Every one of them.
    pub fn paths(&self) -> Vec<&Path> {
        let client = self.client.as_ref();
        let ca = client.map(|client| &client.ca);
        let crl = client.and_then(|client| client.crl.as_ref());
        let all = [&self.cert, &self.key].into_iter().chain(ca).chain(crl);
        all.map(PathBuf::as_path).collect()
    }

    /// Reads the files and makes of them what they are for.
    pub fn load(&self) -> Result<Loaded, InvalidFiles> {
        self.read().and_then(|contents| self.understand(&contents))
    }

    /// What the files hold now.
    pub fn read(&self) -> Result<Contents, InvalidFiles> {
        let client = self.client.as_ref();
        let ca = client.map(|client| read(CLIENT_CA, &client.ca));
        let crl = client.and_then(|client| client.crl.as_ref());
        let crl = crl.map(|crl| read(CRL, crl));
        Ok(Contents {
            cert: read(CERT, &self.cert)?,
            key: read(KEY, &self.key)?,
            ca: ca.transpose()?,
            crl: crl.transpose()?,
        })
    }

    /// A configuration of these contents, if all of them are good.
    pub fn understand(&self, contents: &Contents) -> Result<Loaded, InvalidFiles> {
        let provider = Arc::new(provider::default_provider());
        let (key, end) = self.certified_key(contents, &provider)?;
        let mut not_after = vec![(self.cert.clone(), end)];
        let mut left_out = Vec::new();
        let algorithms = provider.signature_verification_algorithms;
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider has the default versions");
        let config = match &self.client {
            None => config.with_no_client_auth(),
            Some(client) => {
                let (ca, crl) = (contents.ca.as_deref(), contents.crl.as_deref());
                let clients = client.understand(ca.unwrap_or_default(), crl, algorithms)?;
                not_after.extend(clients.not_after);
                left_out = clients.left_out;
                config.with_client_cert_verifier(Arc::new(clients.verifier))
            }
        };
        let mut config = config.with_cert_resolver(Arc::new(SingleCertAndKey::from(key)));
        config.alpn_protocols = vec![b"h2".to_vec()];
        // A session that is resumed isn't verified again, also not by a new client CA.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Loaded {
            config: Arc::new(config),
            digest: contents.digest(),
            not_after,
            left_out,
        })
    }

    /// The certificate, its chain and its key, and when the first of the chain ends.
    fn certified_key(
        &self,
        contents: &Contents,
        provider: &CryptoProvider,
    ) -> Result<(CertifiedKey, UnixTime), InvalidFiles> {
        let cert = |why: String| invalid(CERT, &self.cert, why);
        let chain = certificates(&contents.cert).map_err(cert)?;
        let end = first_end(&chain).map_err(cert)?;

        let key = |why: String| invalid(KEY, &self.key, why);
        let der = private_key(&contents.key).map_err(key)?;
        let signer = provider.key_provider.load_private_key(der);
        let signer = signer.map_err(|error| key(format!("not a usable private key: {error}")))?;
        let certified = CertifiedKey::new(chain, signer);
        match certified.keys_match() {
            Ok(()) | Err(rustls::Error::InconsistentKeys(InconsistentKeys::Unknown)) => {
                Ok((certified, end))
            }
            Err(rustls::Error::InvalidCertificate(error)) => {
                Err(cert(format!("the certificate can't be used: {error}")))
            }
            Err(_) => Err(InvalidFiles {
                files: vec![(CERT, self.cert.clone()), (KEY, self.key.clone())],
                why: "the key isn't the certificate's".to_owned(),
            }),
        }
    }
}

impl Contents {
    /// By what they are told from others.
    pub fn digest(&self) -> Digest {
        let mut context = digest::Context::new(&digest::SHA256);
        for part in [
            Some(&self.cert),
            Some(&self.key),
            self.ca.as_ref(),
            self.crl.as_ref(),
        ] {
            let part = part.map_or(&[][..], Vec::as_slice);
            context.update(&(part.len() as u64).to_le_bytes());
            context.update(part);
        }
        let digest = context.finish();
        Digest(digest.as_ref().try_into().expect("SHA-256 has 32 bytes"))
    }
}

fn read(setting: &'static str, path: &Path) -> Result<Vec<u8>, InvalidFiles> {
    read_file(path).map_err(|error| invalid(setting, path, error.to_string()))
}

/// When the first of these certificates ends, all of which must be valid now, and the server's own of
/// version 3.
fn first_end(chain: &[CertificateDer<'_>]) -> Result<UnixTime, String> {
    let now = UnixTime::now();
    let ends = chain.iter().enumerate().map(|(place, certificate)| {
        let parsed = parse_x509_certificate(certificate);
        let (_, parsed) = parsed.map_err(|_| "not an X.509 certificate".to_owned())?;
        if place == 0 {
            check_version(&parsed)?;
        }
        let period = Period::of(&parsed);
        period.check(now).map_err(|why| why.to_string())?;
        Ok(period.end)
    });
    let ends = ends.collect::<Result<Vec<_>, String>>()?;
    Ok(ends.into_iter().min().unwrap_or(now))
}

/// Clients take no other version.
fn check_version(certificate: &X509Certificate<'_>) -> Result<(), String> {
    match certificate.version() {
        X509Version::V3 => Ok(()),
        X509Version(number) => Err(format!(
            "it is of X.509 version {}, and version 3 is needed: openssl x509 -req makes it with -extfile",
            u64::from(number) + 1
        )),
    }
}

pub(super) fn invalid(setting: &'static str, path: &Path, why: String) -> InvalidFiles {
    let files = vec![(setting, path.to_owned())];
    InvalidFiles { files, why }
}
