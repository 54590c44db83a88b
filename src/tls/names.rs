//! The names in a caller's certificate, and which of them may call.

#[cfg(test)]
mod tests;

use std::{fmt, str::FromStr, sync::Arc};

use rustls::pki_types::{CertificateDer, DnsName};
use x509_parser::{extensions::GeneralName, parse_x509_certificate};

use super::spiffe::{is_spiffe, is_spiffe_id};

/// How many names of a certificate the log shows.
const MOST_SHOWN: usize = 8;

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

/// Why the names in a caller's certificate don't let it call.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotAllowed {
    #[error("the names in its certificate can't be read")]
    Unreadable,
    #[error("its certificate has a SPIFFE id and another URI: it has {0}")]
    TwoUris(Names),
    #[error("the URI in its certificate isn't written as a SPIFFE id is: it has {0}")]
    NoSpiffeId(Names),
    #[error("no name in its certificate is in --tls-allowed-client-san: it has {0}")]
    NotInList(Names),
}

/// The DNS names and URIs of a certificate, as the log shows them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Names(Vec<String>);

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
        let (_, certificate) =
            parse_x509_certificate(certificate).map_err(|_| NotAllowed::Unreadable)?;
        let names = certificate
            .subject_alternative_name()
            .map_err(|_| NotAllowed::Unreadable)?;
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
            let names = Names::of(names);
            return Err(if uris.count() > 1 {
                NotAllowed::TwoUris(names)
            } else {
                NotAllowed::NoSpiffeId(names)
            });
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
            _ => Err(NotAllowed::NotInList(Names::of(names))),
        }
    }
}

impl Names {
    fn of(all: &[GeneralName<'_>]) -> Self {
        let names = all.iter().filter_map(|name| match name {
            GeneralName::DNSName(name) | GeneralName::URI(name) => {
                Some(name.escape_debug().to_string())
            }
            _ => None,
        });
        Self(names.collect())
    }
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            [] => f.write_str("no DNS name and no URI"),
            names if names.len() > MOST_SHOWN => {
                let shown = names[..MOST_SHOWN].join(", ");
                write!(f, "{shown} and {} more", names.len() - MOST_SHOWN)
            }
            names => f.write_str(&names.join(", ")),
        }
    }
}
