//! A pool with two users, and what can be seen of what is sent to them.

use serde_json::{Value, json};

use super::caller::PASSWORD;
use crate::support::Server;

/// A change is stored at once.
pub const AT_ONCE: &str = r#"auto_verified_attributes = ["email", "phone_number"]"#;

/// A change is stored once it is verified.
pub const ONCE_VERIFIED: &str = r#"
auto_verified_attributes = ["email", "phone_number"]
attributes_require_verification_before_update = ["email", "phone_number"]"#;

/// dan has verified both of his addresses; ann has an e-mail address alone, and hasn't.
const USERS: &str = r#"
[[pools.clients]]
id = "client"
explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH"]
access_token_seconds = 86400
all_attributes = true

[[pools.users]]
username = "dan"
password = "Passw0rd!"

[pools.users.attributes]
email = "dan@example.com"
email_verified = "true"
phone_number = "+15555550100"
phone_number_verified = "true"

[[pools.users]]
username = "ann"
password = "Passw0rd!"

[pools.users.attributes]
email = "ann@example.com"
email_verified = "false"
"#;

/// The file of a pool that has these keys besides its users.
pub fn pool(keys: &str) -> String {
    format!("[[pools]]\nid = \"us-east-1_Example\"\n{keys}\n{USERS}")
}

/// The same, whose users sign in by their e-mail addresses.
pub fn pool_by_email(keys: &str) -> String {
    let users = ["dan", "ann"];
    let keys = format!("{keys}\nusername_attributes = [\"email\"]");
    users.into_iter().fold(pool(&keys), |file, name| {
        file.replace(
            &format!("username = \"{name}\""),
            &format!("username = \"{name}@example.com\""),
        )
    })
}

/// The file, where Cognito's behaviour isn't settled, with this in place of a default.
pub fn behaving(setting: &str, file: &str) -> String {
    format!("[behaviour]\n{setting}\n\n{file}")
}

/// Whether somebody signs in by this name.
pub async fn signs_in(server: &Server, name: &str) -> bool {
    let body = json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": "client",
        "AuthParameters": { "USERNAME": name, "PASSWORD": PASSWORD },
    });
    server.pool("InitiateAuth", body).await.status == 200
}

/// Where messages went so far, oldest first, each with its code.
pub async fn sent(server: &Server) -> Vec<(String, String)> {
    let outbox = server.local("outbox").await;
    let messages = outbox["messages"].as_array().expect("a list");
    let text = |message: &Value, member: &str| {
        let text = message[member].as_str().expect("a text");
        text.to_owned()
    };
    messages
        .iter()
        .map(|it| (text(it, "destination"), text(it, "code")))
        .collect()
}

/// Where messages went so far, oldest first.
pub async fn destinations(server: &Server) -> Vec<String> {
    let sent = sent(server).await;
    sent.into_iter().map(|(address, _)| address).collect()
}

/// Six digits that aren't these.
pub fn other_than(code: &str) -> String {
    let number: u32 = code.parse().expect("digits");
    format!("{:06}", (number + 1) % 1_000_000)
}
