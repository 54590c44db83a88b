//! What tells one change from another.

use super::{request_id::RequestId, secret::AccessToken};
use crate::proto::Operation;

/// A change that may come more than once. Two are the same if all of this is.
pub trait Identified {
    /// What is asked for.
    const OPERATION: Operation;

    /// The caller's name for it.
    fn request_id(&self) -> Option<&RequestId>;

    /// Whose it is.
    fn access_token(&self) -> &AccessToken;

    /// Hands out the rest, part by part, in an order that is always the same. It is secret: it is to
    /// be hashed with a key, and not kept.
    fn body(&self, part: &mut dyn FnMut(&[u8]));
}
