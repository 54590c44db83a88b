//! Failures that a test asks for in place of answers.

use super::{
    caller::Caller,
    dan_and_ann::{AT_ONCE, destinations, pool},
    *,
};

/// Has calls fail.
pub async fn order(server: &Server, order: Value) {
    let answer = server.order("faults", order).await;
    assert_eq!((answer.status, answer.body), (200, json!({})));
}

#[tokio::test]
async fn an_exception_is_answered_in_cognitos_form_and_nothing_is_done() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    let before = dan.attributes().await;
    let own = "my own words";
    for (name, message, status, expected) in [
        ("TooManyRequestsException", None, 400, Some("Rate exceeded")),
        ("TooManyRequestsException", Some(own), 400, Some(own)),
        (
            "LimitExceededException",
            None,
            400,
            Some("Attempt limit exceeded, please try after some time."),
        ),
        (
            "ForbiddenException",
            None,
            403,
            Some("Request not allowed due to WAF block."),
        ),
        ("InternalErrorException", None, 500, None),
        ("InternalErrorException", Some(own), 500, Some(own)),
        ("CodeDeliveryFailureException", None, 400, None),
        (
            "UserLambdaValidationException",
            Some("a\nb\n"),
            400,
            Some("a\nb\n"),
        ),
        ("OperationNotEnabledException", Some(own), 400, Some(own)),
        ("NoModelHasThisException", Some(own), 400, Some(own)),
        ("NoModelHasThisException", None, 400, None),
        ("CodeMismatchException", Some(""), 400, Some("")),
    ] {
        let mut wanted = json!({ "operation": "UpdateUserAttributes", "fault": name });
        let mut body = json!({ "__type": name });
        if let Some(message) = message {
            wanted["message"] = message.into();
        }
        if let Some(expected) = expected {
            body["message"] = expected.into();
        }
        order(&server, wanted).await;
        let answer = dan.update(&[("email", "new@example.org")]).await;
        assert_eq!((answer.status, &answer.body), (status, &body));
        assert_eq!(answer.headers["x-amzn-errortype"], format!("{name}:"));
        assert_eq!(answer.headers["content-type"], "application/x-amz-json-1.1");
        assert_eq!(answer.headers["x-amzn-requestid"].len(), 36);
    }
    assert_eq!(dan.attributes().await, before);
    assert!(destinations(&server).await.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn the_accounts_daily_limit_of_emails_is_told_in_its_own_words() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    let before = dan.attributes().await;
    let (words, own) = (crate::errors::DAILY_LIMIT, "my own words");
    for (message, expected) in [(None, words), (Some(own), own)] {
        let fault = json!({
            "operation": "UpdateUserAttributes",
            "fault": "daily_email_limit",
            "message": message,
        });
        order(&server, fault).await;
        let answer = dan.update(&[("email", "new@example.org")]).await;
        check_exception(&answer, "LimitExceededException", expected);
    }
    assert_eq!(dan.attributes().await, before);
    assert!(destinations(&server).await.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn a_bare_500_has_no_body_and_no_name_and_nothing_is_done() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    order(
        &server,
        json!({ "operation": "UpdateUserAttributes", "fault": "http_500" }),
    )
    .await;
    let answer = dan.update(&[("email", "new@example.org")]).await;
    assert_eq!((answer.status, &*answer.text), (500, ""));
    for header in ["x-amzn-errortype", "x-amzn-requestid", "content-type"] {
        assert!(!answer.headers.contains_key(header), "{header}");
    }
    assert_eq!(dan.attributes().await["email"], "dan@example.com");
    server.stop().await;
}

#[tokio::test]
async fn a_fault_befalls_so_many_calls_of_its_operation_and_of_no_other() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    let status = async || dan.call("GetUser", json!({})).await.status;
    for (times, calls) in [
        (json!(3), &[500, 500, 500, 200, 200][..]),
        (json!(0), &[200]),
    ] {
        let fault = json!({ "operation": "GetUser", "fault": "http_500", "times": times });
        order(&server, fault).await;
        dan.changes("nickname", "Dan").await;
        for expected in calls {
            assert_eq!(status().await, *expected, "{times} times");
        }
    }
    order(
        &server,
        json!({ "operation": "GetUser", "fault": "http_500" }),
    )
    .await;
    assert_eq!([status().await, status().await], [500, 200], "once");
    server.stop().await;
}

#[tokio::test]
async fn faults_of_an_operation_come_in_the_order_in_which_they_were_asked_for() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    for (operation, fault, times) in [
        ("GetUser", "FirstException", 2),
        ("DeleteUserAttributes", "OtherException", 1),
        ("GetUser", "http_500", 1),
        ("GetUser", "FirstException", 1),
    ] {
        let fault = json!({ "operation": operation, "fault": fault, "times": times });
        order(&server, fault).await;
    }
    let refused = dan.delete(&["nickname"]).await;
    assert_eq!(refused.body["__type"], "OtherException");
    let first = json!("FirstException");
    for (status, kind) in [
        (400, &first),
        (400, &first),
        (500, &Value::Null),
        (400, &first),
        (200, &Value::Null),
    ] {
        let answer = dan.call("GetUser", json!({})).await;
        assert_eq!((answer.status, &answer.body["__type"]), (status, kind));
    }
    server.stop().await;
}

#[tokio::test]
async fn every_operation_can_fail_whatever_it_is_sent() {
    let server = Server::start().await;
    for operation in [
        "AdminConfirmSignUp",
        "AdminCreateUser",
        "AdminDeleteUser",
        "AdminDisableUser",
        "AdminEnableUser",
        "AdminGetUser",
        "AdminInitiateAuth",
        "AdminResetUserPassword",
        "AdminSetUserPassword",
        "AdminUserGlobalSignOut",
        "ConfirmSignUp",
        "CreateUserPool",
        "CreateUserPoolClient",
        "DeleteUserAttributes",
        "DeleteUserPool",
        "DescribeUserPool",
        "DescribeUserPoolClient",
        "GetUser",
        "GetUserAttributeVerificationCode",
        "GlobalSignOut",
        "InitiateAuth",
        "RevokeToken",
        "SignUp",
        "UpdateUserAttributes",
        "VerifyUserAttribute",
    ] {
        let fault = json!({ "operation": operation, "fault": "TooManyRequestsException" });
        order(&server, fault).await;
        let request = Request::post("/").header("x-amz-target", format!("{PREFIX}{operation}"));
        let request = request.body("no JSON".to_owned()).expect("a request");
        let answer = server.pool_raw(request).await;
        check_exception(&answer, "TooManyRequestsException", "Rate exceeded");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_call_that_is_no_operation_or_comes_from_a_web_page_uses_up_no_fault() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    order(
        &server,
        json!({ "operation": "GetUser", "fault": "http_500" }),
    )
    .await;
    let request = || Request::post("/").header("x-amz-target", format!("{PREFIX}GetUser"));
    for (request, status) in [
        (request().header("origin", "https://evil.example"), 403),
        (request().header("content-type", "text/plain"), 400),
        (
            Request::post("/").header("x-amz-target", "Other.GetUser"),
            400,
        ),
    ] {
        let request = request.body("{}".to_owned()).expect("a request");
        assert_eq!(server.pool_raw(request).await.status, status);
    }
    assert_eq!(dan.call("GetUser", json!({})).await.status, 500);
    server.stop().await;
}
