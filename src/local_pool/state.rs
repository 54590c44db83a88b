//! What the pools hold: plain data behind one lock.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{
    attributes::Attributes, delivery::Contact, exception::Exception, keys::Keys, schema::Schema,
};

/// Seconds since 1970, UTC.
pub type Seconds = u64;

/// Every pool there is, as its callers reach it.
pub struct Cognito(Mutex<Vec<UserPool>>);

pub struct UserPool {
    pub id: String,
    /// What stands in its tokens as `iss`.
    pub issuer: String,
    pub keys: Arc<Keys>,
    pub schema: Schema,
    /// `AutoVerifiedAttributes`: a change of these sends a code.
    pub auto_verified: Vec<Contact>,
    pub clients: Vec<AppClient>,
    /// By user name.
    pub users: HashMap<String, User>,
}

pub struct AppClient {
    pub id: String,
    /// `ReadAttributes`; without it, the standard attributes.
    pub read_attributes: Option<Vec<String>>,
    /// `WriteAttributes`; without it, the standard attributes.
    pub write_attributes: Option<Vec<String>>,
}

#[derive(Clone)]
pub struct User {
    pub username: String,
    pub password: String,
    pub attributes: Attributes,
}

impl Cognito {
    pub fn new(pools: impl IntoIterator<Item = UserPool>) -> Self {
        Self(Mutex::new(pools.into_iter().collect()))
    }

    /// Nothing is awaited while it is held.
    pub fn pools(&self) -> MutexGuard<'_, Vec<UserPool>> {
        // Changes are made whole or not at all, so a panic leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn all_keys(&self) -> Vec<Arc<Keys>> {
        self.pools()
            .iter()
            .map(|pool| Arc::clone(&pool.keys))
            .collect()
    }

    /// The keys of the pool that is meant, if there is one.
    pub fn keys_of(&self, meant: impl Fn(&UserPool) -> bool) -> Option<Arc<Keys>> {
        let pools = self.pools();
        let pool = pools.iter().find(|pool| meant(pool))?;
        Some(Arc::clone(&pool.keys))
    }
}

impl AppClient {
    /// # Errors
    ///
    /// `ResourceNotFoundException`, if there is none of that name.
    pub fn find<'a>(clients: &'a [Self], id: &str) -> Result<&'a Self, Exception> {
        let client = clients.iter().find(|client| client.id == id);
        client.ok_or_else(|| {
            Exception::resource_not_found(format!("User pool client {id} does not exist."))
        })
    }

    pub fn may_read(&self, attribute: &str) -> bool {
        // A user's own identifier is in every answer.
        attribute == "sub" || may(self.read_attributes.as_deref(), attribute)
    }

    /// As much of a user as the client may see.
    pub fn readable(&self, attributes: &Attributes) -> Attributes {
        let readable = attributes.iter().filter(|(name, _)| self.may_read(name));
        readable.collect()
    }

    pub fn may_write(&self, attribute: &str) -> bool {
        may(self.write_attributes.as_deref(), attribute)
    }
}

fn may(list: Option<&[String]>, attribute: &str) -> bool {
    match list {
        Some(list) => list.iter().any(|name| name == attribute),
        None => !attribute.starts_with("custom:"),
    }
}
