//! A user pool: what it is set to, its app clients and its users.

use std::{collections::BTreeMap, sync::Arc};

use uuid::Uuid;

use super::{
    challenges::Challenges, client::AppClient, exception::Exception, keys::Keys,
    settings::Settings, users::Users,
};

pub struct UserPool {
    pub settings: Settings,
    pub keys: Arc<Keys>,
    /// By their ids.
    pub clients: BTreeMap<String, AppClient>,
    pub users: Users,
    pub challenges: Challenges,
    /// What the salts of its passwords are made of.
    pub salt_seed: Uuid,
}

impl UserPool {
    /// With no app client and no user yet.
    pub fn new(settings: Settings, keys: Arc<Keys>) -> Self {
        Self {
            settings,
            keys,
            clients: BTreeMap::new(),
            users: Users::default(),
            challenges: Challenges::default(),
            salt_seed: Uuid::new_v4(),
        }
    }

    pub fn add_client(&mut self, client: AppClient) {
        self.clients.insert(client.id.clone(), client);
    }

    /// # Errors
    ///
    /// `ResourceNotFoundException`, if there is none of that name.
    pub fn client(&self, id: &str) -> Result<&AppClient, Exception> {
        self.clients.get(id).ok_or_else(|| no_client(id))
    }
}

pub fn no_pool(id: &str) -> Exception {
    Exception::resource_not_found(format!("User pool {id} does not exist."))
}

pub fn no_client(id: &str) -> Exception {
    Exception::resource_not_found(format!("User pool client {id} does not exist."))
}
