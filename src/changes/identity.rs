//! By what changes are told apart.

use aws_lc_rs::{
    digest::{self, SHA256},
    hmac::{Context, HMAC_SHA256, Key as HashKey},
};

use crate::attributes::Identified;

/// Of the operation, the token and the `request_id`, as a hash.
pub type Key = [u8; 32];

/// Makes identities. The key is made at the start and stands nowhere: without it nobody finds out
/// what a hash is of.
#[derive(Debug)]
pub struct Keys(HashKey);

/// A change that has a `request_id`, as hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    pub(super) key: Key,
    /// Of everything that was asked for.
    pub(super) all: [u8; 32],
}

impl Keys {
    /// # Errors
    ///
    /// If the system has no randomness.
    pub fn generate() -> Result<Self, getrandom::Error> {
        // The system's own: gathering entropy of one's own takes longer than the rest of the start.
        let mut secret = [0; 32];
        getrandom::fill(&mut secret)?;
        Ok(Self(HashKey::new(HMAC_SHA256, &secret)))
    }

    /// What tells this change from others. Without a `request_id` nothing does: what looks the same
    /// may have been meant twice.
    pub fn identity<C: Identified>(&self, change: &C) -> Option<Identity> {
        let id = change.request_id()?;
        let mut key = Context::with_key(&self.0);
        feed(&mut key, C::OPERATION.name().as_bytes());
        change.access_token().feed(&mut |part| feed(&mut key, part));
        feed(&mut key, id.as_str().as_bytes());
        let key = bytes(key.sign());
        // Nobody knows the key's hash, so this one is keyed as well.
        let mut all = digest::Context::new(&SHA256);
        all.update(&key);
        change.body(&mut |part| {
            all.update(&length(part));
            all.update(part);
        });
        let all = bytes(all.finish());
        Some(Identity { key, all })
    }
}

/// With its length, so that no two lists of parts are the same bytes.
fn feed(hash: &mut Context, part: &[u8]) {
    hash.update(&length(part));
    hash.update(part);
}

fn length(part: &[u8]) -> [u8; 8] {
    (part.len() as u64).to_le_bytes()
}

fn bytes(hash: impl AsRef<[u8]>) -> [u8; 32] {
    hash.as_ref().try_into().expect("SHA-256 has 32 bytes")
}
