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

#[tokio::test]
async fn what_the_client_may_write_but_not_read_changes_and_is_not_shown() {
    let client = r#"
        id = "client"
        read_attributes = ["nickname"]
        write_attributes = ["nickname", "email"]"#;
    let file = dan_and_ann::pool(dan_and_ann::AT_ONCE).replace("id = \"client\"", client);
    let server = Server::with_pools(&file).await;
    let dan = caller::Caller::sign_in(&server, "dan").await;
    dan.changes("nickname", "Dan").await;
    dan.changes("email", "new@example.org").await;
    let code = server.code("dan").await;
    assert_eq!(dan.verify("email", &code).await.status, 200);

    let mut shown: Vec<_> = dan.attributes().await.into_keys().collect();
    shown.sort();
    assert_eq!(shown, ["nickname", "sub"]);
    let user = json!({ "UserPoolId": "us-east-1_Example", "Username": "dan" });
    let user = server.pool("AdminGetUser", user).await;
    let stored = user.body["UserAttributes"].as_array().expect("a list");
    for (name, value) in [("email", "new@example.org"), ("email_verified", "true")] {
        assert!(
            stored.contains(&json!({ "Name": name, "Value": value })),
            "{}",
            user.text
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn a_change_is_verified_by_a_code_even_where_sign_ups_are_confirmed_by_a_link() {
    let server = Server::start().await;
    let made = server
        .pool(
            "CreateUserPool",
            json!({
                "PoolName": "links",
                "AutoVerifiedAttributes": ["email"],
                "VerificationMessageTemplate": { "DefaultEmailOption": "CONFIRM_WITH_LINK" },
            }),
        )
        .await;
    let pool = &made.body["UserPool"]["Id"];
    let client = json!({
        "UserPoolId": pool,
        "ClientName": "c",
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
    });
    let made = server.pool("CreateUserPoolClient", client).await;
    let client = made.body["UserPoolClient"]["ClientId"].as_str();
    let client = client.expect("an id");
    let mut user = json!({ "UserPoolId": pool, "Username": "lin", "MessageAction": "SUPPRESS" });
    server.pool("AdminCreateUser", user.clone()).await;
    user["Password"] = "Passw0rd!".into();
    user["Permanent"] = true.into();
    server.pool("AdminSetUserPassword", user).await;

    let token = server.sign_in_as(client, "lin", "Passw0rd!").await;
    let email = json!([{ "Name": "email", "Value": "lin@example.org" }]);
    let update = json!({ "AccessToken": token, "UserAttributes": email });
    let answer = server.pool("UpdateUserAttributes", update).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let code = server.code("lin").await;
    assert_eq!(code.len(), 6);
    let verification = json!({ "AccessToken": token, "AttributeName": "email", "Code": code });
    let answer = server.pool("VerifyUserAttribute", verification).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    server.stop().await;
}
