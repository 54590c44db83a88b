//! What each of the five operations on one's own attributes says to each state of a token.

mod operations;
mod states;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use tonic::Code;

use self::{
    operations::{operations, refusals},
    states::{INVALID, NOT_AUTHORIZED, REVOKED, STATES, State, token},
};
use super::{
    setup::{
        POOL, Tokens, claims, create_pool_and_client, create_user, done, named, sign_in, text, with,
    },
    *,
};
use crate::support::Failure;

#[tokio::test]
async fn each_state_of_a_token_is_told_alike_by_all_five_operations_and_by_the_service() {
    let server = Server::start().await;
    for (state, exception, message, code, reason) in STATES {
        let token = token(&server, state).await;
        for (operation, body) in operations(&token) {
            let answer = server.pool(operation, body).await;
            assert_eq!(
                (
                    answer.body["__type"].as_str(),
                    answer.body["message"].as_str()
                ),
                (Some(exception), Some(message)),
                "{state:?}, {operation}"
            );
            check_exception(&answer, exception, message);
        }
        for (operation, status) in refusals(&server, &token).await {
            let failure = Failure::of(&status);
            assert_eq!(
                (failure.code, failure.reason.as_str()),
                (code, reason),
                "{state:?}, {operation}"
            );
            assert_eq!(failure.aws_error_code.as_deref(), Some(exception));
            assert_eq!(failure.outcome, "not_applied", "{state:?}, {operation}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_token_is_good_until_it_expires_and_not_a_second_longer() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    // A minute is what libraries for tokens give them on top, unless they are told not to.
    server
        .order("clock", json!({ "advance_seconds": 3540 }))
        .await;
    done(&server, "GetUser", json!({ "AccessToken": token })).await;
    server
        .order("clock", json!({ "advance_seconds": 60 }))
        .await;
    let answer = server
        .pool("GetUser", json!({ "AccessToken": token }))
        .await;
    check_exception(&answer, NOT_AUTHORIZED, "Access Token has expired");
    server.stop().await;
}

#[tokio::test]
async fn an_expired_token_is_told_so_whatever_else_is_wrong_with_it() {
    let server = Server::start().await;
    let id = sign_in(&server, "localclient", "dan").await.id;
    let scope = json!({ "scope": "openid" });
    let unscoped = minted(&server, "dan", scope).await;
    let disabled = token(&server, State::OfDisabledUser).await;
    server
        .order("clock", json!({ "advance_seconds": 3600 }))
        .await;
    for (token, message) in [
        (id, INVALID),
        (unscoped, "Access Token has expired"),
        (disabled, "Access Token has expired"),
    ] {
        let answer = server
            .pool("GetUser", json!({ "AccessToken": token }))
            .await;
        check_exception(&answer, NOT_AUTHORIZED, message);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_sign_out_leaves_the_sign_ins_that_follow_alone() {
    let server = Server::start().await;
    let first = sign_in(&server, "localclient", "dan").await;
    let second = sign_in(&server, "localclient", "dan").await;
    let body = json!({ "Token": first.refresh, "ClientId": "localclient" });
    done(&server, "RevokeToken", body).await;
    check_works(&server, &second.access).await;

    done(
        &server,
        "GlobalSignOut",
        json!({ "AccessToken": second.access }),
    )
    .await;
    check_works(&server, &server.sign_in().await).await;
    server.stop().await;
}

#[tokio::test]
async fn a_token_that_the_revoked_refresh_token_gave_is_revoked_too() {
    let server = Server::start().await;
    let first = sign_in(&server, "localclient", "dan").await;
    let body = json!({
        "AuthFlow": "REFRESH_TOKEN_AUTH",
        "ClientId": "localclient",
        "AuthParameters": { "REFRESH_TOKEN": first.refresh },
    });
    let refreshed = done(&server, "InitiateAuth", body).await;
    let refreshed = text(&refreshed["AuthenticationResult"]["AccessToken"]);
    check_works(&server, &refreshed).await;

    let body = json!({ "Token": first.refresh, "ClientId": "localclient" });
    done(&server, "RevokeToken", body).await;
    let answer = server
        .pool("GetUser", json!({ "AccessToken": refreshed }))
        .await;
    check_exception(&answer, NOT_AUTHORIZED, REVOKED);
    server.stop().await;
}

#[tokio::test]
async fn a_sign_out_can_end_the_whole_second_it_falls_into() {
    let file = format!("[behaviour]\nsign_out_ends_whole_second = true\n{SMALL}");
    let server = Server::with_pools(&file).await;
    // Until a sign-in has the same second before and after a sign-out: most often at once.
    let token = loop {
        let before = server.sign_in_as("client", "dan", "Passw0rd!").await;
        let user = json!({ "UserPoolId": "us-east-1_Small", "Username": "dan" });
        done(&server, "AdminUserGlobalSignOut", user).await;
        let after = server.sign_in_as("client", "dan", "Passw0rd!").await;
        if claims(&before)["iat"] == claims(&after)["iat"] {
            break after;
        }
    };
    let answer = server
        .pool("GetUser", json!({ "AccessToken": token }))
        .await;
    check_exception(&answer, NOT_AUTHORIZED, REVOKED);
    server.order("clock", json!({ "advance_seconds": 1 })).await;
    let later = server.sign_in_as("client", "dan", "Passw0rd!").await;
    check_works(&server, &later).await;
    server.stop().await;
}

#[tokio::test]
async fn a_disabled_users_token_can_be_called_revoked() {
    let file = format!("[behaviour]\ndisabled_user = \"revoked\"\n{SMALL}");
    let server = Server::with_pools(&file).await;
    let token = server.sign_in_as("client", "dan", "Passw0rd!").await;
    let user = json!({ "UserPoolId": "us-east-1_Small", "Username": "dan" });
    done(&server, "AdminDisableUser", user).await;
    for (operation, body) in operations(&token) {
        let answer = server.pool(operation, body).await;
        check_exception(&answer, NOT_AUTHORIZED, REVOKED);
    }
    for (operation, status) in refusals(&server, &token).await {
        assert_eq!(
            Failure::of(&status).reason,
            "ACCESS_TOKEN_REVOKED",
            "{operation}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn a_token_is_good_with_the_scope_among_others_and_for_a_user_with_a_temporary_password() {
    let server = Server::start().await;
    let scope = "openid aws.cognito.signin.user.admin email";
    let scoped = minted(&server, "dan", json!({ "scope": scope })).await;
    check_works(&server, &scoped).await;
    let user = with(named("new"), json!({ "MessageAction": "SUPPRESS" }));
    done(&server, "AdminCreateUser", user).await;
    check_works(&server, &minted(&server, "new", json!({})).await).await;
    server.stop().await;
}

#[tokio::test]
async fn a_token_cannot_be_made_for_who_or_what_isnt_there() {
    let server = Server::start().await;
    for (member, error) in [
        ("user_pool_id", "User pool us-east-1_nope does not exist."),
        (
            "client_id",
            "User pool client us-east-1_nope does not exist.",
        ),
        ("username", "User does not exist."),
    ] {
        let mut order = order("dan");
        order[member] = json!("us-east-1_nope");
        let answer = server.order("tokens", order).await;
        assert_eq!(
            (answer.status, answer.body),
            (400, json!({ "error": error }))
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn a_token_opens_the_account_of_its_own_pool_alone() {
    let server = Server::start().await;
    let (pool, client) = create_pool_and_client(&server, json!({})).await;
    create_user(&server, &pool, "dan", json!([])).await;
    let token = sign_in(&server, &client, "dan").await.access;
    let update = json!({
        "AccessToken": token,
        "UserAttributes": [{ "Name": "nickname", "Value": "the other" }],
    });
    done(&server, "UpdateUserAttributes", update).await;
    assert_eq!(server.attributes(&token).await["nickname"], "the other");
    let here = server.attributes(&server.sign_in().await).await;
    assert_eq!(here.get("nickname"), None);
    server.stop().await;
}

/// A pool for the tests of one setting.
const SMALL: &str = r#"
[[pools]]
id = "us-east-1_Small"
[[pools.clients]]
id = "client"
explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH"]
[[pools.users]]
username = "dan"
password = "Passw0rd!"
"#;

fn order(username: &str) -> Value {
    json!({ "user_pool_id": POOL, "client_id": "localclient", "username": username })
}

/// A token that nobody could sign in for.
async fn minted(server: &Server, username: &str, members: Value) -> String {
    let answer = server.order("tokens", with(order(username), members)).await;
    text(&answer.body["access_token"])
}

async fn check_works(server: &Server, token: &str) {
    done(server, "GetUser", json!({ "AccessToken": token })).await;
}
