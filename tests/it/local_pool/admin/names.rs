//! By what a created user is known, and that it isn't somebody else's.

use super::*;

#[tokio::test]
async fn a_verified_alias_of_somebody_elses_is_taken_by_force_alone() {
    let server = Server::start().await;
    let members = json!({ "AliasAttributes": ["email"] });
    let (pool, client) = create_pool_and_client(&server, members).await;
    let verified = attributes(&[("email", "x@example.com"), ("email_verified", "true")]);
    create_user(&server, &pool, "first", verified.clone()).await;
    let second = json!({ "UserPoolId": pool, "Username": "second", "UserAttributes": verified });
    let refusal = (
        "AliasExistsException",
        "An account with the email already exists.",
    );
    check_refused(&server, "AdminCreateUser", second.clone(), refusal).await;
    let forced = with(second, json!({ "ForceAliasCreation": true }));
    done(&server, "AdminCreateUser", forced).await;
    assert_eq!(
        user(&server, &pool, "first").await.1["email_verified"],
        "false"
    );
    let body = json!({ "UserPoolId": pool, "Username": "second", "Password": "Passw0rd!", "Permanent": true });
    done(&server, "AdminSetUserPassword", body).await;
    let token = sign_in(&server, &client, "x@example.com").await.access;
    let answer = done(&server, "GetUser", json!({ "AccessToken": token })).await;
    assert_eq!(answer["Username"], "second");
    server.stop().await;
}

#[tokio::test]
async fn a_name_of_the_wrong_kind_is_refused_by_what_users_sign_in_by() {
    let server = Server::start().await;
    for (settings, username, message) in [
        (
            json!({ "UsernameAttributes": ["email"] }),
            "eve",
            "Username should be an email.",
        ),
        (
            json!({ "UsernameAttributes": ["phone_number"] }),
            "eve",
            "Username should be a phone number.",
        ),
        (
            json!({ "UsernameAttributes": ["email", "phone_number"] }),
            "eve",
            "Username should be either an email or a phone number.",
        ),
        (
            json!({ "AliasAttributes": ["email"] }),
            "eve@example.com",
            "Username cannot be of email format, since user pool is configured for email alias.",
        ),
        (
            json!({ "AliasAttributes": ["phone_number"] }),
            "+15555550100",
            "Username cannot be of phone number format, since user pool is configured for phone \
             number alias.",
        ),
    ] {
        let (pool, client) = create_pool_and_client(&server, settings).await;
        let body = json!({ "UserPoolId": pool, "Username": username });
        check_refused(&server, "AdminCreateUser", body, (INVALID, message)).await;
        let body = json!({ "ClientId": client, "Username": username, "Password": "Passw0rd!" });
        check_refused(&server, "SignUp", body, (INVALID, message)).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_user_of_a_pool_by_address_has_a_uuid_for_a_name_and_the_address_to_sign_in_by() {
    let server = Server::start().await;
    let (pool, client) =
        create_pool_and_client(&server, json!({ "UsernameAttributes": ["email"] })).await;
    create_user(&server, &pool, "eve@example.com", json!([])).await;
    let body = json!({ "UserPoolId": pool, "Username": "eve@example.com" });
    let answer = done(&server, "AdminGetUser", body.clone()).await;
    let username = text(&answer["Username"]);
    assert_eq!(username.len(), 36);
    let (_, attributes) = user(&server, &pool, &username).await;
    assert_eq!(
        (&attributes["sub"], &attributes["email"]),
        (&json!(username), &json!("eve@example.com"))
    );
    sign_in(&server, &client, &username).await;
    let refusal = (
        "UsernameExistsException",
        "An account with the given email already exists.",
    );
    check_refused(&server, "AdminCreateUser", body, refusal).await;
    server.stop().await;
}
