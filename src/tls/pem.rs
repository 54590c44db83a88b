//! What stands in a PEM file, and whether it is valid now.

use std::time::{Duration, SystemTime};

use rustls::pki_types::{
    CertificateDer, CertificateRevocationListDer,
    pem::{self, PemObject},
};
use x509_parser::{parse_x509_certificate, parse_x509_crl, time::ASN1Time};

/// The certificates of a PEM file, at least one.
pub(super) fn certificates(contents: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let all = CertificateDer::pem_slice_iter(contents).collect::<Result<Vec<_>, _>>();
    match all {
        Ok(all) if all.is_empty() => Err(no_pem("certificate", &pem::Error::NoItemsFound)),
        Ok(all) => Ok(all),
        Err(error) => Err(no_pem("certificate", &error)),
    }
}

/// The revocation lists of a PEM file, at least one, each valid now.
pub(super) fn revocation_lists(
    contents: &[u8],
) -> Result<Vec<CertificateRevocationListDer<'static>>, String> {
    let all = CertificateRevocationListDer::pem_slice_iter(contents);
    let all = all.collect::<Result<Vec<_>, _>>();
    let all = all.map_err(|error| no_pem("revocation list", &error))?;
    if all.is_empty() {
        return Err(no_pem("revocation list", &pem::Error::NoItemsFound));
    }
    for list in &all {
        let (_, list) = parse_x509_crl(list).map_err(|_| "not a revocation list".to_owned())?;
        check_period(list.last_update(), list.next_update())?;
    }
    Ok(all)
}

/// When a certificate begins and ends to be valid.
pub(super) fn validity(certificate: &CertificateDer<'_>) -> Result<(ASN1Time, ASN1Time), String> {
    let parsed = parse_x509_certificate(certificate);
    let (_, parsed) = parsed.map_err(|_| "not an X.509 certificate".to_owned())?;
    let validity = parsed.validity();
    Ok((validity.not_before, validity.not_after))
}

/// Whether now is between these times.
pub(super) fn check_period(begin: ASN1Time, end: Option<ASN1Time>) -> Result<(), String> {
    let now = SystemTime::now();
    if time(begin) > now {
        return Err(format!("it isn't valid before {}", shown(time(begin))));
    }
    match end {
        Some(end) if time(end) < now => Err(format!("it ended at {}", shown(time(end)))),
        _ => Ok(()),
    }
}

pub(super) fn time(time: ASN1Time) -> SystemTime {
    let seconds = u64::try_from(time.timestamp()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// As the log shows it.
pub(super) fn shown(time: SystemTime) -> String {
    humantime::format_rfc3339_seconds(time).to_string()
}

/// Nothing of the file's content is repeated: it may be a key.
pub(super) fn no_pem(what: &str, error: &pem::Error) -> String {
    match error {
        pem::Error::NoItemsFound => format!("no {what} in PEM form is in it"),
        pem::Error::MissingSectionEnd { .. } => format!("a {what} in it is cut off"),
        _ => format!("a {what} in it isn't good PEM"),
    }
}
