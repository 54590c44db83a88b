//! The file of pools: each setting of the example has its effect.

mod behaviour;
mod refusals;
mod schema;

use super::{
    setup::{attributes, check_refused, done, password_sign_in, text, user, with},
    *,
};

const POOL: &str = "eu-central-1_Example";
const INVALID: &str = "InvalidParameterException";
const NOT_AUTHORIZED: &str = "NotAuthorizedException";

#[tokio::test]
async fn the_example_has_the_pools_that_it_describes() {
    let server = Server::with_pools(EXAMPLE).await;
    let pool = done(&server, "DescribeUserPool", json!({ "UserPoolId": POOL })).await;
    let pool = &pool["UserPool"];
    assert_eq!(pool["Name"], "example");
    assert_eq!(
        pool["AutoVerifiedAttributes"],
        json!(["email", "phone_number"])
    );
    assert_eq!(
        pool["UserAttributeUpdateSettings"]["AttributesRequireVerificationBeforeUpdate"],
        json!(["email"])
    );
    assert_eq!(pool["AliasAttributes"], json!(["email"]));
    assert_eq!(pool["UsernameConfiguration"]["CaseSensitive"], false);
    assert_eq!(
        pool["Policies"]["PasswordPolicy"],
        json!({
            "MinimumLength": 6,
            "RequireUppercase": false,
            "RequireLowercase": true,
            "RequireNumbers": true,
            "RequireSymbols": false,
            "TemporaryPasswordValidityDays": 7,
        })
    );
    assert_eq!(pool["EstimatedNumberOfUsers"], 1);
    let schema = pool["SchemaAttributes"].as_array().expect("a list");
    let attribute = |name: &str| {
        schema
            .iter()
            .find(|it| it["Name"] == name)
            .expect("it is there")
    };
    assert_eq!(
        attribute("custom:department")["StringAttributeConstraints"],
        json!({ "MinLength": "2", "MaxLength": "20" })
    );
    assert_eq!(
        attribute("custom:level")["NumberAttributeConstraints"],
        json!({ "MinValue": "1", "MaxValue": "10" })
    );
    assert_eq!(attribute("custom:tenant")["Mutable"], false);
    assert_eq!(attribute("name")["Required"], true);

    let other = json!({ "UserPoolId": "eu-central-1_ByEmail" });
    let other = done(&server, "DescribeUserPool", other).await;
    assert_eq!(other["UserPool"]["Name"], "eu-central-1_ByEmail");
    assert_eq!(other["UserPool"]["UsernameAttributes"], json!(["email"]));
    server.stop().await;
}

#[tokio::test]
async fn the_examples_clients_have_their_lists_flows_and_secret() {
    let server = Server::with_pools(EXAMPLE).await;
    let client = |id: &str| json!({ "UserPoolId": POOL, "ClientId": id });
    let told = done(&server, "DescribeUserPoolClient", client("webapp")).await;
    let told = &told["UserPoolClient"];
    assert_eq!(told["ClientName"], "web");
    assert_eq!(told["PreventUserExistenceErrors"], "ENABLED");
    assert_eq!(told["EnableTokenRevocation"], true);
    let flows = json!(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
    assert_eq!(told["ExplicitAuthFlows"], flows);
    let written = json!(["oidc:profile", "email", "phone_number", "custom:department"]);
    assert_eq!(told["WriteAttributes"], written);
    let read = json!([
        "oidc:profile",
        "oidc:email",
        "oidc:phone",
        "custom:department",
        "custom:level"
    ]);
    assert_eq!(told["ReadAttributes"], read);

    let told = done(&server, "DescribeUserPoolClient", client("backoffice")).await;
    let told = &told["UserPoolClient"];
    assert_eq!(told["ClientName"], "backoffice");
    assert_eq!(told["ClientSecret"], "aMadeUpSecretOfBackoffice");
    let all = told["WriteAttributes"].as_array().expect("a list");
    assert!(all.contains(&json!("custom:level")) && !all.contains(&json!("custom:tenant")));

    let other = json!({ "UserPoolId": "eu-central-1_ByEmail", "ClientId": "mobileapp" });
    let told = done(&server, "DescribeUserPoolClient", other).await;
    assert_eq!(told["UserPoolClient"].get("WriteAttributes"), None);
    server.stop().await;
}

#[tokio::test]
async fn the_examples_users_sign_in_by_what_their_pools_allow() {
    let server = Server::with_pools(EXAMPLE).await;
    let (status, dan) = user(&server, POOL, "dan").await;
    assert_eq!(status, "CONFIRMED");
    for (name, value) in [
        ("name", "Dan"),
        ("email", "dan@example.com"),
        ("email_verified", "true"),
        ("phone_number", "+15555550100"),
        ("phone_number_verified", "true"),
        ("custom:department", "Sales"),
    ] {
        assert_eq!(dan[name], value);
    }
    for name in ["dan", "DAN", "dan@example.com", "Dan@Example.com"] {
        server.sign_in_as("webapp", name, "passw0rd").await;
    }
    // A phone number is no alias there.
    let wrong = (NOT_AUTHORIZED, "Incorrect username or password.");
    let body = password_sign_in("webapp", "+15555550100", "passw0rd");
    check_refused(&server, "InitiateAuth", body, wrong).await;
    let eve = server
        .sign_in_as("mobileapp", "eve@example.com", "Passw0rd!")
        .await;
    let answer = done(&server, "GetUser", json!({ "AccessToken": eve })).await;
    assert_eq!(text(&answer["Username"]).len(), 36);
    server.stop().await;
}

#[tokio::test]
async fn the_examples_texts_and_senders_are_those_of_its_messages() {
    let server = Server::with_pools(EXAMPLE).await;
    let token = server.sign_in_as("webapp", "dan", "passw0rd").await;
    for (attribute, text, trigger) in [
        (
            "email",
            "Your code is ",
            "CustomEmailSender_VerifyUserAttribute",
        ),
        (
            "phone_number",
            "Code: ",
            "CustomSMSSender_VerifyUserAttribute",
        ),
    ] {
        let body = json!({ "AccessToken": token, "AttributeName": attribute });
        done(&server, "GetUserAttributeVerificationCode", body).await;
        let code = server.code("dan").await;
        let outbox = server.local("outbox?username=dan").await;
        let messages = outbox["messages"].as_array().expect("a list");
        assert_eq!(
            messages.last().expect("a message")["text"],
            format!("{text}{code}")
        );
        let events = server.local("triggers?username=dan").await;
        let events = events["events"].as_array().expect("a list");
        assert_eq!(events.last().expect("an event")["triggerSource"], trigger);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_keys_of_a_client_that_stand_in_the_example_with_their_defaults_have_an_effect() {
    let file = EXAMPLE
        .replace("access_token_seconds = 3600", "access_token_seconds = 300")
        .replace("id_token_seconds = 3600", "id_token_seconds = 600")
        .replace(
            "refresh_token_seconds = 2592000",
            "refresh_token_seconds = 7200",
        )
        .replace(
            "enable_token_revocation = true",
            "enable_token_revocation = false",
        )
        .replace("prevent_user_existence_errors = true", "");
    let server = Server::with_pools(&file).await;
    let body = password_sign_in("webapp", "dan", "passw0rd");
    let answer = done(&server, "InitiateAuth", body).await;
    let result = &answer["AuthenticationResult"];
    assert_eq!(result["ExpiresIn"], 300);
    let id: Value =
        jsonwebtoken::dangerous::insecure_decode_claims(text(&result["IdToken"])).expect("claims");
    assert_eq!(
        id["exp"]
            .as_u64()
            .zip(id["iat"].as_u64())
            .map(|(exp, iat)| exp - iat),
        Some(600)
    );
    let body = json!({ "Token": result["RefreshToken"], "ClientId": "webapp" });
    let fixed = (
        "UnsupportedOperationException",
        "Token revocation is disabled for this client",
    );
    check_refused(&server, "RevokeToken", body, fixed).await;
    let nobody = ("UserNotFoundException", "User does not exist.");
    let body = password_sign_in("webapp", "nobody", "passw0rd");
    check_refused(&server, "InitiateAuth", body, nobody).await;
    server
        .order("clock", json!({ "advance_seconds": 7200 }))
        .await;
    let body = json!({
        "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": "webapp",
        "AuthParameters": { "REFRESH_TOKEN": result["RefreshToken"] },
    });
    check_refused(
        &server,
        "InitiateAuth",
        body,
        (NOT_AUTHORIZED, "Refresh Token has expired"),
    )
    .await;
    server.stop().await;
}

#[tokio::test]
async fn the_state_of_a_user_is_what_the_file_says() {
    let states = [
        (
            "status = \"UNCONFIRMED\"",
            "UserNotConfirmedException",
            "User is not confirmed.",
        ),
        (
            "status = \"RESET_REQUIRED\"",
            "PasswordResetRequiredException",
            "Password reset required for the user",
        ),
        ("enabled = false", NOT_AUTHORIZED, "User is disabled."),
    ];
    let users = |(index, (line, ..)): (usize, &(&str, &str, &str))| {
        format!("[[pools.users]]\nusername = \"user{index}\"\npassword = \"Passw0rd!\"\n{line}\n")
    };
    let users: String = states.iter().enumerate().map(users).collect();
    let others = "[[pools.users]]\nusername = \"new\"\npassword = \"Passw0rd!\"\nstatus = \"FORCE_CHANGE_PASSWORD\"\n\
                  [[pools.users]]\nusername = \"nameless\"\n";
    let file = format!(
        "[[pools]]\nid = \"us-east-1_Small\"\n[[pools.clients]]\nid = \"client\"\n\
         explicit_auth_flows = [\"ALLOW_USER_PASSWORD_AUTH\"]\n{users}{others}"
    );
    let server = Server::with_pools(&file).await;
    for (index, (_, code, message)) in states.into_iter().enumerate() {
        let body = password_sign_in("client", &format!("user{index}"), "Passw0rd!");
        check_refused(&server, "InitiateAuth", body, (code, message)).await;
    }
    let answer = done(
        &server,
        "InitiateAuth",
        password_sign_in("client", "new", "Passw0rd!"),
    )
    .await;
    assert_eq!(answer["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let body = password_sign_in("client", "nameless", "Passw0rd!");
    let wrong = (NOT_AUTHORIZED, "Incorrect username or password.");
    check_refused(&server, "InitiateAuth", body, wrong).await;
    server.stop().await;
}
