//! TLS in front of a server that has none.

use std::{net::SocketAddr, sync::Arc};

use rustls::{
    RootCertStore, ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

use super::authority::{Authority, Identity};

/// It takes TLS off each connection, and passes what is inside on. Gone when this is dropped.
pub struct Terminator {
    pub addr: SocketAddr,
    running: JoinHandle<()>,
}

/// How it speaks TLS.
pub struct Terms<'a> {
    pub identity: &'a Identity,
    /// Who signs the certificate that a client must have, if it must.
    pub clients: Option<&'a Authority>,
    pub protocols: &'a [&'a str],
}

impl<'a> Terms<'a> {
    /// HTTP/2, with any client.
    pub fn of(identity: &'a Identity) -> Self {
        Self {
            identity,
            clients: None,
            protocols: &["h2"],
        }
    }
}

impl Terminator {
    pub async fn start(terms: Terms<'_>, server: SocketAddr) -> Self {
        let acceptor = TlsAcceptor::from(Arc::new(config(&terms)));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr = listener.local_addr().expect("bound");
        let running = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    // A client that it doesn't come to terms with is told so by the handshake.
                    let Ok(mut outside) = acceptor.accept(stream).await else {
                        return;
                    };
                    let mut inside = TcpStream::connect(server).await.expect("it listens");
                    let _ = copy_bidirectional(&mut outside, &mut inside).await;
                });
            }
        });
        Self { addr, running }
    }

    /// By a name that its certificate should have.
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.addr.port())
    }
}

impl Drop for Terminator {
    fn drop(&mut self) {
        self.running.abort();
    }
}

fn config(terms: &Terms<'_>) -> ServerConfig {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .expect("the provider has them");
    let builder = match terms.clients {
        None => builder.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            for certificate in certificates(&authority.file) {
                roots.add(certificate).expect("a CA");
            }
            let verifier: Arc<dyn ClientCertVerifier> =
                WebPkiClientVerifier::builder_with_provider(roots.into(), provider)
                    .build()
                    .expect("a CA");
            builder.with_client_cert_verifier(verifier)
        }
    };
    let key = PrivateKeyDer::from_pem_file(&terms.identity.key).expect("a key");
    let mut config = builder
        .with_single_cert(certificates(&terms.identity.certificate), key)
        .expect("a key that fits");
    let protocols = terms.protocols.iter();
    config.alpn_protocols = protocols.map(|it| it.as_bytes().to_vec()).collect();
    config
}

fn certificates(file: &str) -> Vec<CertificateDer<'static>> {
    let certificates = CertificateDer::pem_file_iter(file).expect("a file");
    certificates.map(|it| it.expect("PEM")).collect()
}
