//! The files, and what they are worth together.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use super::{
    names::AllowedSans,
    pem::{certificates, check_period, no_pem, revocation_lists, time, validity},
    verifier::Verifier,
};
use crate::settings::read_file;
use aws_lc_rs::digest;
use rustls::{
    InconsistentKeys, RootCertStore, ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs as provider},
    pki_types::{PrivateKeyDer, pem::PemObject},
    server::{NoServerSessionStorage, WebPkiClientVerifier},
    sign::{CertifiedKey, SingleCertAndKey},
};

/// Where everything stands.
#[derive(Clone, Debug)]
pub(super) struct Files {
    pub cert: PathBuf,
    pub key: PathBuf,
    pub client: Option<ClientFiles>,
}

/// What callers are verified by.
#[derive(Clone, Debug)]
pub(super) struct ClientFiles {
    pub ca: PathBuf,
    pub crl: Option<PathBuf>,
    pub allowed: AllowedSans,
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
    /// When the server's certificate ends, and the first of the client CAs.
    pub not_after: Vec<(PathBuf, SystemTime)>,
}

/// By which contents are told apart. They hold a key, so they aren't kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Digest([u8; 32]);

/// Files that can't be used, and why.
#[derive(Debug, thiserror::Error)]
#[error("{}: {why}", list(.files))]
pub struct InvalidFiles {
    /// The setting and the path of each file that may be at fault.
    pub files: Vec<(&'static str, PathBuf)>,
    why: String,
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
        let ca = client.map(|client| read("--tls-client-ca", &client.ca));
        let crl = client.and_then(|client| client.crl.as_ref());
        let crl = crl.map(|crl| read("--tls-client-crl", crl));
        Ok(Contents {
            cert: read("--tls-cert", &self.cert)?,
            key: read("--tls-key", &self.key)?,
            ca: ca.transpose()?,
            crl: crl.transpose()?,
        })
    }

    /// A configuration of these contents, if all of them are good.
    pub fn understand(&self, contents: &Contents) -> Result<Loaded, InvalidFiles> {
        let provider = Arc::new(provider::default_provider());
        let mut not_after = Vec::new();
        let key = self.certified_key(contents, &provider, &mut not_after)?;
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("the provider has the default versions");
        let config = match &self.client {
            None => config.with_no_client_auth(),
            Some(client) => {
                let verifier = client.verifier(contents, provider, &mut not_after)?;
                config.with_client_cert_verifier(Arc::new(verifier))
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
        })
    }

    fn certified_key(
        &self,
        contents: &Contents,
        provider: &CryptoProvider,
        not_after: &mut Vec<(PathBuf, SystemTime)>,
    ) -> Result<CertifiedKey, InvalidFiles> {
        let cert = |why: String| invalid("--tls-cert", &self.cert, why);
        let chain = certificates(&contents.cert).map_err(cert)?;
        for (index, certificate) in chain.iter().enumerate() {
            let (begin, end) = validity(certificate).map_err(cert)?;
            check_period(begin, Some(end)).map_err(cert)?;
            if index == 0 {
                not_after.push((self.cert.clone(), time(end)));
            }
        }

        let key = |why: String| invalid("--tls-key", &self.key, why);
        let der = PrivateKeyDer::from_pem_slice(&contents.key);
        let der = der.map_err(|error| key(no_pem("private key", &error)))?;
        let signer = provider.key_provider.load_private_key(der);
        let signer = signer.map_err(|error| key(format!("not a usable private key: {error}")))?;
        let certified = CertifiedKey::new(chain, signer);
        match certified.keys_match() {
            Ok(()) | Err(rustls::Error::InconsistentKeys(InconsistentKeys::Unknown)) => {
                Ok(certified)
            }
            Err(_) => Err(InvalidFiles {
                files: vec![
                    ("--tls-cert", self.cert.clone()),
                    ("--tls-key", self.key.clone()),
                ],
                why: "the key isn't the certificate's".to_owned(),
            }),
        }
    }
}

impl ClientFiles {
    fn verifier(
        &self,
        contents: &Contents,
        provider: Arc<CryptoProvider>,
        not_after: &mut Vec<(PathBuf, SystemTime)>,
    ) -> Result<Verifier, InvalidFiles> {
        let ca = |why: String| invalid("--tls-client-ca", &self.ca, why);
        let mut roots = RootCertStore::empty();
        let cas = certificates(contents.ca.as_deref().unwrap_or_default()).map_err(ca)?;
        let mut first_end = None;
        for certificate in cas {
            // One that has ended stays until it is taken out of the file: rustls minds a CA's end as
            // little as others do.
            let (_, end) = validity(&certificate).map_err(ca)?;
            let end = time(end);
            first_end = Some(first_end.map_or(end, |first: SystemTime| first.min(end)));
            let added = roots.add(certificate);
            added.map_err(|error| ca(format!("not a usable CA: {error}")))?;
        }
        not_after.extend(first_end.map(|end| (self.ca.clone(), end)));

        let mut verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        if let (Some(path), Some(contents)) = (&self.crl, &contents.crl) {
            let crl = |why: String| invalid("--tls-client-crl", path, why);
            let lists = revocation_lists(contents).map_err(crl)?;
            verifier = verifier.with_crls(lists).enforce_revocation_expiration();
        }
        let inner = verifier.build().map_err(|error| InvalidFiles {
            files: self.paths(),
            why: error.to_string(),
        })?;
        Ok(Verifier {
            inner,
            allowed: self.allowed.clone(),
        })
    }

    fn paths(&self) -> Vec<(&'static str, PathBuf)> {
        let crl = self.crl.iter().map(|crl| ("--tls-client-crl", crl.clone()));
        [("--tls-client-ca", self.ca.clone())]
            .into_iter()
            .chain(crl)
            .collect()
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

fn invalid(setting: &'static str, path: &Path, why: String) -> InvalidFiles {
    let files = vec![(setting, path.to_owned())];
    InvalidFiles { files, why }
}
