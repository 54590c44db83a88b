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
pub async fn statuses() -> Vec<Status> {
    let server = Server::start().await;
    let mut statuses = Vec::new();
    for row in rows() {
        statuses.push(refused(&server, row).await);
    }
    server.stop().await;
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
    let stream = TcpStream::connect(server.grpc_addr)
        .await
        .expect("it listens");
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .expect("an HTTP/2 peer");
    let connection = tokio::spawn(connection);
    let mut request = Request::post(format!("{}{path}", server.grpc_url()))
        .header("content-type", "application/grpc")
        .header("te", "trailers");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
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
    all
}

pub fn framed(flag: u8, message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).expect("small").to_be_bytes();
    [&[flag], &length[..], message].concat()
}
