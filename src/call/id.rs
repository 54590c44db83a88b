//! The id of a call, by which its line in the log is found again.

use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicU64, Ordering},
};

/// Longest id that a caller gives, in characters.
const MAX: usize = 128;

/// The id of one call: its caller's own, or one that is made here. Clones share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallId(Arc<str>);

impl CallId {
    /// The caller's id, if it has 1 to 128 visible ASCII characters, or else a new one.
    pub fn of(given: Option<&[u8]>) -> Self {
        let given = given.filter(|id| (1..=MAX).contains(&id.len()));
        let given = given.filter(|id| id.iter().all(u8::is_ascii_graphic));
        let given = given.and_then(|id| std::str::from_utf8(id).ok());
        given.map_or_else(Self::new, |id| Self(id.into()))
    }

    /// An id that no other call has, in this process or in another.
    fn new() -> Self {
        static PROCESS: LazyLock<String> = LazyLock::new(|| {
            // Without randomness the ids are still this process's own.
            format!("{:016x}", getrandom::u64().unwrap_or_default())
        });
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(format!("{}-{number:x}", *PROCESS).into())
    }

    /// Visible ASCII characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callers_id_is_kept_if_it_is_short_and_visible() {
        let longest = "x".repeat(MAX);
        for id in ["1", "a-b/c=\"{}\"~!", &longest] {
            assert_eq!(CallId::of(Some(id.as_bytes())).as_str(), id);
        }
        let too_long = "x".repeat(MAX + 1);
        for id in ["", " ", "a b", "a\n", "é", "\u{7f}", &too_long] {
            assert_ne!(CallId::of(Some(id.as_bytes())).as_str(), id);
        }
    }

    #[test]
    fn ids_that_are_made_differ() {
        assert_ne!(CallId::of(None), CallId::of(None));
    }
}
