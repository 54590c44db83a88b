//! The time that the rules are told: the system's, and what a test has added to it.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::SystemTime,
};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Seconds since 1970, UTC.
pub type Seconds = u64;

/// It can be set forward and back.
#[derive(Default)]
pub struct Clock {
    advance: AtomicI64,
}

impl Clock {
    pub fn now(&self) -> Seconds {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let system = since.map(|since| since.as_secs()).unwrap_or_default();
        system.saturating_add_signed(self.offset())
    }

    /// How far it is from the system's, in seconds: ahead of it, or behind if it is negative.
    pub fn offset(&self) -> i64 {
        self.advance.load(Ordering::Relaxed)
    }

    /// Sets it forward by this, or back.
    pub fn advance(&self, seconds: i64) {
        self.advance.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Makes it show the system's time again.
    pub fn reset(&self) {
        self.advance.store(0, Ordering::Relaxed);
    }
}

/// `2026-01-31T12:00:00Z`.
pub fn rfc3339(time: Seconds) -> String {
    let seconds = i64::try_from(time).unwrap_or(i64::MAX);
    let time = OffsetDateTime::from_unix_timestamp(seconds);
    time.ok()
        .and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_default()
}
