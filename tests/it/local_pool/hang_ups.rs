//! Failures that leave a call without an answer, byte by byte.

use std::io::ErrorKind;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{
    caller::Caller,
    dan_and_ann::{AT_ONCE, destinations, pool},
    faults::order,
    *,
};

const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// A request that a test writes by hand.
struct Raw {
    stream: TcpStream,
}

impl Raw {
    /// Sends all but the body, of which the other side has to say that it reads it.
    async fn send_head(server: &Server, operation: &str, body_length: usize) -> Self {
        let url = server.pool_url();
        let authority = &url["http://".len()..];
        let head = format!(
            "POST / HTTP/1.1\r\nhost: {authority}\r\nx-amz-target: {PREFIX}{operation}\r\n\
             content-length: {body_length}\r\nexpect: 100-continue\r\n\r\n"
        );
        let mut stream = TcpStream::connect(authority).await.expect("it listens");
        stream.write_all(head.as_bytes()).await.expect("it reads");
        Self { stream }
    }

    /// Returns once the other side reads the body.
    async fn is_read(&mut self) {
        let mut answer = vec![0; CONTINUE.len()];
        let read = self.stream.read_exact(&mut answer).await;
        read.expect("it goes on");
        assert_eq!(answer, CONTINUE);
    }

    async fn send_body(&mut self, body: &str) {
        let sent = self.stream.write_all(body.as_bytes()).await;
        sent.expect("it reads");
    }

    /// What arrives until the other side closes, be it with a reset.
    async fn rest(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let _ = self.stream.read_to_end(&mut bytes).await;
        bytes
    }
}

fn update(token: &str, email: &str) -> String {
    let attributes = json!([{ "Name": "email", "Value": email }]);
    json!({ "AccessToken": token, "UserAttributes": attributes }).to_string()
}

#[tokio::test]
async fn a_call_that_hangs_is_read_and_never_answered_and_nothing_is_done() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    order(
        &server,
        json!({ "operation": "UpdateUserAttributes", "fault": "hang" }),
    )
    .await;
    let body = update(&dan.token, "new@example.org");
    let mut raw = Raw::send_head(&server, "UpdateUserAttributes", body.len()).await;
    raw.is_read().await;
    raw.send_body(&body).await;

    // Others go on meanwhile, with the same operation too.
    assert_eq!(dan.attributes().await["email"], "dan@example.com");
    dan.changes("nickname", "Dan").await;
    assert_eq!(dan.attributes().await["email"], "dan@example.com");
    server.stop().await;
    let answer = raw.stream.try_read(&mut [0]);
    let nothing = answer.expect_err("not even when the server ends");
    assert_eq!(nothing.kind(), ErrorKind::WouldBlock);
}

#[tokio::test]
async fn a_connection_closed_before_the_body_is_read_gets_not_a_byte_and_nothing_is_done() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    let fault = json!({
        "operation": "UpdateUserAttributes",
        "fault": "close_before_read",
        "times": 2,
    });
    order(&server, fault).await;
    let body = update(&dan.token, "new@example.org");
    let mut raw = Raw::send_head(&server, "UpdateUserAttributes", body.len()).await;
    assert_eq!(raw.rest().await, b"", "with the body still to come");
    let mut raw = Raw::send_head(&server, "UpdateUserAttributes", body.len()).await;
    // The connection may be closed by now.
    let _ = raw.stream.write_all(body.as_bytes()).await;
    assert_eq!(raw.rest().await, b"", "with the body sent");

    assert_eq!(dan.attributes().await["email"], "dan@example.com");
    dan.changes("email", "new@example.org").await;
    server.stop().await;
}

#[tokio::test]
async fn a_connection_closed_after_the_read_gets_not_a_byte_of_an_answer_and_all_is_done() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    let fault = json!({ "operation": "UpdateUserAttributes", "fault": "close_after_read" });
    order(&server, fault).await;
    let body = update(&dan.token, "new@example.org");
    let mut raw = Raw::send_head(&server, "UpdateUserAttributes", body.len()).await;
    raw.is_read().await;
    assert!(
        destinations(&server).await.is_empty(),
        "half a request is none"
    );
    raw.send_body(&body).await;
    assert_eq!(raw.rest().await, b"");

    assert_eq!(dan.attributes().await["email"], "new@example.org");
    assert_eq!(destinations(&server).await, ["new@example.org"]);
    let code = server.code("dan").await;
    assert_eq!(dan.verify("email", &code).await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn without_an_expectation_a_closed_connection_gets_nothing_at_all() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    let url = server.pool_url();
    let authority = &url["http://".len()..];
    for fault in ["close_before_read", "close_after_read"] {
        order(&server, json!({ "operation": "GetUser", "fault": fault })).await;
        let body = json!({ "AccessToken": dan.token }).to_string();
        let request = format!(
            "POST / HTTP/1.1\r\nhost: {authority}\r\nx-amz-target: {PREFIX}GetUser\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(authority).await.expect("it listens");
        let sent = stream.write_all(request.as_bytes()).await;
        sent.expect("it reads");
        assert_eq!(Raw { stream }.rest().await, b"", "{fault}");
    }
    server.stop().await;
}
