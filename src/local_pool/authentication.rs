//! Who is calling: from a token to the account that it opens.

use super::{
    account::Account,
    behaviour::{Behaviour, DisabledUser},
    clock::Seconds,
    exception::Exception,
    state::{Cognito, State},
    tokens::{self, Identity},
    user::{Status, User},
};

/// Whose token it was.
pub struct Caller<'a> {
    behaviour: &'a Behaviour,
    pool_id: String,
    identity: Identity,
    now: Seconds,
}

impl Cognito {
    /// Checks a token's signature, use, life and scope, outside the lock.
    ///
    /// # Errors
    ///
    /// `NotAuthorizedException`, in Cognito's words for what is wrong with the token.
    pub fn authenticate(&self, token: &str, now: Seconds) -> Result<Caller<'_>, Exception> {
        let issuer = tokens::claimed_issuer(token)?;
        let pool_id = self.pool_id(&issuer).ok_or_else(tokens::forged)?;
        let keys = {
            let state = self.state();
            let pool = state.pools.get(pool_id).ok_or_else(tokens::forged)?;
            pool.keys.clone()
        };
        Ok(Caller {
            behaviour: &self.behaviour,
            pool_id: pool_id.to_owned(),
            identity: tokens::verify(token, &keys, now)?,
            now,
        })
    }
}

impl<'a> Caller<'a> {
    /// # Errors
    ///
    /// If the token has been revoked, or the user is gone or may not do anything.
    pub fn account<'s>(&self, state: &'s mut State) -> Result<Account<'s>, Exception>
    where
        'a: 's,
    {
        let State { pools, outbox, .. } = state;
        let pool = pools.get_mut(&self.pool_id).ok_or_else(tokens::forged)?;
        let client = pool
            .clients
            .get(&self.identity.client_id)
            .ok_or_else(|| super::pool::no_client(&self.identity.client_id))?;
        let user = pool.users.get(&pool.settings, &self.identity.username);
        let user = user
            .filter(|user| user.sub() == self.identity.sub)
            .ok_or_else(Exception::user_not_found)?;
        self.check_user(user)?;
        Ok(Account {
            settings: &pool.settings,
            client: Some(client),
            username: user.username.clone(),
            users: &mut pool.users,
            outbox,
            behaviour: self.behaviour,
            now: self.now,
        })
    }

    fn check_user(&self, user: &User) -> Result<(), Exception> {
        let Identity { origin, issued, .. } = &self.identity;
        let revoked = || Exception::not_authorized("Access Token has been revoked");
        if !user.enabled {
            return Err(match self.behaviour.disabled_user {
                DisabledUser::Disabled => disabled(),
                DisabledUser::Revoked => revoked(),
            });
        }
        let whole_second = self.behaviour.sign_out_ends_whole_second;
        if user.sessions.is_revoked(origin, *issued, whole_second) {
            return Err(revoked());
        }
        match user.status {
            Status::Unconfirmed => Err(Exception::user_not_confirmed()),
            Status::ResetRequired => Err(Exception::password_reset_required()),
            Status::Confirmed | Status::ForceChangePassword => Ok(()),
        }
    }
}

pub fn disabled() -> Exception {
    Exception::not_authorized("User is disabled.")
}
