//! The time that the rules are told: the system's, and what a test has added to it.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::SystemTime,
};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Seconds since 1970, UTC.
pub type Seconds = u64;

/// It goes forward only.
#[derive(Default)]
pub struct Clock {
    advance: AtomicU64,
}

impl Clock {
    pub fn now(&self) -> Seconds {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let system = since.map(|since| since.as_secs()).unwrap_or_default();
        system.saturating_add(self.advance.load(Ordering::Relaxed))
    }

    pub fn advance(&self, seconds: u32) {
        self.advance.fetch_add(seconds.into(), Ordering::Relaxed);
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
