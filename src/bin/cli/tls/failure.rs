//! What is wrong, where TLS fails, and which option it is about.

use std::{
    io,
    time::{Duration, UNIX_EPOCH},
};

use rustls::{AlertDescription, CertificateError, OtherError, pki_types::UnixTime};

use super::{CA, CERT, KEY, SERVER_NAME, Tls};

impl Tls {
    /// A failure of TLS, if it is one: of the handshake or, since a server may look at the client's
    /// certificate later than that, of what comes after it.
    pub fn explain(&self, error: &io::Error) -> Option<String> {
        let error = error.get_ref()?.downcast_ref()?;
        Some(match error {
            rustls::Error::InvalidCertificate(error) => self.of_certificate(error),
            rustls::Error::AlertReceived(alert) => self.of_alert(*alert),
            rustls::Error::InvalidMessage(_) => {
                "the server's answer isn't TLS: if it has none, use http://".to_owned()
            }
            rustls::Error::NoApplicationProtocol => no_http_2(),
            error => error.to_string(),
        })
    }

    /// What is wrong with the server's certificate.
    fn of_certificate(&self, error: &CertificateError) -> String {
        let whose = "the server's certificate";
        match error {
            CertificateError::UnknownIssuer => match &self.ca {
                Some(file) => format!("{whose} is from an issuer that isn't in {file} ({CA})"),
                None => format!(
                    "{whose} is from an issuer that this system doesn't trust: name a file that has \
                     it with {CA}"
                ),
            },
            CertificateError::ExpiredContext { not_after, .. } => {
                format!(
                    "{whose} has expired: it was good until {}",
                    time(*not_after)
                )
            }
            CertificateError::NotValidYetContext { not_before, .. } => {
                format!("{whose} isn't good before {}", time(*not_before))
            }
            CertificateError::NotValidForNameContext {
                expected,
                presented,
            } => {
                let expected = expected.to_str();
                let presented: Vec<_> = presented.iter().filter_map(|it| name(it)).collect();
                if presented.is_empty() {
                    return format!("{whose} isn't for {expected}, but for no name of a host");
                }
                format!(
                    "{whose} isn't for {expected}, but for {}: if that is the server, name it with \
                     {SERVER_NAME}",
                    presented.join(", ")
                )
            }
            error => format!("{whose} isn't good: {}", reason(error)),
        }
    }

    /// What the server says is wrong.
    fn of_alert(&self, alert: AlertDescription) -> String {
        use AlertDescription as Alert;
        match (alert, &self.certificate) {
            (Alert::NoApplicationProtocol, _) => no_http_2(),
            (Alert::CertificateRequired, None) => {
                format!("the server asks for a client certificate: give one with {CERT} and {KEY}")
            }
            (
                Alert::AccessDenied
                | Alert::BadCertificate
                | Alert::CertificateExpired
                | Alert::CertificateRequired
                | Alert::CertificateRevoked
                | Alert::CertificateUnknown
                | Alert::DecryptError
                | Alert::UnknownCA
                | Alert::UnsupportedCertificate,
                Some(file),
            ) => {
                let why = match alert {
                    Alert::UnsupportedCertificate => {
                        ": it isn't for clients (extendedKeyUsage clientAuth)"
                    }
                    Alert::AccessDenied => ": its name isn't one that the server allows",
                    _ => "",
                };
                format!("the server refuses the certificate in {file} ({CERT}): {alert:?}{why}")
            }
            _ => format!("the server refuses the handshake: {alert:?}"),
        }
    }
}

/// What is wrong with a certificate, of whichever side.
pub(super) fn reason(error: &CertificateError) -> String {
    let CertificateError::Other(OtherError(inner)) = error else {
        return error.to_string();
    };
    match inner.downcast_ref() {
        Some(webpki::Error::UnsupportedCertVersion) => {
            "it is of X.509 version 1, and version 3 is needed: openssl x509 -req makes it with -extfile"
                .to_owned()
        }
        _ => inner.to_string(),
    }
}

fn no_http_2() -> String {
    "the server doesn't offer HTTP/2, which gRPC needs".to_owned()
}

/// A name of a certificate's, which webpki gives in the form that Rust writes for debugging, such as
/// `DnsName("localhost")`. What isn't the name of a host is left out.
fn name(written: &str) -> Option<&str> {
    let (kind, rest) = written.split_once('(')?;
    let name = rest.strip_suffix(')')?.trim_matches('"');
    matches!(kind, "DnsName" | "IpAddress").then_some(name)
}

fn time(time: UnixTime) -> String {
    let time = UNIX_EPOCH + Duration::from_secs(time.as_secs());
    humantime::format_rfc3339_seconds(time).to_string()
}
