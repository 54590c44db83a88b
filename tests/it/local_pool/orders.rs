//! Orders that can't be carried out: each is told what is wrong.

use super::*;

pub const ORDERS: [&str; 4] = [
    "/_local/faults",
    "/_local/clock",
    "/_local/tokens",
    "/_local/reset",
];

/// The answer to an order in whatever form.
pub async fn post(server: &Server, path: &str, kind: &str, body: &str) -> PoolAnswer {
    let request = Request::post(path).header("content-type", kind);
    let request = request.body(body.to_owned()).expect("a request");
    server.pool_raw(request).await
}

/// Checks that the caller is told in JSON what is wrong.
#[track_caller]
fn check_refused(answer: &PoolAnswer, error: &str) {
    assert_eq!(answer.status, 400, "{}", answer.text);
    let told = answer.body["error"].as_str();
    let told = told.unwrap_or_else(|| panic!("an error in {}", answer.text));
    assert!(told.contains(error), "{told:?} doesn't say {error:?}");
}

/// Checks that each of these orders is refused with a text that holds this.
async fn check_all_refused(server: &Server, what: &str, orders: &[(Value, &str)]) {
    for (order, error) in orders {
        check_refused(&server.order(what, order.clone()).await, error);
    }
}

#[tokio::test]
async fn a_fault_that_does_not_exist_or_misses_something_is_refused() {
    let server = Server::start().await;
    let kinds = "fault must be an exception's name such as TooManyRequestsException, or \
                 daily_email_limit, http_500, hang, close_before_read or close_after_read";
    let members = "expected one of `operation`, `fault`, `times`, `message`";
    let orders = [
        (
            json!({ "operation": "Nope", "fault": "hang" }),
            "no operation Nope",
        ),
        (
            json!({ "operation": "getuser", "fault": "hang" }),
            "no operation getuser",
        ),
        (json!({ "operation": "GetUser", "fault": "nope" }), kinds),
        (
            json!({ "operation": "GetUser", "fault": "HTTP_500" }),
            kinds,
        ),
        (
            json!({ "operation": "GetUser", "fault": "Exception" }),
            kinds,
        ),
        (
            json!({ "operation": "GetUser", "fault": "two words Exception" }),
            kinds,
        ),
        (json!({ "operation": "GetUser", "fault": "" }), kinds),
        (json!({ "operation": "GetUser" }), "missing field `fault`"),
        (json!({ "fault": "hang" }), "missing field `operation`"),
        (
            json!({ "operation": 7, "fault": "hang" }),
            "operation: invalid type",
        ),
        (
            json!({ "operation": "GetUser", "fault": null }),
            "fault: invalid type",
        ),
        (
            json!({ "operation": "GetUser", "fault": "hang", "times": "2" }),
            "times: invalid type",
        ),
        (
            json!({ "operation": "GetUser", "fault": "hang", "times": -1 }),
            "times: invalid value",
        ),
        (
            json!({ "operation": "GetUser", "fault": "hang", "message": 7 }),
            "message: invalid type",
        ),
        (
            json!({ "operation": "GetUser", "fault": "hang", "time": 2 }),
            members,
        ),
    ];
    check_all_refused(&server, "faults", &orders).await;
    let token = server.sign_in().await;
    let answer = server
        .pool("GetUser", json!({ "AccessToken": token }))
        .await;
    assert_eq!(answer.status, 200, "none of them is in force");
    server.stop().await;
}

#[tokio::test]
async fn the_clock_goes_by_whole_seconds_alone_and_not_too_far_at_once() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let orders = [
        (json!({}), "missing field `advance_seconds`"),
        (
            json!({ "advance_seconds": -(1_i64 << 32) }),
            "advance_seconds: invalid value",
        ),
        (
            json!({ "advance_seconds": 9000.5 }),
            "advance_seconds: invalid type",
        ),
        (
            json!({ "advance_seconds": "9000" }),
            "advance_seconds: invalid type",
        ),
        (
            json!({ "advance_seconds": null }),
            "advance_seconds: invalid type",
        ),
        (
            json!({ "advance_seconds": 1_u64 << 32 }),
            "advance_seconds: invalid value",
        ),
        (
            json!({ "advance_seconds": 9000, "seconds": 1 }),
            "unknown field `seconds`",
        ),
    ];
    check_all_refused(&server, "clock", &orders).await;
    let answer = server
        .pool("GetUser", json!({ "AccessToken": token }))
        .await;
    assert_eq!(answer.status, 200, "no time has gone by");
    server.stop().await;
}

#[tokio::test]
async fn a_token_needs_a_pool_a_client_and_a_user_that_exist() {
    let server = Server::start().await;
    let order = |pool: &str, client: &str, user: &str| json!({ "user_pool_id": pool, "client_id": client, "username": user });
    let pool = "us-east-1_localpool";
    let mut more = order(pool, "localclient", "dan");
    more["scopes"] = json!([]);
    let mut scopes = order(pool, "localclient", "dan");
    scopes["scope"] = json!(["openid"]);
    let orders = [
        (json!({ "username": "none" }), "User does not exist."),
        (
            order("none", "localclient", "dan"),
            "User pool none does not exist.",
        ),
        (
            order(pool, "none", "dan"),
            "User pool client none does not exist.",
        ),
        (order(pool, "localclient", "none"), "User does not exist."),
        (more, "unknown field `scopes`"),
        (scopes, "scope: invalid type"),
    ];
    check_all_refused(&server, "tokens", &orders).await;
    server.stop().await;
}

#[tokio::test]
async fn an_order_that_is_no_json_is_refused() {
    let server = Server::start().await;
    let json = "application/json";
    for path in ORDERS {
        for (kind, body, error) in [
            (json, "{", "EOF while parsing"),
            (json, "nope", "expected"),
            (json, "[]", "invalid"),
            (json, "7", "invalid type: integer `7`"),
            ("application/x-www-form-urlencoded", "a=b", "expected"),
        ] {
            check_refused(&post(&server, path, kind, body).await, error);
        }
        let huge = format!("\"{}\"", "x".repeat(5 << 20));
        check_refused(
            &post(&server, path, json, &huge).await,
            "length limit exceeded",
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn an_order_is_read_as_json_whatever_it_says_to_be() {
    let server = Server::start().await;
    let order = r#"{"advance_seconds":0}"#;
    for kind in ["application/json", "application/x-www-form-urlencoded", ""] {
        let answer = post(&server, "/_local/clock", kind, order).await;
        assert_eq!((answer.status, answer.body), (200, json!({})), "{kind}");
    }
    server.stop().await;
}

#[tokio::test]
async fn an_order_of_a_web_page_has_to_say_that_it_is_json() {
    let server = Server::start().await;
    for (kind, status) in [("application/json", 200), ("text/plain", 400)] {
        let request = Request::post("/_local/clock")
            .header("origin", "http://localhost:3000")
            .header("content-type", kind)
            .body(r#"{"advance_seconds":0}"#.to_owned());
        let answer = server.pool_raw(request.expect("a request")).await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    server.stop().await;
}
