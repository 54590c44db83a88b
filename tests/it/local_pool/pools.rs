//! Pools: what they are asked to be, and what they are then.

mod addition;
mod refusals;
mod schema;

use super::{
    setup::{
        Tokens, attributes, check_refused, create_client, create_pool, create_pool_and_client,
        create_user, done, password_sign_in, sign_in, text, with,
    },
    *,
};

const INVALID: &str = "InvalidParameterException";

#[tokio::test]
async fn a_pool_of_which_nothing_is_said_has_the_apis_defaults() {
    let server = Server::start().await;
    let pool = create_pool(&server, json!({ "PoolName": "My pool, v=1.0" })).await;
    let id = text(&pool["Id"]);
    assert!(id.starts_with("us-east-1_") && id.len() == 19, "{id}");
    assert_eq!(pool["Name"], "My pool, v=1.0");
    let arn = format!("arn:aws:cognito-idp:us-east-1:123456789012:userpool/{id}");
    assert_eq!(pool["Arn"], arn);
    assert_eq!(
        pool["Policies"]["PasswordPolicy"],
        json!({
            "MinimumLength": 8,
            "RequireUppercase": true,
            "RequireLowercase": true,
            "RequireNumbers": true,
            "RequireSymbols": true,
            "TemporaryPasswordValidityDays": 7,
        })
    );
    assert_eq!(
        pool["UsernameConfiguration"],
        json!({ "CaseSensitive": true })
    );
    assert_eq!(
        pool["UserAttributeUpdateSettings"],
        json!({ "AttributesRequireVerificationBeforeUpdate": [] })
    );
    assert_eq!(pool["EstimatedNumberOfUsers"], 0);
    assert_eq!(pool["CreationDate"], pool["LastModifiedDate"]);
    for absent in [
        "AutoVerifiedAttributes",
        "AliasAttributes",
        "UsernameAttributes",
        "LambdaConfig",
    ] {
        assert_eq!(pool.get(absent), None, "{absent}");
    }
    let names: Vec<_> = schema(&pool).map(|it| text(&it["Name"])).collect();
    assert_eq!(names.len(), 21);
    for name in [
        "sub",
        "name",
        "email",
        "email_verified",
        "birthdate",
        "updated_at",
        "identities",
    ] {
        assert!(names.iter().any(|it| it == name), "{name}");
    }
    let sub = attribute(&pool, "sub");
    assert_eq!(
        (&sub["Required"], &sub["Mutable"]),
        (&json!(true), &json!(false))
    );
    let body = json!({ "UserPoolId": id });
    assert_eq!(
        done(&server, "DescribeUserPool", body).await,
        json!({ "UserPool": pool })
    );
    server.stop().await;
}

#[tokio::test]
async fn what_a_pool_was_asked_for_is_told_again() {
    let server = Server::start().await;
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:sender";
    let asked = json!({
        "AutoVerifiedAttributes": ["email"],
        "AliasAttributes": ["email", "preferred_username"],
        "UsernameConfiguration": { "CaseSensitive": false },
        "UserAttributeUpdateSettings": { "AttributesRequireVerificationBeforeUpdate": ["email"] },
        "Policies": { "PasswordPolicy": {
            "MinimumLength": 12, "RequireUppercase": true, "RequireLowercase": false,
            "RequireNumbers": false, "RequireSymbols": false, "TemporaryPasswordValidityDays": 1,
        }},
        "VerificationMessageTemplate": { "EmailMessage": "Code {####}", "DefaultEmailOption": "CONFIRM_WITH_CODE" },
        "SmsVerificationMessage": "SMS {####}",
        "LambdaConfig": { "CustomEmailSender": { "LambdaVersion": "V1_0", "LambdaArn": arn }, "KMSKeyID": arn },
        "DeletionProtection": "INACTIVE",
        "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true },
        "EmailConfiguration": { "EmailSendingAccount": "COGNITO_DEFAULT" },
        "AccountRecoverySetting": { "RecoveryMechanisms": [{ "Priority": 1, "Name": "verified_email" }] },
        "UserPoolTags": { "team": "identity" },
    });
    let pool = create_pool(&server, asked.clone()).await;
    for (member, value) in asked.as_object().expect("an object") {
        assert_eq!(pool[member], *value, "{member}");
    }
    let byname = create_pool(
        &server,
        json!({ "UsernameAttributes": ["email", "phone_number"] }),
    )
    .await;
    assert_eq!(
        byname["UsernameAttributes"],
        json!(["email", "phone_number"])
    );
    server.stop().await;
}

#[tokio::test]
async fn the_password_policy_rules_every_way_to_a_password() {
    let server = Server::start().await;
    let policy = json!({ "MinimumLength": 10, "RequireUppercase": true, "RequireNumbers": true, "RequireSymbols": true, "RequireLowercase": true });
    let members = json!({ "Policies": { "PasswordPolicy": policy } });
    let (pool, client) = create_pool_and_client(&server, members).await;
    for (password, rule) in [
        ("Aa1!", "Password not long enough"),
        ("AAAAAAAA1!", "Password must have lowercase characters"),
        ("aaaaaaaa1!", "Password must have uppercase characters"),
        ("Aaaaaaaaa!", "Password must have numeric characters"),
        ("Aaaaaaaaa1", "Password must have symbol characters"),
    ] {
        let message = format!("Password did not conform with policy: {rule}");
        let refusal = ("InvalidPasswordException", &*message);
        let user = json!({ "UserPoolId": pool, "Username": "dan" });
        let body = json!({ "ClientId": client, "Username": "dan", "Password": password });
        check_refused(&server, "SignUp", body, refusal).await;
        let body = with(user, json!({ "TemporaryPassword": password }));
        check_refused(&server, "AdminCreateUser", body, refusal).await;
        let user = json!({ "UserPoolId": pool, "Username": "eve" });
        let _ = server.pool("AdminCreateUser", user.clone()).await;
        let body = with(user, json!({ "Password": password }));
        check_refused(&server, "AdminSetUserPassword", body, refusal).await;
    }
    let lax = json!({ "Policies": { "PasswordPolicy": { "MinimumLength": 6 } } });
    let (_, client) = create_pool_and_client(&server, lax).await;
    let body = json!({ "ClientId": client, "Username": "dan", "Password": "aa aaa" });
    done(&server, "SignUp", body).await;
    server.stop().await;
}

#[tokio::test]
async fn a_pool_can_keep_sign_ups_to_administrators() {
    let server = Server::start().await;
    let members = json!({ "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true } });
    let (pool, client) = create_pool_and_client(&server, members).await;
    let body = json!({ "ClientId": client, "Username": "dan", "Password": "Passw0rd!" });
    let refusal = (
        "NotAuthorizedException",
        "SignUp is not permitted for this user pool",
    );
    check_refused(&server, "SignUp", body, refusal).await;
    create_user(&server, &pool, "dan", json!([])).await;
    server.stop().await;
}

#[tokio::test]
async fn a_case_sensitive_pool_tells_names_apart_and_another_doesnt() {
    let server = Server::start().await;
    for (sensitive, status) in [(true, 400), (false, 200)] {
        let members = json!({ "UsernameConfiguration": { "CaseSensitive": sensitive } });
        let (pool, client) = create_pool_and_client(&server, members).await;
        create_user(&server, &pool, "dan", json!([])).await;
        let body = password_sign_in(&client, "DAN", "Passw0rd!");
        assert_eq!(
            server.pool("InitiateAuth", body).await.status,
            status,
            "{sensitive}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn a_deleted_pool_is_gone_with_its_clients_and_users() {
    let server = Server::start().await;
    let (pool, client) = create_pool_and_client(&server, json!({})).await;
    create_user(&server, &pool, "dan", json!([])).await;
    done(&server, "DeleteUserPool", json!({ "UserPoolId": pool })).await;
    let missing = "ResourceNotFoundException";
    let no_pool = format!("User pool {pool} does not exist.");
    for operation in ["DescribeUserPool", "DeleteUserPool"] {
        let body = json!({ "UserPoolId": pool });
        check_refused(&server, operation, body, (missing, &no_pool)).await;
    }
    let user = json!({ "UserPoolId": pool, "Username": "dan" });
    check_refused(&server, "AdminGetUser", user, (missing, &no_pool)).await;
    let no_client = format!("User pool client {client} does not exist.");
    let body = password_sign_in(&client, "dan", "Passw0rd!");
    check_refused(&server, "InitiateAuth", body, (missing, &no_client)).await;
    server.stop().await;
}

#[tokio::test]
async fn a_protected_pool_isnt_deleted() {
    let server = Server::start().await;
    let pool = create_pool(&server, json!({ "DeletionProtection": "ACTIVE" })).await;
    let message = "The user pool cannot be deleted because deletion protection is activated. \
                   Deletion protection must be inactivated first.";
    let body = json!({ "UserPoolId": pool["Id"] });
    check_refused(&server, "DeleteUserPool", body, (INVALID, message)).await;
    server.stop().await;
}

#[tokio::test]
async fn a_pools_own_texts_are_sent() {
    let server = Server::start().await;
    let members = json!({
        "AutoVerifiedAttributes": ["email", "phone_number"],
        "EmailVerificationMessage": "Of old: {####}",
        "SmsVerificationMessage": "SMS: {####}",
        "VerificationMessageTemplate": { "EmailMessage": "Hello!\nYour code: {####}." },
        "AdminCreateUserConfig": { "InviteMessageTemplate": {
            "EmailMessage": "{username}, your password is {####}", "SMSMessage": "{username}: {####}",
        }},
    });
    let (pool, client) = create_pool_and_client(&server, members).await;
    for (username, attribute, expected) in [
        (
            "ann",
            ("email", "ann@example.com"),
            "Hello!\nYour code: CODE.",
        ),
        ("bob", ("phone_number", "+15555550101"), "SMS: CODE"),
    ] {
        let body = json!({
            "ClientId": client, "Username": username, "Password": "Passw0rd!",
            "UserAttributes": attributes(&[attribute]),
        });
        done(&server, "SignUp", body).await;
        let message = newest(&server, username).await;
        let code = text(&message["code"]);
        assert_eq!(message["text"], expected.replace("CODE", &code));
    }
    let body = json!({
        "UserPoolId": pool, "Username": "eve", "TemporaryPassword": "Passw0rd!",
        "DesiredDeliveryMediums": ["EMAIL"],
        "UserAttributes": attributes(&[("email", "eve@example.com")]),
    });
    done(&server, "AdminCreateUser", body).await;
    assert_eq!(
        newest(&server, "eve").await["text"],
        "eve, your password is Passw0rd!"
    );
    server.stop().await;
}

async fn newest(server: &Server, username: &str) -> Value {
    let outbox = server.local(&format!("outbox?username={username}")).await;
    let newest = outbox["messages"].as_array().and_then(|all| all.last());
    newest.cloned().expect("a message")
}

fn schema(pool: &Value) -> impl Iterator<Item = &Value> {
    pool["SchemaAttributes"].as_array().expect("a list").iter()
}

#[track_caller]
fn attribute<'a>(pool: &'a Value, name: &str) -> &'a Value {
    let found = schema(pool).find(|it| it["Name"] == name);
    found.unwrap_or_else(|| panic!("{name} in {pool}"))
}
