//! The local pool over its own wire, as an AWS SDK or the AWS CLI meets it.

mod addresses;
mod admin;
mod admission;
mod aliases;
mod at_once;
mod caller;
mod callers;
mod clients;
mod code_states;
mod codes;
mod concurrency;
mod config;
mod constraints;
mod control;
mod dan_and_ann;
mod deletion;
mod deliveries;
mod faults;
mod forms;
mod guard;
mod hang_ups;
mod life;
mod limits;
mod order;
mod orders;
mod outbox;
mod pending;
mod permissions;
mod pools;
mod reset;
mod setup;
mod sign_in;
mod sign_up;
mod tokens;
mod triggers;
mod updates;
mod usernames;
mod volume;
mod wire;

use http::{HeaderValue, Request};
use serde_json::{Value, json};

use crate::support::{PoolAnswer, Server};

const PREFIX: &str = "AWSCognitoIdentityProviderService.";

fn sign_in_with(password: &str) -> Value {
    json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": "localclient",
        "AuthParameters": { "USERNAME": "dan", "PASSWORD": password }
    })
}

/// The example of a file of pools.
const EXAMPLE: &str = include_str!("data/pools.toml");

/// A pool that has attributes of every kind.
const KINDS: &str = include_str!("data/kinds.toml");

#[track_caller]
fn check_exception(answer: &PoolAnswer, code: &str, message: &str) {
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert_eq!(answer.body, json!({ "__type": code, "message": message }));
    assert_eq!(answer.headers["x-amzn-errortype"], format!("{code}:"));
    // A header has one line.
    let line =
        Some(message.trim_end()).filter(|it| it.bytes().all(|it| (0x20..0x7f).contains(&it)));
    let header = answer.headers.get("x-amzn-errormessage");
    assert_eq!(header.map(HeaderValue::as_bytes), line.map(str::as_bytes));
    assert_eq!(answer.headers["content-type"], "application/x-amz-json-1.1");
    assert_eq!(answer.headers["x-amzn-requestid"].len(), 36);
}

/// Checks that an operation is refused with a text that says what lacks it, and what there is.
#[track_caller]
fn check_unknown(answer: &PoolAnswer, name: &str) {
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert_eq!(answer.body["__type"], "UnknownOperationException");
    let message = answer.body["message"].as_str().expect("a text");
    let lacks = format!("The local pool lacks the operation {name}. It has AddCustomAttributes, ");
    assert!(message.starts_with(&lacks), "{message}");
    let all: Vec<_> = message[lacks.len()..]
        .trim_end_matches('.')
        .split(", ")
        .collect();
    assert!(
        all.contains(&"GetUser") && all.contains(&"VerifyUserAttribute"),
        "{message}"
    );
}

#[tokio::test]
async fn get_user_shows_the_seed() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let answer = server
        .pool("GetUser", json!({ "AccessToken": token }))
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["Username"], "dan");
    let attributes = server.attributes(&token).await;
    assert_eq!(attributes["email"], "dan@example.com");
    assert_eq!(attributes["email_verified"], "true");
    assert_eq!(attributes["phone_number"], "+15555550100");
    assert_eq!(attributes["phone_number_verified"], "true");
    assert_eq!(attributes["sub"].len(), 36);
    assert!(attributes.contains_key("custom:department"));
    server.stop().await;
}

#[tokio::test]
async fn a_bad_token_is_refused_before_a_bad_attribute_is() {
    let server = Server::start().await;
    let body =
        json!({"UserAttributes": [{"Name": "nope", "Value": "x"}], "AccessToken": "garbage"});
    let answer = server.pool("UpdateUserAttributes", body).await;
    check_exception(&answer, "NotAuthorizedException", "Invalid Access Token");
    server.stop().await;
}

#[tokio::test]
async fn a_member_of_another_type_is_a_serialization_exception() {
    let server = Server::start().await;
    let number = "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String";
    let attribute = |value: Value| json!({"UserAttributes": [{"Name": "name", "Value": value}]});
    for (body, message) in [
        (attribute(json!(7)), number),
        (
            attribute(json!(true)),
            "class java.lang.Boolean can not be converted to an String",
        ),
        (
            attribute(json!([])),
            "Start of list found where not expected.",
        ),
        (
            attribute(json!({})),
            "Start of structure or map found where not expected.",
        ),
        (
            json!({"UserAttributes": {}}),
            "Start of structure or map found where not expected.",
        ),
        (json!({"UserAttributes": "x"}), "Expected list or null"),
        (json!({"UserAttributes": [7]}), "Expected structure or null"),
        (json!({"AccessToken": 7}), number),
    ] {
        let answer = server.pool("UpdateUserAttributes", body).await;
        check_exception(&answer, "SerializationException", message);
    }
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_known_operation_or_no_json_is_refused() {
    let server = Server::start().await;
    let answer = server.pool("ForgotPassword", json!({})).await;
    check_unknown(&answer, "ForgotPassword");
    let request = Request::post("/").body("{}".to_owned()).expect("a request");
    check_exception(
        &server.pool_raw(request).await,
        "UnknownOperationException",
        "X-Amz-Target is missing",
    );
    for body in ["", "nope", "[]", "\"x\"", "{\"AccessToken\":"] {
        let request = Request::post("/").header("x-amz-target", format!("{PREFIX}GetUser"));
        let request = request.body(body.to_owned()).expect("a request");
        let answer = server.pool_raw(request).await;
        assert_eq!(answer.status, 400);
        assert_eq!(
            answer.body,
            json!({ "__type": "SerializationException" }),
            "{body}"
        );
    }
    let huge = "x".repeat(5 << 20);
    let request = Request::post("/").header("x-amz-target", format!("{PREFIX}GetUser"));
    let answer = server
        .pool_raw(request.body(huge).expect("a request"))
        .await;
    assert_eq!(answer.status, 413);
    server.stop().await;
}

#[tokio::test]
async fn members_that_the_model_lacks_are_ignored_and_a_signature_is_not_looked_at() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let body = json!({"AccessToken": token, "More": [1, 2]}).to_string();
    let request = Request::post("/")
        .header("x-amz-target", format!("{PREFIX}GetUser"))
        .header("authorization", "AWS4-HMAC-SHA256 Credential=x")
        .body(body)
        .expect("a request");
    assert_eq!(server.pool_raw(request).await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn a_web_page_from_elsewhere_is_refused_under_any_name_for_this_address() {
    let server = Server::start().await;
    let body = sign_in_with("Passw0rd!").to_string();
    for (header, value, status) in [
        ("host", "evil.example", 403),
        ("host", "evil.example:9229", 403),
        ("host", "127.0.0.1.evil.example", 403),
        ("host", "localhost:1", 200),
        ("host", "[::1]:9229", 200),
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
        ("origin", "http://localhost:3000", 200),
    ] {
        let request = Request::post("/")
            .header("x-amz-target", format!("{PREFIX}InitiateAuth"))
            .header(header, value)
            .body(body.clone())
            .expect("a request");
        let answer = server.pool_raw(request).await;
        assert_eq!(answer.status, status, "{header}: {value}");
    }
    server.stop().await;
}
