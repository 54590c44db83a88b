//! The pool that is there from the start.

use std::{collections::HashMap, sync::Arc};

use uuid::Uuid;

use super::{
    attributes::Attributes,
    delivery::Contact,
    keys::{Keys, NoKey},
    schema::{AttributeSchema, Schema},
    state::{AppClient, Seconds, User, UserPool},
    tokens::Session,
};

/// The Region that the pool is said to be in.
pub const REGION: &str = "us-east-1";

/// What a person needs to know of it.
pub struct Names {
    pub pool: &'static str,
    pub client: &'static str,
    pub user: &'static str,
    pub password: &'static str,
}

pub const NAMES: Names = Names {
    pool: "us-east-1_localpool",
    client: "localclient",
    user: "dan",
    password: "Passw0rd!",
};

/// One app client that reads and writes everything that can be; one user whose addresses are
/// verified.
pub async fn user_pool(base_url: &str) -> Result<UserPool, NoKey> {
    let schema = Schema::with([AttributeSchema::string("custom:department")]);
    let all: Vec<_> = schema.mutable_names().map(str::to_owned).collect();
    let sub = Uuid::new_v4().to_string();
    let user = User {
        username: NAMES.user.to_owned(),
        password: NAMES.password.to_owned(),
        attributes: Attributes::from_iter([
            ("sub", sub.as_str()),
            ("email", "dan@example.com"),
            ("email_verified", "true"),
            ("phone_number", "+15555550100"),
            ("phone_number_verified", "true"),
            ("custom:department", "Sales"),
        ]),
    };
    Ok(UserPool {
        id: NAMES.pool.to_owned(),
        issuer: format!("{base_url}/{}", NAMES.pool),
        keys: Arc::new(Keys::generate().await?),
        auto_verified: vec![Contact::Email, Contact::PhoneNumber],
        clients: vec![AppClient {
            id: NAMES.client.to_owned(),
            read_attributes: Some(all.clone()),
            write_attributes: Some(all),
        }],
        users: HashMap::from([(user.username.clone(), user)]),
        schema,
    })
}

/// An access token of the seeded user's, signed in just now.
pub fn access_token(pool: &UserPool, now: Seconds) -> Result<String, NoKey> {
    let [client] = pool.clients.as_slice() else {
        unreachable!("seeded above")
    };
    let user = &pool.users[NAMES.user];
    Session::start(pool, client, user, now).access_token(pool.keys.access())
}
