//! The code of an error in AWS's JSON protocol.

use http::Response;
use serde::Deserialize;
use tokio_util::bytes::Bytes;

/// The codes by which AWS services say that they are asked too often, besides Cognito's own.
/// Source: [retry behavior](https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html)
pub(super) const THROTTLING: [&str; 13] = [
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
];

/// The code of an answer that is an error, if it has one: in a header or in the body, with a namespace
/// before it or a URL behind it.
///
/// Source: [AWS JSON 1.1](https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization)
pub(super) fn error_code(answer: &Response<Bytes>) -> Option<String> {
    if answer.status().is_success() {
        return None;
    }
    let header = answer.headers().get("x-amzn-errortype");
    let header = header.and_then(|code| code.to_str().ok());
    header.and_then(bare).or_else(|| in_body(answer.body()))
}

/// Whether AWS says with this code that it was asked too often.
pub(super) fn is_throttling(code: &str) -> bool {
    THROTTLING.contains(&code)
}

fn in_body(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Body {
        #[serde(rename = "__type")]
        kind: Option<String>,
        code: Option<String>,
    }
    let Body { kind, code } = serde_json::from_slice(body).ok()?;
    kind.or(code).as_deref().and_then(bare)
}

/// Without what may stand around it. A code is a short name; what is longer or has other characters
/// isn't one, and could be anything.
fn bare(code: &str) -> Option<String> {
    let code = code.split(':').next()?;
    let code = code.rsplit('#').next()?.trim();
    let is_name = |code: &str| code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    ((1..=64).contains(&code.len()) && is_name(code)).then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn code(status: u16, header: Option<&'static str>, body: &'static str) -> Option<String> {
        let mut answer = Response::new(Bytes::from(body));
        *answer.status_mut() = status.try_into().expect("a status");
        if let Some(header) = header {
            let header = HeaderValue::from_static(header);
            answer.headers_mut().insert("x-amzn-errortype", header);
        }
        error_code(&answer)
    }

    #[test]
    fn a_code_is_read_from_the_header_or_the_body_in_each_of_its_forms() {
        let slow = Some("SlowDown".to_owned());
        for body in [
            r#"{"__type":"SlowDown","message":"x"}"#,
            r#"{"__type":"com.amazonaws.cognito#SlowDown:http://x/"}"#,
            r#"{"code":"SlowDown"}"#,
            r#"{"__type":"SlowDown","code":"Other"}"#,
        ] {
            assert_eq!(code(400, None, body), slow, "{body}");
            assert_eq!(code(400, Some(""), body), slow, "{body}");
        }
        for body in ["", "<html>", "{}", r#"{"__type":"Other"}"#] {
            assert_eq!(code(400, Some("SlowDown:"), body), slow, "{body}");
        }
    }

    #[test]
    fn what_is_no_name_and_what_is_no_error_has_no_code() {
        for body in ["", "<html>", "[]", r#"{"__type":7}"#, r#"{"__type":"a b"}"#] {
            assert_eq!(code(400, None, body), None, "{body}");
        }
        assert_eq!(code(200, Some("SlowDown"), ""), None);
    }
}
