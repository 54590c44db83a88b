//! Others than this machine, who are let in where somebody has asked for it.

use rustix::process::Signal;

use super::{setup::claims, *};
use crate::support::process::Process;

const OPEN: [&str; 5] = [
    "--local-pool",
    "--local-pool-addr",
    "0.0.0.0:0",
    "--local-pool-allow-host",
    "pool,Other.example",
];

async fn status(server: &Server, header: &str, value: &str) -> u16 {
    let request = Request::get("/_local/outbox").header(header, value);
    let request = request.body(String::new()).expect("a request");
    server.pool_raw(request).await.status
}

#[tokio::test]
async fn they_call_it_by_the_names_that_are_allowed_and_no_others() {
    let server = Server::with(&OPEN).await;
    for (header, value, expected) in [
        ("host", "pool", 200),
        ("host", "POOL:9229", 200),
        ("host", "other.example:1", 200),
        ("host", "127.0.0.1:9229", 200),
        ("origin", "http://pool:9229", 200),
        ("host", "pool.evil.example", 403),
        ("host", "another", 403),
        ("host", "192.0.2.1", 403),
        ("origin", "http://evil.example", 403),
    ] {
        assert_eq!(
            status(&server, header, value).await,
            expected,
            "{header}: {value}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn the_server_itself_finds_it_and_tokens_are_issued_by_the_first_name() {
    let server = Server::with(&OPEN).await;
    let token = server.sign_in().await;
    let attributes = server.attributes(&token).await;
    assert_eq!(attributes["email"], "dan@example.com");
    let issuer = claims(&token)["iss"].clone();
    let issuer = issuer.as_str().expect("a text");
    assert!(issuer.starts_with("http://pool:"), "{issuer}");
    let pools = server.local("pools").await;
    assert_eq!(pools["allowed_hosts"], json!(["pool", "Other.example"]));
    server.stop().await;
}

#[tokio::test]
async fn by_default_nobody_else_is_let_in() {
    let server = Server::start().await;
    assert_eq!(status(&server, "host", "pool").await, 403);
    assert_eq!(server.local("pools").await["allowed_hosts"], json!([]));
    server.stop().await;
}

#[tokio::test]
async fn a_start_that_lets_others_in_says_so_in_the_log() {
    let server = Process::start(&OPEN, &[]).await;
    server.signal(Signal::TERM);
    let exit = server.exit().await;
    let message = "the local pool lets others in: whoever reaches it reads every code and password";
    let warnings = exit.stderr.lines().filter(|line| line.contains(message));
    let warnings: Vec<Value> = warnings
        .map(|line| serde_json::from_str(line).expect("an event"))
        .collect();
    let hosts: Vec<_> = warnings.iter().map(|event| &event["host"]).collect();
    assert_eq!(hosts, ["pool", "Other.example"], "{}", exit.stderr);
    assert!(warnings.iter().all(|event| event["level"] == "WARN"));
}
