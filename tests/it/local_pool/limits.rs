//! How often a user may try a code or ask for one.

use super::{
    caller::Caller,
    dan_and_ann::{AT_ONCE, behaving, destinations, pool},
    *,
};

const HALF_AN_HOUR: u32 = 1800;

#[track_caller]
fn check_limit_exceeded(answer: &PoolAnswer) {
    let message = "Attempt limit exceeded, please try after some time.";
    check_exception(answer, "LimitExceededException", message);
}

/// Checks that so many attempts to verify get through.
async fn check_tries(caller: &Caller<'_>, times: usize) {
    for _ in 0..times {
        let answer = caller.verify("phone_number", "123456").await;
        assert_eq!(answer.body["__type"], "ExpiredCodeException");
    }
}

/// Checks that so many codes are sent.
async fn check_codes(caller: &Caller<'_>, times: usize) {
    for _ in 0..times {
        let answer = caller.ask_for_code("email").await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
}

async fn half_an_hour_later(server: &Server) {
    let order = json!({ "advance_seconds": HALF_AN_HOUR });
    assert_eq!(server.order("clock", order).await.status, 200);
}

#[tokio::test]
async fn fifteen_verifications_an_hour_are_tried_good_or_bad_and_then_the_right_code_is_refused_too()
 {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    check_codes(&dan, 1).await;
    let code = server.code("dan").await;
    assert_eq!(dan.verify("email", &code).await.status, 200);
    check_tries(&dan, 14).await;

    dan.changes("email", "new@example.org").await;
    let code = server.code("dan").await;
    for name in ["email", "phone_number"] {
        check_limit_exceeded(&dan.verify(name, &code).await);
    }
    assert_eq!(dan.attributes().await["email_verified"], "false");
    server.stop().await;
}

#[tokio::test]
async fn five_codes_an_hour_are_sent_on_request_of_both_kinds_together() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    check_codes(&dan, 4).await;
    assert_eq!(dan.ask_for_code("phone_number").await.status, 200);
    for name in ["email", "phone_number"] {
        check_limit_exceeded(&dan.ask_for_code(name).await);
    }
    assert_eq!(destinations(&server).await.len(), 5);
    let code = server.code("dan").await;
    assert_eq!(dan.verify("phone_number", &code).await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn updates_send_codes_without_a_limit_of_their_own_and_use_up_none() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    for number in 10..30 {
        let email = format!("new{number}@example.org");
        dan.changes("email", &email).await;
    }
    check_codes(&dan, 5).await;
    check_limit_exceeded(&dan.ask_for_code("email").await);
    dan.changes("email", "last@example.org").await;
    assert_eq!(destinations(&server).await.len(), 26);
    server.stop().await;
}

#[tokio::test]
async fn the_hour_slides_and_refused_attempts_do_not_make_it_longer() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    check_tries(&dan, 5).await;
    check_codes(&dan, 2).await;
    half_an_hour_later(&server).await;
    check_tries(&dan, 10).await;
    check_codes(&dan, 3).await;
    check_limit_exceeded(&dan.verify("email", "123456").await);
    check_limit_exceeded(&dan.ask_for_code("email").await);

    // As many come back as were used before the hour.
    half_an_hour_later(&server).await;
    check_tries(&dan, 5).await;
    check_codes(&dan, 2).await;
    check_limit_exceeded(&dan.verify("email", "123456").await);
    check_limit_exceeded(&dan.ask_for_code("email").await);

    half_an_hour_later(&server).await;
    check_tries(&dan, 10).await;
    check_codes(&dan, 3).await;
    server.stop().await;
}

#[tokio::test]
async fn each_user_has_limits_of_their_own() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    let elsewhere = Caller::sign_in(&server, "dan").await;
    let ann = Caller::sign_in(&server, "ann").await;
    check_tries(&dan, 15).await;
    check_codes(&dan, 5).await;
    check_limit_exceeded(&elsewhere.verify("email", "123456").await);
    check_limit_exceeded(&elsewhere.ask_for_code("email").await);
    check_tries(&ann, 15).await;
    check_codes(&ann, 5).await;
    server.stop().await;
}

#[tokio::test]
async fn the_limits_can_be_others() {
    let settings = "verifications_per_hour = 2\ncode_requests_per_hour = 1";
    let server = Server::with_pools(&behaving(settings, &pool(AT_ONCE))).await;
    let dan = Caller::sign_in(&server, "dan").await;
    check_tries(&dan, 2).await;
    check_limit_exceeded(&dan.verify("email", "123456").await);
    check_codes(&dan, 1).await;
    check_limit_exceeded(&dan.ask_for_code("email").await);
    server.stop().await;

    let settings = "verifications_per_hour = 0\ncode_requests_per_hour = 0";
    let server = Server::with_pools(&behaving(settings, &pool(AT_ONCE))).await;
    let dan = Caller::sign_in(&server, "dan").await;
    check_limit_exceeded(&dan.verify("email", "123456").await);
    check_limit_exceeded(&dan.ask_for_code("email").await);
    server.stop().await;
}
