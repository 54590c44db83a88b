//! A CA, its certificates in files, and clients that show them.

use std::{path::PathBuf, sync::Arc};

use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams,
    SanType, SerialNumber,
};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use rustls::{
    ClientConfig, RootCertStore, SupportedProtocolVersion,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};
use tonic::body::Body;
use user_attributes::proto::user_attributes_service_client::UserAttributesServiceClient;

/// A client of a TLS server.
pub type Client = UserAttributesServiceClient<legacy::Client<HttpsConnector<HttpConnector>, Body>>;

/// A certificate of X.509's first version, which can't say that it is a CA's.
pub const V1: &str = include_str!("../data/v1.crt");

/// Files of keys with a password: as PKCS #8, and as OpenSSL wrote them before.
pub const ENCRYPTED_KEYS: [(&str, &str); 2] = [
    (
        "encrypted.key",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n",
    ),
    (
        "older.key",
        "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMAA=\n\
         -----END EC PRIVATE KEY-----\n",
    ),
];

pub struct Ca {
    issuer: CertifiedIssuer<'static, KeyPair>,
    params: CertificateParams,
}

/// A certificate and its key, as PEM.
#[derive(Clone)]
pub struct Pair {
    pub cert: String,
    pub key: String,
    pub serial: SerialNumber,
}

/// Files of a server's or a client's. They go with it.
pub struct Files(TempDir);

impl Ca {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    /// With other words in its certificate.
    pub fn with(change: impl FnOnce(&mut CertificateParams)) -> Self {
        let (mut params, key) = (params(), KeyPair::generate().expect("a key"));
        change(&mut params);
        let issuer = CertifiedIssuer::self_signed(params.clone(), key).expect("a CA");
        Self { issuer, params }
    }

    /// Valid between these times.
    pub fn between(from: OffsetDateTime, until: OffsetDateTime) -> Self {
        Self::with(|params| (params.not_before, params.not_after) = (from, until))
    }

    /// One of the same name, with a key of its own.
    pub fn namesake(&self) -> Self {
        Self::with(|params| params.distinguished_name = self.params.distinguished_name.clone())
    }

    /// One below it.
    pub fn intermediate(&self) -> Self {
        let (params, key) = (params(), KeyPair::generate().expect("a key"));
        let issuer = CertifiedIssuer::signed_by(params.clone(), key, &self.issuer).expect("a CA");
        Self { issuer, params }
    }

    pub fn pem(&self) -> String {
        pem("CERTIFICATE", self.issuer.der())
    }

    pub fn serial(&self) -> &SerialNumber {
        self.params.serial_number.as_ref().expect("it has one")
    }

    /// For a server on this machine.
    pub fn server(&self) -> Pair {
        self.issue(&["127.0.0.1", "localhost"], -1, 1)
    }

    /// With these names: addresses, DNS names and URIs.
    pub fn client(&self, names: &[&str]) -> Pair {
        self.issue(names, -1, 1)
    }

    /// Valid from one day on until another, counted from now.
    pub fn issue(&self, names: &[&str], from: i64, until: i64) -> Pair {
        let now = OffsetDateTime::now_utc();
        self.issue_between(
            names,
            now + Duration::days(from),
            now + Duration::days(until),
        )
    }

    /// Valid between these times.
    pub fn issue_between(
        &self,
        names: &[&str],
        from: OffsetDateTime,
        until: OffsetDateTime,
    ) -> Pair {
        self.issue_for(&[], names, from, until)
    }

    /// Valid between these times, and for these purposes, or for any if there is none.
    pub fn issue_for(
        &self,
        purposes: &[ExtendedKeyUsagePurpose],
        names: &[&str],
        from: OffsetDateTime,
        until: OffsetDateTime,
    ) -> Pair {
        let mut params = CertificateParams::default();
        params.subject_alt_names = names.iter().map(|name| san(name)).collect();
        params.extended_key_usages = purposes.to_vec();
        params.not_before = from;
        params.not_after = until;
        let serial = serial();
        params.serial_number = Some(serial.clone());
        let key = KeyPair::generate().expect("a key");
        let cert = params.signed_by(&key, &self.issuer);
        let cert = cert.expect("a certificate");
        Pair {
            cert: pem("CERTIFICATE", cert.der()),
            key: pem("PRIVATE KEY", &key.serialize_der()),
            serial,
        }
    }

    /// A list of revoked certificates that ends so many days from now.
    pub fn revokes(&self, serials: &[&SerialNumber], until: i64) -> String {
        self.revokes_until(serials, OffsetDateTime::now_utc() + Duration::days(until))
    }

    /// One that ends at this time.
    pub fn revokes_until(&self, serials: &[&SerialNumber], until: OffsetDateTime) -> String {
        let now = OffsetDateTime::now_utc();
        let revoked = |serial: &&SerialNumber| RevokedCertParams {
            serial_number: (*serial).clone(),
            revocation_time: now,
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: until.min(now) - Duration::days(1),
            next_update: until,
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: serials.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = params.signed_by(&self.issuer).expect("a list");
        pem("X509 CRL", list.der())
    }
}

fn params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.serial_number = Some(serial());
    // Of two CAs under one name a verifier may blame the signature.
    let name = format!("CA {}", uuid::Uuid::new_v4());
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn serial() -> SerialNumber {
    SerialNumber::from(uuid::Uuid::new_v4().as_bytes()[1..].to_vec())
}

fn san(name: &str) -> SanType {
    let text = || name.try_into().expect("ASCII");
    match name.parse() {
        Ok(address) => SanType::IpAddress(address),
        Err(_) if name.contains("://") => SanType::URI(text()),
        Err(_) => SanType::DnsName(text()),
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    pem::encode(&pem::Pem::new(label, der))
}

impl Files {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let all = Self(TempDir::new().expect("a temporary folder"));
        for (name, contents) in files {
            all.put(name, contents);
        }
        all
    }

    /// A server's certificate and key.
    pub fn of(pair: &Pair) -> Self {
        Self::new(&[("tls.crt", &pair.cert), ("tls.key", &pair.key)])
    }

    /// Replaces a file at once.
    pub fn put(&self, name: &str, contents: &str) {
        let new = self.path(".new");
        std::fs::write(&new, contents).expect("a temporary file");
        std::fs::rename(new, self.path(name)).expect("a temporary file");
    }

    /// Makes a pipe, from which nobody will ever read anything.
    pub fn put_pipe(&self, name: &str) {
        let mode = Mode::RUSR | Mode::WUSR;
        mknodat(CWD, self.path(name), FileType::Fifo, mode, 0).expect("a pipe");
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A flag with the path of a file.
    pub fn flag(&self, flag: &str, name: &str) -> String {
        format!("{flag}={}", self.path(name).display())
    }

    /// The flags of all files of a server's that are there.
    pub fn flags(&self) -> Vec<String> {
        let all = [
            ("--tls-cert", "tls.crt"),
            ("--tls-key", "tls.key"),
            ("--tls-client-ca", "ca.crt"),
            ("--tls-client-crl", "crl.pem"),
        ];
        let there = all.iter().filter(|(_, name)| self.path(name).exists());
        there.map(|(flag, name)| self.flag(flag, name)).collect()
    }

    /// The flags of certificate and key.
    pub fn key_pair(&self) -> [String; 2] {
        [
            self.flag("--tls-cert", "tls.crt"),
            self.flag("--tls-key", "tls.key"),
        ]
    }
}

/// A client that trusts this CA, and shows this certificate. It has one connection.
pub fn client(port: u16, ca: &Ca, shown: Option<&Pair>) -> Client {
    client_of(port, ca, shown, rustls::ALL_VERSIONS, &[b"h2"])
}

/// The same, with these versions of TLS and these protocols over it.
pub fn client_of(
    port: u16,
    ca: &Ca,
    shown: Option<&Pair>,
    versions: &[&'static SupportedProtocolVersion],
    protocols: &[&[u8]],
) -> Client {
    let mut roots = RootCertStore::empty();
    roots.add(ca.issuer.der().clone()).expect("a CA");
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .expect("the provider has them")
        .with_root_certificates(roots);
    let mut config = match shown {
        None => config.with_no_client_auth(),
        Some(pair) => {
            let chain = CertificateDer::pem_slice_iter(pair.cert.as_bytes());
            let chain = chain.map(|it| it.expect("PEM")).collect();
            let key = PrivateKeyDer::from_pem_slice(pair.key.as_bytes()).expect("PEM");
            let config = config.with_client_auth_cert(chain, key);
            config.expect("a certificate and its key")
        }
    };
    config.alpn_protocols = protocols.iter().map(|it| it.to_vec()).collect();
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    let transport = legacy::Client::builder(TokioExecutor::new())
        .http2_only(true)
        .build(HttpsConnector::from((tcp, config)));
    let origin = format!("https://localhost:{port}").parse();
    UserAttributesServiceClient::with_origin(transport, origin.expect("a URL"))
}
