//! What this Cognito holds: plain data behind one lock.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    behaviour::Behaviour,
    exception::Exception,
    faults::Faults,
    outbox::Outbox,
    pool::{UserPool, no_client, no_pool},
};

/// Every pool there is, as its callers reach it.
pub struct Cognito {
    /// What stands before a pool's id in its issuer.
    pub base_url: String,
    pub behaviour: Behaviour,
    state: Mutex<State>,
}

pub struct State {
    /// By their ids.
    pub pools: BTreeMap<String, UserPool>,
    pub outbox: Outbox,
    pub faults: Faults,
}

impl Cognito {
    pub fn new(
        base_url: String,
        behaviour: Behaviour,
        pools: impl IntoIterator<Item = UserPool>,
    ) -> Self {
        let pools = pools.into_iter();
        let state = State {
            pools: pools.map(|pool| (pool.settings.id.clone(), pool)).collect(),
            outbox: Outbox::default(),
            faults: Faults::default(),
        };
        Self {
            base_url,
            behaviour,
            state: Mutex::new(state),
        }
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
