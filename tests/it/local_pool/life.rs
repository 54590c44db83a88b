//! The whole life of a change.

use super::*;

#[tokio::test]
async fn a_new_email_is_verified_with_the_code_that_was_sent_to_it() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let update = json!({
        "AccessToken": token,
        "UserAttributes": [{ "Name": "email", "Value": "new@example.org" }],
        "ClientMetadata": { "k": "v" },
    });
    let answer = server.pool("UpdateUserAttributes", update).await;
    assert_eq!(
        answer.body["CodeDeliveryDetailsList"][0]["Destination"],
        "n***@e***"
    );
    assert_eq!(server.attributes(&token).await["email_verified"], "false");

    let code = server.code("dan").await;
    let verification = json!({ "AccessToken": token, "AttributeName": "email", "Code": code });
    let answer = server.pool("VerifyUserAttribute", verification).await;
    assert_eq!((answer.status, answer.body), (200, json!({})));
    assert_eq!(server.attributes(&token).await["email_verified"], "true");
    server.stop().await;
}

#[tokio::test]
async fn a_pending_email_is_stored_once_it_is_verified() {
    let server = Server::with_pools(EXAMPLE).await;
    let token = server
        .sign_in_as("webapp", "DAN@example.com", "passw0rd")
        .await;
    let update = json!({
        "AccessToken": token,
        "UserAttributes": [{ "Name": "email", "Value": "new@example.org" }],
    });
    let answer = server.pool("UpdateUserAttributes", update).await;
    assert_eq!(
        answer.body["CodeDeliveryDetailsList"][0]["Destination"],
        "n***@e***"
    );
    let before = server.attributes(&token).await;
    assert_eq!(before["email"], "dan@example.com");
    assert_eq!(before["email_verified"], "true");

    let code = server.code("dan").await;
    let verification = json!({ "AccessToken": token, "AttributeName": "email", "Code": code });
    let answer = server.pool("VerifyUserAttribute", verification).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(server.attributes(&token).await["email"], "new@example.org");
    server.stop().await;
}
