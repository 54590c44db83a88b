//! Each flow of a sign-in, with what comes of it and all that it refuses.

use super::*;
use crate::local_pool::setup::{
    POOL, attributes, check_refused, claims, create_client, create_pool_and_client, create_user,
    done, named, password_sign_in, sign_in, text, with,
};

const INVALID: &str = "InvalidParameterException";
const NOT_AUTHORIZED: &str = "NotAuthorizedException";
const MISSING: &str = "ResourceNotFoundException";

#[tokio::test]
async fn a_refresh_token_gives_new_tokens_of_the_same_sign_in_and_no_new_refresh_token() {
    let server = Server::start().await;
    let tokens = sign_in(&server, "localclient", "dan").await;
    server
        .order("clock", json!({ "advance_seconds": 3600 }))
        .await;
    for flow in ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"] {
        let answer = done(
            &server,
            "InitiateAuth",
            refresh("localclient", flow, &tokens.refresh),
        )
        .await;
        let result = &answer["AuthenticationResult"];
        assert_eq!(result.get("RefreshToken"), None, "{flow}");
        let access = text(&result["AccessToken"]);
        let (old, new) = (claims(&tokens.access), claims(&access));
        for same in [
            "sub",
            "iss",
            "client_id",
            "origin_jti",
            "scope",
            "auth_time",
            "username",
        ] {
            assert_eq!(old[same], new[same], "{flow}: {same}");
        }
        assert_ne!(old["jti"], new["jti"]);
        assert!(new["iat"].as_u64() >= old["exp"].as_u64());
        assert_eq!(server.attributes(&access).await["sub"], text(&new["sub"]));
        assert_eq!(
            claims(&text(&result["IdToken"]))["email"],
            "dan@example.com"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn a_refresh_token_that_is_no_good_is_refused_in_cognitos_words() {
    let server = Server::start().await;
    let other = text(&create_client(&server, POOL, json!({})).await["ClientId"]);
    let tokens = sign_in(&server, "localclient", "dan").await;
    let deleted = {
        create_user(&server, POOL, "gone", json!([])).await;
        let tokens = sign_in(&server, "localclient", "gone").await;
        done(&server, "AdminDeleteUser", named("gone")).await;
        tokens.refresh
    };
    let mut changed = tokens.refresh.clone();
    changed.replace_range(
        changed.len() - 1..,
        if changed.ends_with('0') { "1" } else { "0" },
    );
    let invalid = (NOT_AUTHORIZED, "Invalid Refresh Token");
    for (client, token) in [
        ("localclient", "garbage"),
        ("localclient", &tokens.access),
        ("localclient", &changed),
        ("localclient", &deleted),
        (&other, &tokens.refresh),
    ] {
        let body = refresh(client, "REFRESH_TOKEN_AUTH", token);
        check_refused(&server, "InitiateAuth", body, invalid).await;
    }
    let body = json!({ "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": "localclient" });
    let refusal = (INVALID, "Missing required parameter REFRESH_TOKEN");
    check_refused(&server, "InitiateAuth", body, refusal).await;

    done(&server, "AdminUserGlobalSignOut", named("dan")).await;
    let body = refresh("localclient", "REFRESH_TOKEN_AUTH", &tokens.refresh);
    let refusal = (NOT_AUTHORIZED, "Refresh Token has been revoked");
    check_refused(&server, "InitiateAuth", body, refusal).await;
    server.stop().await;
}

#[tokio::test]
async fn who_has_a_temporary_password_is_challenged_for_a_new_one() {
    let server = Server::start().await;
    let schema =
        json!([{ "Name": "name", "Required": true }, { "Name": "nickname", "Required": true }]);
    let (pool, client) = create_pool_and_client(&server, json!({ "Schema": schema })).await;
    let body = json!({
        "UserPoolId": pool, "Username": "eve", "TemporaryPassword": "Temp0rary!",
        "UserAttributes": attributes(&[("email", "eve@example.com"), ("nickname", "E")]),
    });
    done(&server, "AdminCreateUser", body).await;
    let answer = done(
        &server,
        "InitiateAuth",
        password_sign_in(&client, "eve", "Temp0rary!"),
    )
    .await;
    assert_eq!(answer["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    assert!(text(&answer["Session"]).len() >= 20);
    assert_eq!(answer.get("AuthenticationResult"), None);
    let parameters = &answer["ChallengeParameters"];
    assert_eq!(parameters["USER_ID_FOR_SRP"], "eve");
    assert_eq!(
        parameters["requiredAttributes"],
        r#"["userAttributes.name"]"#
    );
    let told: Value = serde_json::from_str(&text(&parameters["userAttributes"])).expect("JSON");
    assert_eq!(
        (&told["email"], &told["nickname"]),
        (&json!("eve@example.com"), &json!("E"))
    );
    server.stop().await;
}

#[tokio::test]
async fn an_administrator_signs_somebody_in_by_the_flows_of_the_client() {
    let server = Server::start().await;
    let admin = |flow: &str, parameters: Value| json!({ "UserPoolId": POOL, "ClientId": "localclient", "AuthFlow": flow, "AuthParameters": parameters });
    let password = json!({ "USERNAME": "dan", "PASSWORD": "Passw0rd!" });
    let mut last = Value::Null;
    for flow in [
        "ADMIN_USER_PASSWORD_AUTH",
        "ADMIN_NO_SRP_AUTH",
        "USER_PASSWORD_AUTH",
    ] {
        last = done(&server, "AdminInitiateAuth", admin(flow, password.clone())).await;
        let token = text(&last["AuthenticationResult"]["AccessToken"]);
        assert_eq!(server.attributes(&token).await["email"], "dan@example.com");
    }
    let token = json!({ "REFRESH_TOKEN": last["AuthenticationResult"]["RefreshToken"] });
    done(
        &server,
        "AdminInitiateAuth",
        admin("REFRESH_TOKEN_AUTH", token),
    )
    .await;

    let other = create_client(&server, POOL, json!({})).await;
    for (body, code, message) in [
        (
            admin("USER_SRP_AUTH", password.clone()),
            INVALID,
            "Missing required parameter SRP_A",
        ),
        (
            with(
                admin("ADMIN_NO_SRP_AUTH", password.clone()),
                json!({ "ClientId": other["ClientId"] }),
            ),
            INVALID,
            "Auth flow not enabled for this client",
        ),
        (
            with(
                admin("ADMIN_NO_SRP_AUTH", password.clone()),
                json!({ "UserPoolId": "us-east-1_nope" }),
            ),
            MISSING,
            "User pool us-east-1_nope does not exist.",
        ),
        (
            with(
                admin("ADMIN_NO_SRP_AUTH", password),
                json!({ "ClientId": "nope" }),
            ),
            MISSING,
            "User pool client nope does not exist.",
        ),
    ] {
        check_refused(&server, "AdminInitiateAuth", body, (code, message)).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_client_allows_the_flows_that_it_lists_and_without_a_list_refreshing_alone() {
    let server = Server::start().await;
    let flows = |flows: Value| json!({ "ExplicitAuthFlows": flows });
    for (members, password, admin) in [
        (flows(json!(["ALLOW_USER_PASSWORD_AUTH"])), true, false),
        (
            flows(json!(["ALLOW_ADMIN_USER_PASSWORD_AUTH"])),
            false,
            true,
        ),
        (flows(json!(["USER_PASSWORD_AUTH"])), true, false),
        (flows(json!(["ADMIN_NO_SRP_AUTH"])), false, true),
        (
            flows(json!(["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])),
            false,
            false,
        ),
        (flows(json!([])), false, false),
        (flows(Value::Null), false, false),
    ] {
        let client = text(&create_client(&server, POOL, members.clone()).await["ClientId"]);
        let body = password_sign_in(&client, "dan", "Passw0rd!");
        let by_user = server.pool("InitiateAuth", body.clone()).await;
        assert_eq!(
            by_user.status == 200,
            password,
            "{members}: {}",
            by_user.text
        );
        if !password {
            let message = "USER_PASSWORD_AUTH flow not enabled for this client";
            check_exception(&by_user, INVALID, message);
        }
        let members = json!({ "UserPoolId": POOL, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH" });
        let by_admin = server.pool("AdminInitiateAuth", with(body, members)).await;
        assert_eq!(by_admin.status == 200, admin, "{}", by_admin.text);
    }
    server.stop().await;
}

#[tokio::test]
async fn whether_a_user_exists_is_told_unless_the_client_hides_it() {
    let server = Server::start().await;
    let wrong = (NOT_AUTHORIZED, "Incorrect username or password.");
    for (setting, nobody) in [
        ("LEGACY", ("UserNotFoundException", "User does not exist.")),
        ("ENABLED", wrong),
    ] {
        let members = json!({ "PreventUserExistenceErrors": setting });
        let client = text(&create_client(&server, POOL, members).await["ClientId"]);
        let body = password_sign_in(&client, "nobody", "Passw0rd!");
        check_refused(&server, "InitiateAuth", body, nobody).await;
        let body = password_sign_in(&client, "dan", "passw0rd!");
        check_refused(&server, "InitiateAuth", body, wrong).await;
    }
    server.stop().await;
}

fn refresh(client_id: &str, flow: &str, token: &str) -> Value {
    json!({ "AuthFlow": flow, "ClientId": client_id, "AuthParameters": { "REFRESH_TOKEN": token } })
}
