//! Codes: what they look like, how long they are good for, and what a bad one is told.

use super::{
    caller::Caller,
    dan_and_ann::{AT_ONCE, ONCE_VERIFIED, behaving, destinations, other_than, pool, sent},
    *,
};

const DAY: u32 = 24 * 3600;

#[track_caller]
fn check_mismatch(answer: &PoolAnswer) {
    let message = "Invalid verification code provided, please try again.";
    check_exception(answer, "CodeMismatchException", message);
}

/// There is no code to compare with.
#[track_caller]
fn check_expired(answer: &PoolAnswer) {
    let message = "Invalid code provided, please request a code again.";
    check_exception(answer, "ExpiredCodeException", message);
}

#[tokio::test]
async fn a_code_is_six_digits_and_each_is_another() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    for number in 10..40 {
        dan.changes("phone_number", &format!("+155555501{number}"))
            .await;
    }
    let mut codes: Vec<_> = sent(&server).await.into_iter().map(|(_, it)| it).collect();
    assert_eq!(codes.len(), 30);
    for code in &codes {
        assert_eq!(code.len(), 6, "{code}");
        assert!(code.bytes().all(|it| it.is_ascii_digit()), "{code}");
    }
    codes.sort();
    codes.dedup();
    // Two of thirty alike can happen; three don't.
    assert!(codes.len() > 27, "{codes:?}");
    server.stop().await;
}

#[tokio::test]
async fn a_code_is_good_for_a_day_and_expired_after_it() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let minute = 60;
    for (wait, is_good) in [(DAY - minute, true), (DAY, false)] {
        let dan = Caller::sign_in(&server, "dan").await;
        assert_eq!(dan.ask_for_code("email").await.status, 200);
        let code = server.code("dan").await;
        server
            .order("clock", json!({ "advance_seconds": wait }))
            .await;
        // The token is good for a day too.
        let dan = Caller::sign_in(&server, "dan").await;
        if is_good {
            check_mismatch(&dan.verify("email", &other_than(&code)).await);
            assert_eq!(dan.verify("email", &code).await.status, 200);
        } else {
            check_expired(&dan.verify("email", &code).await);
            check_expired(&dan.verify("email", &other_than(&code)).await);
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_change_that_is_pending_outlives_its_code() {
    let server = Server::with_pools(&pool(ONCE_VERIFIED)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    dan.changes("email", "new@example.org").await;
    let late = server.code("dan").await;
    server
        .order("clock", json!({ "advance_seconds": DAY }))
        .await;

    let dan = Caller::sign_in(&server, "dan").await;
    check_expired(&dan.verify("email", &late).await);
    assert_eq!(dan.attributes().await["email"], "dan@example.com");
    dan.changes("email", "new@example.org").await;
    dan.verify("email", &server.code("dan").await).await;
    assert_eq!(dan.attributes().await["email"], "new@example.org");
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_code_of_whatever_shape_is_a_mismatch_and_the_right_one_stays_good() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    dan.changes("email", "new@example.org").await;
    let code = server.code("dan").await;
    let long = "1".repeat(2048);
    for wrong in [&*other_than(&code), &code[1..], "abcdef", "✓", &long] {
        check_mismatch(&dan.verify("email", wrong).await);
    }
    assert_eq!(dan.verify("email", &code).await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn a_code_that_was_never_sent_or_is_used_already_is_an_expired_one() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    check_expired(&dan.verify("email", "123456").await);
    check_expired(&dan.verify("phone_number", "123456").await);

    dan.changes("email", "new@example.org").await;
    let code = server.code("dan").await;
    check_expired(&dan.verify("phone_number", &code).await);
    assert_eq!(dan.verify("email", &code).await.status, 200);
    check_expired(&dan.verify("email", &code).await);
    check_expired(&dan.verify("email", &other_than(&code)).await);
    assert_eq!(dan.attributes().await["email_verified"], "true");
    server.stop().await;
}

#[tokio::test]
async fn a_code_goes_with_its_address() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    dan.changes("email", "new@example.org").await;
    let code = server.code("dan").await;
    assert_eq!(dan.delete(&["email"]).await.status, 200);
    check_expired(&dan.verify("email", &code).await);
    assert!(!dan.attributes().await.contains_key("email"));
    server.stop().await;
}

#[tokio::test]
async fn a_code_is_good_for_its_own_user() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    let ann = Caller::sign_in(&server, "ann").await;
    dan.changes("email", "new@example.org").await;
    check_expired(&ann.verify("email", &server.code("dan").await).await);
    assert_eq!(ann.attributes().await["email_verified"], "false");
    server.stop().await;
}

#[tokio::test]
async fn only_an_email_address_and_a_phone_number_can_be_verified() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    let message = "Invalid attribute name. Only phone_number and email can be verified.";
    for name in ["nickname", "email_verified", "Email", "custom:none", "sub"] {
        for refused in [
            dan.verify(name, "123456").await,
            dan.ask_for_code(name).await,
        ] {
            check_exception(&refused, "InvalidParameterException", message);
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn no_code_goes_to_an_address_that_the_user_does_not_have() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    dan.delete(&["email", "phone_number"]).await;
    for (name, what) in [("email", "email address"), ("phone_number", "phone number")] {
        let refused = dan.ask_for_code(name).await;
        let message = format!("User does not have a valid registered {what}");
        check_exception(&refused, "InvalidParameterException", &message);
    }
    assert!(destinations(&server).await.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn an_address_that_is_verified_already_is_sent_a_code_and_verified_again() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    for name in ["email", "phone_number"] {
        let flag = format!("{name}_verified");
        for _ in 0..2 {
            assert_eq!(dan.ask_for_code(name).await.status, 200);
            assert_eq!(dan.attributes().await[&flag], "true");
            let code = server.code("dan").await;
            assert_eq!(dan.verify(name, &code).await.status, 200);
            assert_eq!(dan.attributes().await[&flag], "true");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_bad_token_is_refused_before_a_bad_name_or_code_is() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let token = "garbage".to_owned();
    let body = json!({ "AccessToken": token, "AttributeName": "nickname", "Code": "1" });
    for operation in ["VerifyUserAttribute", "GetUserAttributeVerificationCode"] {
        let refused = server.pool(operation, body.clone()).await;
        check_exception(&refused, "NotAuthorizedException", "Invalid Access Token");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_new_code_ends_the_older_ones_unless_they_are_to_stay_good() {
    for ends in [true, false] {
        let setting = format!("new_code_ends_older = {ends}");
        let server = Server::with_pools(&behaving(&setting, &pool(ONCE_VERIFIED))).await;
        let dan = Caller::sign_in(&server, "dan").await;
        for _ in 0..2 {
            dan.changes("email", "new@example.org").await;
        }
        let [(_, older), (_, newer)] = &sent(&server).await[..] else {
            panic!("two messages");
        };
        if ends {
            check_mismatch(&dan.verify("email", older).await);
            assert_eq!(dan.verify("email", newer).await.status, 200);
        } else {
            assert_eq!(dan.verify("email", older).await.status, 200);
            // What they prove is proved.
            check_expired(&dan.verify("email", newer).await);
        }
        assert_eq!(dan.attributes().await["email"], "new@example.org");
        server.stop().await;
    }
}

#[tokio::test]
async fn each_attribute_has_codes_of_its_own() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    dan.changes("email", "new@example.org").await;
    let code = server.code("dan").await;
    dan.changes("phone_number", "+15555550199").await;
    assert_eq!(dan.verify("email", &code).await.status, 200);
    server.stop().await;
}
