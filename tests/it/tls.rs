//! TLS of the gRPC listener: who is let in, and by which files.

mod callers;
mod client_ca;
mod refusals;
mod reload;
mod revocation;
mod start;

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tonic::Status;
use user_attributes::proto::GetUserRequest;

use crate::support::{
    Server,
    ca::{Ca, Client, Files, Pair, client, client_of},
    calls::{self, good},
    process::{Process, refused},
    scripted::Scripted,
};

/// Time enough for a busy machine.
const LONG: Duration = Duration::from_secs(20);

/// A server with these flags, in front of a Cognito that answers.
async fn server(flags: &[&str]) -> (Scripted, Server) {
    let cognito = Scripted::new([good()]).await;
    let endpoint = format!("--endpoint-url={}", cognito.url);
    let server = Server::with(&[&[&*endpoint], flags].concat()).await;
    (cognito, server)
}

/// The same as a process, with the flags of these files and these.
async fn process(files: &Files, more: &[&str]) -> (Scripted, Process) {
    let cognito = Scripted::new([good()]).await;
    let mut flags = files.flags();
    flags.push(format!("--endpoint-url={}", cognito.url));
    let flags = flags.iter().map(String::as_str).chain(more.iter().copied());
    let process = Process::start(&flags.collect::<Vec<_>>(), &[]).await;
    (cognito, process)
}

/// Checks that these files stop the start, with words that have all of these in them.
async fn check_refused(files: &Files, named: &[&str]) {
    let mut flags = files.flags();
    flags.push("--region=eu-central-1".to_owned());
    let exit = refused(&flags.iter().map(String::as_str).collect::<Vec<_>>(), &[]).await;
    assert_eq!(exit.code, Some(64), "{named:?}: {}", exit.stderr);
    for text in named {
        assert!(
            exit.stderr.contains(text),
            "{text:?} isn't in {}",
            exit.stderr
        );
    }
}

/// What the log says of new files that can't be used.
async fn told_of_new_files(process: &mut Process) -> String {
    let message = "kept the TLS files of before: the new ones can't be used";
    let told = process.logged(message).await;
    told["error"].as_str().expect("a text").to_owned()
}

/// A server of this pair.
async fn server_of(pair: &Pair) -> (Files, Scripted, Server) {
    let files = Files::of(pair);
    let (cognito, server) = server(&files.key_pair().each_ref().map(String::as_str)).await;
    (files, cognito, server)
}

/// Reads a user.
async fn call(client: &mut Client) -> Result<(), Status> {
    let request = GetUserRequest {
        access_token: "token".to_owned(),
    };
    client.get_user(request).await.map(drop)
}

fn check_no_connection(answer: Result<(), Status>) {
    let status = answer.expect_err("it may not call");
    let is_servers = status.metadata().contains_key("x-request-id");
    assert!(!is_servers, "{status:?}");
}

#[tokio::test]
async fn calls_are_answered_by_tls_1_2_and_1_3() {
    let ca = Ca::new();
    let (_files, _cognito, server) = server_of(&ca.server()).await;
    for version in rustls::ALL_VERSIONS {
        let port = server.grpc_addr.port();
        let mut client = client_of(port, &ca, None, &[version], &[b"h2"]);
        call(&mut client).await.expect("an answer");
    }
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_http_2_over_tls_gets_no_connection() {
    let ca = Ca::new();
    let (_files, _cognito, server) = server_of(&ca.server()).await;
    let port = server.grpc_addr.port();
    for protocols in [&[&b"http/1.1"[..]][..], &[]] {
        let mut client = client_of(port, &ca, None, rustls::ALL_VERSIONS, protocols);
        check_no_connection(call(&mut client).await);
    }
    let plain = calls::client(server.grpc_addr);
    let answer = calls::call(&plain, user_attributes::proto::Operation::GetUser, "").await;
    answer.expect_err("it is TLS alone");
    server.stop().await;
}

#[tokio::test]
async fn peers_that_are_silent_keep_nobody_out_and_are_given_up() {
    let ca = Ca::new();
    let (_files, _cognito, server) = server_of(&ca.server()).await;
    let mut silent = Vec::new();
    for number in 0..200 {
        let mut stream = TcpStream::connect(server.grpc_addr).await.expect("a port");
        if number % 2 == 0 {
            // The beginning of a ClientHello.
            let begun = stream
                .write_all(&[0x16, 0x03, 0x01, 0x02, 0x00, 0x01])
                .await;
            begun.expect("it is read");
        }
        silent.push(stream);
    }
    let mut client = client(server.grpc_addr.port(), &ca, None);
    let answer = timeout(LONG, call(&mut client)).await;
    answer.expect("an answer").expect("a good one");
    for mut stream in silent {
        let closed = timeout(LONG, stream.read_to_end(&mut Vec::new())).await;
        let _ = closed.expect("it is closed");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_drain_does_not_wait_for_handshakes() {
    let ca = Ca::new();
    let (_files, _cognito, server) = server_of(&ca.server()).await;
    let _silent = TcpStream::connect(server.grpc_addr).await.expect("a port");
    // The connection is taken by the time that another one is served.
    call(&mut client(server.grpc_addr.port(), &ca, None))
        .await
        .expect("an answer");
    timeout(Duration::from_secs(4), server.stop())
        .await
        .expect("it ends before the handshake's time");
}
