//! What this Cognito holds: plain data behind one lock.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    behaviour::Behaviour,
    clock::Seconds,
    config::Config,
    exception::Exception,
    faults::Faults,
    minting::DefaultUser,
    outbox::Outbox,
    pool::{UserPool, no_client, no_pool},
};

/// Every pool there is, as its callers reach it.
pub struct Cognito {
    /// What stands before a pool's id in its issuer.
    pub base_url: String,
    pub behaviour: Behaviour,
    /// Of the pools that were there at the start.
    pub default_user: Option<DefaultUser>,
    config: Config,
    state: Mutex<State>,
}

pub struct State {
    /// By their ids.
    pub pools: BTreeMap<String, UserPool>,
    pub outbox: Outbox,
    pub faults: Faults,
}

impl Cognito {
    /// With the pools of the file, which were made of it.
    pub fn new(base_url: String, config: Config, pools: Vec<UserPool>) -> Self {
        Self {
            base_url,
            behaviour: config.behaviour(),
            default_user: DefaultUser::of(&pools),
            config,
            state: Mutex::new(State::of(pools)),
        }
    }

    /// Makes the pools of the file anew and forgets everything else. They keep their keys, as making
    /// some takes a while: who had a token is nobody here any more.
    pub fn reset(&self, now: Seconds) {
        let mut pools = self.config.pools(&self.base_url, now);
        let mut state = self.state();
        for pool in &mut pools {
            if let Some(old) = state.pools.remove(&pool.settings.id) {
                pool.keys = old.keys;
            }
        }
        *state = State::of(pools);
    }

    /// Nothing is awaited while it is held.
    pub fn state(&self) -> MutexGuard<'_, State> {
        // Changes are made whole or not at all, so a panic leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The id of the pool that an issuer names, if it is of this Cognito.
    pub fn pool_id<'a>(&self, issuer: &'a str) -> Option<&'a str> {
        issuer.strip_prefix(&self.base_url)?.strip_prefix('/')
    }
}

impl State {
    /// At the start.
    fn of(pools: Vec<UserPool>) -> Self {
        let pools = pools.into_iter();
        Self {
            pools: pools.map(|pool| (pool.settings.id.clone(), pool)).collect(),
            outbox: Outbox::default(),
            faults: Faults::default(),
        }
    }

    /// A pool, and where its messages go.
    ///
    /// # Errors
    ///
    /// `ResourceNotFoundException`, if there is no such pool.
    pub fn pool(&mut self, id: &str) -> Result<(&mut UserPool, &mut Outbox), Exception> {
        match self.pools.get_mut(id) {
            Some(pool) => Ok((pool, &mut self.outbox)),
            None => Err(no_pool(id)),
        }
    }

    /// The pool of an app client.
    ///
    /// # Errors
    ///
    /// `ResourceNotFoundException`, if no pool has such a client.
    pub fn pool_of_client(&mut self, id: &str) -> Result<(&mut UserPool, &mut Outbox), Exception> {
        let mut pools = self.pools.values_mut();
        match pools.find(|pool| pool.clients.contains_key(id)) {
            Some(pool) => Ok((pool, &mut self.outbox)),
            None => Err(no_client(id)),
        }
    }
}
