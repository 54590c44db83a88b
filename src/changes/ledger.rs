//! What became of the changes that have a `request_id`, for five minutes, within a bound in bytes.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

use super::identity::{Identity, Key};

/// How long a result is remembered.
pub const KEPT_FOR: Duration = Duration::from_mins(5);
/// Most bytes that all of it takes, by estimate. The oldest results are forgotten first. At Cognito's
/// quota of 25 changes a second five minutes have 7,500 results, of some 600 bytes each.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;
/// What an entry takes besides its result.
const ENTRY: usize = 192;

#[derive(Debug)]
pub struct Ledger<V> {
    by_key: HashMap<Key, Result<V>>,
    /// The oldest first.
    oldest: VecDeque<(Instant, Key)>,
    bytes: usize,
}

#[derive(Debug)]
struct Result<V> {
    identity: Identity,
    value: V,
    bytes: usize,
}

/// What is known of a change.
pub enum Entry<V> {
    Known(V),
    /// Its `request_id` is another change's.
    Other,
}

impl<V: Clone> Ledger<V> {
    /// What is known of this change at this time.
    pub fn get(&mut self, identity: &Identity, now: Instant) -> Option<Entry<V>> {
        self.forget(now);
        let known = self.by_key.get(&identity.key)?;
        Some(if known.identity.all == identity.all {
            Entry::Known(known.value.clone())
        } else {
            Entry::Other
        })
    }

    /// Remembers a result that takes so many bytes.
    pub fn add(&mut self, identity: Identity, value: V, bytes: usize, now: Instant) {
        let bytes = bytes + ENTRY;
        let result = Result {
            identity,
            value,
            bytes,
        };
        self.bytes += bytes;
        self.oldest.push_back((now + KEPT_FOR, identity.key));
        if let Some(before) = self.by_key.insert(identity.key, result) {
            self.bytes -= before.bytes;
        }
        self.forget(now);
    }

    fn forget(&mut self, now: Instant) {
        while let Some((until, key)) = self.oldest.front() {
            if *until > now && self.bytes <= MAX_BYTES {
                break;
            }
            if let Some(forgotten) = self.by_key.remove(key) {
                self.bytes -= forgotten.bytes;
            }
            self.oldest.pop_front();
        }
    }

    /// How many results are remembered.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.by_key.len()
    }
}

impl<V> Default for Ledger<V> {
    fn default() -> Self {
        Self {
            by_key: HashMap::new(),
            oldest: VecDeque::new(),
            bytes: 0,
        }
    }
}
