//! By what changes are told apart.

use aws_lc_rs::hmac::{Context, HMAC_SHA256, Key};

use crate::attributes::Identified;

/// Makes identities. The key is made at the start and stands nowhere: without it nobody finds out
/// what a hash is of.
#[derive(Debug)]
pub struct Keys(Key);

/// A change, as hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Of the operation, the token and the `request_id`; of all of it, without an id.
    pub(super) key: [u8; 32],
    /// Of all of it.
    pub(super) body: [u8; 32],
    /// Whether there is a `request_id`.
    pub(super) named: bool,
}

impl Keys {
    /// # Errors
    ///
    /// If the system has no randomness.
    pub fn generate() -> Result<Self, getrandom::Error> {
        // The system's own: gathering entropy of one's own takes longer than the rest of the start.
        let mut secret = [0; 32];
        getrandom::fill(&mut secret)?;
        Ok(Self(Key::new(HMAC_SHA256, &secret)))
    }

    /// What tells this change from others.
    pub fn identity<C: Identified>(&self, change: &C) -> Identity {
        let mut key = self.hash(C::OPERATION.name());
        change.access_token().feed(&mut |part| feed(&mut key, part));
        let id = change.request_id().map(|id| id.as_str().as_bytes());
        feed(&mut key, id.unwrap_or_default());
        let mut all = key.clone();
        change.body(&mut |part| feed(&mut all, part));
        let body = digest(all);
        Identity {
            key: id.map_or(body, |_| digest(key)),
            body,
            named: id.is_some(),
        }
    }

    fn hash(&self, operation: &str) -> Context {
        let mut hash = Context::with_key(&self.0);
        feed(&mut hash, operation.as_bytes());
        hash
    }
}

/// With its length, so that no two lists of parts are the same bytes.
fn feed(hash: &mut Context, part: &[u8]) {
    hash.update(&(part.len() as u64).to_le_bytes());
    hash.update(part);
}

fn digest(hash: Context) -> [u8; 32] {
    let tag = hash.sign();
    tag.as_ref().try_into().expect("SHA-256 has 32 bytes")
}
