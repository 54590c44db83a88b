//! Connections: of old, pipelined, kept, and broken off.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::*;

/// What comes back for these bytes, until the server closes the connection.
async fn exchange(server: &Server, bytes: &str) -> String {
    let mut stream = connect(server).await;
    stream.write_all(bytes.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("an end");
    String::from_utf8(answer).expect("text")
}

async fn connect(server: &Server) -> TcpStream {
    let authority = &server.pool_url()["http://".len()..];
    TcpStream::connect(authority).await.expect("it listens")
}

/// A request for an operation, with these lines besides.
fn request(version: &str, operation: &str, lines: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST / HTTP/{version}\r\nhost: localhost\r\nx-amz-target: {PREFIX}{operation}\r\n\
         content-length: {length}\r\n{lines}\r\n{body}"
    )
}

#[tokio::test]
async fn http_of_old_is_answered() {
    let server = Server::start().await;
    let body = sign_in_with("Passw0rd!").to_string();
    let answer = exchange(&server, &request("1.0", "InitiateAuth", "", &body)).await;
    assert!(answer.starts_with("HTTP/1.0 200 OK\r\n"), "{answer}");
    assert!(answer.contains("\"AccessToken\""), "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_their_order_past_a_bad_one() {
    let server = Server::start().await;
    let close = "connection: close\r\n";
    let requests = [
        request("1.1", "GetUser", "", "nope"),
        request("1.1", "Nope", "", "{}"),
        request("1.1", "GetUser", "", r#"{"AccessToken":"garbage"}"#),
        request(
            "1.1",
            "DescribeUserPool",
            close,
            r#"{"UserPoolId":"us-east-1_localpool"}"#,
        ),
    ];
    let answers = exchange(&server, &requests.concat()).await;
    let statuses: Vec<_> = answers
        .match_indices("HTTP/1.1 ")
        .map(|(at, found)| &answers[at + found.len()..][..3])
        .collect();
    assert_eq!(statuses, ["400", "400", "400", "200"]);
    let places = [
        "SerializationException\"",
        "UnknownOperationException\"",
        "Invalid Access Token\"",
        "\"UserPool\"",
    ];
    let places = places.map(|part| {
        answers
            .find(part)
            .unwrap_or_else(|| panic!("{part} in {answers}"))
    });
    assert!(places.is_sorted(), "{answers}");
    server.stop().await;
}

#[tokio::test]
async fn a_body_in_chunks_is_read() {
    let server = Server::start().await;
    let bytes = format!(
        "POST / HTTP/1.1\r\nhost: localhost\r\nx-amz-target: {PREFIX}GetUser\r\n\
         transfer-encoding: chunked\r\nconnection: close\r\n\r\n\
         2\r\n{{\"\r\n16\r\nAccessToken\":\"garbage\"\r\n1\r\n}}\r\n0\r\n\r\n"
    );
    let answer = exchange(&server, &bytes).await;
    assert!(answer.contains("Invalid Access Token"), "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_http_is_told_so_and_harms_nobody() {
    let server = Server::start().await;
    let length =
        request("1.1", "GetUser", "", "").replace("content-length: 0", "content-length: x");
    for bytes in [
        "nonsense\r\n\r\n",
        "POST\r\n\r\n",
        "POST / HTTP/9.9\r\n\r\n",
        "POST / HTTP/1.1\r\nno colon\r\n\r\n",
        &length,
    ] {
        let answer = exchange(&server, bytes).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{bytes:?}: {answer}");
    }
    let no_host =
        format!("POST / HTTP/1.1\r\nx-amz-target: {PREFIX}GetUser\r\nconnection: close\r\n\r\n");
    let answer = exchange(&server, &no_host).await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    check_alive(&server).await;
    server.stop().await;
}

#[tokio::test]
async fn a_caller_who_goes_in_the_middle_of_a_request_harms_nobody() {
    let server = Server::start().await;
    let whole = request(
        "1.1",
        "InitiateAuth",
        "",
        &sign_in_with("Passw0rd!").to_string(),
    );
    for end in [1, whole.len() / 2, whole.len() - 1] {
        let mut stream = connect(&server).await;
        stream
            .write_all(&whole.as_bytes()[..end])
            .await
            .expect("sent");
        drop(stream);
    }
    check_alive(&server).await;
    server.stop().await;
}
