//! TLS on the other side, with a certificate that a server can be told to trust.

use std::{net::SocketAddr, sync::Arc};

use rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivatePkcs8KeyDer};
use tempfile::NamedTempFile;
use tokio_rustls::TlsAcceptor;

/// A name that the certificate has, too, and no resolver knows.
pub const HOST: &str = "cognito.test";

/// How a peer is spoken to. A clone has the same certificate.
#[derive(Clone)]
pub enum Form {
    Plain,
    Tls(Arc<Tls>),
}

pub struct Tls {
    pub acceptor: TlsAcceptor,
    certificate: NamedTempFile,
}

impl Form {
    /// TLS, by a peer that would rather speak HTTP/2.
    pub fn tls() -> Self {
        Self::Tls(Arc::new(Tls::new()))
    }

    pub fn url(&self, addr: SocketAddr) -> String {
        match self {
            Self::Plain => format!("http://{addr}"),
            Self::Tls(_) => format!("https://{addr}"),
        }
    }

    /// The flag that has a server trust the certificate, if there is one.
    pub fn trust(&self) -> Option<String> {
        match self {
            Self::Plain => None,
            Self::Tls(tls) => Some(format!("--ssl-cert-file={}", tls.file())),
        }
    }
}

impl Tls {
    fn new() -> Self {
        let names = ["127.0.0.1", "localhost", HOST].map(str::to_owned);
        let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
        let certificate = NamedTempFile::new().expect("a temporary file");
        let der = made.cert.der().clone();
        let text = pem::encode(&pem::Pem::new("CERTIFICATE", &*der));
        std::fs::write(&certificate, text).expect("a temporary file");
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider has them")
            .with_no_client_auth()
            .with_single_cert(vec![der], key.into())
            .expect("a key that fits");
        config.alpn_protocols = [&b"h2"[..], b"http/1.1"].map(<[u8]>::to_vec).into();
        Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            certificate,
        }
    }

    /// The PEM file.
    pub fn file(&self) -> &str {
        self.certificate.path().to_str().expect("a path of text")
    }
}
