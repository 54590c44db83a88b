//! Options that won't do: nobody is called then.

use super::*;
use crate::support::ca::{ENCRYPTED_KEYS, V1};

#[tokio::test]
async fn a_file_that_will_not_do_is_a_usage_error_that_names_it() {
    let authority = Authority::new();
    let (one, other) = (authority.identity(&["one"]), authority.identity(&["other"]));
    let text = authority.written("text", "Not a certificate.");
    let odd = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    let broken = authority.written("broken", &odd.replace("MAA=", "!!!"));
    let odd = authority.written("odd", odd);
    let v1 = authority.written("v1", V1);
    let encrypted = ENCRYPTED_KEYS.map(|(name, key)| authority.written(name, key));
    let missing = "/nonexistent.pem".to_owned();
    let with = |certificate: &str, key: &str| {
        ["--tls-cert", certificate, "--tls-key", key]
            .map(str::to_owned)
            .to_vec()
    };
    let ca = |file: &str| ["--tls-ca", file].map(str::to_owned).to_vec();

    for (options, option, cause) in [
        (
            ca(&missing),
            "--tls-ca",
            format!("Unable to load paramfile {missing}: No such file or directory (os error 2)"),
        ),
        (
            ca(&text),
            "--tls-ca",
            format!("there is no certificate in {text}"),
        ),
        (
            ca(&odd),
            "--tls-ca",
            format!("a certificate in {odd} can't be used as one of a CA"),
        ),
        (
            ca(&broken),
            "--tls-ca",
            format!("can't read the certificates in {broken}: "),
        ),
        (
            with(&one.key, &one.key),
            "--tls-cert",
            format!("there is no certificate in {}", one.key),
        ),
        (
            with(&one.certificate, &one.certificate),
            "--tls-key",
            format!("there is no unencrypted private key in {}", one.certificate),
        ),
        (
            with(&one.certificate, &encrypted[0]),
            "--tls-key",
            format!("there is no unencrypted private key in {}", encrypted[0]),
        ),
        (
            with(&one.certificate, &encrypted[1]),
            "--tls-key",
            format!("there is no unencrypted private key in {}", encrypted[1]),
        ),
        (
            with(&v1, &one.key),
            "--tls-cert",
            format!(
                "the certificate in {v1} can't be used: it is of X.509 version 1, and version 3"
            ),
        ),
        (
            with(&one.certificate, &other.key),
            "--tls-key",
            format!(
                "the key in {} isn't that of the certificate in {}",
                other.key, one.certificate
            ),
        ),
        (
            ["--tls-server-name=not a name"].map(str::to_owned).to_vec(),
            "--tls-server-name",
            "a certificate is for the name of a host or an IP address, and this is none".to_owned(),
        ),
    ] {
        let words = [GET_USER, TOKEN, "--endpoint=https://127.0.0.1:1"];
        let options = options.iter().map(String::as_str);
        let mut words: Vec<_> = words.into_iter().chain(options).collect();
        if option != "--tls-ca" {
            words.extend(["--tls-ca", &authority.file]);
        }
        let message = format!("Error parsing parameter '{option}': {cause}");
        check_usage_error(&words, &message).await;
    }
}

#[tokio::test]
async fn options_of_tls_need_each_other_and_an_endpoint_that_has_it() {
    let authority = Authority::new();
    let own = authority.identity(&["one"]);
    let ca = format!("--tls-ca={}", authority.file);
    let (certificate, key) = (
        format!("--tls-cert={}", own.certificate),
        format!("--tls-key={}", own.key),
    );
    let https = "--endpoint=https://127.0.0.1:1";
    for (given, missing) in [(&certificate, "--tls-key"), (&key, "--tls-cert")] {
        let message = format!("the following arguments are required: {missing}\n");
        check_usage_error(&[GET_USER, TOKEN, https, &ca, given], &message).await;
    }
    for given in [&ca, &certificate, &key, "--tls-server-name=x"] {
        let option = given.split('=').next().expect("an option");
        let message = format!(
            "Error parsing parameter '{option}': the endpoint http://127.0.0.1:50051/ has no TLS; \
             it must begin with https://\n"
        );
        check_usage_error(&[GET_USER, TOKEN, given], &message).await;
    }
    // Nobody could be trusted.
    let folder = tempfile::tempdir().expect("a temporary folder");
    let empty = [("SSL_CERT_DIR", folder.path().to_str().expect("text"))];
    let printed = client(&[GET_USER, TOKEN, https], &empty).await;
    assert_eq!(printed.code, Some(252), "{printed:?}");
    assert!(
        printed.first_line().ends_with("with --tls-ca"),
        "{printed:?}"
    );
}
