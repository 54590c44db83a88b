//! Who may call.

use super::*;

const BILLING: &str = "spiffe://example.com/ns/billing/sa/api";

/// A server of this CA's that takes callers of that one.
pub(super) async fn mutual(ca: &Ca, more: &[&str]) -> (Files, Scripted, Server) {
    let files = Files::of(&ca.server());
    files.put("ca.crt", &ca.pem());
    let [cert, key] = files.key_pair();
    let client_ca = files.flag("--tls-client-ca", "ca.crt");
    let flags = [&[&*cert, &*key, &*client_ca], more].concat();
    let (cognito, server) = server(&flags).await;
    (files, cognito, server)
}

#[tokio::test]
async fn each_with_a_certificate_of_the_client_ca_may_call_and_nobody_else() {
    let (ca, other) = (Ca::new(), Ca::new());
    let (_files, _cognito, server) = mutual(&ca, &[]).await;
    let port = server.grpc_addr.port();
    for shown in [ca.client(&["billing.example.com"]), ca.client(&[])] {
        let answer = call(&mut client(port, &ca, Some(&shown))).await;
        answer.expect("it may call");
    }
    let ended = ca.issue(&["billing.example.com"], -2, -1);
    let others = other.client(&["billing.example.com"]);
    for shown in [None, Some(&others), Some(&ended)] {
        check_no_connection(call(&mut client(port, &ca, shown)).await);
    }
    let two = ca.client(&["spiffe://example.com/a", "spiffe://example.com/b"]);
    check_no_connection(call(&mut client(port, &ca, Some(&two))).await);
    server.stop().await;
}

#[tokio::test]
async fn only_those_with_an_allowed_name_may_call_if_any_is_given() {
    let ca = Ca::new();
    let allowed = "--tls-allowed-client-san=spiffe://example.com/ns/billing/,web.example.com";
    let more = [
        allowed,
        "--tls-allowed-client-san=https://example.com/exactly",
    ];
    let (_files, _cognito, server) = mutual(&ca, &more).await;
    let port = server.grpc_addr.port();
    for name in [BILLING, "web.example.com", "https://example.com/exactly"] {
        let shown = ca.client(&["other.example.com", name]);
        let answer = call(&mut client(port, &ca, Some(&shown))).await;
        answer.unwrap_or_else(|status| panic!("{name}: {status:?}"));
    }
    for names in [
        &[][..],
        &["x.web.example.com"],
        &["spiffe://example.com/ns/shipping/sa/api"],
        &["spiffe://example.com/ns/billing"],
        &["https://example.com/exactly/not"],
        &[BILLING, "https://example.com/exactly"],
    ] {
        let shown = ca.client(names);
        check_no_connection(call(&mut client(port, &ca, Some(&shown))).await);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_line_of_a_call_names_its_caller() {
    let ca = Ca::new();
    let files = Files::of(&ca.server());
    files.put("ca.crt", &ca.pem());
    let [cert, key] = files.key_pair();
    let client_ca = files.flag("--tls-client-ca", "ca.crt");
    let cognito = Scripted::new([good()]).await;
    let endpoint = format!("--endpoint-url={}", cognito.url);
    let mut process = Process::start(&[&endpoint, &cert, &key, &client_ca], &[]).await;
    let port = process.grpc_addr.port();
    let shown = ca.client(&["billing.example.com", BILLING]);
    let answer = call(&mut client(port, &ca, Some(&shown))).await;
    answer.expect("it may call");
    assert_eq!(process.logged("call").await["caller"], BILLING);
    check_no_connection(call(&mut client(port, &ca, None)).await);
    let told = process.logged("no TLS connection").await;
    let error = told["error"].as_str().expect("a text");
    assert!(error.contains("no certificates"), "{told}");
}
