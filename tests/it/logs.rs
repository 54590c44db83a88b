//! The log: what a line of a call says, and what becomes of it while nobody reads it.

use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;
use tokio::{task::JoinSet, time::timeout};
use tonic::{Request, Response, Status, metadata::MetadataMap};
use user_attributes::proto::{GetUserRequest, Operation, UpdateUserAttributesRequest};

use crate::support::{
    calls,
    process::Process,
    scripted::{REQUEST_ID, Scripted},
    update,
};

/// More lines than a pipe and the server's own queue hold.
const CALLS: usize = 6_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_nobody_reads_stops_no_call_and_tells_later_what_it_lacks() {
    let mut process = Process::start(&["--region=eu-central-1"], &[]).await;
    let mut clients = JoinSet::new();
    for _ in 0..20 {
        let client = calls::client(process.grpc_addr);
        clients.spawn(async move {
            for _ in 0..CALLS / 20 {
                let refused = client.clone().get_user(GetUserRequest::default()).await;
                refused.expect_err("a token is missing");
            }
        });
    }
    let all = timeout(Duration::from_mins(1), clients.join_all()).await;
    all.expect("every call is answered");
    let told = process.logged("log lines dropped since the start").await;
    assert!(told["count"].as_u64() > Some(0), "{told}");
    process.signal(Signal::TERM);
    assert_eq!(process.exit().await.code, Some(0));
}

#[tokio::test]
async fn a_name_that_the_caller_made_up_is_not_in_the_log() {
    let mut process = Process::start(&["--endpoint-url=http://127.0.0.1:1"], &[]).await;
    let names = ["email", "custom:department", "dan@example.com"];
    let attributes = names.map(|name| (name, Some("x")));
    let mut client = calls::client(process.grpc_addr);
    let call = client.update_user_attributes(update("token", &attributes));
    call.await.expect_err("no Cognito");
    let line = process.logged("call").await;
    let told = json!(["email", "custom:department", "_OTHER"]);
    assert_eq!(line["attributes"], told, "{line}");
    process.signal(Signal::TERM);
    let exit = process.exit().await;
    assert!(!exit.stderr.contains("dan@example.com"), "{}", exit.stderr);
}

#[tokio::test]
async fn a_line_has_what_applies_to_its_call_and_nothing_else() {
    let refused = calls::refusal("AliasExistsException", "x");
    let cognito = Scripted::new([calls::good(), refused]).await;
    let endpoint = format!("--endpoint-url={}", cognito.url);
    let mut process = Process::start(&[&endpoint], &[]).await;
    let mut client = calls::client(process.grpc_addr);

    let good = client
        .update_user_attributes(with_id(change(), "id-1"))
        .await;
    good.expect("success");
    let line = process.logged("call").await;
    let names = [
        "timestamp",
        "level",
        "message",
        "method",
        "code",
        "aws_request_id",
        "request_id",
        "attributes",
        "duration_ms",
        "peer",
        "target",
    ];
    assert_eq!(names_of(&line), names);
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["target"], "user_attributes::telemetry::line");
    assert_eq!(line["method"], "UpdateUserAttributes");
    assert_eq!(line["code"], "OK");
    assert_eq!(line["aws_request_id"], REQUEST_ID);
    assert_eq!(line["request_id"], "id-1");
    assert_eq!(line["attributes"], json!(["email"]));
    assert!(line["duration_ms"].is_f64(), "{line}");
    let peer = line["peer"].as_str().expect("a text");
    assert!(peer.starts_with("127.0.0.1:"), "{line}");

    let failed = client
        .update_user_attributes(with_id(change(), "id-1"))
        .await;
    failed.expect_err("the alias exists");
    let line = process.logged("call").await;
    let names = [
        "timestamp",
        "level",
        "message",
        "method",
        "code",
        "reason",
        "outcome",
        "aws_error_code",
        "aws_request_id",
        "request_id",
        "attributes",
        "duration_ms",
        "peer",
        "target",
    ];
    assert_eq!(names_of(&line), names);
    assert_eq!(line["reason"], "ALIAS_EXISTS");
    assert_eq!(line["outcome"], "not_applied");
    assert_eq!(line["aws_error_code"], "AliasExistsException");

    let wrong = with_id(update("to ken", &[("", None)]), "id-2");
    let refused = client.update_user_attributes(wrong).await;
    refused.expect_err("it is refused here");
    let line = process.logged("call").await;
    let names = [
        "timestamp",
        "level",
        "message",
        "method",
        "code",
        "reason",
        "fields",
        "outcome",
        "request_id",
        "duration_ms",
        "peer",
        "target",
    ];
    assert_eq!(names_of(&line), names);
    assert_eq!(line["reason"], "INVALID_PARAMETER");
    let fields = json!(["user_attributes[0].name", "access_token"]);
    assert_eq!(line["fields"], fields);
}

#[tokio::test]
async fn a_call_that_got_no_answer_has_a_line_with_its_id_that_says_why() {
    let mut process = Process::start(&["--endpoint-url=http://127.0.0.1:1"], &[]).await;
    let client = calls::client(process.grpc_addr);
    for operation in Operation::ALL {
        let failed = calls::call(&client, operation, "").await;
        failed.expect_err("no Cognito");
        let why = process.logged("no answer from Cognito").await;
        let line = process.logged("call").await;
        assert_eq!(why["method"], operation.name());
        assert_eq!(why["request_id"], line["request_id"], "{why}");
        let cause = why["cause"].as_str().expect("a text");
        assert!(cause.contains("refused"), "{why}");
    }
}

fn names_of(line: &serde_json::Value) -> Vec<&str> {
    let members = line.as_object().expect("an object");
    members.keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_call_has_one_id_its_callers_or_a_new_one_and_every_answer_has_it() {
    let refused = calls::refusal("AliasExistsException", "x");
    let cognito = Scripted::new([calls::good(), refused]).await;
    let endpoint = format!("--endpoint-url={}", cognito.url);
    let mut process = Process::start(&[&endpoint], &[]).await;
    let mut client = calls::client(process.grpc_addr);

    for given in ["order-17", "x", &"i".repeat(128)] {
        let call = client
            .update_user_attributes(with_id(change(), given))
            .await;
        assert_eq!(id_of(&call), given);
        assert_eq!(process.logged("call").await["request_id"], given);
    }
    let mut made = Vec::new();
    for given in ["", "two words", "\u{e9}", &"i".repeat(129)] {
        let call = client
            .update_user_attributes(with_id(change(), given))
            .await;
        made.push(id_of(&call));
        assert_eq!(
            process.logged("call").await["request_id"],
            *made.last().expect("one")
        );
    }
    let refused = client
        .get_user(with_id(GetUserRequest::default(), "here"))
        .await;
    assert_eq!(id_of(&refused), "here");
    made.sort_unstable();
    made.dedup();
    assert_eq!(made.len(), 4, "{made:?}");
    let sent = cognito.seen();
    let has_id = sent.iter().any(|seen| {
        let mut names = seen.headers.iter().map(|(name, _)| name.as_str());
        names.any(|name| name == "x-request-id")
    });
    assert!(!has_id);
}

fn change() -> UpdateUserAttributesRequest {
    update("token", &[("email", Some("x"))])
}

/// A message with this id of its call, as bytes.
fn with_id<M>(message: M, id: &str) -> Request<M> {
    let mut request = Request::new(message);
    let id = http::HeaderValue::from_bytes(id.as_bytes()).expect("a header can have it");
    let mut headers = http::HeaderMap::new();
    headers.insert("x-request-id", id);
    *request.metadata_mut() = MetadataMap::from_headers(headers);
    request
}

/// The one id in an answer's metadata.
fn id_of<M>(answer: &Result<Response<M>, Status>) -> String {
    let metadata = match answer {
        Ok(answer) => answer.metadata(),
        Err(status) => status.metadata(),
    };
    let ids: Vec<_> = metadata.get_all("x-request-id").iter().collect();
    let [id] = ids[..] else {
        panic!("one id in {metadata:?}");
    };
    id.to_str().expect("visible ASCII").to_owned()
}
