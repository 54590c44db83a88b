//! A signed-in user, and what comes of what they ask for.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::check_exception;
use crate::support::{PoolAnswer, Server};

/// The password of every user of these tests' pools.
pub const PASSWORD: &str = "Passw0rd!";

/// A user of a pool's, with an access token of one of its app clients.
pub struct Caller<'a> {
    pub server: &'a Server,
    pub token: String,
}

impl<'a> Caller<'a> {
    pub async fn new(server: &'a Server, client_id: &str, username: &str) -> Self {
        let token = server.sign_in_as(client_id, username, PASSWORD).await;
        Self { server, token }
    }

    /// A user of a pool whose app client is named `client`.
    pub async fn sign_in(server: &'a Server, username: &str) -> Self {
        Self::new(server, "client", username).await
    }

    /// An operation on the caller's own account.
    pub async fn call(&self, operation: &str, mut members: Value) -> PoolAnswer {
        members["AccessToken"] = self.token.as_str().into();
        self.server.pool(operation, members).await
    }

    /// Asks for these changes, each a name and a text or null.
    pub async fn update(&self, changes: &[(&str, impl Into<Value> + Clone)]) -> PoolAnswer {
        let changes = changes.iter().map(
            |(name, value)| json!({ "Name": name, "Value": Into::<Value>::into(value.clone()) }),
        );
        let members = json!({ "UserAttributes": changes.collect::<Vec<_>>() });
        self.call("UpdateUserAttributes", members).await
    }

    pub async fn delete(&self, names: &[&str]) -> PoolAnswer {
        let members = json!({ "UserAttributeNames": names });
        self.call("DeleteUserAttributes", members).await
    }

    /// With these members of the request's besides.
    pub async fn update_with(&self, changes: &[(&str, &str)], more: Value) -> PoolAnswer {
        let changes = changes.iter();
        let changes = changes.map(|(name, value)| json!({ "Name": name, "Value": value }));
        let mut members = more;
        members["UserAttributes"] = changes.collect();
        self.call("UpdateUserAttributes", members).await
    }

    /// An update that has to succeed.
    #[track_caller]
    pub fn changes(&self, name: &str, value: &str) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        let change = [(name.to_owned(), value.to_owned())];
        async move {
            let [(name, value)] = &change;
            let answer = self.update(&[(name, value.as_str())]).await;
            assert_eq!(answer.status, 200, "{} at {caller}", answer.text);
        }
    }

    pub async fn ask_for_code(&self, attribute: &str) -> PoolAnswer {
        let members = json!({ "AttributeName": attribute });
        self.call("GetUserAttributeVerificationCode", members).await
    }

    pub async fn verify(&self, attribute: &str, code: &str) -> PoolAnswer {
        let members = json!({ "AttributeName": attribute, "Code": code });
        self.call("VerifyUserAttribute", members).await
    }

    /// Gives back the newest code that was sent to this name.
    pub async fn verify_newest(&self, attribute: &str, username: &str) -> PoolAnswer {
        let code = self.server.code(username).await;
        self.verify(attribute, &code).await
    }

    /// What the app client may read.
    pub async fn attributes(&self) -> HashMap<String, String> {
        self.server.attributes(&self.token).await
    }

    /// What the app client may read of one attribute.
    pub async fn attribute(&self, name: &str) -> Option<String> {
        self.attributes().await.remove(name)
    }

    /// As much as can be seen of what an operation changes or sends.
    async fn seen(&self) -> (Value, Value) {
        let pools = self.server.local("pools").await["pools"].take();
        (pools, self.server.local("outbox").await)
    }
}

/// Checks that the changes are refused in these words, that nothing is changed and nothing sent.
pub async fn check_refused(
    caller: &Caller<'_>,
    changes: &[(&str, impl Into<Value> + Clone)],
    code: &str,
    message: &str,
) {
    let before = caller.seen().await;
    check_exception(&caller.update(changes).await, code, message);
    assert_eq!(caller.seen().await, before);
}

/// The same of what is most often wrong: a parameter.
pub async fn check_invalid(
    caller: &Caller<'_>,
    changes: &[(&str, impl Into<Value> + Clone)],
    message: &str,
) {
    check_refused(caller, changes, "InvalidParameterException", message).await;
}

/// Checks that a deletion is refused in these words and deletes nothing.
pub async fn check_deletion_refused(
    caller: &Caller<'_>,
    names: &[&str],
    code: &str,
    message: &str,
) {
    let before = caller.seen().await;
    check_exception(&caller.delete(names).await, code, message);
    assert_eq!(caller.seen().await, before);
}

/// Checks that nobody signs in at the app client named `client` by this name.
pub async fn check_no_sign_in(server: &Server, name: &str) {
    let sign_in = json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": "client",
        "AuthParameters": { "USERNAME": name, "PASSWORD": PASSWORD },
    });
    let answer = server.pool("InitiateAuth", sign_in).await;
    check_exception(&answer, "UserNotFoundException", "User does not exist.");
}

/// Checks that an operation is carried out, with nothing to say.
#[track_caller]
pub fn check_done(answer: &PoolAnswer) {
    assert_eq!((answer.status, &answer.body), (200, &json!({})));
}

/// Checks that a change is carried out, and returns what codes were sent for and whereto.
#[track_caller]
pub fn check_sent(answer: &PoolAnswer) -> Vec<(&str, &str, &str)> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let list = answer.body["CodeDeliveryDetailsList"].as_array();
    let list = list.unwrap_or_else(|| panic!("a list in {}", answer.text));
    list.iter().map(delivery).collect()
}

fn delivery(details: &Value) -> (&str, &str, &str) {
    let text = |member: &str| details[member].as_str().unwrap_or_default();
    (
        text("AttributeName"),
        text("DeliveryMedium"),
        text("Destination"),
    )
}
