//! Requests that are no good as HTTP, as JSON or as AWS JSON: each gets a clear answer, and the
//! server lives on.

mod bodies;
mod connections;

use super::{
    setup::{attributes, done},
    *,
};

const SERIALIZATION: &str = "SerializationException";

/// A request to the AWS API with these headers.
async fn post(server: &Server, headers: &[(&str, &[u8])], body: &str) -> PoolAnswer {
    let mut request = Request::post("/");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(body.to_owned()).expect("a request");
    server.pool_raw(request).await
}

#[tokio::test]
async fn a_target_that_names_no_operation_of_the_service_is_refused() {
    let server = Server::start().await;
    let long = format!("{PREFIX}{}", "x".repeat(10_000));
    for (target, name) in [
        ("GetUser", "GetUser"),
        (
            "AmazonCognitoIdentity.GetUser",
            "AmazonCognitoIdentity.GetUser",
        ),
        (
            "AWSCognitoIdentityProviderService",
            "AWSCognitoIdentityProviderService",
        ),
        (PREFIX, ""),
        ("AWSCognitoIdentityProviderService.getUser", "getUser"),
        ("AWSCognitoIdentityProviderService.GetUser.", "GetUser."),
        (
            "AWSCognitoIdentityProviderService.ForgotPassword",
            "ForgotPassword",
        ),
        (&long, &long[PREFIX.len()..]),
    ] {
        let answer = post(&server, &[("x-amz-target", target.as_bytes())], "{}").await;
        check_unknown(&answer, name);
    }
    // HTTP takes the space away.
    let target = format!("{PREFIX}GetUser ");
    let answer = post(&server, &[("x-amz-target", target.as_bytes())], "{}").await;
    assert_eq!(answer.body["__type"], "InvalidParameterException");
    check_alive(&server).await;
    server.stop().await;
}

#[tokio::test]
async fn a_target_that_is_no_text_is_refused() {
    let server = Server::start().await;
    for target in [
        &b"\xff\xfe"[..],
        b"AWSCognitoIdentityProviderService.\xc3\xa9",
        b"",
    ] {
        let answer = post(&server, &[("x-amz-target", target)], "{}").await;
        check_unknown(&answer, "");
    }
    let twice = [&b"x"[..], b"AWSCognitoIdentityProviderService.GetUser"];
    let answer = post(&server, &twice.map(|it| ("x-amz-target", it)), "{}").await;
    check_unknown(&answer, "x");
    check_alive(&server).await;
    server.stop().await;
}

#[tokio::test]
async fn json_is_taken_by_each_of_its_names_and_without_one_and_nothing_else_is() {
    let server = Server::start().await;
    let body = json!({ "AccessToken": server.sign_in().await }).to_string();
    for (kind, good) in [
        (Some("application/x-amz-json-1.1"), true),
        (Some("application/x-amz-json-1.1; charset=utf-8"), true),
        (Some("Application/X-AMZ-JSON-1.1;charset=UTF-8"), true),
        (Some("application/x-amz-json-1.0"), true),
        (Some("application/json"), true),
        (None, true),
        (Some(""), false),
        (Some("text/plain"), false),
        (Some("application/x-www-form-urlencoded"), false),
        (Some("multipart/form-data; boundary=x"), false),
        (Some("application/xml"), false),
        (Some("application/x-amz-json-1.1x"), false),
        (Some("\u{e9}"), false),
    ] {
        let mut headers = vec![(
            "x-amz-target",
            &b"AWSCognitoIdentityProviderService.GetUser"[..],
        )];
        headers.extend(kind.map(|kind| ("content-type", kind.as_bytes())));
        let answer = post(&server, &headers, &body).await;
        if good {
            assert_eq!(answer.status, 200, "{kind:?}: {}", answer.text);
        } else {
            let message = "Content-Type must be application/x-amz-json-1.1";
            check_exception(&answer, SERIALIZATION, message);
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn other_methods_and_paths_are_told_apart() {
    let server = Server::start().await;
    for (method, path, status) in [
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("PUT", "/", 405),
        ("DELETE", "/", 405),
        ("OPTIONS", "/", 405),
        ("GET", "/_local/clock", 405),
        ("GET", "/_local/tokens", 405),
        ("GET", "/_local/faults", 405),
        ("POST", "/_local/outbox", 405),
        ("POST", "/_local/triggers", 405),
        ("POST", "/_local/pools", 405),
        ("POST", "/us-east-1_localpool/.well-known/jwks.json", 405),
        ("GET", "/nope", 404),
        ("POST", "/nope", 404),
        ("GET", "/_local", 404),
        ("GET", "/_local/nope", 404),
        (
            "GET",
            "/us-east-1_localpool/.well-known/openid-configuration",
            404,
        ),
        ("GET", "/%00/.well-known/jwks.json", 404),
        ("GET", "/%ff/.well-known/jwks.json", 400),
        ("GET", "/../etc/passwd", 404),
        ("GET", "/_local/outbox?colour=red", 400),
        ("GET", "/_local/outbox?username=%ff", 200),
    ] {
        let request = Request::builder().method(method).uri(path);
        let request = request.body(String::new()).expect("a request");
        assert_eq!(
            server.pool_raw(request).await.status,
            status,
            "{method} {path}"
        );
    }
    check_alive(&server).await;
    server.stop().await;
}

#[tokio::test]
async fn an_order_that_cant_be_carried_out_says_why() {
    let server = Server::start().await;
    for (what, order, words) in [
        (
            "clock",
            json!({ "advance_seconds": -4_294_967_296_i64 }),
            "advance_seconds",
        ),
        (
            "clock",
            json!({ "advance_seconds": 4_294_967_296_u64 }),
            "advance_seconds",
        ),
        ("clock", json!({}), "missing field `advance_seconds`"),
        (
            "clock",
            json!({ "advance_seconds": 1, "x": 1 }),
            "unknown field `x`",
        ),
        ("clock", json!([]), "invalid length 0"),
        (
            "tokens",
            json!({ "client_id": 7 }),
            "invalid type: integer `7`",
        ),
        (
            "faults",
            json!({ "operation": "Nope", "fault": "hang" }),
            "no operation Nope",
        ),
        (
            "faults",
            json!({ "operation": "GetUser", "fault": "melt" }),
            "fault must be",
        ),
    ] {
        let answer = server.order(what, order).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        let error = answer.body["error"].as_str().unwrap_or_default();
        assert!(error.contains(words), "{words} in {}", answer.text);
    }
    check_alive(&server).await;
    server.stop().await;
}

async fn check_alive(server: &Server) {
    let token = server.sign_in().await;
    done(server, "GetUser", json!({ "AccessToken": token })).await;
}
