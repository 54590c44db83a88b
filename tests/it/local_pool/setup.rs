//! What tests set up for themselves, by the operations of an administrator.

use super::*;

/// The seeded pool.
pub const POOL: &str = "us-east-1_localpool";

pub const PASSWORD: &str = "Passw0rd!";

/// The tokens of a sign-in.
pub struct Tokens {
    pub access: String,
    pub id: String,
    pub refresh: String,
}

/// What an operation answers that succeeds.
pub async fn done(server: &Server, operation: &str, body: Value) -> Value {
    let answer = server.pool(operation, body).await;
    assert_eq!(answer.status, 200, "{operation}: {}", answer.text);
    answer.body
}

/// Checks that an operation is refused, with these words.
pub async fn check_refused(
    server: &Server,
    operation: &str,
    body: Value,
    (code, message): (&str, &str),
) {
    let answer = server.pool(operation, body).await;
    check_exception(&answer, code, message);
}

/// A new pool, as it is told.
pub async fn create_pool(server: &Server, members: Value) -> Value {
    let body = with(json!({ "PoolName": "new" }), members);
    done(server, "CreateUserPool", body).await["UserPool"].take()
}

/// A new app client, as it is told.
pub async fn create_client(server: &Server, pool_id: &str, members: Value) -> Value {
    let body = json!({
        "UserPoolId": pool_id,
        "ClientName": "new",
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    });
    done(server, "CreateUserPoolClient", with(body, members)).await["UserPoolClient"].take()
}

/// A new pool with a client, for tests that look at neither.
pub async fn create_pool_and_client(server: &Server, members: Value) -> (String, String) {
    let pool_id = text(&create_pool(server, members).await["Id"]);
    let client = create_client(server, &pool_id, json!({})).await;
    (pool_id, text(&client["ClientId"]))
}

/// A new user of a pool who can sign in with [`PASSWORD`].
pub async fn create_user(server: &Server, pool_id: &str, username: &str, attributes: Value) {
    let user = json!({ "UserPoolId": pool_id, "Username": username });
    let members = json!({ "UserAttributes": attributes, "MessageAction": "SUPPRESS" });
    done(server, "AdminCreateUser", with(user.clone(), members)).await;
    let members = json!({ "Password": PASSWORD, "Permanent": true });
    done(server, "AdminSetUserPassword", with(user, members)).await;
}

pub fn password_sign_in(client_id: &str, username: &str, password: &str) -> Value {
    json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": client_id,
        "AuthParameters": { "USERNAME": username, "PASSWORD": password },
    })
}

pub async fn sign_in(server: &Server, client_id: &str, username: &str) -> Tokens {
    let body = password_sign_in(client_id, username, PASSWORD);
    let answer = done(server, "InitiateAuth", body).await;
    let result = &answer["AuthenticationResult"];
    Tokens {
        access: text(&result["AccessToken"]),
        id: text(&result["IdToken"]),
        refresh: text(&result["RefreshToken"]),
    }
}

/// A user of the seeded pool, as an administrator names one.
pub fn named(username: &str) -> Value {
    json!({ "UserPoolId": POOL, "Username": username })
}

/// A user as an administrator sees one: status, and attributes.
pub async fn user(server: &Server, pool_id: &str, username: &str) -> (String, Value) {
    let body = json!({ "UserPoolId": pool_id, "Username": username });
    let answer = done(server, "AdminGetUser", body).await;
    let attributes = answer["UserAttributes"].as_array().expect("a list");
    let attributes = attributes
        .iter()
        .map(|it| (text(&it["Name"]), it["Value"].clone()));
    (text(&answer["UserStatus"]), attributes.collect())
}

/// A body with more members.
pub fn with(mut body: Value, members: Value) -> Value {
    if let (Value::Object(body), Value::Object(members)) = (&mut body, members) {
        body.extend(members);
    }
    body
}

/// Attributes as a request has them.
pub fn attributes(pairs: &[(&str, &str)]) -> Value {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| json!({ "Name": name, "Value": value }))
        .collect()
}

pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("a text: {value}"))
        .to_owned()
}

/// What stands in a token.
pub fn claims(token: &str) -> Value {
    jsonwebtoken::dangerous::insecure_decode_claims(token).expect("claims")
}
