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
        assert!(name.is_err(), "{allowed:?} {names:?}");
    }
}

#[test]
fn why_names_may_not_call_is_said_with_them() {
    let many: Vec<_> = (0..10).map(|it| format!("{it}.example.com")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    let not_in_list = "no name in its certificate is in --tls-allowed-client-san: it has";
    for (allowed, names, expected) in [
        (
            &["a.example.com"][..],
            &["b.example.com", "https://x"][..],
            format!("{not_in_list} b.example.com, https://x"),
        ),
        (
            &["a.example.com"],
            &[],
            format!("{not_in_list} no DNS name and no URI"),
        ),
        (
            &["a.example.com"],
            &many,
            format!("{not_in_list} {} and 2 more", many[..8].join(", ")),
        ),
        (
            &[],
            &["spiffe://a/x", "https://x"],
            "its certificate has a SPIFFE id and another URI: it has spiffe://a/x, https://x"
                .to_owned(),
        ),
        (
            &[],
            &["spiffe://A/x"],
            "the URI in its certificate isn't written as a SPIFFE id is: it has spiffe://A/x"
                .to_owned(),
        ),
    ] {
        let why = name(allowed, names).expect_err("it may not call");
        assert_eq!(why.to_string(), expected);
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
