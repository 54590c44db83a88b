//! The names that SPIFFE gives to workloads.

use super::names::is_dots;

/// Whether it is meant as a SPIFFE id. A scheme has no case.
pub(super) fn is_spiffe(uri: &str) -> bool {
    let scheme = uri.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|it| it.eq_ignore_ascii_case("spiffe"))
}

/// A trust domain, and a path without anything that could be read as another one: no percent-encoding,
/// no empty part.
/// Source: [SPIFFE-ID, 2](https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md#2-spiffe-identity)
pub(super) fn is_spiffe_id(uri: &str) -> bool {
    let Some(rest) = uri.strip_prefix("spiffe://") else {
        return false;
    };
    let is_mark = |byte| b"-._".contains(&byte);
    let is_domain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || is_mark(byte);
    let is_path = |byte: u8| byte.is_ascii_alphanumeric() || is_mark(byte);
    let mut parts = rest.split('/');
    let domain = parts.next().unwrap_or_default();
    uri.len() <= 2048
        && !domain.is_empty()
        && domain.bytes().all(is_domain)
        && parts.all(|part| !part.is_empty() && !is_dots(part) && part.bytes().all(is_path))
}
