//! A pool that begins anew, and the user that is there then.

use super::{
    faults::order,
    orders::post,
    setup::{POOL, create_pool, create_user, done, named, password_sign_in, text, user},
    *,
};

/// What `curl -X POST` sends.
async fn bare(server: &Server, path: &str) -> PoolAnswer {
    post(server, path, "application/x-www-form-urlencoded", "").await
}

async fn default_token(server: &Server) -> String {
    let answer = bare(server, "/_local/tokens").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    text(&answer.body["access_token"])
}

#[tokio::test]
async fn everything_is_as_at_the_start() {
    let server = Server::start().await;
    let before = done(&server, "AdminGetUser", named("dan")).await;
    let token = default_token(&server).await;
    let change = json!({
        "AccessToken": token,
        "UserAttributes": [{ "Name": "email", "Value": "new@example.org" }],
    });
    done(&server, "UpdateUserAttributes", change).await;
    create_user(&server, POOL, "eve", json!([])).await;
    create_pool(&server, json!({})).await;
    order(
        &server,
        json!({ "operation": "GetUser", "fault": "http_500" }),
    )
    .await;
    server
        .order("clock", json!({ "advance_seconds": 86_400 }))
        .await;

    let answer = bare(&server, "/_local/reset").await;
    assert_eq!((answer.status, answer.body), (200, json!({})));

    assert_eq!(server.local("outbox").await, json!({ "messages": [] }));
    assert_eq!(server.local("triggers").await, json!({ "events": [] }));
    let pools = server.local("pools").await;
    assert_eq!(pools["pools"].as_array().map(Vec::len), Some(1));
    let nobody = server.pool("AdminGetUser", named("eve")).await;
    assert_eq!(nobody.body["__type"], "UserNotFoundException");
    let (_, attributes) = user(&server, POOL, "dan").await;
    assert_eq!(attributes["email"], "dan@example.com");
    let after = done(&server, "AdminGetUser", named("dan")).await;
    let created = |user: &Value| user["UserCreateDate"].as_u64().expect("a time");
    let passed = created(&after) - created(&before);
    assert!(passed < 3600, "the time is the system's again: {passed}");
    let token = default_token(&server).await;
    let answer = server
        .pool("GetUser", json!({ "AccessToken": token }))
        .await;
    assert_eq!(answer.status, 200, "no fault is left: {}", answer.text);
    server.stop().await;
}

#[tokio::test]
async fn a_token_from_before_opens_nobodys_account() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    bare(&server, "/_local/reset").await;
    let answer = server
        .pool("GetUser", json!({ "AccessToken": token }))
        .await;
    check_exception(&answer, "UserNotFoundException", "User does not exist.");
    let sign_in = password_sign_in("localclient", "dan", "Passw0rd!");
    done(&server, "InitiateAuth", sign_in).await;
    server.stop().await;
}

#[tokio::test]
async fn a_pool_that_was_deleted_is_there_again_and_signs_users_in() {
    let server = Server::start().await;
    done(&server, "DeleteUserPool", json!({ "UserPoolId": POOL })).await;
    bare(&server, "/_local/reset").await;
    let token = server.sign_in().await;
    assert_eq!(server.attributes(&token).await["email"], "dan@example.com");
    server.stop().await;
}

#[tokio::test]
async fn a_token_is_the_default_users_where_nothing_is_said() {
    let server = Server::start().await;
    let token = default_token(&server).await;
    let answer = done(&server, "GetUser", json!({ "AccessToken": token })).await;
    assert_eq!(answer["Username"], "dan");
    create_user(&server, POOL, "ann", json!([])).await;
    for (said, username) in [(json!({}), "dan"), (json!({ "username": "ann" }), "ann")] {
        let answer = server.order("tokens", said).await;
        let body = json!({ "AccessToken": answer.body["access_token"] });
        let answer = done(&server, "GetUser", body).await;
        assert_eq!(answer["Username"], username);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_default_user_is_of_the_first_pool_in_which_somebody_can_sign_in() {
    let file = r#"
        [[pools]]
        id = "us-east-1_Nobody"
        [[pools]]
        id = "us-east-1_First"
        username_attributes = ["email"]
        [[pools.clients]]
        id = "first"
        explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH"]
        [[pools.users]]
        username = "eve@example.com"
        password = "Passw0rd!"
        [[pools]]
        id = "us-east-1_Another"
        [[pools.clients]]
        id = "another"
        explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH"]
        [[pools.users]]
        username = "ann"
        password = "Passw0rd!""#;
    let server = Server::with_pools(file).await;
    for _ in 0..2 {
        let token = default_token(&server).await;
        assert_eq!(server.attributes(&token).await["email"], "eve@example.com");
        bare(&server, "/_local/reset").await;
    }
    server.stop().await;

    let server = Server::with_pools("[[pools]]\nid = \"us-east-1_Nobody\"\n").await;
    let answer = bare(&server, "/_local/tokens").await;
    assert_eq!(answer.status, 400);
    let told = "missing field `user_pool_id`, as no user of the file can sign in";
    assert_eq!(answer.body["error"], told);
    server.stop().await;
}
