//! Signing up, and confirming it.

mod refusals;
mod resending;

use super::{
    setup::{
        POOL, attributes, check_refused, create_client, create_pool_and_client, create_user, done,
        sign_in, text, user, with,
    },
    *,
};

const INVALID: &str = "InvalidParameterException";
const NOT_AUTHORIZED: &str = "NotAuthorizedException";
const UNAUTHORIZED: &str = "A client attempted to write unauthorized attribute";

#[tokio::test]
async fn a_sign_up_is_confirmed_with_the_code_that_was_sent_and_verifies_its_address() {
    let server = Server::start().await;
    let given = attributes(&[
        ("email", "eve@example.com"),
        ("phone_number", "+15555550199"),
        ("nickname", "E"),
    ]);
    let answer = done(
        &server,
        "SignUp",
        sign_up("eve", json!({ "UserAttributes": given })),
    )
    .await;
    let details = json!({
        "Destination": "+*******0199", "DeliveryMedium": "SMS", "AttributeName": "phone_number",
    });
    assert_eq!(answer["UserConfirmed"], false);
    assert_eq!(text(&answer["UserSub"]).len(), 36);
    assert_eq!(answer["CodeDeliveryDetails"], details);
    let (status, before) = user(&server, POOL, "eve").await;
    assert_eq!(status, "UNCONFIRMED");
    assert_eq!(before["sub"], answer["UserSub"]);
    assert_eq!(before["phone_number_verified"], "false");

    let code = server.code("eve").await;
    assert_eq!(
        done(&server, "ConfirmSignUp", confirmation("eve", &code)).await,
        json!({})
    );
    let (status, after) = user(&server, POOL, "eve").await;
    assert_eq!(status, "CONFIRMED");
    assert_eq!(after["phone_number_verified"], "true");
    assert_eq!(after["email_verified"], "false");
    assert_eq!(after["nickname"], "E");
    sign_in(&server, "localclient", "eve").await;
    server.stop().await;
}

#[tokio::test]
async fn who_has_no_address_gets_no_code_and_is_confirmed_by_an_administrator_alone() {
    let server = Server::start().await;
    let answer = done(&server, "SignUp", sign_up("eve", json!({}))).await;
    assert_eq!(answer.get("CodeDeliveryDetails"), None);
    let refusal = (
        "ExpiredCodeException",
        "Invalid code provided, please request a code again.",
    );
    check_refused(
        &server,
        "ConfirmSignUp",
        confirmation("eve", "123456"),
        refusal,
    )
    .await;
    let unconfirmed = ("UserNotConfirmedException", "User is not confirmed.");
    let body = setup::password_sign_in("localclient", "eve", "Passw0rd!");
    check_refused(&server, "InitiateAuth", body, unconfirmed).await;
    server.stop().await;
}

#[tokio::test]
async fn a_code_that_is_wrong_or_old_or_used_confirms_nothing() {
    let server = Server::start().await;
    let members = json!({ "UserAttributes": attributes(&[("email", "eve@example.com")]) });
    for username in ["eve", "old"] {
        done(&server, "SignUp", sign_up(username, members.clone())).await;
    }
    let code = server.code("eve").await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let mismatch = "Invalid verification code provided, please try again.";
    let refusal = ("CodeMismatchException", mismatch);
    check_refused(
        &server,
        "ConfirmSignUp",
        confirmation("eve", wrong),
        refusal,
    )
    .await;
    done(&server, "ConfirmSignUp", confirmation("eve", &code)).await;
    let used = "User cannot be confirmed. Current status is CONFIRMED";
    let body = confirmation("eve", &code);
    check_refused(&server, "ConfirmSignUp", body, (NOT_AUTHORIZED, used)).await;

    let code = server.code("old").await;
    server
        .order("clock", json!({ "advance_seconds": 86_400 }))
        .await;
    let refusal = (
        "ExpiredCodeException",
        "Invalid code provided, please request a code again.",
    );
    check_refused(
        &server,
        "ConfirmSignUp",
        confirmation("old", &code),
        refusal,
    )
    .await;
    assert_eq!(user(&server, POOL, "old").await.0, "UNCONFIRMED");
    server.stop().await;
}

#[tokio::test]
async fn an_alias_that_somebody_has_verified_is_confirmed_by_force_alone() {
    let server = Server::start().await;
    let members = json!({ "AliasAttributes": ["email"], "AutoVerifiedAttributes": ["email"] });
    let (pool, client) = create_pool_and_client(&server, members).await;
    let verified = attributes(&[("email", "x@example.com"), ("email_verified", "true")]);
    create_user(&server, &pool, "first", verified).await;
    let members = json!({
        "ClientId": client, "UserAttributes": attributes(&[("email", "x@example.com")]),
    });
    done(&server, "SignUp", sign_up("second", members)).await;
    let code = server.code("second").await;
    let body = with(confirmation("second", &code), json!({ "ClientId": client }));
    let refusal = (
        "AliasExistsException",
        "An account with the email already exists.",
    );
    check_refused(&server, "ConfirmSignUp", body.clone(), refusal).await;
    assert_eq!(user(&server, &pool, "second").await.0, "UNCONFIRMED");

    let forced = with(body, json!({ "ForceAliasCreation": true }));
    done(&server, "ConfirmSignUp", forced).await;
    assert_eq!(
        user(&server, &pool, "first").await.1["email_verified"],
        "false"
    );
    let token = sign_in(&server, &client, "x@example.com").await.access;
    let answer = done(&server, "GetUser", json!({ "AccessToken": token })).await;
    assert_eq!(answer["Username"], "second");
    server.stop().await;
}

/// A sign-up by the seeded client, but for these members.
fn sign_up(username: &str, members: Value) -> Value {
    let body = json!({ "ClientId": "localclient", "Username": username, "Password": "Passw0rd!" });
    with(body, members)
}

fn confirmation(username: &str, code: &str) -> Value {
    json!({ "ClientId": "localclient", "Username": username, "ConfirmationCode": code })
}
