//! What is taken for likely about Cognito can be set otherwise.

use super::*;

#[tokio::test]
async fn names_with_white_space_are_refused_where_they_were_of_old() {
    let server = server("white_space_in_names = false").await;
    let body = json!({ "AccessToken": "t", "UserAttributes": attributes(&[("a b", "x")]) });
    let message = r"1 validation error detected: Value 'a b' at 'userAttributes.1.member.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+";
    check_refused(&server, "UpdateUserAttributes", body, (INVALID, message)).await;
    server.stop().await;
}

#[tokio::test]
async fn the_limits_of_an_hour_can_be_set() {
    let server = server("verifications_per_hour = 1\ncode_requests_per_hour = 1").await;
    let token = server.sign_in_as("client", "dan", "Passw0rd!").await;
    let refusal = (
        "LimitExceededException",
        "Attempt limit exceeded, please try after some time.",
    );
    let request = json!({ "AccessToken": token, "AttributeName": "email" });
    let operation = "GetUserAttributeVerificationCode";
    done(&server, operation, request.clone()).await;
    check_refused(&server, operation, request.clone(), refusal).await;
    let attempt = with(request, json!({ "Code": server.code("dan").await }));
    done(&server, "VerifyUserAttribute", attempt.clone()).await;
    check_refused(&server, "VerifyUserAttribute", attempt, refusal).await;
    server.stop().await;
}

#[tokio::test]
async fn an_older_code_can_stay_good() {
    let expired = (
        "ExpiredCodeException",
        "Invalid code provided, please request a code again.",
    );
    for (setting, stays) in [("true", false), ("false", true)] {
        let server = server(&format!("new_code_ends_older = {setting}")).await;
        let token = server.sign_in_as("client", "dan", "Passw0rd!").await;
        let request = json!({ "AccessToken": token, "AttributeName": "email" });
        // Two codes in a million pairs are the same.
        let (older, newer) = loop {
            done(&server, "GetUserAttributeVerificationCode", request.clone()).await;
            let older = server.code("dan").await;
            done(&server, "GetUserAttributeVerificationCode", request.clone()).await;
            let newer = server.code("dan").await;
            if older != newer {
                break (older, newer);
            }
        };
        let with_code = |code: &str| with(request.clone(), json!({ "Code": code }));
        if stays {
            done(&server, "VerifyUserAttribute", with_code(&older)).await;
            // One use uses all of them up.
            check_refused(&server, "VerifyUserAttribute", with_code(&newer), expired).await;
        } else {
            let answer = server.pool("VerifyUserAttribute", with_code(&older)).await;
            assert_eq!(answer.body["__type"], "CodeMismatchException");
            done(&server, "VerifyUserAttribute", with_code(&newer)).await;
        }
        server.stop().await;
    }
}

#[tokio::test]
async fn a_code_to_the_old_address_can_apply_what_is_pending() {
    for (setting, email) in [("false", "dan@example.com"), ("true", "new@example.com")] {
        let server = server(&format!("code_to_old_address_applies_pending = {setting}")).await;
        let token = server.sign_in_as("client", "dan", "Passw0rd!").await;
        let change = attributes(&[("email", "new@example.com")]);
        let body = json!({ "AccessToken": token, "UserAttributes": change });
        done(&server, "UpdateUserAttributes", body).await;
        let request = json!({ "AccessToken": token, "AttributeName": "email" });
        done(&server, "GetUserAttributeVerificationCode", request.clone()).await;
        let body = with(request, json!({ "Code": server.code("dan").await }));
        done(&server, "VerifyUserAttribute", body).await;
        assert_eq!(server.attributes(&token).await["email"], email, "{setting}");
        server.stop().await;
    }
}

#[tokio::test]
async fn an_update_that_sends_nothing_can_answer_with_an_empty_list() {
    for (setting, answer) in [
        ("absent", json!({})),
        ("empty", json!({ "CodeDeliveryDetailsList": [] })),
    ] {
        let server = server(&format!("no_deliveries = \"{setting}\"")).await;
        let token = server.sign_in_as("client", "dan", "Passw0rd!").await;
        let change = attributes(&[("nickname", "Dan")]);
        let body = json!({ "AccessToken": token, "UserAttributes": change });
        assert_eq!(done(&server, "UpdateUserAttributes", body).await, answer);
        server.stop().await;
    }
}

#[tokio::test]
async fn the_flag_of_a_deleted_address_can_go_with_it() {
    for (setting, flag) in [("false", Some("false")), ("removed", None)] {
        let server = server(&format!("verified_flag_of_deleted = \"{setting}\"")).await;
        let token = server.sign_in_as("client", "dan", "Passw0rd!").await;
        let body = json!({ "AccessToken": token, "UserAttributeNames": ["email"] });
        done(&server, "DeleteUserAttributes", body).await;
        let attributes = server.attributes(&token).await;
        assert_eq!(attributes.get("email_verified").map(String::as_str), flag);
        server.stop().await;
    }
}

async fn server(settings: &str) -> Server {
    let file = format!(
        r#"
[behaviour]
{settings}
[[pools]]
id = "us-east-1_Small"
auto_verified_attributes = ["email"]
attributes_require_verification_before_update = ["email"]
[[pools.clients]]
id = "client"
explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH"]
[[pools.users]]
username = "dan"
password = "Passw0rd!"
[pools.users.attributes]
email = "dan@example.com"
email_verified = "true"
"#
    );
    Server::with_pools(&file).await
}
