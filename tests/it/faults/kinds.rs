//! The faults.

use crate::support::{
    answers::{exception, headed, html, json},
    scripted::Answer::{self, *},
};

/// What is wrong with Cognito, or with the way to it.
pub struct Fault {
    pub name: &'static str,
    pub way: Way,
    /// Whether only a limit of ours ends it.
    pub is_silent: bool,
}

pub enum Way {
    /// Connections are refused.
    Refused,
    /// This comes in the place of a TLS handshake.
    Handshake(Answer),
    /// This comes in the place of an answer.
    Answer(Answer),
}

pub fn faults() -> Vec<Fault> {
    let fault = |name, way| Fault {
        name,
        way,
        is_silent: false,
    };
    let silent = |name, way| Fault {
        name,
        way,
        is_silent: true,
    };
    let answers = |name, bytes| fault(name, Way::Answer(Bytes(bytes)));
    let half = headed(200, "connection: close", r#"{"Username":"dan"}"#);
    let half = half[..half.len() - 5].to_vec();
    let drip = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfff\r\n{".to_vec();
    vec![
        fault("refuses the connection", Way::Refused),
        fault(
            "closes during the TLS handshake",
            Way::Handshake(CloseUnread),
        ),
        silent("is silent during the TLS handshake", Way::Handshake(Unread)),
        silent("accepts and never reads", Way::Answer(Unread)),
        silent("reads and never answers", Way::Answer(Hang)),
        silent(
            "begins an answer and never ends it",
            Way::Answer(Drip(drip)),
        ),
        fault("closes before it reads", Way::Answer(CloseUnread)),
        fault(
            "closes after it has read",
            Way::Answer(BytesThenClose(Vec::new())),
        ),
        fault("closes amid its answer", Way::Answer(BytesThenClose(half))),
        fault(
            "answers what isn't HTTP",
            Way::Answer(BytesThenClose(b"SSH-2.0\r\n".to_vec())),
        ),
        answers("200 with HTML", html(200, "<html>")),
        answers(
            "200 with half of a JSON object",
            json(200, r#"{"Username":"da"#),
        ),
        answers("500 without a body", html(500, "")),
        answers("502 with HTML", html(502, "<html>")),
        answers("503 with HTML", html(503, "<html>")),
        answers(
            "`InternalErrorException`, 500",
            exception(500, "InternalErrorException", "x"),
        ),
        answers("403 with HTML", html(403, "<html>")),
        answers(
            "`ForbiddenException`, 403",
            exception(403, "ForbiddenException", "x"),
        ),
        answers(
            "`TooManyRequestsException`, \"Rate exceeded\"",
            throttled("Rate exceeded"),
        ),
        answers(
            "`TooManyRequestsException`, \"Too many requests\"",
            throttled("Too many requests"),
        ),
        answers(
            "`ThrottlingException`",
            exception(400, "ThrottlingException", "Rate exceeded"),
        ),
        answers(
            "a throttling code in the header alone",
            headed(400, "x-amzn-errortype: TooManyRequestsException:", ""),
        ),
        answers(
            "a throttling code over HTML",
            headed(400, "x-amzn-errortype: TooManyRequestsException:", "<html>"),
        ),
        answers("429 without a code", html(429, "<html>")),
        answers(
            "`LimitExceededException`",
            exception(400, "LimitExceededException", "x"),
        ),
    ]
}

fn throttled(text: &str) -> Vec<u8> {
    exception(400, "TooManyRequestsException", text)
}
