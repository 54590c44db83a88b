//! TLS to the service: whom to trust, and who one is.

mod failure;

use std::{
    env,
    ffi::{OsStr, OsString},
    path::Path,
    sync::Arc,
};

use rustls::{
    ClientConfig, ConfigBuilder, RootCertStore,
    client::WantsClientCert,
    crypto::aws_lc_rs,
    pki_types::{
        CertificateDer, PrivateKeyDer, ServerName,
        pem::{self, PemObject as _},
    },
};
use rustls_native_certs::{load_certs_from_paths, load_native_certs};
use tokio::{io, net::TcpStream};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{
    args::{OURS, globals},
    endpoint::Endpoint,
    error::Error,
    paramfile,
};

const CA: &str = "--tls-ca";
const CERT: &str = "--tls-cert";
const KEY: &str = "--tls-key";
const SERVER_NAME: &str = "--tls-server-name";
/// What gRPC is spoken over.
const HTTP_2: &[u8] = b"h2";
/// What OpenSSL's older form of an encrypted key begins with.
/// Source: [RFC 1421, 4.6.1.1](https://www.rfc-editor.org/rfc/rfc1421#section-4.6.1.1)
const ENCRYPTED: &[u8] = b"\nProc-Type: 4,ENCRYPTED";
/// Most bytes of a file, as for the server's own.
const LARGEST: u64 = 16 * 1024 * 1024;
/// Where nearly every system has its certificates.
const WELL_KNOWN: &str = "/etc/ssl/certs";

/// How to speak TLS. The server's own settings have other variables, so that both can stand in one
/// environment.
#[derive(clap::Args)]
#[group(skip)] // clap would name each after its type, `Args`
#[command(next_help_heading = OURS)]
#[expect(clippy::struct_field_names, reason = "each is a flag's name")]
pub struct Args {
    /// PEM file of the certificates to trust, instead of the system's or those in SSL_CERT_FILE.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "USER_ATTRIBUTES_ENDPOINT_TLS_CA",
        hide_env_values = true
    )]
    tls_ca: Option<OsString>,
    /// PEM file of the client's own certificate and of those between it and the server's CA.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "USER_ATTRIBUTES_ENDPOINT_TLS_CERT",
        hide_env_values = true
    )]
    tls_cert: Option<OsString>,
    /// PEM file of that certificate's private key.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "USER_ATTRIBUTES_ENDPOINT_TLS_KEY",
        hide_env_values = true
    )]
    tls_key: Option<OsString>,
    /// The name that the server's certificate must have, instead of the URL's host.
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "USER_ATTRIBUTES_ENDPOINT_TLS_SERVER_NAME",
        hide_env_values = true
    )]
    tls_server_name: Option<OsString>,
}

/// How to speak TLS with one server.
#[derive(Clone)]
pub struct Tls {
    config: Arc<ClientConfig>,
    server: ServerName<'static>,
    /// The files that the settings name, for messages.
    ca: Option<String>,
    certificate: Option<String>,
}

impl Args {
    /// What the options say of this endpoint. A blank variable of the environment counts as none.
    pub fn read(self, endpoint: &Endpoint, globals: &globals::Args) -> Result<Option<Tls>, Error> {
        let given = |value: Option<OsString>| value.filter(|it| !it.is_empty());
        let (ca, name) = (given(self.tls_ca), given(self.tls_server_name));
        let (certificate, key) = (given(self.tls_cert), given(self.tls_key));
        if !endpoint.is_https() {
            let options = [
                (CA, &ca),
                (CERT, &certificate),
                (KEY, &key),
                (SERVER_NAME, &name),
            ];
            return match options.iter().find(|(_, value)| value.is_some()) {
                Some((option, _)) => Err(Error::option(
                    option,
                    format!("the endpoint {endpoint} has no TLS; it must begin with https://"),
                )),
                None => Ok(None),
            };
        }
        if globals.no_verify_ssl {
            let cause = format!("this client always checks who the server is: use {CA}");
            return Err(Error::option("--no-verify-ssl", cause));
        }
        let ca = ca.or_else(|| globals.ca_bundle.clone());
        let server = match &name {
            Some(name) => server_name(&name.to_string_lossy(), SERVER_NAME)?,
            None => server_name(endpoint.host(), "--endpoint")?,
        };
        let roots = match &ca {
            Some(file) => roots_in(file)?,
            None => roots_of_system()?,
        };
        let trusting = ClientConfig::builder_with_provider(aws_lc_rs::default_provider().into())
            .with_safe_default_protocol_versions()
            .expect("the provider has the default versions")
            .with_root_certificates(roots);
        let mut config = match (&certificate, &key) {
            (Some(certificate), Some(key)) => identified(trusting, certificate, key)?,
            (Some(_), None) => return Err(Error::missing(&[KEY.to_owned()])),
            (None, Some(_)) => return Err(Error::missing(&[CERT.to_owned()])),
            (None, None) => trusting.with_no_client_auth(),
        };
        config.alpn_protocols = vec![HTTP_2.to_vec()];
        let name = |file: OsString| file.display().to_string();
        Ok(Some(Tls {
            config: Arc::new(config),
            server,
            ca: ca.map(name),
            certificate: certificate.map(name),
        }))
    }
}

impl Tls {
    /// Shakes hands. The error is for [`Self::explain`].
    pub async fn connect(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let connector = TlsConnector::from(Arc::clone(&self.config));
        let stream = connector.connect(self.server.clone(), stream).await?;
        if stream.get_ref().1.alpn_protocol() == Some(HTTP_2) {
            Ok(stream)
        } else {
            Err(io::Error::other(rustls::Error::NoApplicationProtocol))
        }
    }
}

fn server_name(name: &str, option: &str) -> Result<ServerName<'static>, Error> {
    let parsed = ServerName::try_from(name.to_owned());
    parsed.map_err(|_| {
        let cause = "a certificate is for the name of a host or an IP address, and this is none";
        Error::option(option, cause)
    })
}

fn roots_in(file: &OsStr) -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore::empty();
    let (added, unusable) = roots.add_parsable_certificates(certificates_in(file, CA)?);
    if added > 0 && unusable == 0 {
        Ok(roots)
    } else {
        let file = file.display();
        let cause = format!("a certificate in {file} can't be used as one of a CA");
        Err(Error::option(CA, cause))
    }
}

fn roots_of_system() -> Result<RootCertStore, Error> {
    // The crate takes a blank variable for the name of a file.
    let blank = env::var_os("SSL_CERT_FILE").is_some_and(|it| it.is_empty());
    let found = if blank && env::var_os("SSL_CERT_DIR").is_none() {
        load_certs_from_paths(None, Some(Path::new(WELL_KNOWN)))
    } else {
        load_native_certs()
    };
    let mut roots = RootCertStore::empty();
    let (added, _unusable) = roots.add_parsable_certificates(found.certs);
    match (added, found.errors.first()) {
        (1.., _) => Ok(roots),
        (0, Some(error)) => Err(Error::Parameter(format!(
            "the system's certificates can't be read: {error}; name a file that has some with {CA}"
        ))),
        (0, None) => Err(Error::Parameter(format!(
            "the system has no certificates to trust: name a file that has some with {CA}"
        ))),
    }
}

/// With a certificate of the client's own.
fn identified(
    trusting: ConfigBuilder<ClientConfig, WantsClientCert>,
    certificate: &OsStr,
    key: &OsStr,
) -> Result<ClientConfig, Error> {
    let chain = certificates_in(certificate, CERT)?;
    let name = key.display();
    let pem = read(key, KEY)?;
    let private = PrivateKeyDer::from_pem_slice(&pem).map_err(|error| {
        let is_encrypted = pem.windows(ENCRYPTED.len()).any(|it| it == ENCRYPTED);
        let cause = if is_encrypted || matches!(error, pem::Error::NoItemsFound) {
            format!("there is no unencrypted private key in {name}")
        } else {
            format!("can't read the key in {name}: {error}")
        };
        Error::option(KEY, cause)
    })?;
    trusting
        .with_client_auth_cert(chain, private)
        .map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => {
                let certificate = certificate.display();
                let cause =
                    format!("the key in {name} isn't that of the certificate in {certificate}");
                Error::option(KEY, cause)
            }
            rustls::Error::InvalidCertificate(error) => {
                let certificate = certificate.display();
                let why = failure::reason(&error);
                Error::option(
                    CERT,
                    format!("the certificate in {certificate} can't be used: {why}"),
                )
            }
            error => Error::option(KEY, format!("the key in {name} can't be used: {error}")),
        })
}

fn certificates_in(file: &OsStr, option: &str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let name = file.display();
    let pem = read(file, option)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match certificates {
        Ok(certificates) if certificates.is_empty() => Err(Error::option(
            option,
            format!("there is no certificate in {name}"),
        )),
        Ok(certificates) => Ok(certificates),
        Err(error) => {
            let cause = format!("can't read the certificates in {name}: {error}");
            Err(Error::option(option, cause))
        }
    }
}

fn read(file: &OsStr, option: &str) -> Result<Vec<u8>, Error> {
    paramfile::bytes(file, LARGEST).map_err(|error| Error::option(option, error))
}
