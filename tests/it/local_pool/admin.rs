//! What an administrator does with users.

mod attributes;
mod creation;
mod listing;
mod names;

use super::{
    setup::{
        POOL, attributes, check_refused, create_pool_and_client, create_user, done, named,
        password_sign_in, sign_in, text, user, with,
    },
    *,
};

const INVALID: &str = "InvalidParameterException";
const NOT_AUTHORIZED: &str = "NotAuthorizedException";

#[tokio::test]
async fn a_password_is_permanent_if_it_is_said_so() {
    let server = Server::start().await;
    let set = |members| with(named("dan"), members);
    done(
        &server,
        "AdminSetUserPassword",
        set(json!({ "Password": "Other0ne!" })),
    )
    .await;
    assert_eq!(user(&server, POOL, "dan").await.0, "FORCE_CHANGE_PASSWORD");
    let body = password_sign_in("localclient", "dan", "Other0ne!");
    let answer = done(&server, "InitiateAuth", body.clone()).await;
    assert_eq!(answer["ChallengeName"], "NEW_PASSWORD_REQUIRED");

    let permanent = set(json!({ "Password": "Other0ne!", "Permanent": true }));
    done(&server, "AdminSetUserPassword", permanent).await;
    assert_eq!(user(&server, POOL, "dan").await.0, "CONFIRMED");
    let answer = done(&server, "InitiateAuth", body).await;
    assert!(answer["AuthenticationResult"].is_object());
    server.stop().await;
}

#[tokio::test]
async fn a_disabled_user_signs_in_again_once_enabled() {
    let server = Server::start().await;
    let body = password_sign_in("localclient", "dan", "Passw0rd!");
    let refresh = sign_in(&server, "localclient", "dan").await.refresh;
    done(&server, "AdminDisableUser", named("dan")).await;
    let answer = done(&server, "AdminGetUser", named("dan")).await;
    assert_eq!(answer["Enabled"], false);
    let refusal = (NOT_AUTHORIZED, "User is disabled.");
    check_refused(&server, "InitiateAuth", body.clone(), refusal).await;
    done(&server, "AdminEnableUser", named("dan")).await;
    done(&server, "InitiateAuth", body).await;
    let refreshed = json!({
        "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": "localclient",
        "AuthParameters": { "REFRESH_TOKEN": refresh },
    });
    let refusal = (NOT_AUTHORIZED, "Refresh Token has been revoked");
    check_refused(&server, "InitiateAuth", refreshed, refusal).await;
    server.stop().await;
}

#[tokio::test]
async fn a_reset_of_a_password_sends_a_code_and_ends_the_old_one() {
    let server = Server::start().await;
    done(&server, "AdminResetUserPassword", named("dan")).await;
    assert_eq!(user(&server, POOL, "dan").await.0, "RESET_REQUIRED");
    let outbox = server.local("outbox?username=dan").await;
    assert_eq!(outbox["messages"][0]["delivery_medium"], "SMS");
    let body = password_sign_in("localclient", "dan", "Passw0rd!");
    let refusal = (
        "PasswordResetRequiredException",
        "Password reset required for the user",
    );
    check_refused(&server, "InitiateAuth", body, refusal).await;
    done(&server, "AdminResetUserPassword", named("dan")).await;

    create_user(&server, POOL, "unreachable", json!([])).await;
    let message = "Cannot reset password for the user as there is no registered/verified email or \
                   phone_number";
    let body = named("unreachable");
    check_refused(&server, "AdminResetUserPassword", body, (INVALID, message)).await;
    done(&server, "AdminCreateUser", named("new")).await;
    let message = "User password cannot be reset in the current state.";
    check_refused(
        &server,
        "AdminResetUserPassword",
        named("new"),
        (NOT_AUTHORIZED, message),
    )
    .await;
    server.stop().await;
}

#[tokio::test]
async fn a_sign_up_is_confirmed_by_an_administrator_once_and_verifies_nothing() {
    let server = Server::start().await;
    let body = json!({
        "ClientId": "localclient", "Username": "eve", "Password": "Passw0rd!",
        "UserAttributes": attributes(&[("email", "eve@example.com")]),
    });
    done(&server, "SignUp", body).await;
    done(&server, "AdminConfirmSignUp", named("eve")).await;
    let (status, attributes) = user(&server, POOL, "eve").await;
    assert_eq!(status, "CONFIRMED");
    assert_eq!(attributes["email_verified"], "false");
    sign_in(&server, "localclient", "eve").await;
    let message = "User cannot be confirmed. Current status is CONFIRMED";
    check_refused(
        &server,
        "AdminConfirmSignUp",
        named("eve"),
        (NOT_AUTHORIZED, message),
    )
    .await;
    server.stop().await;
}

#[tokio::test]
async fn every_operation_on_a_user_says_that_there_is_no_such_user_or_pool() {
    let server = Server::start().await;
    for operation in [
        "AdminConfirmSignUp",
        "AdminDeleteUser",
        "AdminDisableUser",
        "AdminEnableUser",
        "AdminGetUser",
        "AdminResetUserPassword",
        "AdminSetUserPassword",
        "AdminUserGlobalSignOut",
    ] {
        let password = json!({ "Password": "Passw0rd!" });
        let nobody = with(named("nobody"), password.clone());
        let refusal = ("UserNotFoundException", "User does not exist.");
        check_refused(&server, operation, nobody, refusal).await;
        let nowhere = json!({ "UserPoolId": "us-east-1_nope", "Username": "dan" });
        let refusal = (
            "ResourceNotFoundException",
            "User pool us-east-1_nope does not exist.",
        );
        check_refused(&server, operation, with(nowhere, password), refusal).await;
        let password = if operation == "AdminSetUserPassword" {
            "; Value at 'password' failed to satisfy constraint: Member must not be null"
        } else {
            ""
        };
        let errors = if password.is_empty() { 2 } else { 3 };
        let message = format!(
            "{errors} validation errors detected: Value null at 'userPoolId' failed to satisfy constraint: \
             Member must not be null; Value at 'username' failed to satisfy constraint: Member \
             must not be null{password}"
        );
        check_refused(&server, operation, json!({}), (INVALID, &message)).await;
    }
    server.stop().await;
}
