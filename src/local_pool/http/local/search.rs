//! How a person looks for a user.

use serde::Deserialize;

use crate::local_pool::{contact::Contact, state::State as Pools, user::User};

/// A part of a user's name, or of an address that they have or had, in whatever case.
#[derive(Deserialize)]
#[serde(from = "String")]
pub struct Search(String);

impl Search {
    pub fn finds(&self, user: &User) -> bool {
        let addresses = Contact::ALL.into_iter().filter_map(|it| user.address(it));
        self.is_in(&user.username) || addresses.into_iter().any(|it| self.is_in(it))
    }

    /// Whether it finds who was told something then, by the name and the address of that time or by
    /// what they have now.
    pub fn finds_then(&self, pools: &Pools, (pool, name): (&str, &str), address: &str) -> bool {
        let now = || {
            let pool = pools.pools.get(pool)?;
            pool.users.get(&pool.settings, name)
        };
        self.is_in(name) || self.is_in(address) || now().is_some_and(|user| self.finds(user))
    }

    fn is_in(&self, text: &str) -> bool {
        text.to_lowercase().contains(&self.0)
    }
}

impl From<String> for Search {
    fn from(text: String) -> Self {
        Self(text.to_lowercase())
    }
}
