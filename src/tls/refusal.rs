//! Why a caller's certificate doesn't let it in.

use std::{cell::Cell, sync::Arc};

use rustls::{
    CertificateError, Error, OtherError,
    pki_types::{CertificateDer, UnixTime},
};
use tokio::task_local;
use x509_parser::parse_x509_certificate;

use super::{
    names::NotAllowed,
    period::{NotNow, Period, Shown},
};

/// What is wrong, in words for the log. The caller is told an alert.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("{}", words(.0))]
    Chain(webpki::Error),
    #[error("its certificate won't do: {0}")]
    Period(NotNow, webpki::Error),
    #[error(transparent)]
    Name(#[from] NotAllowed),
}

task_local! {
    /// Of the handshake that is under way. rustls has no room for it in its errors that make an alert.
    static OF_HANDSHAKE: Cell<Option<Refusal>>;
}

/// Makes a handshake, and tells why its verifier refused the caller, if it did.
pub(super) async fn explained<T>(handshake: impl Future<Output = T>) -> (T, Option<Refusal>) {
    let whole = async {
        let made = handshake.await;
        (made, OF_HANDSHAKE.with(Cell::take))
    };
    OF_HANDSHAKE.scope(Cell::default(), whole).await
}

impl Refusal {
    /// Of this certificate, whose chain won't do. What is wrong with its own period is told from what
    /// is with its CA's.
    pub fn of_chain(error: webpki::Error, certificate: &CertificateDer<'_>, now: UnixTime) -> Self {
        use webpki::Error as E;
        let own = parse_x509_certificate(certificate).map(|(_, it)| Period::of(&it).check(now));
        match (error, own) {
            (error @ (E::CertExpired { .. } | E::CertNotValidYet { .. }), Ok(Err(why))) => {
                Self::Period(why, error)
            }
            (error, _) => Self::Chain(error),
        }
    }

    /// For [`explained`], and for rustls, which tells the caller.
    pub fn tell(self) -> Error {
        let alert = match &self {
            Self::Chain(error) | Self::Period(_, error) => certificate_error(error.clone()),
            // The caller is told access_denied.
            Self::Name(_) => CertificateError::ApplicationVerificationFailure,
        };
        // Outside of it nobody asks.
        let _ = OF_HANDSHAKE.try_with(|it| it.set(Some(self)));
        alert.into()
    }
}

fn words(error: &webpki::Error) -> String {
    use webpki::Error as E;
    match error {
        E::UnknownIssuer => "its certificate is of no CA in --tls-client-ca that counts".to_owned(),
        E::InvalidSignatureForPublicKey => {
            "its certificate isn't signed by the CA that it names".to_owned()
        }
        E::CertNotValidYet { not_before, .. } => {
            format!(
                "a CA of its certificate isn't valid before {}",
                Shown(*not_before)
            )
        }
        E::CertExpired { not_after, .. } => {
            format!("a CA of its certificate ended at {}", Shown(*not_after))
        }
        E::CertRevoked => "its certificate is revoked, or one between it and the CA".to_owned(),
        E::UnknownRevocationStatus => {
            "a CA of its certificate has no list in --tls-client-crl".to_owned()
        }
        E::CrlExpired { next_update, .. } => format!(
            "the list of a CA of its certificate, in --tls-client-crl, ended at {}",
            Shown(*next_update)
        ),
        E::RequiredEkuNotFoundContext(_) => {
            "its certificate isn't for clients: its extendedKeyUsage lacks clientAuth".to_owned()
        }
        E::UnsupportedCertVersion => {
            "its certificate isn't of X.509 version 3, but of an older one".to_owned()
        }
        other => format!("its certificate can't be used: {other}"),
    }
}

/// By which rustls chooses the alert.
fn certificate_error(error: webpki::Error) -> CertificateError {
    use webpki::Error as E;
    match error {
        E::BadDer | E::BadDerTime | E::TrailingData(_) => CertificateError::BadEncoding,
        E::UnknownIssuer => CertificateError::UnknownIssuer,
        E::CertNotValidYet { .. } => CertificateError::NotValidYet,
        E::CertExpired { .. } => CertificateError::Expired,
        E::CertRevoked => CertificateError::Revoked,
        E::UnknownRevocationStatus => CertificateError::UnknownRevocationStatus,
        E::CrlExpired { .. } => CertificateError::ExpiredRevocationList,
        E::InvalidSignatureForPublicKey => CertificateError::BadSignature,
        E::RequiredEkuNotFoundContext(_) => CertificateError::InvalidPurpose,
        other => CertificateError::Other(OtherError(Arc::new(other))),
    }
}
