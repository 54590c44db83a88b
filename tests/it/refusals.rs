//! What is refused before any handler runs: too large, undecodable, unknown.

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use prost::Message as _;
use tokio::net::TcpStream;
use tonic::{
    Code::{self, InvalidArgument, Unimplemented},
    Status,
};

use crate::support::{Failure, Server, scripted::Scripted, update};

pub const PATH: &str = "/cognito.userattributes.v1.UserAttributesService/UpdateUserAttributes";

const METADATA: &str = match std::str::from_utf8(&[b'x'; 17 * 1024]) {
    Ok(text) => text,
    Err(_) => unreachable!(),
};

struct Row {
    case: &'static str,
    path: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: Vec<u8>,
    code: Code,
    reason: &'static str,
    operation: Option<&'static str>,
}

fn rows() -> Vec<Row> {
    let good = update("token", &[("nickname", Some("Dan"))]).encode_to_vec();
    let ours = |case, headers, body, code, reason| Row {
        case,
        path: PATH,
        headers,
        body,
        code,
        reason,
        operation: Some("UpdateUserAttributes"),
    };
    let malformed = |case, body| ours(case, &[], body, InvalidArgument, "REQUEST_MALFORMED");
    let elsewhere = |case, path| Row {
        case,
        path,
        headers: &[],
        body: framed(0, &good),
        code: Unimplemented,
        reason: "UNIMPLEMENTED",
        operation: None,
    };
    let timeout = |headers| {
        ours(
            "a bad deadline",
            headers,
            framed(0, &good),
            InvalidArgument,
            "REQUEST_MALFORMED",
        )
    };
    let too_large = framed(0, &vec![0; 1024 * 1024 + 1]);
    let declared = [&[0, 0xff, 0xff, 0xff, 0xff][..], b"x"].concat();
    vec![
        ours(
            "a message of 1 MiB and a byte",
            &[],
            too_large,
            InvalidArgument,
            "REQUEST_TOO_LARGE",
        ),
        ours(
            "a message said to have 4 GiB",
            &[],
            declared,
            InvalidArgument,
            "REQUEST_TOO_LARGE",
        ),
        malformed(
            "bytes that are no message",
            framed(0, b"\xff\xff\xff\xff\xff"),
        ),
        malformed("a string that isn't UTF-8", framed(0, b"\x12\x02\xff\xfe")),
        malformed("no message", Vec::new()),
        malformed("half a frame", framed(0, &good)[..9].to_vec()),
        malformed("a frame with an unknown flag", framed(7, &good)),
        malformed("a frame compressed without saying how", framed(1, &good)),
        timeout(&[("grpc-timeout", "20")]),
        timeout(&[("grpc-timeout", "soon")]),
        timeout(&[("grpc-timeout", "123456789S")]),
        ours(
            "an unknown encoding",
            &[("grpc-encoding", "br")],
            framed(1, &good),
            Unimplemented,
            "UNIMPLEMENTED",
        ),
        ours(
            "two messages",
            &[],
            [framed(0, &good), framed(0, &good)].concat(),
            Unimplemented,
            "UNIMPLEMENTED",
        ),
        ours(
            "more entries than there may be",
            &[],
            framed(0, &b"\x0a\x00".repeat(20_000)),
            InvalidArgument,
            "REQUEST_TOO_LARGE",
        ),
        ours(
            "metadata of more than 16 KiB",
            &[("x", METADATA)],
            framed(0, &good),
            InvalidArgument,
            "REQUEST_TOO_LARGE",
        ),
        elsewhere(
            "an unknown method",
            "/cognito.userattributes.v1.UserAttributesService/Nope",
        ),
        elsewhere("an unknown service", "/nope.v1.Nope/Nope"),
        elsewhere("no path", "/"),
    ]
}

#[tokio::test]
async fn what_no_handler_sees_is_refused_in_the_contracts_terms() {
    let cognito = Scripted::new([]).await;
    let server = Server::in_front_of(&cognito.url).await;
    for row in rows() {
        let case = row.case;
        let (code, reason, operation) = (row.code, row.reason, row.operation);
        let failure = Failure::of(&refused(&server, row).await);
        assert_eq!(failure.code, code, "{case}");
        assert_eq!(failure.reason, reason, "{case}");
        assert_eq!(failure.operation.as_deref(), operation, "{case}");
        assert_eq!(failure.outcome, "not_applied", "{case}");
    }
    assert!(cognito.seen().is_empty());
    server.stop().await;
}

#[tokio::test]
async fn what_isnt_grpc_gets_an_http_status_besides_its_own_and_nothing_is_sent() {
    let cognito = Scripted::new([]).await;
    let server = Server::in_front_of(&cognito.url).await;
    let message = framed(
        0,
        &update("token", &[("nickname", Some("Dan"))]).encode_to_vec(),
    );
    for (method, content_type, expected) in [
        ("POST", Some("application/json"), 415),
        ("POST", None, 415),
        ("POST", Some("application/grpc-web+proto"), 415),
        ("POST", Some("application/grpc+json"), 415),
        ("POST", Some("application/grpcx"), 415),
        ("PUT", Some("application/grpc"), 405),
        ("GET", Some("application/grpc"), 405),
        ("DELETE", Some("application/grpc"), 405),
        ("GET", None, 405),
    ] {
        for path in [PATH, "/", "/grpc.health.v1.Health/Check"] {
            let request = Request::builder().method(method);
            let request = request.uri(format!("{}{path}", server.grpc_url()));
            let request = match content_type {
                Some(content_type) => request.header("content-type", content_type),
                None => request,
            };
            let (status, headers) = send(&server, request, message.clone()).await;
            let case = format!("{method} {path} {content_type:?}");
            assert_eq!(status, expected, "{case}");
            let refused = Status::from_header_map(&headers);
            let refused = Failure::of(&refused.unwrap_or_else(|| panic!("{case}: {headers:?}")));
            let told = (refused.code, &*refused.reason, &*refused.outcome);
            let malformed = (InvalidArgument, "REQUEST_MALFORMED", "not_applied");
            assert_eq!(told, malformed, "{case}");
        }
    }
    assert!(cognito.seen().is_empty());
    server.stop().await;
}

#[tokio::test]
async fn grpc_by_any_of_its_names_is_carried_out() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    for content_type in [
        "application/grpc",
        "application/grpc+proto",
        "application/grpc;charset=utf-8",
    ] {
        let message = update(&token, &[("nickname", Some(content_type))]);
        let request = Request::post(format!("{}{PATH}", server.grpc_url()))
            .header("content-type", content_type);
        let message = framed(0, &message.encode_to_vec());
        let (_, headers) = send(&server, request, message).await;
        assert_eq!(headers["grpc-status"], "0", "{content_type}");
        assert_eq!(server.attributes(&token).await["nickname"], content_type);
    }
    server.stop().await;
}

#[tokio::test]
async fn headers_beyond_http2s_own_limit_are_refused_without_grpc() {
    let server = Server::start().await;
    let request = Request::post(format!("{}{PATH}", server.grpc_url()))
        .header("content-type", "application/grpc")
        .header("x", "x".repeat(40 * 1024));
    let (status, headers) = send(&server, request, Vec::new()).await;
    assert_eq!(status, 431, "{headers:?}");
    server.stop().await;
}

#[tokio::test]
async fn unknown_fields_are_ignored_as_protobuf_demands() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let mut message = update(&token, &[("nickname", Some("Dan"))]).encode_to_vec();
    message.extend(b"\xfa\x3f\x07unknown");

    let headers = exchange(&server, PATH, &[], framed(0, &message)).await;

    assert_eq!(headers["grpc-status"], "0");
    assert_eq!(server.attributes(&token).await["nickname"], "Dan");
    server.stop().await;
}

/// The statuses of all rows.
pub async fn statuses(server: &Server) -> Vec<Status> {
    let mut statuses = Vec::new();
    for row in rows() {
        statuses.push(refused(server, row).await);
    }
    statuses
}

async fn refused(server: &Server, row: Row) -> Status {
    let headers = exchange(server, row.path, row.headers, row.body).await;
    Status::from_header_map(&headers).unwrap_or_else(|| panic!("{}: {headers:?}", row.case))
}

/// One call, written by hand. Returns headers and trailers together.
pub async fn exchange(
    server: &Server,
    path: &str,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> HeaderMap {
    let mut request = Request::post(format!("{}{path}", server.grpc_url()))
        .header("content-type", "application/grpc")
        .header("te", "trailers");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(server, request, body).await.1
}

/// One request, as it stands. Returns its HTTP status, and headers and trailers together.
pub async fn send(
    server: &Server,
    request: http::request::Builder,
    body: Vec<u8>,
) -> (u16, HeaderMap) {
    let stream = TcpStream::connect(server.grpc_addr)
        .await
        .expect("it listens");
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .expect("an HTTP/2 peer");
    let connection = tokio::spawn(connection);
    let request = request
        .body(Full::new(Bytes::from(body)))
        .expect("a request");
    let (head, body) = sender
        .send_request(request)
        .await
        .expect("an answer")
        .into_parts();
    let mut all = head.headers;
    // The server may reset a stream whose request it doesn't read to its end.
    if let Ok(body) = body.collect().await {
        all.extend(body.trailers().cloned().unwrap_or_default());
    }
    connection.abort();
    (head.status.as_u16(), all)
}

pub fn framed(flag: u8, message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).expect("small").to_be_bytes();
    [&[flag], &length[..], message].concat()
}
