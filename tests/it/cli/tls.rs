//! TLS to the service: what has to be right, and what the client says where it isn't.

mod options;

use std::net::SocketAddr;

use super::*;
use crate::support::{
    authority::{Authority, Identity},
    terminator::{Terminator, Terms},
};

const NAMES: [&str; 2] = ["localhost", "127.0.0.1"];
const ENDPOINT: &str = "USER_ATTRIBUTES_ENDPOINT";

/// Asks for the user at this URL, with these options and variables.
async fn get_user(
    url: &str,
    token: &str,
    options: &[&str],
    environment: &[(&str, &str)],
) -> Printed {
    let words = [GET_USER, "--endpoint", url, "--access-token", token];
    client(&[&words[..], options].concat(), environment).await
}

/// Checks that nobody is reached, and that this is said of it.
async fn check_failure(url: &str, options: &[&str], environment: &[(&str, &str)], why: &str) {
    let printed = get_user(url, "a.b.c", options, environment).await;
    let stderr = format!("\nuser-attributes: [ERROR]: SSL validation failed for {url}/ {why}\n");
    assert_eq!(printed, failure(255, &stderr), "{options:?}");
}

fn reads_dan(printed: &Printed) -> bool {
    printed.code == Some(0) && printed.stdout.contains(r#""Username": "dan""#)
}

#[tokio::test]
async fn a_server_is_trusted_by_a_file_or_as_the_system_trusts_it() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let authority = Authority::new();
    let identity = authority.identity(&NAMES);
    let terminator = Terminator::start(Terms::of(&identity), server.grpc_addr).await;
    let by_address = format!("https://{}", terminator.addr);
    let file = authority.file.as_str();

    for (url, options, environment) in [
        (&terminator.url(), &["--tls-ca", file][..], &[][..]),
        (&by_address, &["--tls-ca", file], &[]),
        (
            &terminator.url(),
            &[],
            &[("USER_ATTRIBUTES_ENDPOINT_TLS_CA", file)],
        ),
        (&terminator.url(), &[], &[("SSL_CERT_FILE", file)]),
    ] {
        let printed = get_user(url, &token, options, environment).await;
        assert!(
            reads_dan(&printed),
            "{options:?} {environment:?}: {printed:?}"
        );
    }
    // The whole of it from the environment, as in a container.
    let url = terminator.url();
    let environment = [
        (ENDPOINT, url.as_str()),
        ("USER_ATTRIBUTES_ENDPOINT_TLS_CA", file),
        ("USER_ATTRIBUTES_ACCESS_TOKEN", &token),
        ("USER_ATTRIBUTES_ENDPOINT_TLS_CERT", ""),
    ];
    let printed = client(&[GET_USER], &environment).await;
    assert!(reads_dan(&printed), "{printed:?}");
    server.stop().await;
}

#[tokio::test]
async fn a_certificate_is_for_the_urls_host_or_for_the_name_that_is_given() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let authority = Authority::new();
    let identity = authority.identity(&["service.test"]);
    let terminator = Terminator::start(Terms::of(&identity), server.grpc_addr).await;
    let url = terminator.url();
    let ca = ["--tls-ca", &authority.file];

    for environment in [
        &[][..],
        &[("USER_ATTRIBUTES_ENDPOINT_TLS_SERVER_NAME", "service.test")],
    ] {
        let options = match environment {
            [] => [&ca[..], &["--tls-server-name=service.test"]].concat(),
            _ => ca.to_vec(),
        };
        let printed = get_user(&url, &token, &options, environment).await;
        assert!(reads_dan(&printed), "{environment:?}: {printed:?}");
    }
    let why = "the server's certificate isn't for localhost, but for service.test: if that is \
               the server, name it with --tls-server-name";
    check_failure(&url, &ca, &[], why).await;

    let identity = authority.identity(&[&NAMES[..], &["spiffe://example.com/a"]].concat());
    let terminator = Terminator::start(Terms::of(&identity), server.grpc_addr).await;
    let why = "the server's certificate isn't for foo.test, but for localhost, 127.0.0.1: if that is \
               the server, name it with --tls-server-name";
    let options = [&ca[..], &["--tls-server-name=foo.test"]].concat();
    check_failure(&terminator.url(), &options, &[], why).await;

    let identity = authority.identity(&["spiffe://example.com/a"]);
    let terminator = Terminator::start(Terms::of(&identity), server.grpc_addr).await;
    let why = "the server's certificate isn't for localhost, but for no name of a host";
    check_failure(&terminator.url(), &ca, &[], why).await;
    server.stop().await;
}

#[tokio::test]
async fn a_certificate_of_an_unknown_ca_or_out_of_date_is_refused() {
    let nobody = SocketAddr::from(([127, 0, 0, 1], 1));
    let (authority, other) = (Authority::new(), Authority::new());
    let identity = authority.identity(&NAMES);
    let terminator = Terminator::start(Terms::of(&identity), nobody).await;
    let url = terminator.url();
    let file = other.file.as_str();

    let why = format!("the server's certificate is from an issuer that isn't in {file} (--tls-ca)");
    check_failure(&url, &["--tls-ca", file], &[], &why).await;
    let why = "the server's certificate is from an issuer that this system doesn't trust: name a \
               file that has it with --tls-ca";
    check_failure(&url, &[], &[("SSL_CERT_FILE", file)], why).await;

    let expired = authority.identity_until(2020, &NAMES);
    let terminator = Terminator::start(Terms::of(&expired), nobody).await;
    let why = "the server's certificate has expired: it was good until 2020-01-01T00:00:00Z";
    let ca = ["--tls-ca", &authority.file];
    check_failure(&terminator.url(), &ca, &[], why).await;
}

#[tokio::test]
async fn a_server_that_asks_for_a_client_certificate_gets_it_or_the_client_says_what_is_wrong() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let (authority, clients, other) = (Authority::new(), Authority::new(), Authority::new());
    let identity = authority.identity(&NAMES);
    let terms = Terms {
        clients: Some(&clients),
        ..Terms::of(&identity)
    };
    let terminator = Terminator::start(terms, server.grpc_addr).await;
    let url = terminator.url();
    let ca = ["--tls-ca", &authority.file];

    let good = clients.identity(&["client"]);
    let printed = get_user(&url, &token, &[&ca[..], &options(&good)].concat(), &[]).await;
    assert!(reads_dan(&printed), "{printed:?}");
    let variables = [
        (
            "USER_ATTRIBUTES_ENDPOINT_TLS_CERT",
            good.certificate.as_str(),
        ),
        ("USER_ATTRIBUTES_ENDPOINT_TLS_KEY", &good.key),
    ];
    let printed = get_user(&url, &token, &ca, &variables).await;
    assert!(reads_dan(&printed), "{printed:?}");

    let why = "the server asks for a client certificate: give one with --tls-cert and --tls-key";
    check_failure(&url, &ca, &[], why).await;
    for (identity, alert) in [
        (other.identity(&["client"]), "UnknownCA"),
        (
            clients.identity_until(2020, &["client"]),
            "CertificateExpired",
        ),
    ] {
        let why = format!(
            "the server refuses the certificate in {} (--tls-cert): {alert}",
            identity.certificate
        );
        check_failure(&url, &[&ca[..], &options(&identity)].concat(), &[], &why).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_certificate_that_is_not_for_clients_or_has_no_allowed_name_is_told_so() {
    let authority = Authority::new();
    let identity = authority.identity(&NAMES);
    let flags = [
        format!("--tls-cert={}", identity.certificate),
        format!("--tls-key={}", identity.key),
        format!("--tls-client-ca={}", authority.file),
        "--tls-allowed-client-san=good.test".to_owned(),
        "--region=eu-central-1".to_owned(),
    ];
    let server = Server::with(&flags.each_ref().map(String::as_str)).await;
    let url = format!("https://localhost:{}", server.grpc_addr.port());
    for (shown, why) in [
        (
            authority.identity_of_server(&["good.test"]),
            "UnsupportedCertificate: it isn't for clients (extendedKeyUsage clientAuth)",
        ),
        (
            authority.identity(&["other.test"]),
            "AccessDenied: its name isn't one that the server allows",
        ),
    ] {
        let file = &shown.certificate;
        let why = format!("the server refuses the certificate in {file} (--tls-cert): {why}");
        let ca = ["--tls-ca", &authority.file];
        check_failure(&url, &[&ca[..], &options(&shown)].concat(), &[], &why).await;
    }
    server.stop().await;
}

fn options(identity: &Identity) -> [&str; 4] {
    [
        "--tls-cert",
        &identity.certificate,
        "--tls-key",
        &identity.key,
    ]
}

#[tokio::test]
async fn a_server_with_tls_is_not_called_without_and_the_other_way_round() {
    let server = Server::start().await;
    let authority = Authority::new();
    let identity = authority.identity(&NAMES);
    let terminator = Terminator::start(Terms::of(&identity), server.grpc_addr).await;

    let url = terminator.url().replace("https", "http");
    let printed = get_user(&url, "a.b.c", &[], &[]).await;
    let stderr = format!(
        "\nuser-attributes: [ERROR]: The server at the endpoint URL \"{url}/\" speaks TLS: use \
         https://\n"
    );
    assert_eq!(printed, failure(255, &stderr));

    let url = server.grpc_url().replace("http", "https");
    let ca = ["--tls-ca", &authority.file];
    let why = "the server's answer isn't TLS: if it has none, use http://";
    check_failure(&url, &ca, &[], why).await;
    server.stop().await;
}

#[tokio::test]
async fn a_server_has_to_offer_http_2() {
    let nobody = SocketAddr::from(([127, 0, 0, 1], 1));
    let authority = Authority::new();
    let identity = authority.identity(&NAMES);
    for protocols in [&["http/1.1"][..], &[]] {
        let terms = Terms {
            protocols,
            ..Terms::of(&identity)
        };
        let terminator = Terminator::start(terms, nobody).await;
        let ca = ["--tls-ca", &authority.file];
        let why = "the server doesn't offer HTTP/2, which gRPC needs";
        check_failure(&terminator.url(), &ca, &[], why).await;
    }
}

#[tokio::test]
async fn a_peer_that_hangs_up_or_is_not_there_is_told_from_one_without_a_good_certificate() {
    let authority = Authority::new();
    let ca = ["--tls-ca", &authority.file];
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a free port");
    let url = format!("https://{}", listener.local_addr().expect("bound"));
    let hangs_up = tokio::spawn(async move {
        loop {
            drop(listener.accept().await);
        }
    });
    let printed = get_user(&url, "a.b.c", &ca, &[]).await;
    hangs_up.abort();
    assert_eq!(printed.code, Some(255));
    let said = format!(
        "user-attributes: [ERROR]: SSL validation failed for {url}/ the server ended the handshake, so it may \
         have no TLS: "
    );
    assert!(printed.first_line().starts_with(&said), "{printed:?}");

    let url = format!("https://{}", closed_port());
    let printed = get_user(&url, "a.b.c", &ca, &[]).await;
    let stderr =
        format!("\nuser-attributes: [ERROR]: Could not connect to the endpoint URL: \"{url}/\"\n");
    assert_eq!(printed, failure(255, &stderr));
}
