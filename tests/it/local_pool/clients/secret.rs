//! What a client with a secret wants.

use aws_lc_rs::hmac;
use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::*;

#[tokio::test]
async fn a_client_with_a_secret_wants_its_hash_from_everybody_who_has_no_token() {
    let server = Server::start().await;
    let (pool, _) = create_pool_and_client(&server, json!({})).await;
    let client = create_client(&server, &pool, json!({ "GenerateSecret": true })).await;
    let (id, secret) = (text(&client["ClientId"]), text(&client["ClientSecret"]));
    assert_eq!(secret.len(), 52);
    create_user(&server, &pool, "dan", json!([])).await;
    let own = hash(&secret, "dan", &id);
    let missing = format!("Client {id} is configured with secret but SECRET_HASH was not received");
    let wrong = format!("Unable to verify secret hash for client {id}");
    let sign_up = json!({ "ClientId": id, "Username": "eve", "Password": "Passw0rd!" });
    let confirm = json!({ "ClientId": id, "Username": "eve", "ConfirmationCode": "123456" });
    let password = password_sign_in(&id, "dan", "Passw0rd!");
    for (operation, body) in [("SignUp", sign_up), ("ConfirmSignUp", confirm)] {
        check_refused(&server, operation, body.clone(), (NOT_AUTHORIZED, &missing)).await;
        let body = with(body, json!({ "SecretHash": own }));
        check_refused(&server, operation, body, (NOT_AUTHORIZED, &wrong)).await;
    }
    check_refused(
        &server,
        "InitiateAuth",
        password.clone(),
        (NOT_AUTHORIZED, &missing),
    )
    .await;
    let mut hashed = password;
    hashed["AuthParameters"]["SECRET_HASH"] = json!("d3Jvbmc=");
    check_refused(
        &server,
        "InitiateAuth",
        hashed.clone(),
        (NOT_AUTHORIZED, &wrong),
    )
    .await;
    hashed["AuthParameters"]["SECRET_HASH"] = json!(own);
    let answer = done(&server, "InitiateAuth", hashed).await;

    let mut refresh = json!({
        "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": id,
        "AuthParameters": { "REFRESH_TOKEN": answer["AuthenticationResult"]["RefreshToken"] },
    });
    check_refused(
        &server,
        "InitiateAuth",
        refresh.clone(),
        (NOT_AUTHORIZED, &missing),
    )
    .await;
    refresh["AuthParameters"]["SECRET_HASH"] = json!(own);
    done(&server, "InitiateAuth", refresh).await;
    server.stop().await;
}

#[tokio::test]
async fn a_client_can_bring_its_own_secret_and_not_have_one_made_too() {
    let server = Server::start().await;
    let secret = "0123456789abcdefghijklmn";
    let client = create_client(&server, POOL, json!({ "ClientSecret": secret })).await;
    assert_eq!(client["ClientSecret"], secret);
    let both = json!({ "UserPoolId": POOL, "ClientName": "web", "ClientSecret": secret, "GenerateSecret": true });
    let message = "You cannot specify both GenerateSecret as true and a ClientSecret value.";
    check_refused(&server, "CreateUserPoolClient", both, (INVALID, message)).await;
    server.stop().await;
}

#[tokio::test]
async fn a_refresh_token_is_revoked_by_its_own_client_alone_and_with_its_secret() {
    let server = Server::start().await;
    let secret = "0123456789abcdefghijklmn";
    let refresh = sign_in(&server, "localclient", "dan").await.refresh;
    let members = json!({ "ClientSecret": secret });
    let guarded = text(&create_client(&server, POOL, members).await["ClientId"]);
    let members = json!({ "EnableTokenRevocation": false });
    let fixed = text(&create_client(&server, POOL, members).await["ClientId"]);
    let body =
        |client: &str, members| with(json!({ "Token": refresh, "ClientId": client }), members);
    let own = json!({ "ClientSecret": secret });
    let other = json!({ "ClientSecret": "x".repeat(24) });
    for (body, code, message) in [
        (
            body(&guarded, json!({})),
            "UnauthorizedException",
            "Invalid client secret",
        ),
        (
            body(&guarded, other),
            "UnauthorizedException",
            "Invalid client secret",
        ),
        (
            body(&guarded, own),
            "UnauthorizedException",
            "Invalid refresh token",
        ),
        (
            body(&fixed, json!({})),
            "UnsupportedOperationException",
            "Token revocation is disabled for this client",
        ),
        (
            json!({ "Token": "an.access.token", "ClientId": "localclient" }),
            "UnsupportedTokenTypeException",
            "Unsupported token type",
        ),
    ] {
        check_refused(&server, "RevokeToken", body, (code, message)).await;
    }
    for _ in 0..2 {
        done(&server, "RevokeToken", body("localclient", json!({}))).await;
    }
    server.stop().await;
}

fn hash(secret: &str, username: &str, client_id: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    BASE64_STANDARD.encode(hmac::sign(
        &key,
        format!("{username}{client_id}").as_bytes(),
    ))
}
