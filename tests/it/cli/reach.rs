//! Where no answer comes: the client says which of the reasons it is, and ends with 255.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    task::JoinHandle,
};

use super::*;
use crate::{operations::answering, support::scripted::Answer};

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_no_service_error() {
    let url = format!("http://{}", closed_port());
    let words = [UPDATE, NICKNAME, TOKEN];

    let stderr =
        format!("\nuser-attributes: [ERROR]: Could not connect to the endpoint URL: \"{url}/\"\n");
    let by_option = client(&[&words[..], &["--endpoint", &url]].concat(), &[]).await;
    assert_eq!(by_option, failure(255, &stderr));
    let by_environment = client(&words, &[("USER_ATTRIBUTES_ENDPOINT", &url)]).await;
    assert_eq!(by_environment, failure(255, &stderr));
}

#[tokio::test]
async fn a_peer_that_hangs_up_is_no_service_error() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let hangs_up = tokio::spawn(async move {
        loop {
            drop(listener.accept().await);
        }
    });

    let words = [
        "--user-attributes=Name=a",
        "--access-token=a.b.c",
        "--endpoint",
        &url,
    ];
    let printed = client(&[&[UPDATE][..], &words].concat(), &[]).await;

    assert_eq!(printed.code, Some(255), "{printed:?}");
    assert!(
        printed.stderr.contains(&format!("\"{url}/\"")),
        "{printed:?}"
    );
    hangs_up.abort();
}

/// A peer that reads what comes, and answers this.
async fn saying(answer: &'static [u8]) -> (SocketAddr, JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a free port");
    let addr = listener.local_addr().expect("bound");
    let serving = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 64]).await;
            let _ = stream.write_all(answer).await;
            // It is there until the client goes.
            while stream.read(&mut [0; 64]).await.is_ok_and(|read| read > 0) {}
        }
    });
    (addr, serving)
}

#[tokio::test]
async fn what_is_no_grpc_service_is_told_as_such() {
    for answer in [
        &b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"[..],
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ] {
        let (addr, serving) = saying(answer).await;
        let endpoint = format!("--endpoint=http://{addr}");
        let printed = client(&[UPDATE, NICKNAME, TOKEN, &endpoint], &[]).await;
        let stderr = format!(
            "\nuser-attributes: [ERROR]: There is no gRPC service at the endpoint URL \
             \"http://{addr}/\": what answers there doesn't speak HTTP/2\n"
        );
        assert_eq!(printed, failure(255, &stderr));
        serving.abort();
    }

    // The local pool speaks HTTP/2, too.
    let server = Server::start().await;
    let url = server.pool_url();
    let printed = client(&[GET_USER, TOKEN, "--endpoint-url", &url], &[]).await;
    let start = format!("There is no gRPC service at the endpoint URL \"{url}/\": ");
    assert_eq!(printed.code, Some(255), "{printed:?}");
    assert!(printed.first_line().contains(&start), "{printed:?}");
    server.stop().await;
}

#[tokio::test]
async fn a_time_that_runs_out_is_no_service_error() {
    let (cognito, server) = answering(Answer::Hang).await;
    let printed = update(&server, "token", &["Name=a,Value=b"], &["--timeout=400ms"]).await;
    assert_eq!(printed.code, Some(255), "{printed:?}");
    let line = printed.first_line();
    assert!(
        line.contains("An error occurred (DEADLINE_EXCEEDED)"),
        "{printed:?}"
    );
    assert_eq!(cognito.hits(), 1);
    server.stop().await;

    // Nobody answers at all.
    let (addr, serving) = saying(b"").await;
    let endpoint = format!("--endpoint=http://{addr}");
    for limit in [&["--timeout", "100ms"][..], &["--cli-read-timeout", "1"]] {
        let words = [
            &[UPDATE, NICKNAME, TOKEN, "--request-id=mine", &endpoint],
            limit,
        ]
        .concat();
        let printed = client(&words, &[]).await;
        let stderr = format!(
            "\nuser-attributes: [ERROR]: Read timeout on endpoint URL: \"http://{addr}/\"\n\nThe change \
             may have been made. To ask the same server again, repeat it with --request-id mine\n"
        );
        assert_eq!(printed, failure(255, &stderr), "{limit:?}");
    }
    serving.abort();
}
