//! All that tells anything, at once: log, audit, metrics and spans of a server that speaks TLS.

use std::{collections::BTreeSet, fs};

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD},
};
use serde_json::Value;
use tonic::Request;
use user_attributes::proto::Operation;

use super::*;
use crate::support::{
    ca::{self, Ca, Files},
    calls::{refusal, within},
    collector::Collector,
    scrape::scrape,
};

/// Of the token. The audit has it, and nothing else.
const CLIENT_ID: &str = "4pl3client";

/// An access token as Cognito makes it.
fn token() -> String {
    let parts = [
        json!({"alg": "RS256", "kid": "marked"}),
        json!({"sub": "marked-sub", "client_id": CLIENT_ID, "token_use": "access"}),
    ];
    let [header, claims] = parts.map(|it| BASE64_URL_SAFE_NO_PAD.encode(it.to_string()));
    format!("{header}.{claims}.marked-signature")
}

/// All that a request has, and what Cognito knows besides, in the forms of its answers.
fn answers() -> Vec<Answer> {
    let echo = format!("{} {EMAIL} marked-code marked-key=marked-value", token());
    let sent =
        json!({"Destination": "m***@marked", "DeliveryMedium": "EMAIL", "AttributeName": "email"});
    let told = json!({
        "CodeDeliveryDetailsList": [sent], "CodeDeliveryDetails": sent,
        "Username": "marked", "UserAttributes": [{"Name": "email", "Value": EMAIL}],
    });
    let failed = scripted::exception(500, "InternalErrorException", &echo);
    let mut answers = vec![
        Answer::Bytes(scripted::json(200, &told.to_string())),
        Answer::Bytes(scripted::json(200, &echo)),
        Answer::Bytes(scripted::html(403, &echo)),
        Answer::Bytes(scripted::html(500, &echo)),
        Answer::Bytes(failed),
        Answer::BytesThenClose(echo.clone().into_bytes()),
        Answer::BytesThenClose(Vec::new()),
    ];
    let codes = [
        "NotAuthorizedException",
        "InvalidParameterException",
        "CodeMismatchException",
        "AliasExistsException",
        "UserLambdaValidationException",
        "LimitExceededException",
        "TooManyRequestsException",
        &echo,
    ];
    answers.extend(codes.map(|code| refusal(code, &echo)));
    answers
}

/// A server that tells all it can, and those whom it tells.
struct Talkative {
    process: Process,
    client: ca::Client,
    cognito: Scripted,
    collector: Collector,
    files: Files,
    rounds: u32,
}

impl Talkative {
    async fn start() -> Self {
        let ca = Ca::new();
        let files = Files::of(&ca.server());
        files.put("ca.crt", &ca.pem());
        files.put("audit.key", "marked, and of thirty-two bytes or more");
        let (cognito, collector) = (Scripted::new([]).await, Collector::new().await);
        let [cert, key] = files.key_pair();
        let flags = [
            cert,
            key,
            files.flag("--tls-client-ca", "ca.crt"),
            files.flag("--audit-key-file", "audit.key"),
            files.flag("--audit-file", "audit.jsonl"),
            "--audit-required".to_owned(),
            format!("--endpoint-url={}", cognito.url),
            "--first-retry-delay=1ms".to_owned(),
            "--second-retry-delay=1ms".to_owned(),
            "--upstream-timeout=1s".to_owned(),
        ];
        let environment = [
            ("RUST_LOG", "trace"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &*collector.url),
            ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=marked"),
            // They are sent at the end.
            ("OTEL_BSP_SCHEDULE_DELAY", "3600000"),
        ];
        let process = Process::start(&flags.each_ref().map(|it| &**it), &environment).await;
        let shown = ca.client(&["spiffe://example.com/caller"]);
        Self {
            client: ca::client(process.grpc_addr.port(), &ca, Some(&shown)),
            process,
            cognito,
            collector,
            files,
            rounds: 0,
        }
    }

    /// Calls every operation with secrets in all fields, and one of them twice. Each call has this
    /// much time, if that isn't blank. What it is told is another test's.
    async fn call_all(&mut self, timeout: &str) {
        self.rounds += 1;
        let id = |operation: &str| format!("marked-{}-{operation}", self.rounds);
        let access_token = token();
        let update = UpdateUserAttributesRequest {
            access_token: access_token.clone(),
            request_id: id("update"),
            ..marked_request()
        };
        let verification = VerifyUserAttributeRequest {
            access_token: access_token.clone(),
            request_id: id("verification"),
            ..verification("email", "marked-code")
        };
        let code_request = GetUserAttributeVerificationCodeRequest {
            access_token: access_token.clone(),
            client_metadata: marked_request().client_metadata,
            request_id: id("code"),
            ..code_request("email")
        };
        let deletion = DeleteUserAttributesRequest {
            access_token: access_token.clone(),
            request_id: id("deletion"),
            ..deletion(&["nickname", "marked"])
        };
        let query = GetUserRequest { access_token };
        let client = &mut self.client;
        for _ in 0..2 {
            let update = marked(timeout, update.clone());
            let _ = client.update_user_attributes(update).await;
        }
        let verification = marked(timeout, verification);
        let _ = client.verify_user_attribute(verification).await;
        let code_request = marked(timeout, code_request);
        let _ = client
            .get_user_attribute_verification_code(code_request)
            .await;
        let deletion = marked(timeout, deletion);
        let _ = client.delete_user_attributes(deletion).await;
        let _ = client.get_user(marked(timeout, query)).await;
    }

    /// Has every field refused here.
    async fn call_wrongly(&mut self) {
        let long = format!("marked{}", "x".repeat(140_000));
        let mut update = update(
            "marked token",
            &[("marked\0", Some(&long)), ("sub", Some(EMAIL))],
        );
        update.client_metadata = HashMap::from([(long.clone(), long)]);
        "marked id".clone_into(&mut update.request_id);
        let refused = self.client.update_user_attributes(marked("", update)).await;
        refused.expect_err("nothing in it will do");
        let spaced = verification("email", "marked code");
        let refused = self.client.verify_user_attribute(marked("", spaced)).await;
        refused.expect_err("no code");
    }
}

/// A message with secrets in its call's metadata.
fn marked<T>(timeout: &str, message: T) -> Request<T> {
    let mut request = within(timeout, message);
    for name in [
        "authorization",
        "baggage",
        "cookie",
        "traceparent",
        "user-agent",
    ] {
        let value = "marked".parse().expect("ASCII");
        request.metadata_mut().insert(name, value);
    }
    request
}

/// Fails if a secret is in these bytes as it is, in another encoding, or as `Debug` shows bytes.
fn check_hidden(what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    check_clean(what, &text);
    let numbers = format!("{:?}", MARK.as_bytes());
    let hex = format!("{:02x?}", MARK.as_bytes()).replace(", ", "");
    let encoded = BASE64_STANDARD_NO_PAD.encode(MARK);
    let token = token();
    let forms = [&*numbers, &hex, &encoded].map(|it| it.trim_matches(['[', ']']));
    for form in forms.into_iter().chain(token.split('.')) {
        assert!(!text.contains(form), "{what} shows a secret as {form}");
    }
}

#[tokio::test]
async fn nothing_secret_is_in_log_audit_metrics_or_spans_whatever_becomes_of_any_operation() {
    let mut server = Talkative::start().await;
    for answer in answers() {
        server.cognito.script([answer]);
        server.call_all("").await;
    }
    server.call_wrongly().await;
    // Of changes whose callers have gone, too.
    server.cognito.script([Answer::Hang]);
    server.call_all("200m").await;
    server.process.logged("ended after caller left").await;

    let metrics = scrape(server.process.admin_addr).await;
    let dropped = metrics.get("user_attributes_log_lines_dropped_total");
    let key = fs::read_to_string(server.files.path("tls.key")).expect("a key");
    let exit = end(server.process).await;
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    let audit = fs::read_to_string(server.files.path("audit.jsonl")).expect("the audit");
    let spans = server.collector.bytes();
    let of_key = key.lines().nth(1).expect("base64");
    for (what, told) in [
        ("stdout", exit.stdout.as_bytes()),
        ("the log", exit.stderr.as_bytes()),
        ("the audit", audit.as_bytes()),
        ("the metrics", metrics.text.as_bytes()),
        ("the spans", &spans),
    ] {
        check_hidden(what, told);
        let text = String::from_utf8_lossy(told);
        assert!(!text.contains(of_key), "{what}");
        assert_eq!(text.contains(CLIENT_ID), what == "the audit", "{what}");
    }

    // They have told what they are there for.
    assert_eq!(dropped, Some(0.0));
    let calls = exit.stderr.lines().filter_map(call).collect();
    let operations = Operation::ALL.map(Operation::name);
    let codes = [
        "OK",
        "INVALID_ARGUMENT",
        "UNAUTHENTICATED",
        "DEADLINE_EXCEEDED",
    ];
    let expected = operations
        .iter()
        .flat_map(|it| codes.map(|code| (*it, code)));
    let expected: BTreeSet<_> = expected
        .map(|(it, code)| (it.to_owned(), code.to_owned()))
        .collect();
    let missing: Vec<_> = expected.difference(&calls).collect();
    assert!(missing.is_empty(), "{missing:?}");
    for outcome in ["applied", "not_applied", "unknown"] {
        let outcome = format!(r#""outcome":"{outcome}""#);
        assert!(audit.contains(&outcome), "{outcome} in {audit}");
    }
    let all = 6 * server.rounds + 2;
    let total = metrics.sum("rpc_server_call_duration_seconds_count");
    assert_eq!(total, Some(f64::from(all)));
    let told = server.collector.all();
    let of_calls = told.iter().filter(|it| it.is_server());
    assert_eq!(of_calls.map(|_| 1).sum::<u32>(), all);
}

/// Operation and code of a call, if this line of the log is one's.
fn call(line: &str) -> Option<(String, String)> {
    let line: Value = serde_json::from_str(line).expect("one JSON object a line");
    let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
    (line["message"] == "call").then(|| (text("method"), text("code")))
}
