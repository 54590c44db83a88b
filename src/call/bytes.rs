//! The bytes of messages that are being received, held or sent, within a bound.

use std::sync::Arc;

use super::{Caller, Shed, caller::Share};

/// What a message or an answer has for nothing. It keeps small calls going while large ones, or
/// half ones, take up all the room.
const FREE: usize = 8 * 1024;
/// Most bytes of all callers, beyond that. A message takes two or three times its bytes while it is
/// decoded and encoded again.
const MAX: usize = 12 * 1024 * 1024;
/// Most bytes of one connection.
const MAX_OF_A_CALLER: usize = MAX / 8;

/// All of them. Clones share the count.
#[derive(Clone, Debug, Default)]
pub struct Bytes(Arc<Share>);

/// Those of one call. They are given back when it is dropped.
#[derive(Debug)]
pub struct Charge {
    all: Bytes,
    caller: Arc<Caller>,
    /// Received, held or to be sent,
    size: usize,
    /// and so many of them count.
    charged: usize,
}

/// There is no room for so many bytes.
#[derive(Debug, PartialEq, Eq)]
pub enum NoRoom {
    /// The caller has its share.
    OfTheCaller,
    /// All callers together have all there is.
    OfAll,
}

impl From<NoRoom> for Shed {
    fn from(no_room: NoRoom) -> Self {
        match no_room {
            NoRoom::OfTheCaller => Self::BytesOfConnection,
            NoRoom::OfAll => Self::Bytes,
        }
    }
}

impl Bytes {
    /// None yet, for a call of this caller's.
    pub fn charge(&self, caller: &Arc<Caller>) -> Charge {
        Charge {
            all: self.clone(),
            caller: Arc::clone(caller),
            size: 0,
            charged: 0,
        }
    }
}

impl Charge {
    /// Counts some more bytes.
    ///
    /// # Errors
    ///
    /// If there is no room for them. Then they don't count.
    pub fn add(&mut self, more: usize) -> Result<(), NoRoom> {
        let size = self.size.saturating_add(more);
        let charged = size.saturating_sub(FREE);
        let charge = charged - self.charged;
        if charge > 0 {
            if self.caller.bytes.take(charge, MAX_OF_A_CALLER).is_none() {
                return Err(NoRoom::OfTheCaller);
            }
            if self.all.0.take(charge, MAX).is_none() {
                self.caller.bytes.give(charge);
                return Err(NoRoom::OfAll);
            }
        }
        self.size = size;
        self.charged = charged;
        Ok(())
    }

    /// Whether any of them count.
    pub fn is_charged(&self) -> bool {
        self.charged > 0
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        if self.charged > 0 {
            self.caller.bytes.give(self.charged);
            self.all.0.give(self.charged);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    fn caller() -> Arc<Caller> {
        Arc::new(Caller::new(SocketAddr::from(([127, 0, 0, 1], 1)), None))
    }

    #[test]
    fn small_messages_count_for_nothing() {
        let (bytes, caller) = (Bytes::default(), caller());
        let mut charge = bytes.charge(&caller);
        assert_eq!(charge.add(FREE), Ok(()));
        assert!(!charge.is_charged());
        assert_eq!(charge.add(1), Ok(()));
        assert!(charge.is_charged());
        assert_eq!((caller.bytes.get(), bytes.0.get()), (1, 1));
    }

    #[test]
    fn one_connection_has_an_eighth_and_all_together_have_a_bound() {
        let bytes = Bytes::default();
        let mut charges = Vec::new();
        for _ in 0..8 {
            let mut charge = bytes.charge(&caller());
            assert_eq!(charge.add(FREE + MAX_OF_A_CALLER), Ok(()));
            assert_eq!(charge.add(1), Err(NoRoom::OfTheCaller));
            charges.push(charge);
        }
        let caller = caller();
        let mut one_more = bytes.charge(&caller);
        assert_eq!(one_more.add(FREE + 1), Err(NoRoom::OfAll));
        assert_eq!(caller.bytes.get(), 0);
        charges.pop();
        assert_eq!(one_more.add(FREE + 1), Ok(()));
        drop((charges, one_more));
        assert_eq!(bytes.0.get(), 0);
    }
}
