//! Callers who are refused whatever they ask for, by each operation on one's own attributes, and
//! what AWS itself refuses; word for word. A refused call does nothing.

use super::{
    caller::{Caller, check_refused},
    *,
};

/// Users in every state. A token lives an hour.
const POOL: &str = r#"
[[pools]]
id = "us-east-1_States"
auto_verified_attributes = ["email"]

[[pools.clients]]
id = "client"
explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]

[[pools.users]]
username = "dan"
password = "Passw0rd!"

[pools.users.attributes]
email = "dan@example.com"

[[pools.users]]
username = "disabled"
enabled = false

[[pools.users]]
username = "forgetful"
status = "RESET_REQUIRED"

[[pools.users]]
username = "newcomer"
status = "UNCONFIRMED"
"#;

const OPERATIONS: [&str; 3] = ["UpdateUserAttributes", "DeleteUserAttributes", "GetUser"];

/// Checks that each operation refuses the token in these words.
async fn check_token_refused(server: &Server, token: &str, code: &str, message: &str) {
    let body = json!({
        "AccessToken": token,
        "UserAttributes": [{ "Name": "nickname", "Value": "x" }],
        "UserAttributeNames": ["nickname"],
    });
    for operation in OPERATIONS {
        let answer = server.pool(operation, body.clone()).await;
        check_exception(&answer, code, message);
    }
}

async fn check_not_authorized(server: &Server, token: &str, message: &str) {
    check_token_refused(server, token, "NotAuthorizedException", message).await;
}

/// A token that nobody could get by signing in.
async fn made_token(server: &Server, username: &str, scope: Option<&str>) -> String {
    let order = json!({
        "user_pool_id": "us-east-1_States",
        "client_id": "client",
        "username": username,
        "scope": scope,
    });
    let answer = server.order("tokens", order).await;
    let token = answer.body["access_token"].as_str();
    token
        .unwrap_or_else(|| panic!("{}", answer.text))
        .to_owned()
}

/// The tokens of a sign-in.
async fn tokens(server: &Server) -> Value {
    let sign_in = json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": "client",
        "AuthParameters": { "USERNAME": "dan", "PASSWORD": "Passw0rd!" },
    });
    let answer = server.pool("InitiateAuth", sign_in).await;
    answer.body["AuthenticationResult"].clone()
}

#[tokio::test]
async fn garbage_that_has_a_tokens_form_is_an_invalid_access_token() {
    let server = Server::with_pools(POOL).await;
    for token in ["garbage", "a.b.c", "..", "="] {
        check_not_authorized(&server, token, "Invalid Access Token").await;
    }
    server.stop().await;
}

#[tokio::test]
async fn an_id_token_is_an_invalid_access_token() {
    let server = Server::with_pools(POOL).await;
    let tokens = tokens(&server).await;
    let id_token = tokens["IdToken"].as_str().expect("a token");
    check_not_authorized(&server, id_token, "Invalid Access Token").await;
    server.stop().await;
}

#[tokio::test]
async fn a_token_whose_signature_is_changed_cannot_be_verified() {
    let server = Server::with_pools(POOL).await;
    let token = server.sign_in_as("client", "dan", "Passw0rd!").await;
    let (signed, signature) = token.rsplit_once('.').expect("a JWT");
    let other: String = signature.chars().rev().collect();
    let message = "Could not verify signature for Access Token";
    check_not_authorized(&server, &format!("{signed}.{other}"), message).await;
    server.stop().await;
}

#[tokio::test]
async fn a_token_of_another_pool_cannot_be_verified() {
    let server = Server::with_pools(POOL).await;
    let other = Server::with_pools(POOL).await;
    let token = other.sign_in_as("client", "dan", "Passw0rd!").await;
    let message = "Could not verify signature for Access Token";
    check_not_authorized(&server, &token, message).await;
    other.stop().await;
    server.stop().await;
}

#[tokio::test]
async fn an_expired_token_is_told_so_from_its_last_second_on() {
    let server = Server::with_pools(POOL).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let advance = |seconds: u32| server.order("clock", json!({ "advance_seconds": seconds }));
    advance(3500).await;
    assert_eq!(dan.call("GetUser", json!({})).await.status, 200);
    advance(100).await;
    check_not_authorized(&server, &dan.token, "Access Token has expired").await;
    server.stop().await;
}

#[tokio::test]
async fn a_global_sign_out_revokes_every_token() {
    let server = Server::with_pools(POOL).await;
    let one = Caller::new(&server, "client", "dan").await;
    let other = Caller::new(&server, "client", "dan").await;
    assert_eq!(one.call("GlobalSignOut", json!({})).await.status, 200);
    for token in [&one.token, &other.token] {
        check_not_authorized(&server, token, "Access Token has been revoked").await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_revoked_refresh_token_takes_its_access_token_along() {
    let server = Server::with_pools(POOL).await;
    let tokens = tokens(&server).await;
    let revocation = json!({ "Token": tokens["RefreshToken"], "ClientId": "client" });
    assert_eq!(server.pool("RevokeToken", revocation).await.status, 200);
    let token = tokens["AccessToken"].as_str().expect("a token");
    check_not_authorized(&server, token, "Access Token has been revoked").await;
    server.stop().await;
}

#[tokio::test]
async fn a_token_without_the_user_pools_scope_is_refused() {
    let server = Server::with_pools(POOL).await;
    let token = made_token(&server, "dan", Some("openid email")).await;
    let message = "Access Token does not have required scopes";
    check_not_authorized(&server, &token, message).await;
    server.stop().await;
}

#[tokio::test]
async fn a_disabled_user_is_told_so() {
    let server = Server::with_pools(POOL).await;
    let token = made_token(&server, "disabled", None).await;
    check_not_authorized(&server, &token, "User is disabled.").await;
    let dan = Caller::new(&server, "client", "dan").await;
    let order = json!({ "UserPoolId": "us-east-1_States", "Username": "dan" });
    assert_eq!(server.pool("AdminDisableUser", order).await.status, 200);
    check_not_authorized(&server, &dan.token, "User is disabled.").await;
    server.stop().await;
}

#[tokio::test]
async fn where_it_is_set_to_a_disabled_users_token_is_a_revoked_one() {
    let revoked = "[behaviour]\ndisabled_user = \"revoked\"\n";
    let server = Server::with_pools(&format!("{revoked}{POOL}")).await;
    let token = made_token(&server, "disabled", None).await;
    check_not_authorized(&server, &token, "Access Token has been revoked").await;
    server.stop().await;
}

#[tokio::test]
async fn a_deleted_user_does_not_exist() {
    let server = Server::with_pools(POOL).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let deletion = json!({ "UserPoolId": "us-east-1_States", "Username": "dan" });
    assert_eq!(server.pool("AdminDeleteUser", deletion).await.status, 200);
    let message = "User does not exist.";
    check_token_refused(&server, &dan.token, "UserNotFoundException", message).await;
    server.stop().await;
}

#[tokio::test]
async fn a_user_whose_password_was_reset_must_set_one_first() {
    let server = Server::with_pools(POOL).await;
    let token = made_token(&server, "forgetful", None).await;
    let message = "Password reset required for the user";
    check_token_refused(&server, &token, "PasswordResetRequiredException", message).await;
    server.stop().await;
}

#[tokio::test]
async fn a_user_who_has_not_confirmed_the_sign_up_is_told_so() {
    let server = Server::with_pools(POOL).await;
    let token = made_token(&server, "newcomer", None).await;
    let message = "User is not confirmed.";
    check_token_refused(&server, &token, "UserNotConfirmedException", message).await;
    server.stop().await;
}

/// What no pool decides: it is ordered.
#[tokio::test]
async fn what_aws_itself_refuses_can_be_ordered_and_does_nothing() {
    let server = Server::with_pools(POOL).await;
    let dan = Caller::new(&server, "client", "dan").await;
    for (fault, message) in [
        ("TooManyRequestsException", "Too many requests"),
        (
            "UserLambdaValidationException",
            "CustomMessage failed with error no.",
        ),
        (
            "UnexpectedLambdaException",
            "CustomMessage invocation failed due to error AccessDeniedException",
        ),
        (
            "InvalidLambdaResponseException",
            "Unrecognizable lambda output",
        ),
        (
            "CodeDeliveryFailureException",
            "Amazon SES account is in Sandbox. Verify Send-to email address or Amazon SES Account",
        ),
        ("InvalidSmsRoleAccessPolicyException", "no such role"),
    ] {
        let order = json!({
            "operation": "UpdateUserAttributes",
            "fault": fault,
            "message": message,
        });
        assert_eq!(server.order("faults", order).await.status, 200);
        check_refused(&dan, &[("email", "new@example.org")], fault, message).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_throttled_call_is_told_so_in_the_usual_words() {
    let server = Server::with_pools(POOL).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let fault = "TooManyRequestsException";
    let order = json!({ "operation": "UpdateUserAttributes", "fault": fault });
    assert_eq!(server.order("faults", order).await.status, 200);
    check_refused(&dan, &[("nickname", "x")], fault, "Rate exceeded").await;
    server.stop().await;
}

#[tokio::test]
async fn what_a_firewall_blocks_is_forbidden_by_its_status_too() {
    let server = Server::with_pools(POOL).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let order = json!({ "operation": "UpdateUserAttributes", "fault": "ForbiddenException" });
    assert_eq!(server.order("faults", order).await.status, 200);
    let answer = dan.update(&[("nickname", "x")]).await;
    assert_eq!(answer.status, 403);
    let message = "Request not allowed due to WAF block.";
    let body = json!({ "__type": "ForbiddenException", "message": message });
    assert_eq!(answer.body, body);
    assert_eq!(dan.attribute("nickname").await, None);
    server.stop().await;
}
