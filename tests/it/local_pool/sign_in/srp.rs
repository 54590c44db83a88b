//! Signing in by a proof of the password, and what is refused on the way.
//!
//! The client's part is computed in `client`; `tests/peers` has three of the world's own clients do
//! it.

mod client;

use base64::{Engine as _, prelude::BASE64_STANDARD as BASE64};

use self::client::{PRIME, begin, claim, mac};
use super::*;
use crate::local_pool::setup::{
    POOL, attributes, check_refused, create_client, create_user, done, named, text, user, with,
};

const INVALID: &str = "InvalidParameterException";
const WRONG: (&str, &str) = ("NotAuthorizedException", "Incorrect username or password.");
const TIMESTAMP: &str = "Thu Nov 5 09:03:04 UTC 2026";

/// The answer to a sign-in of the seeded client's with this password.
async fn prove(server: &Server, username: &str, password: &str) -> PoolAnswer {
    let challenge = done(server, "InitiateAuth", begin("localclient", username)).await;
    let body = claim("localclient", &challenge, password, (TIMESTAMP, TIMESTAMP));
    server.pool("RespondToAuthChallenge", body).await
}

#[tokio::test]
async fn who_proves_to_know_the_password_is_signed_in() {
    let server = Server::start().await;
    let challenge = done(&server, "InitiateAuth", begin("localclient", "dan")).await;
    assert_eq!(challenge["ChallengeName"], "PASSWORD_VERIFIER");
    assert_eq!(challenge.get("AuthenticationResult"), None);
    assert_eq!(challenge["ChallengeParameters"]["USERNAME"], "dan");
    let answer = prove(&server, "dan", "Passw0rd!").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let result = &answer.body["AuthenticationResult"];
    assert_eq!(
        (&result["TokenType"], &result["ExpiresIn"]),
        (&json!("Bearer"), &json!(3600))
    );
    let token = text(&result["AccessToken"]);
    assert_eq!(server.attributes(&token).await["email"], "dan@example.com");
    let refresh = json!({
        "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": "localclient",
        "AuthParameters": { "REFRESH_TOKEN": result["RefreshToken"] },
    });
    done(&server, "InitiateAuth", refresh).await;
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_password_and_nobody_at_all_are_told_the_same() {
    let server = Server::start().await;
    create_user(&server, POOL, "eve", json!([])).await;
    for (username, password) in [
        ("dan", "Passw0rd?"),
        ("eve", "Passw0rd?"),
        ("nobody", "Passw0rd!"),
    ] {
        let answer = prove(&server, username, password).await;
        check_exception(&answer, WRONG.0, WRONG.1);
    }
    let salt = async |username| {
        let challenge = done(&server, "InitiateAuth", begin("localclient", username)).await;
        text(&challenge["ChallengeParameters"]["SALT"])
    };
    assert_eq!(salt("nobody").await, salt("nobody").await, "as a user's");
    assert_ne!(salt("nobody").await, salt("dan").await);
    let open = create_client(
        &server,
        POOL,
        json!({ "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"] }),
    )
    .await;
    let body = begin(&text(&open["ClientId"]), "nobody");
    let nobody = ("UserNotFoundException", "User does not exist.");
    check_refused(&server, "InitiateAuth", body, nobody).await;
    server.stop().await;
}

#[tokio::test]
async fn a_claim_is_good_once_and_for_three_minutes() {
    let server = Server::start().await;
    let challenge = done(&server, "InitiateAuth", begin("localclient", "dan")).await;
    let body = claim(
        "localclient",
        &challenge,
        "Passw0rd!",
        (TIMESTAMP, TIMESTAMP),
    );
    done(&server, "RespondToAuthChallenge", body.clone()).await;
    check_refused(&server, "RespondToAuthChallenge", body, WRONG).await;
    for (seconds, good) in [(179 - 60, true), (180, false)] {
        let challenge = done(&server, "InitiateAuth", begin("localclient", "dan")).await;
        let body = claim(
            "localclient",
            &challenge,
            "Passw0rd!",
            (TIMESTAMP, TIMESTAMP),
        );
        server
            .order("clock", json!({ "advance_seconds": seconds }))
            .await;
        let answer = server.pool("RespondToAuthChallenge", body).await;
        assert_eq!(answer.status == 200, good, "{seconds}: {}", answer.text);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_claim_of_another_client_or_for_another_text_is_refused() {
    let server = Server::start().await;
    let other = text(&create_client(&server, POOL, json!({})).await["ClientId"]);
    let respond = async |edit: fn(&mut Value, &str), expected: (&str, &str)| {
        let challenge = done(&server, "InitiateAuth", begin("localclient", "dan")).await;
        let mut body = claim(
            "localclient",
            &challenge,
            "Passw0rd!",
            (TIMESTAMP, TIMESTAMP),
        );
        edit(&mut body, &other);
        check_refused(&server, "RespondToAuthChallenge", body, expected).await;
    };
    let format = "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.";
    respond(|body, other| body["ClientId"] = other.into(), WRONG).await;
    respond(
        |body, _| body["ChallengeResponses"]["TIMESTAMP"] = "Thu Nov 5 09:03:05 UTC 2026".into(),
        WRONG,
    )
    .await;
    respond(
        |body, _| body["ChallengeResponses"]["TIMESTAMP"] = "2026-11-05T09:03:04Z".into(),
        (INVALID, format),
    )
    .await;
    respond(
        |body, _| body["ChallengeResponses"]["TIMESTAMP"] = "Do Nov 5 09:03:04 UTC 2026".into(),
        (INVALID, format),
    )
    .await;
    respond(
        |body, _| body["ChallengeResponses"]["PASSWORD_CLAIM_SIGNATURE"] = "~".into(),
        WRONG,
    )
    .await;
    respond(
        |body, _| body["ChallengeResponses"]["PASSWORD_CLAIM_SECRET_BLOCK"] = "x".into(),
        WRONG,
    )
    .await;
    for name in [
        "USERNAME",
        "PASSWORD_CLAIM_SIGNATURE",
        "PASSWORD_CLAIM_SECRET_BLOCK",
        "TIMESTAMP",
    ] {
        let challenge = done(&server, "InitiateAuth", begin("localclient", "dan")).await;
        let mut body = claim(
            "localclient",
            &challenge,
            "Passw0rd!",
            (TIMESTAMP, TIMESTAMP),
        );
        body["ChallengeResponses"]
            .as_object_mut()
            .expect("a map")
            .remove(name);
        let message = format!("Missing required parameter {name}");
        check_refused(&server, "RespondToAuthChallenge", body, (INVALID, &message)).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_day_with_a_zero_before_it_is_signed_without_one() {
    let server = Server::start().await;
    let padded = "Thu Nov 05 09:03:04 UTC 2026";
    for (signed_time, good) in [(TIMESTAMP, true), (padded, false)] {
        let challenge = done(&server, "InitiateAuth", begin("localclient", "dan")).await;
        let body = claim(
            "localclient",
            &challenge,
            "Passw0rd!",
            (signed_time, padded),
        );
        let answer = server.pool("RespondToAuthChallenge", body).await;
        assert_eq!(answer.status == 200, good, "{signed_time}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_value_that_is_no_number_or_zero_begins_nothing() {
    let server = Server::start().await;
    for value in [
        "",
        "0",
        "xyz",
        &PRIME.split_whitespace().collect::<String>(),
    ] {
        let mut body = begin("localclient", "dan");
        body["AuthParameters"]["SRP_A"] = value.into();
        let message = "SRP_A must be a hexadecimal number, and none of zero";
        check_refused(&server, "InitiateAuth", body, (INVALID, message)).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_client_with_a_secret_asks_for_its_hash_both_times() {
    let server = Server::start().await;
    let members = json!({ "GenerateSecret": true, "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"] });
    let client = create_client(&server, POOL, members).await;
    let (id, secret) = (text(&client["ClientId"]), text(&client["ClientSecret"]));
    let hash = BASE64.encode(mac(secret.as_bytes(), &[b"dan", id.as_bytes()]));
    let missing = format!("Client {id} is configured with secret but SECRET_HASH was not received");
    let missing = ("NotAuthorizedException", &*missing);
    check_refused(&server, "InitiateAuth", begin(&id, "dan"), missing).await;
    let mut body = begin(&id, "dan");
    body["AuthParameters"]["SECRET_HASH"] = hash.as_str().into();
    let challenge = done(&server, "InitiateAuth", body).await;
    let mut body = claim(&id, &challenge, "Passw0rd!", (TIMESTAMP, TIMESTAMP));
    check_refused(&server, "RespondToAuthChallenge", body.clone(), missing).await;
    body["ChallengeResponses"]["SECRET_HASH"] = hash.into();
    done(&server, "RespondToAuthChallenge", body).await;
    server.stop().await;
}

#[tokio::test]
async fn a_client_without_flows_allows_it_and_one_with_others_does_not() {
    let server = Server::start().await;
    let disabled = "USER_SRP_AUTH flow not enabled for this client";
    for (flows, allowed) in [
        (json!(null), true),
        (json!(["ALLOW_USER_SRP_AUTH"]), true),
        (json!(["USER_PASSWORD_AUTH"]), true),
        (json!(["CUSTOM_AUTH_FLOW_ONLY"]), false),
        (json!(["ALLOW_USER_PASSWORD_AUTH"]), false),
    ] {
        let client = create_client(&server, POOL, json!({ "ExplicitAuthFlows": flows })).await;
        let body = begin(&text(&client["ClientId"]), "dan");
        if allowed {
            done(&server, "InitiateAuth", body).await;
        } else {
            check_refused(&server, "InitiateAuth", body, (INVALID, disabled)).await;
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn the_state_of_the_user_is_told_once_the_password_is_proved() {
    let server = Server::start().await;
    let pairs = attributes(&[("email", "eve@example.com"), ("email_verified", "true")]);
    create_user(&server, POOL, "eve", pairs).await;
    done(&server, "AdminResetUserPassword", named("eve")).await;
    let answer = prove(&server, "eve", "Passw0rd!").await;
    check_exception(
        &answer,
        "PasswordResetRequiredException",
        "Password reset required for the user",
    );
    done(&server, "AdminDisableUser", named("dan")).await;
    let answer = prove(&server, "dan", "Passw0rd!").await;
    check_exception(&answer, "NotAuthorizedException", "User is disabled.");
    server.stop().await;
}

#[tokio::test]
async fn a_temporary_password_that_is_proved_asks_for_a_new_one() {
    let server = Server::start().await;
    let temporary = json!({ "TemporaryPassword": "Temp0rary!" });
    done(&server, "AdminCreateUser", with(named("eve"), temporary)).await;
    let answer = prove(&server, "eve", "Temp0rary!").await;
    assert_eq!(answer.body["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let body = json!({
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "ClientId": "localclient",
        "Session": answer.body["Session"],
        "ChallengeResponses": { "USERNAME": "eve", "NEW_PASSWORD": "Passw0rd!" },
    });
    done(&server, "RespondToAuthChallenge", body).await;
    assert_eq!(user(&server, POOL, "eve").await.0, "CONFIRMED");
    assert_eq!(prove(&server, "eve", "Passw0rd!").await.status, 200);
    server.stop().await;
}
