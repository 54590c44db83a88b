//! What is known of changes: those under way, and the results of those that have a `request_id`.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{identity::Identity, waiting::UnderWay};
use crate::cognito::Progress;

/// How long a result is remembered.
pub const KEPT_FOR: Duration = Duration::from_mins(5);
/// How many locks there are, so that one call hardly ever waits for another.
const SHARDS: usize = 64;
/// Most results that are remembered under one lock. The oldest are forgotten first. With the bounds
/// of a status this is at most some 150 MB in all, and with usual answers a few.
pub const MAX_KEPT: usize = 512;

#[derive(Debug)]
pub struct Memory<V>([Mutex<Entries<V>>; SHARDS]);

#[derive(Debug)]
pub struct Entries<V> {
    by_key: HashMap<[u8; 32], (Identity, State<V>)>,
    /// The remembered ones, the oldest first.
    remembered: VecDeque<(Instant, [u8; 32])>,
}

#[derive(Debug)]
enum State<V> {
    UnderWay(UnderWay<V>),
    Known(V),
}

/// What is known of a change.
pub enum Entry<V> {
    UnderWay(UnderWay<V>),
    Known(V),
    /// Its `request_id` is another change's.
    Other,
}

impl<V> Memory<V> {
    /// Those among which this change is, if it is known. Nothing is awaited while they are held.
    pub fn entries(&self, identity: &Identity) -> MutexGuard<'_, Entries<V>> {
        let shard = usize::from(identity.key[0]) % SHARDS;
        // Changes are made whole or not at all, so a panic leaves nothing half done.
        self.0[shard].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V: Clone> Entries<V> {
    pub fn get(&mut self, identity: &Identity, now: Instant) -> Option<Entry<V>> {
        self.forget(now);
        let (known, state) = self.by_key.get(&identity.key)?;
        Some(match state {
            _ if known.body != identity.body => Entry::Other,
            State::UnderWay(call) => Entry::UnderWay(call.clone()),
            State::Known(value) => Entry::Known(value.clone()),
        })
    }

    pub fn begin(&mut self, identity: Identity, call: UnderWay<V>) {
        let state = State::UnderWay(call);
        self.by_key.insert(identity.key, (identity, state));
    }

    /// The change has a result, which is remembered if it is given here and the change has a name.
    pub fn end(&mut self, identity: &Identity, result: Option<V>, now: Instant) {
        self.by_key.remove(&identity.key);
        let Some(result) = result.filter(|_| identity.named) else {
            return;
        };
        self.remembered.push_back((now + KEPT_FOR, identity.key));
        let state = State::Known(result);
        self.by_key.insert(identity.key, (*identity, state));
        self.forget(now);
    }

    /// The call of this progress has no result. Another one may be under way for the change by now.
    pub fn remove(&mut self, identity: &Identity, progress: &Progress) {
        let is_its = |state: &State<V>| matches!(state, State::UnderWay(call) if call.is(progress));
        let known = self.by_key.get(&identity.key);
        if known.is_some_and(|(_, state)| is_its(state)) {
            self.by_key.remove(&identity.key);
        }
    }

    /// How many changes are known.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    fn forget(&mut self, now: Instant) {
        while let Some((until, key)) = self.remembered.front() {
            if *until > now && self.remembered.len() <= MAX_KEPT {
                break;
            }
            self.by_key.remove(key);
            self.remembered.pop_front();
        }
    }
}

impl<V> Default for Memory<V> {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }
}

impl<V> Default for Entries<V> {
    fn default() -> Self {
        Self {
            by_key: HashMap::new(),
            remembered: VecDeque::new(),
        }
    }
}
