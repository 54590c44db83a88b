//! What a message's code is good for, as the outbox tells it: `current`, `used` or `expired`.

use super::{
    caller::Caller,
    dan_and_ann::{AT_ONCE, ONCE_VERIFIED, behaving, pool},
    setup::{POOL, attributes, done, named, password_sign_in, text, with},
    *,
};

const DAY: u32 = 24 * 3600;

/// The states of all messages, oldest first.
async fn states(server: &Server) -> Vec<String> {
    let outbox = server.local("outbox").await;
    let messages = outbox["messages"].as_array().expect("a list");
    messages.iter().map(|it| text(&it["state"])).collect()
}

async fn newest_code(server: &Server) -> String {
    let outbox = server.local("outbox").await;
    let newest = outbox["messages"].as_array().and_then(|all| all.last());
    text(&newest.expect("a message")["code"])
}

async fn advance(server: &Server, seconds: u32) {
    let order = json!({ "advance_seconds": seconds });
    assert_eq!(server.order("clock", order).await.status, 200);
}

#[tokio::test]
async fn a_code_is_current_until_it_is_given_back_and_a_wrong_one_changes_nothing() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    dan.changes("email", "new@example.org").await;
    dan.changes("phone_number", "+15555550199").await;
    assert_eq!(states(&server).await, ["current", "current"]);
    dan.verify("phone_number", "no").await;
    assert_eq!(states(&server).await, ["current", "current"]);
    let code = newest_code(&server).await;
    assert_eq!(dan.verify("phone_number", &code).await.status, 200);
    assert_eq!(states(&server).await, ["current", "used"]);
    assert_eq!(dan.verify("phone_number", &code).await.status, 400);
    assert_eq!(states(&server).await, ["current", "used"]);
    server.stop().await;
}

#[tokio::test]
async fn a_code_expires_after_a_day_and_is_current_again_if_the_clock_is_set_back() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    dan.changes("email", "new@example.org").await;
    advance(&server, DAY).await;
    assert_eq!(states(&server).await, ["expired"]);
    let back = json!({ "advance_seconds": -60 });
    assert_eq!(server.order("clock", back).await.status, 200);
    assert_eq!(states(&server).await, ["current"]);
    server.stop().await;
}

#[tokio::test]
async fn a_newer_code_ends_an_older_one_unless_the_pool_is_set_otherwise() {
    for (setting, older) in [
        ("new_code_ends_older = true", "expired"),
        ("new_code_ends_older = false", "current"),
    ] {
        let server = Server::with_pools(&behaving(setting, &pool(AT_ONCE))).await;
        let dan = Caller::sign_in(&server, "dan").await;
        for _ in 0..2 {
            assert_eq!(dan.ask_for_code("email").await.status, 200);
        }
        assert_eq!(states(&server).await, [older, "current"]);
        let code = newest_code(&server).await;
        assert_eq!(dan.verify("email", &code).await.status, 200);
        assert_eq!(states(&server).await, ["expired", "used"]);
        server.stop().await;
    }
}

#[tokio::test]
async fn a_code_for_an_address_that_waits_no_more_is_expired() {
    let server = Server::with_pools(&pool(ONCE_VERIFIED)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    dan.changes("email", "first@example.org").await;
    dan.changes("email", "second@example.org").await;
    assert_eq!(states(&server).await, ["expired", "current"]);
    dan.update(&[("email", "dan@example.com")]).await;
    assert_eq!(states(&server).await, ["expired", "expired"]);
    server.stop().await;
}

#[tokio::test]
async fn a_sign_ups_code_is_used_by_its_confirmation_and_ended_by_an_administrators() {
    let server = Server::start().await;
    let given = attributes(&[("email", "new@example.org")]);
    for username in ["ann", "eve"] {
        let body = json!({
            "ClientId": "localclient", "Username": username, "Password": "Passw0rd!",
            "UserAttributes": given,
        });
        done(&server, "SignUp", body).await;
    }
    let body = json!({ "ClientId": "localclient", "Username": "eve" });
    done(&server, "ResendConfirmationCode", body.clone()).await;
    assert_eq!(states(&server).await, ["current", "expired", "current"]);
    done(&server, "AdminConfirmSignUp", named("ann")).await;
    let code = json!({ "ConfirmationCode": newest_code(&server).await });
    done(&server, "ConfirmSignUp", with(body, code)).await;
    assert_eq!(states(&server).await, ["expired", "expired", "used"]);
    server.stop().await;
}

#[tokio::test]
async fn a_temporary_password_is_current_until_a_new_one_is_chosen_or_its_days_are_over() {
    let server = Server::start().await;
    let media = json!({
        "DesiredDeliveryMediums": ["EMAIL"],
        "UserAttributes": attributes(&[("email", "new@example.org")]),
    });
    let eve = with(named("eve"), media);
    done(&server, "AdminCreateUser", eve.clone()).await;
    assert_eq!(states(&server).await, ["current"]);
    advance(&server, 7 * DAY).await;
    assert_eq!(states(&server).await, ["expired"]);
    let again = with(eve, json!({ "MessageAction": "RESEND" }));
    done(&server, "AdminCreateUser", again).await;
    assert_eq!(states(&server).await, ["expired", "current"]);

    let password = newest_code(&server).await;
    let sign_in = password_sign_in("localclient", "eve", &password);
    let challenge = done(&server, "InitiateAuth", sign_in).await;
    assert_eq!(states(&server).await, ["expired", "current"]);
    let answer = json!({
        "ClientId": "localclient",
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "Session": challenge["Session"],
        "ChallengeResponses": { "USERNAME": "eve", "NEW_PASSWORD": "An0ther!" },
    });
    done(&server, "RespondToAuthChallenge", answer).await;
    assert_eq!(states(&server).await, ["expired", "used"]);
    server.stop().await;
}

#[tokio::test]
async fn a_code_for_a_new_password_is_current_until_another_is_sent_or_a_password_is_set() {
    let server = Server::start().await;
    for expected in [&["current"][..], &["expired", "current"]] {
        done(&server, "AdminResetUserPassword", named("dan")).await;
        assert_eq!(states(&server).await, expected);
    }
    let password = json!({ "Password": "An0ther!", "Permanent": true });
    done(
        &server,
        "AdminSetUserPassword",
        with(named("dan"), password),
    )
    .await;
    assert_eq!(states(&server).await, ["expired", "expired"]);
    server.stop().await;
}

#[tokio::test]
async fn a_code_of_a_user_who_is_gone_is_expired_whoever_has_the_name_since() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    for name in ["email", "phone_number"] {
        let body = json!({ "AccessToken": token, "AttributeName": name });
        done(&server, "GetUserAttributeVerificationCode", body).await;
    }
    let code = newest_code(&server).await;
    let used = json!({ "AccessToken": token, "AttributeName": "phone_number", "Code": code });
    done(&server, "VerifyUserAttribute", used).await;
    done(&server, "AdminDeleteUser", named("dan")).await;
    assert_eq!(states(&server).await, ["expired", "used"]);
    setup::create_user(&server, POOL, "dan", json!([])).await;
    assert_eq!(states(&server).await, ["expired", "used"]);
    done(&server, "DeleteUserPool", json!({ "UserPoolId": POOL })).await;
    assert_eq!(states(&server).await, ["expired", "used"]);
    server.stop().await;
}
