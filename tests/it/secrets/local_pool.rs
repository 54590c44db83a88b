//! What the local pool and the server in front of it log of the whole life of a change.

use serde_json::Value;
use user_attributes::proto::VerifyUserAttributeRequest;

use super::*;

/// An operation of the local pool's.
async fn pool(authority: &str, operation: &str, body: &Value) -> Value {
    let target = format!("AWSCognitoIdentityProviderService.{operation}");
    let request = http::Request::post("/")
        .header("x-amz-target", target)
        .body(body.to_string());
    support::http(authority, request.expect("a request"))
        .await
        .body
}

/// The newest code that was sent.
async fn code(authority: &str) -> String {
    let request = http::Request::get("/_local/outbox").body(String::new());
    let outbox = support::http(authority, request.expect("a request"))
        .await
        .body;
    let newest = outbox["messages"].as_array().and_then(|all| all.last());
    let code = newest.and_then(|message| message["code"].as_str());
    code.expect("a code").to_owned()
}

#[tokio::test]
async fn the_local_pool_logs_no_token_value_code_password_or_destination() {
    let flags = ["--local-pool", "--local-pool-addr=127.0.0.1:0"];
    let process = Process::start(&flags, &[("RUST_LOG", "trace")]).await;
    let authority = process.upstream_authority();
    let sign_in = json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": "localclient",
        "AuthParameters": { "USERNAME": "dan", "PASSWORD": "Passw0rd!" }
    });
    let tokens = pool(&authority, "InitiateAuth", &sign_in).await["AuthenticationResult"].take();
    let text = |name: &str| tokens[name].as_str().expect("a token").to_owned();
    let (token, refresh) = (text("AccessToken"), text("RefreshToken"));

    let mut client = client(&process).await;
    let request = UpdateUserAttributesRequest {
        access_token: token.clone(),
        request_id: "marked-id".to_owned(),
        ..marked_request()
    };
    let updated = client.update_user_attributes(request).await;
    updated.expect("a valid update");
    let code = code(&authority).await;
    let verification = |code: &str| VerifyUserAttributeRequest {
        access_token: token.clone(),
        ..verification("email", code)
    };
    let wrong = client
        .verify_user_attribute(verification("marked-code"))
        .await;
    check_status("a wrong code", &wrong.unwrap_err());
    let verified = client.verify_user_attribute(verification(&code)).await;
    verified.expect("the code that was sent");
    let bad = update(&token, &[("email", Some("marked-no-address"))]);
    let refused = client.update_user_attributes(bad).await;
    check_status("a bad e-mail", &refused.unwrap_err());
    let revocation = json!({ "Token": refresh, "ClientId": "localclient" });
    assert_eq!(
        pool(&authority, "RevokeToken", &revocation).await,
        json!({})
    );
    let revoked = client.update_user_attributes(update(&token, &[])).await;
    check_status("a revoked token", &revoked.unwrap_err());

    let log = check_exit("the local pool", process).await;
    for (what, secret) in [
        ("an access token", token.as_str()),
        ("a refresh token", &refresh),
        ("a code", &code),
        ("a masked destination", "***@"),
        ("a password", "Passw0rd!"),
    ] {
        assert!(!log.contains(secret), "the log shows {what}");
    }
}
