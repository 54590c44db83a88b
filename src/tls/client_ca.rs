//! CAs of callers: what makes a certificate one of theirs, and when it counts.

use rustls::{
    crypto::WebPkiSupportedAlgorithms,
    pki_types::{CertificateDer, TrustAnchor, UnixTime},
};
use webpki::{EndEntityCert, anchor_from_trusted_cert};
use x509_parser::{certificate::X509Certificate, parse_x509_certificate};

use super::{
    period::{NotNow, Period},
    revocation::RevocationList,
};

/// A certificate that may stand at the end of a caller's chain.
pub(super) struct ClientCa<'a> {
    certificate: &'a CertificateDer<'static>,
    pub anchor: TrustAnchor<'a>,
    pub period: Period,
    /// Its subject, for the log.
    pub name: String,
}

impl<'a> ClientCa<'a> {
    /// What the certificate says, if it is a CA's. rustls would let the owner of any certificate that
    /// it is given here make certificates for others.
    pub fn new(certificate: &'a CertificateDer<'static>) -> Result<Self, String> {
        let (_, parsed) =
            parse_x509_certificate(certificate).map_err(|_| "not an X.509 certificate")?;
        let name = format!("{:?}", parsed.subject().to_string());
        if let Err(why) = check_is_ca(&parsed) {
            return Err(format!(
                "the certificate of {name} in it isn't a CA's: {why}"
            ));
        }
        let anchor = anchor_from_trusted_cert(certificate)
            .map_err(|error| format!("the CA {name} in it can't be used: {error}"))?;
        Ok(Self {
            certificate,
            anchor,
            period: Period::of(&parsed),
            name,
        })
    }

    /// Why it doesn't count, even if that passes.
    pub fn trouble(&self, now: UnixTime, lists: &[RevocationList]) -> Option<Trouble> {
        if lists.iter().any(|list| self.is_revoked_by(list)) {
            return Some(Trouble::Revoked);
        }
        self.period.check(now).err().map(Trouble::Period)
    }

    /// Whether this list is this CA's.
    pub fn has_signed(
        &self,
        list: &RevocationList,
        algorithms: &WebPkiSupportedAlgorithms,
    ) -> bool {
        list.issuer == self.anchor.subject.as_ref() && list.is_signed_by(&self.anchor, algorithms)
    }

    /// As one that a caller shows would be, which rustls doesn't look for in those that it is given.
    fn is_revoked_by(&self, list: &RevocationList) -> bool {
        EndEntityCert::try_from(self.certificate).is_ok_and(|certificate| {
            certificate.issuer() == list.issuer && list.revokes(certificate.serial())
        })
    }
}

/// Why a CA doesn't count.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error("it is revoked")]
    Revoked,
    #[error(transparent)]
    Period(NotNow),
}

impl Trouble {
    /// Whether it will pass by itself.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Period(NotNow::Early(_)))
    }
}

/// Source: [RFC 5280, 4.2.1.3 and 4.2.1.9](https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.9)
fn check_is_ca(certificate: &X509Certificate<'_>) -> Result<(), &'static str> {
    let constraints = certificate.basic_constraints().ok().flatten();
    if !constraints.is_some_and(|it| it.value.ca) {
        return Err("its basicConstraints don't say CA:TRUE");
    }
    match certificate.key_usage() {
        Ok(None) => Ok(()),
        Ok(Some(usage)) if usage.value.key_cert_sign() => Ok(()),
        _ => Err("its keyUsage doesn't have keyCertSign"),
    }
}
