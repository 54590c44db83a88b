//! Settings and files with which there is no start.

use super::*;
use crate::support::ca::{ENCRYPTED_KEYS, V1};

/// Certificate, key, further flags, and what the message says.
#[rustfmt::skip]
const ROWS: &[(&str, &str, &[&str], &[&str])] = &[
    ("no.crt", "good.key", &[], &["--tls-cert", "no.crt", "No such file"]),
    ("good.crt", "no.key", &[], &["--tls-key", "no.key", "No such file"]),
    (".", "good.key", &[], &["--tls-cert", "it isn't a regular file"]),
    ("good.crt", "other.key", &[], &["--tls-cert", "good.crt", "--tls-key", "other.key", "the key isn't the certificate's"]),
    ("ended.crt", "ended.key", &[], &["--tls-cert", "ended.crt", "it ended at"]),
    ("to-come.crt", "to-come.key", &[], &["--tls-cert", "to-come.crt", "it isn't valid before"]),
    ("cut.crt", "good.key", &[], &["--tls-cert", "cut.crt", "cut off"]),
    ("empty", "good.key", &[], &["--tls-cert", "no certificate"]),
    ("good.key", "good.key", &[], &["--tls-cert", "no certificate"]),
    ("good.crt", "good.crt", &[], &["--tls-key", "no private key"]),
    ("v1.crt", "good.key", &[], &["--tls-cert", "v1.crt", "it is of X.509 version 1, and version 3 is needed"]),
    ("good.crt", "encrypted.key", &[], &["--tls-key", "encrypted.key", "the private key in it is encrypted"]),
    ("good.crt", "older.key", &[], &["--tls-key", "older.key", "the private key in it is encrypted"]),
    ("good.crt", "good.key", &["--tls-client-ca", "empty"], &["--tls-client-ca", "no certificate"]),
    ("good.crt", "good.key", &["--tls-client-ca", "no.ca"], &["--tls-client-ca", "No such file"]),
    ("good.crt", "good.key", &["--tls-client-ca", "ca.crt", "--tls-client-crl", "old.crl"], &["--tls-client-crl", "it ended at"]),
    ("good.crt", "good.key", &["--tls-client-ca", "ca.crt", "--tls-client-crl", "ca.crt"], &["--tls-client-crl", "no revocation list"]),
    ("good.crt", "good.key", &["--tls-client-ca", "ca.crt", "--tls-client-crl", "v1.crl"], &["--tls-client-crl", "is of X.509 version 1, and version 2 is needed", "crlnumber"]),
];

#[tokio::test]
async fn files_that_can_not_be_used_stop_the_start_and_are_named() {
    let ca = Ca::new();
    let (good, other) = (ca.server(), ca.server());
    let (ended, to_come) = (
        ca.issue(&["localhost"], -2, -1),
        ca.issue(&["localhost"], 1, 2),
    );
    let cut = &good.cert[..good.cert.len() / 2];
    let old_list = ca.revokes(&[], -1);
    let files = Files::new(&[
        ("good.crt", &good.cert),
        ("good.key", &good.key),
        ("other.key", &other.key),
        ("ended.crt", &ended.cert),
        ("ended.key", &ended.key),
        ("to-come.crt", &to_come.cert),
        ("to-come.key", &to_come.key),
        ("cut.crt", cut),
        ("empty", ""),
        ("v1.crt", V1),
        ENCRYPTED_KEYS[0],
        ENCRYPTED_KEYS[1],
        ("v1.crl", include_str!("../data/v1.crl")),
        ("ca.crt", &ca.pem()),
        ("old.crl", &old_list),
    ]);
    let path = |name: &str| files.path(name).display().to_string();
    for (cert, key, more, expected) in ROWS {
        let mut flags = vec!["--region=eu-central-1".to_owned()];
        let pair = ["--tls-cert", cert, "--tls-key", key];
        flags.extend(
            pair.iter()
                .chain(*more)
                .map(|it| match it.strip_prefix("--") {
                    Some(_) => (*it).to_owned(),
                    None => path(it),
                }),
        );
        let flags: Vec<_> = flags.iter().map(String::as_str).collect();
        let exit = refused(&flags, &[]).await;
        assert_eq!(exit.code, Some(64), "{flags:?}: {}", exit.stderr);
        for text in *expected {
            assert!(
                exit.stderr.contains(text),
                "{text:?} isn't in {}",
                exit.stderr
            );
        }
    }
}

#[tokio::test]
async fn settings_that_lack_another_stop_the_start() {
    let rows: &[(&[&str], &str)] = &[
        (&["--tls-cert=x"], "--tls-key (USER_ATTRIBUTES_TLS_KEY)"),
        (&["--tls-key=x"], "--tls-cert (USER_ATTRIBUTES_TLS_CERT)"),
        (
            &["--tls-client-ca=x"],
            "--tls-cert (USER_ATTRIBUTES_TLS_CERT)",
        ),
        (
            &["--tls-client-crl=x"],
            "--tls-client-ca (USER_ATTRIBUTES_TLS_CLIENT_CA)",
        ),
        (
            &["--tls-allowed-client-san=a"],
            "--tls-client-ca (USER_ATTRIBUTES_TLS_CLIENT_CA)",
        ),
        (&["--tls-allowed-client-san=a b"], "it must be a DNS name"),
        (
            &["--tls-allowed-client-san=*.example.com"],
            "it must be a DNS name",
        ),
        (&["--tls-allowed-client-san="], "--tls-allowed-client-san"),
        (&["--tls-reload-interval=0s"], "--tls-reload-interval"),
        (&["--max-connection-age=0s"], "--max-connection-age"),
    ];
    for (flags, expected) in rows {
        let flags = [&["--region=eu-central-1"], *flags].concat();
        let exit = refused(&flags, &[]).await;
        assert_eq!(exit.code, Some(64), "{flags:?}: {}", exit.stderr);
        assert!(exit.stderr.contains(expected), "{flags:?}: {}", exit.stderr);
    }
}
