//! What `/_local` has besides its lists and faults: the clock, tokens, and the pools.

use super::{
    caller::Caller,
    dan_and_ann::{AT_ONCE, ONCE_VERIFIED, pool, pool_by_email},
    setup::{POOL, create_client},
    *,
};

#[tokio::test]
async fn the_clock_goes_forward_and_back_for_everything_that_knows_time() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let read = async || {
        server
            .pool("GetUser", json!({ "AccessToken": token }))
            .await
    };
    let advance = async |seconds: i64| {
        let order = json!({ "advance_seconds": seconds });
        let answer = server.order("clock", order).await;
        assert_eq!((answer.status, answer.body), (200, json!({})));
    };
    advance(0).await;
    advance(3600 - 60).await;
    assert_eq!(read().await.status, 200);
    advance(60).await;
    let message = "Access Token has expired";
    check_exception(&read().await, "NotAuthorizedException", message);
    advance(-60).await;
    assert_eq!(read().await.status, 200, "a second before its end again");
    advance(u32::MAX.into()).await;
    let token = server.sign_in().await;
    assert_eq!(server.attributes(&token).await["email"], "dan@example.com");
    server.stop().await;
}

#[tokio::test]
async fn a_token_can_be_had_for_anybody_in_any_state_and_without_a_scope() {
    let users = r#"
        [[pools.users]]
        username = "una"
        status = "UNCONFIRMED"

        [[pools.users]]
        username = "rob"
        status = "RESET_REQUIRED"

        [[pools.users]]
        username = "off"
        enabled = false"#;
    let server = Server::with_pools(&format!("{}{users}", pool(AT_ONCE))).await;
    let admin = "aws.cognito.signin.user.admin";
    let not_authorized = "NotAuthorizedException";
    for (username, scope, refused) in [
        ("dan", None, None),
        ("dan", Some(format!("openid {admin}")), None),
        (
            "dan",
            Some("openid".to_owned()),
            Some((not_authorized, "Access Token does not have required scopes")),
        ),
        (
            "una",
            None,
            Some(("UserNotConfirmedException", "User is not confirmed.")),
        ),
        (
            "rob",
            None,
            Some((
                "PasswordResetRequiredException",
                "Password reset required for the user",
            )),
        ),
        ("off", None, Some((not_authorized, "User is disabled."))),
    ] {
        let mut order = json!({
            "user_pool_id": "us-east-1_Example",
            "client_id": "client",
            "username": username,
        });
        if let Some(scope) = scope {
            order["scope"] = scope.into();
        }
        let answer = server.order("tokens", order).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let members = answer.body.as_object().expect("a map");
        assert_eq!(members.len(), 1);
        let answer = server.pool("GetUser", json!({ "AccessToken": members["access_token"] }));
        match (answer.await, refused) {
            (answer, None) => assert_eq!(answer.body["Username"], username),
            (answer, Some((code, message))) => check_exception(&answer, code, message),
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_token_is_for_a_user_by_any_name_to_sign_in_by() {
    let server = Server::with_pools(&pool_by_email(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan@example.com").await;
    let sub = dan.attributes().await["sub"].clone();
    for name in ["dan@example.com", &sub] {
        let order = json!({
            "user_pool_id": "us-east-1_Example",
            "client_id": "client",
            "username": name,
        });
        let answer = server.order("tokens", order).await;
        let token = answer.body["access_token"].as_str().expect("a text");
        assert_eq!(server.attributes(token).await["sub"], sub);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_pools_are_told_with_their_users_and_what_is_pending_but_no_secret() {
    let server = Server::with_pools(&pool(ONCE_VERIFIED)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    let ann = Caller::sign_in(&server, "ann").await;
    dan.update(&[
        ("email", "new@example.org"),
        ("phone_number", "+15555550199"),
    ])
    .await;
    let attribute = |name: &str, value: &str| json!({ "Name": name, "Value": value });
    let user = |username: &str, pending: Value, attributes: Vec<Value>| {
        json!({
            "username": username,
            "status": "CONFIRMED",
            "enabled": true,
            "attributes": attributes,
            "pending": pending,
            "limits": {
                "verifications": { "used": 0, "most": 15 },
                "code_requests": { "used": 0, "most": 5 },
            },
        })
    };
    let anns = vec![
        attribute("sub", &ann.attributes().await["sub"]),
        attribute("email", "ann@example.com"),
        attribute("email_verified", "false"),
    ];
    let dans = vec![
        attribute("sub", &dan.attributes().await["sub"]),
        attribute("email", "dan@example.com"),
        attribute("email_verified", "true"),
        attribute("phone_number", "+15555550100"),
        attribute("phone_number_verified", "true"),
    ];
    let pending = json!({ "email": "new@example.org", "phone_number": "+15555550199" });
    let expected = json!({
        "allowed_hosts": [],
        "clock_offset_seconds": 0,
        "faults": [],
        "pools": [{
            "id": "us-east-1_Example",
            "name": "us-east-1_Example",
            "clients": [{
                "id": "client",
                "name": "client",
                "flows": ["ALLOW_USER_PASSWORD_AUTH"],
                "writes_everything": false,
            }],
            "users": [user("ann", json!({}), anns), user("dan", pending, dans)],
        }],
    });
    assert_eq!(server.local("pools").await, expected);
    server.stop().await;

    let server = Server::with_pools(EXAMPLE).await;
    let request = Request::get("/_local/pools").body(String::new());
    let answer = server.pool_raw(request.expect("a request")).await;
    assert!(answer.text.contains("backoffice") && answer.text.contains("eve@example.com"));
    for secret in ["passw0rd", "Passw0rd", "aMadeUpSecret"] {
        assert!(EXAMPLE.contains(secret));
        assert!(!answer.text.contains(secret), "{secret}");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_pools_are_told_with_the_clocks_offset_faults_to_come_and_limits_used() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    for _ in 0..6 {
        dan.ask_for_code("email").await;
    }
    dan.verify("email", "123456").await;
    for (operation, fault, times) in [
        ("SignUp", "hang", 1),
        ("GetUser", "http_500", 3),
        ("GetUser", "daily_email_limit", 1),
    ] {
        let order = json!({ "operation": operation, "fault": fault, "times": times });
        assert_eq!(server.order("faults", order).await.status, 200);
    }
    dan.call("GetUser", json!({})).await;
    server
        .order("clock", json!({ "advance_seconds": -90 }))
        .await;

    let told = server.local("pools").await;
    assert_eq!(told["clock_offset_seconds"], -90);
    let expected = json!([
        { "operation": "GetUser", "fault": "http_500", "times": 2 },
        { "operation": "GetUser", "fault": "LimitExceededException", "times": 1 },
        { "operation": "SignUp", "fault": "hang", "times": 1 },
    ]);
    assert_eq!(told["faults"], expected);
    let limits = |user: &Value| user["limits"].clone();
    let [ann, dan] = &told["pools"][0]["users"].as_array().expect("users")[..] else {
        panic!("two users");
    };
    let used = |verifications: u64, codes: u64| {
        json!({
            "verifications": { "used": verifications, "most": 15 },
            "code_requests": { "used": codes, "most": 5 },
        })
    };
    assert_eq!(limits(ann), used(0, 0));
    assert_eq!(limits(dan), used(1, 5), "what was refused isn't counted");
    server.stop().await;
}

#[tokio::test]
async fn a_client_made_without_flows_is_told_with_those_that_it_has() {
    let server = Server::start().await;
    let client = create_client(&server, POOL, json!({ "ExplicitAuthFlows": null })).await;
    let told = server.local("pools").await;
    let clients = told["pools"][0]["clients"].as_array().expect("a list");
    let told = clients.iter().find(|it| it["id"] == client["ClientId"]);
    let told = told.expect("the client");
    assert_eq!(told["name"], "new");
    let flows = json!(["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]);
    assert_eq!(told["flows"], flows);
    server.stop().await;
}
