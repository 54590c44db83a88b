//! The names in a caller's certificate, and which of them may call.

use std::{str::FromStr, sync::Arc};

use rustls::pki_types::{CertificateDer, DnsName};
use x509_parser::{extensions::GeneralName, parse_x509_certificate};

use super::spiffe::{is_spiffe, is_spiffe_id};

/// A name that may call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedSan(Form);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    /// Of any case.
    Dns(String),
    Uri(String),
    /// It ends in `/`.
    UriPrefix(String),
}

/// All of them. With none, every name may call.
#[derive(Clone, Debug)]
pub(super) struct AllowedSans(Arc<[AllowedSan]>);

/// A caller's certificate doesn't have a name that may call.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotAllowed;

impl FromStr for AllowedSan {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "it must be a DNS name, such as billing.example.com, or a URI, such as \
                             spiffe://example.com/ns/billing/sa/api, or the beginning of a URI up to \
                             a /";
        let form = match text.split_once("://") {
            Some((scheme, rest)) if is_scheme(scheme) && is_uri_rest(rest) => {
                if is_spiffe(text) && !is_spiffe_id(text.strip_suffix('/').unwrap_or(text)) {
                    return Err(WRONG);
                }
                if rest.ends_with('/') {
                    Form::UriPrefix(text.to_owned())
                } else {
                    Form::Uri(text.to_owned())
                }
            }
            None if DnsName::try_from(text).is_ok() && !text.contains('*') => {
                Form::Dns(text.to_owned())
            }
            _ => return Err(WRONG),
        };
        Ok(Self(form))
    }
}

/// Source: [RFC 3986, 3.1](https://www.rfc-editor.org/rfc/rfc3986#section-3.1)
fn is_scheme(text: &str) -> bool {
    let is_rest = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.bytes().all(is_rest)
}

/// An authority, and a path with no part that means another one.
fn is_uri_rest(text: &str) -> bool {
    let mut parts = text.split('/');
    let authority = parts.next().unwrap_or_default();
    let is_visible = |part: &str| part.bytes().all(|byte| byte.is_ascii_graphic());
    !authority.is_empty() && is_visible(text) && !parts.any(is_dots)
}

/// Whether a part of a path means another one.
pub(super) fn is_dots(part: &str) -> bool {
    matches!(part, "." | "..")
}

/// Whether what follows a prefix is below it, however a reader decodes and resolves it.
fn is_below(rest: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"%\\".contains(&byte);
    !rest.is_empty() && rest.bytes().all(is_plain) && !rest.split('/').any(is_dots)
}

impl AllowedSan {
    fn allows(&self, name: &GeneralName<'_>) -> bool {
        match (&self.0, name) {
            (Form::Dns(allowed), GeneralName::DNSName(name)) => name.eq_ignore_ascii_case(allowed),
            (Form::Uri(allowed), GeneralName::URI(name)) => name == allowed,
            (Form::UriPrefix(allowed), GeneralName::URI(name)) => {
                name.strip_prefix(&**allowed).is_some_and(is_below)
            }
            _ => false,
        }
    }
}

impl AllowedSans {
    pub fn new(list: Vec<AllowedSan>) -> Self {
        Self(list.into())
    }

    /// The name by which the owner of this certificate calls. Where every name may, it is the URI, or
    /// else the first DNS name, or none.
    pub fn name_of(&self, certificate: &CertificateDer<'_>) -> Result<Option<String>, NotAllowed> {
        let (_, certificate) = parse_x509_certificate(certificate).map_err(|_| NotAllowed)?;
        let names = certificate
            .subject_alternative_name()
            .map_err(|_| NotAllowed)?;
        let names = names.map_or(&[][..], |names| &names.value.general_names);
        let mut uris = names.iter().filter_map(|name| match name {
            GeneralName::URI(uri) => Some(*uri),
            _ => None,
        });
        // Source: [X.509-SVID, 2](https://github.com/spiffe/spiffe/blob/main/standards/X509-SVID.md#2-spiffe-id)
        let mut spiffe = uris.clone().filter(|uri| is_spiffe(uri));
        if let Some(id) = spiffe.next()
            && (!is_spiffe_id(id) || uris.clone().count() > 1)
        {
            return Err(NotAllowed);
        }
        if self.0.is_empty() {
            let dns_names = names.iter().find_map(|name| match name {
                GeneralName::DNSName(name) => Some(*name),
                _ => None,
            });
            return Ok(uris.next().or(dns_names).map(str::to_owned));
        }
        let is_allowed = |name: &&GeneralName<'_>| self.0.iter().any(|it| it.allows(name));
        match names.iter().find(is_allowed) {
            Some(GeneralName::DNSName(name) | GeneralName::URI(name)) => {
                Ok(Some((*name).to_owned()))
            }
            _ => Err(NotAllowed),
        }
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, SanType};

    use super::*;

    fn certificate(names: &[&str]) -> CertificateDer<'static> {
        let mut params = CertificateParams::default();
        params.subject_alt_names = names
            .iter()
            .map(|name| {
                let text = (*name).try_into().expect("ASCII");
                if name.contains("://") {
                    SanType::URI(text)
                } else {
                    SanType::DnsName(text)
                }
            })
            .collect();
        let key = KeyPair::generate().expect("a key");
        params.self_signed(&key).expect("a certificate").into()
    }

    fn name(allowed: &[&str], names: &[&str]) -> Result<Option<String>, NotAllowed> {
        let allowed = allowed.iter().map(|it| it.parse().expect("a name"));
        AllowedSans::new(allowed.collect()).name_of(&certificate(names))
    }

    #[test]
    fn a_caller_is_known_by_the_name_that_may_call() {
        let billing = "spiffe://example.com/ns/billing/sa/api";
        let dns = "billing.example.com";
        for (allowed, names, expected) in [
            (&[dns][..], &[dns][..], dns),
            (&[dns], &["Billing.Example.COM"], "Billing.Example.COM"),
            (&["other.example.com", dns], &["x.example.com", dns], dns),
            (&[billing], &[dns, billing], billing),
            (&["spiffe://example.com/"], &[billing], billing),
            (&["spiffe://example.com/ns/billing/"], &[billing], billing),
            (&[], &[dns, billing], billing),
            (&[], &[dns], dns),
            (&[], &["spiffe://example.com"], "spiffe://example.com"),
            (&[], &["https://x/%61", "https://y"], "https://x/%61"),
            (&["https://x/%61"], &["https://x/%61"], "https://x/%61"),
            (&["https://x/a/"], &["https://x/a/b"], "https://x/a/b"),
        ] {
            let name = name(allowed, names);
            assert_eq!(name, Ok(Some(expected.to_owned())), "{allowed:?} {names:?}");
        }
        assert_eq!(name(&[], &[]), Ok(None));
    }

    #[test]
    fn who_has_no_such_name_may_not_call() {
        let prefix = "spiffe://example.com/ns/billing/";
        for (allowed, names) in [
            (&["billing.example.com"][..], &[][..]),
            (&["billing.example.com"], &["x.billing.example.com"]),
            (&["billing.example.com"], &["*.example.com"]),
            (&["example.com"], &["https://example.com"]),
            (&["spiffe://example.com/a"], &["spiffe://example.com/a/b"]),
            (&["spiffe://example.com/a"], &["spiffe://Example.com/a"]),
            (&[prefix], &["spiffe://example.com/ns/billing"]),
            (&[prefix], &[prefix]),
            (&[prefix], &["spiffe://example.com/ns/billing/../admin"]),
            (&[prefix], &["spiffe://example.com.evil.org/ns/billing/x"]),
            // Two URIs are no SPIFFE identity, whatever else may call.
            (
                &[prefix],
                &["spiffe://example.com/ns/billing/a", "https://x"],
            ),
            (&[], &["spiffe://example.com/a", "spiffe://example.com/b"]),
            (&[], &["SPIFFE://example.com/a", "Spiffe://example.com/b"]),
            (&[], &["https://x", "sPIFFE://example.com/a"]),
            // What isn't a SPIFFE id but would be one is read by each in its own way.
            (&[prefix], &["spiffe://example.com/ns/billing/%2e%2e/admin"]),
            (&[prefix], &["spiffe://example.com/ns/billing/..%2fadmin"]),
            (&[prefix], &["spiffe://example.com/ns/billing//admin"]),
            (&[prefix], &["spiffe://example.com/ns/billing/a?b"]),
            (&[], &["spiffe://example.com/ns/billing/%61"]),
            (&[], &["spiffe://example.com/ns/billing/"]),
            (&[], &["spiffe://Example.com/a"]),
            (&[], &["spiffe://example.com:1/a"]),
            (&[], &["SPIFFE://example.com/a"]),
            (&["https://example.com/a/"], &["https://example.com/a/../b"]),
            (
                &["https://example.com/a/"],
                &["https://example.com/a/%2E%2E/b"],
            ),
            (
                &["https://example.com/a/"],
                &["https://example.com/a/..%2Fb"],
            ),
            (
                &["https://example.com/a/"],
                &["https://example.com/a/..\\b"],
            ),
        ] {
            let name = name(allowed, names);
            assert_eq!(name, Err(NotAllowed), "{allowed:?} {names:?}");
        }
    }

    #[test]
    fn a_name_is_a_dns_name_or_a_uri() {
        for text in [
            "a",
            "billing.example.com",
            "spiffe://example.com/",
            "spiffe://example.com",
            "urn+x://a/b",
        ] {
            assert!(text.parse::<AllowedSan>().is_ok(), "{text}");
        }
        for text in [
            "",
            " ",
            "*.example.com",
            "a b",
            "é.example.com",
            "spiffe://",
            "://a",
            "1x://a",
            "spiffe:///a",
            "spiffe://a/../b",
            "spiffe://a/b c",
            "spiffe://a/%62",
            "spiffe://a//",
            "SPIFFE://a/b",
            "a/b",
            "10.0.0.1:1",
        ] {
            assert!(text.parse::<AllowedSan>().is_err(), "{text}");
        }
    }
}
