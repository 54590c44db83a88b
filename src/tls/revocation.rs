//! Lists of revoked certificates.

use rustls::{
    crypto::WebPkiSupportedAlgorithms,
    pki_types::{CertificateRevocationListDer, TrustAnchor, UnixTime},
};
use webpki::{BorrowedCertRevocationList, RawPublicKeyEntity, spki_for_anchor};
use x509_parser::{
    asn1_rs::Any, parse_x509_crl, prelude::FromDer as _, time::ASN1Time, x509::X509Name,
};

use super::period::Period;

/// A list as it came. What it would be parsed into is several times as large.
pub(super) struct RevocationList {
    pub der: CertificateRevocationListDer<'static>,
    pub period: Period,
    /// Its issuer, for the log.
    pub name: String,
    /// The same as webpki compares it: without the outermost layer of its encoding.
    pub issuer: Vec<u8>,
    /// Which of the issuer's certificates it is about, if not all.
    scope: Option<Vec<u8>>,
}

/// What webpki doesn't tell of a list.
struct Parts<'a> {
    signed: &'a [u8],
    signature: &'a [u8],
    issuer: X509Name<'a>,
    period: Period,
}

impl RevocationList {
    /// A list that is valid at this time.
    pub fn new(der: CertificateRevocationListDer<'static>, now: UnixTime) -> Result<Self, String> {
        let unusable = |error| unusable(&der, &error);
        let list = BorrowedCertRevocationList::from_der(&der).map_err(unusable)?;
        for entry in &list {
            entry.map_err(unusable)?;
        }
        let list = webpki::CertRevocationList::from(list);
        let parts = Parts::of(&der).ok_or("a revocation list in it isn't good")?;
        let (period, name) = (parts.period, format!("{:?}", parts.issuer.to_string()));
        let period_checked = period.check(now);
        period_checked.map_err(|why| format!("the list of {name} won't do: {why}"))?;
        let (issuer, scope) = (list.issuer(), list.issuing_distribution_point());
        let (issuer, scope) = (issuer.to_vec(), scope.map(<[u8]>::to_vec));
        Ok(Self {
            der,
            period,
            name,
            issuer,
            scope,
        })
    }

    /// Whether webpki would look at one of these two alone, whichever comes first.
    pub fn hides(&self, other: &Self) -> bool {
        let is_shared = match (&self.scope, &other.scope) {
            (Some(scope), Some(other)) => scope == other,
            _ => true,
        };
        self.issuer == other.issuer && is_shared
    }

    /// Whether the key of this CA made it.
    pub fn is_signed_by(
        &self,
        ca: &TrustAnchor<'_>,
        algorithms: &WebPkiSupportedAlgorithms,
    ) -> bool {
        let key = spki_for_anchor(ca);
        let (Ok(key), Some(parts)) = (RawPublicKeyEntity::try_from(&key), Parts::of(&self.der))
        else {
            return false;
        };
        let mut algorithms = algorithms.all.iter();
        algorithms.any(|it| {
            key.verify_signature(*it, parts.signed, parts.signature)
                .is_ok()
        })
    }

    /// Whether it has this serial number.
    pub fn revokes(&self, serial: &[u8]) -> bool {
        let list = BorrowedCertRevocationList::from_der(&self.der);
        let list = list.map(webpki::CertRevocationList::from);
        list.is_ok_and(|list| matches!(list.find_serial(serial), Ok(Some(_))))
    }
}

/// Why webpki doesn't take a list.
fn unusable(der: &[u8], error: &webpki::Error) -> String {
    match parse_x509_crl(der) {
        // The first version has no number.
        Ok((_, list)) if list.version().is_none() => format!(
            "the list of {:?} is of X.509 version 1, and version 2 is needed: openssl ca makes it with \
             crlnumber in its configuration",
            list.issuer().to_string()
        ),
        _ => format!("a revocation list in it can't be used: {error}"),
    }
}

impl<'a> Parts<'a> {
    /// Source: [RFC 5280, 5.1](https://www.rfc-editor.org/rfc/rfc5280#section-5.1)
    fn of(der: &'a [u8]) -> Option<Self> {
        let (_, whole) = Any::from_der(der).ok()?;
        let (after_signed, signed) = Any::from_der(whole.data).ok()?;
        let (rest, _algorithm) = Any::from_der(after_signed).ok()?;
        let (_, signature) = Any::from_der(rest).ok()?;
        let (_unused_bits, signature) = signature.data.split_first()?;

        let (rest, _version) = Any::from_der(signed.data).ok()?;
        let (rest, _algorithm) = Any::from_der(rest).ok()?;
        let (rest, issuer) = X509Name::from_der(rest).ok()?;
        let (rest, begin) = ASN1Time::from_der(rest).ok()?;
        let (_, end) = ASN1Time::from_der(rest).ok()?;
        Some(Self {
            signed: &whole.data[..whole.data.len() - after_signed.len()],
            signature,
            issuer,
            period: Period::new(begin, end),
        })
    }
}
