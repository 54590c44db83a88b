//! App clients: made, told, and what they have their users do.

mod secret;

use super::{
    setup::{
        POOL, check_refused, create_client, create_pool_and_client, create_user, done,
        password_sign_in, sign_in, text, with,
    },
    *,
};

const INVALID: &str = "InvalidParameterException";
const NOT_AUTHORIZED: &str = "NotAuthorizedException";

#[tokio::test]
async fn a_client_of_which_nothing_is_said_has_the_apis_defaults_and_tells_no_list() {
    let server = Server::start().await;
    let body = json!({ "UserPoolId": POOL, "ClientName": "web" });
    let client = done(&server, "CreateUserPoolClient", body).await["UserPoolClient"].take();
    let id = text(&client["ClientId"]);
    assert_eq!(id.len(), 26);
    let dates = client["CreationDate"].clone();
    assert_eq!(
        client,
        json!({
            "UserPoolId": POOL,
            "ClientName": "web",
            "ClientId": id,
            "LastModifiedDate": dates,
            "CreationDate": dates,
            "PreventUserExistenceErrors": "LEGACY",
            "EnableTokenRevocation": true,
            "RefreshTokenValidity": 30,
        })
    );
    let body = json!({ "UserPoolId": POOL, "ClientId": id });
    let told = done(&server, "DescribeUserPoolClient", body).await;
    assert_eq!(told, json!({ "UserPoolClient": client }));
    server.stop().await;
}

#[tokio::test]
async fn what_a_client_was_asked_for_is_told_again() {
    let server = Server::start().await;
    let asked = json!({
        "ReadAttributes": ["oidc:profile", "custom:department"],
        "WriteAttributes": ["nickname"],
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"],
        "RefreshTokenValidity": 90,
        "AccessTokenValidity": 10,
        "IdTokenValidity": 1,
        "TokenValidityUnits": { "AccessToken": "minutes", "IdToken": "hours", "RefreshToken": "minutes" },
        "PreventUserExistenceErrors": "ENABLED",
        "EnableTokenRevocation": false,
        "SupportedIdentityProviders": ["COGNITO"],
        "CallbackURLs": ["https://example.com"],
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid"],
        "AuthSessionValidity": 5,
    });
    let client = create_client(&server, POOL, asked.clone()).await;
    for (member, value) in asked.as_object().expect("an object") {
        assert_eq!(client[member], *value, "{member}");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_lists_of_a_client_rule_what_its_users_see_and_change() {
    let server = Server::start().await;
    let lists = json!({ "ReadAttributes": ["nickname", "email"], "WriteAttributes": ["custom:department", "nickname"] });
    let client = text(&create_client(&server, POOL, lists).await["ClientId"]);
    let token = server.sign_in_as(&client, "dan", "Passw0rd!").await;
    let update = |name: &str| json!({ "AccessToken": token, "UserAttributes": [{ "Name": name, "Value": "x" }] });
    done(&server, "UpdateUserAttributes", update("nickname")).await;
    done(&server, "UpdateUserAttributes", update("custom:department")).await;
    let refusal = (
        NOT_AUTHORIZED,
        "A client attempted to write unauthorized attribute",
    );
    check_refused(&server, "UpdateUserAttributes", update("name"), refusal).await;
    let mut seen: Vec<_> = server.attributes(&token).await.into_keys().collect();
    seen.sort_unstable();
    assert_eq!(seen, ["email", "nickname", "sub"]);
    server.stop().await;
}

#[tokio::test]
async fn a_list_with_an_attribute_that_no_client_can_have_is_refused() {
    let server = Server::start().await;
    for (list, name, what) in [
        ("ReadAttributes", "custom:nope", "read"),
        ("WriteAttributes", "nope", "write"),
        ("WriteAttributes", "sub", "write"),
        ("WriteAttributes", "email_verified", "write"),
        ("WriteAttributes", "phone_number_verified", "write"),
    ] {
        let mut body = json!({ "UserPoolId": POOL, "ClientName": "web" });
        body[list] = json!(["nickname", name]);
        let message = format!("Invalid {what} attributes specified while creating a client");
        check_refused(&server, "CreateUserPoolClient", body, (INVALID, &message)).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn the_models_constraints_on_a_client_are_told_all_at_once() {
    let server = Server::start().await;
    let broken = json!({
        "ClientName": "no/slash",
        "ClientSecret": "short",
        "RefreshTokenValidity": 315_360_001,
        "AccessTokenValidity": 0,
        "TokenValidityUnits": { "IdToken": "years" },
        "ReadAttributes": ["name", ""],
        "ExplicitAuthFlows": ["ALLOW_ALL"],
        "PreventUserExistenceErrors": "YES",
    });
    let flows = "ADMIN_NO_SRP_AUTH, CUSTOM_AUTH_FLOW_ONLY, USER_PASSWORD_AUTH, \
                 ALLOW_ADMIN_USER_PASSWORD_AUTH, ALLOW_CUSTOM_AUTH, ALLOW_USER_PASSWORD_AUTH, \
                 ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_AUTH";
    let failures = [
        ("Value null at 'userPoolId'", "not be null"),
        ("Value 'no/slash' at 'clientName'", r"satisfy regular expression pattern: [\w\s+=,.@-]+"),
        ("Value at 'clientSecret'", "have length greater than or equal to 24"),
        ("Value '315360001' at 'refreshTokenValidity'", "have value less than or equal to 315360000"),
        ("Value '0' at 'accessTokenValidity'", "have value greater than or equal to 1"),
        ("Value 'years' at 'tokenValidityUnits.idToken'", "satisfy enum value set: [seconds, minutes, hours, days]"),
        ("Value '[name, ]' at 'readAttributes'", "satisfy constraint: [Member must have length less than or equal to 2048, Member must have length greater than or equal to 1]"),
        ("Value '[ALLOW_ALL]' at 'explicitAuthFlows'", &format!("satisfy constraint: [Member must satisfy enum value set: [{flows}]]")),
        ("Value 'YES' at 'preventUserExistenceErrors'", "satisfy enum value set: [LEGACY, ENABLED]"),
    ]
    .map(|(subject, must)| format!("{subject} failed to satisfy constraint: Member must {must}"));
    let message = format!("9 validation errors detected: {}", failures.join("; "));
    check_refused(&server, "CreateUserPoolClient", broken, (INVALID, &message)).await;
    server.stop().await;
}

#[tokio::test]
async fn tokens_are_good_for_as_long_as_the_client_says() {
    let server = Server::start().await;
    let members = json!({
        "AccessTokenValidity": 5,
        "IdTokenValidity": 7200,
        "RefreshTokenValidity": 2,
        "TokenValidityUnits": { "AccessToken": "minutes", "IdToken": "seconds", "RefreshToken": "hours" },
    });
    let client = text(&create_client(&server, POOL, members).await["ClientId"]);
    let answer = done(
        &server,
        "InitiateAuth",
        password_sign_in(&client, "dan", "Passw0rd!"),
    )
    .await;
    let result = &answer["AuthenticationResult"];
    assert_eq!(result["ExpiresIn"], 300);
    for (name, life) in [("AccessToken", 300), ("IdToken", 7200)] {
        let token = text(&result[name]);
        let claims: Value =
            jsonwebtoken::dangerous::insecure_decode_claims(&token).expect("claims");
        let time = |claim: &str| claims[claim].as_u64().expect("a time");
        assert_eq!(time("exp") - time("iat"), life, "{name}");
    }
    let refresh = json!({
        "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": client,
        "AuthParameters": { "REFRESH_TOKEN": result["RefreshToken"] },
    });
    server
        .order("clock", json!({ "advance_seconds": 7140 }))
        .await;
    done(&server, "InitiateAuth", refresh.clone()).await;
    server
        .order("clock", json!({ "advance_seconds": 60 }))
        .await;
    let refusal = (NOT_AUTHORIZED, "Refresh Token has expired");
    check_refused(&server, "InitiateAuth", refresh, refusal).await;
    server.stop().await;
}

#[tokio::test]
async fn a_life_that_no_token_can_have_is_refused() {
    let server = Server::start().await;
    for (members, token) in [
        (
            json!({ "AccessTokenValidity": 4, "TokenValidityUnits": { "AccessToken": "minutes" } }),
            "access token",
        ),
        (json!({ "AccessTokenValidity": 25 }), "access token"),
        (
            json!({ "IdTokenValidity": 299, "TokenValidityUnits": { "IdToken": "seconds" } }),
            "ID token",
        ),
        (
            json!({ "RefreshTokenValidity": 59, "TokenValidityUnits": { "RefreshToken": "minutes" } }),
            "refresh token",
        ),
        (json!({ "RefreshTokenValidity": 3651 }), "refresh token"),
    ] {
        let body = with(json!({ "UserPoolId": POOL, "ClientName": "web" }), members);
        let message = format!("Invalid range for token validity: {token}");
        check_refused(&server, "CreateUserPoolClient", body, (INVALID, &message)).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_client_is_asked_for_in_its_own_pool() {
    let server = Server::start().await;
    let (pool, client) = create_pool_and_client(&server, json!({})).await;
    let missing = "ResourceNotFoundException";
    let body = json!({ "UserPoolId": POOL, "ClientId": client });
    let message = format!("User pool client {client} does not exist.");
    check_refused(&server, "DescribeUserPoolClient", body, (missing, &message)).await;
    let body = json!({ "UserPoolId": "us-east-1_nope", "ClientName": "web" });
    let message = "User pool us-east-1_nope does not exist.";
    check_refused(&server, "CreateUserPoolClient", body, (missing, message)).await;
    let body = json!({ "UserPoolId": pool, "ClientId": client });
    done(&server, "DescribeUserPoolClient", body).await;
    server.stop().await;
}
