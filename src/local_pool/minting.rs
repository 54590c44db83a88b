//! Access tokens without a sign-in, and the user they are for where nobody is named.

use std::sync::Arc;

use super::{
    client::Flow,
    clock::Seconds,
    exception::Exception,
    keys::Keys,
    pool::{UserPool, no_client},
    tokens::SignIn,
    user::Status,
};

/// The first user who can sign in with a password, by the names in a request.
pub struct DefaultUser {
    pub user_pool_id: String,
    pub client_id: String,
    pub username: String,
}

impl DefaultUser {
    /// Of the first pool, in the order of its file, that has one.
    pub fn of(pools: &[UserPool]) -> Option<Self> {
        pools.iter().find_map(|pool| {
            let mut clients = pool.clients.values();
            let client = clients.find(|client| client.allows(Flow::Password))?;
            let users = pool.users.iter().filter(|user| {
                user.enabled && user.status == Status::Confirmed && user.password.is_some()
            });
            let user = users.min_by_key(|user| &user.username)?;
            let address = user.signs_in_by.and_then(|contact| user.address(contact));
            Some(Self {
                user_pool_id: pool.settings.id.clone(),
                client_id: client.id.clone(),
                username: address.unwrap_or(&user.username).to_owned(),
            })
        })
    }
}

impl UserPool {
    /// A sign-in of a user in whatever state, and what signs its tokens.
    ///
    /// # Errors
    ///
    /// If there is no such app client or no such user.
    pub fn mint(
        &mut self,
        client_id: &str,
        username: &str,
        now: Seconds,
    ) -> Result<(SignIn, Arc<Keys>), Exception> {
        let Self {
            settings,
            keys,
            clients,
            users,
            ..
        } = self;
        let client = clients.get(client_id).ok_or_else(|| no_client(client_id))?;
        let user = users.named_mut(settings, username)?;
        let origin = user.sessions.start(client, now);
        let sign_in = SignIn::new(settings, client, user, (&origin, now), now);
        Ok((sign_in, Arc::clone(keys)))
    }
}
