//! Lines that should be in the file and aren't. The thread that writes it may be waiting for a disk, so
//! others count and tell them.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::task::AbortOnDropHandle;

/// How often it is looked whether there are new ones to tell of.
const TELL: Duration = Duration::from_secs(1);

/// The counts since the start. Who counts takes no lock.
#[derive(Debug, Default)]
pub(super) struct Losses {
    /// Lines that were to be written.
    all: AtomicU64,
    written: AtomicU64,
    lost: AtomicU64,
    /// So many of those that are lost were told of.
    told: AtomicU64,
    /// What the system has said of the last ones, until it is told.
    error: Mutex<Option<io::Error>>,
}

impl Losses {
    /// A line is to be written.
    pub fn asked(&self) {
        self.all.fetch_add(1, Ordering::Relaxed);
    }

    /// There was no room for a line.
    pub fn dropped(&self) {
        self.lost.fetch_add(1, Ordering::Relaxed);
    }

    /// The file took so many lines.
    pub fn written(&self, count: u64) {
        self.written.fetch_add(count, Ordering::Relaxed);
    }

    /// It didn't take so many.
    pub fn failed(&self, count: u64, error: io::Error) {
        *self.error.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        self.lost.fetch_add(count, Ordering::Relaxed);
    }

    /// Nobody waits any more for those that are neither written nor lost.
    pub fn give_up(&self) {
        let over = self.written.load(Ordering::Relaxed) + self.count();
        let left = self.all.load(Ordering::Relaxed).saturating_sub(over);
        self.lost.fetch_add(left, Ordering::Relaxed);
    }

    /// How many are lost.
    pub fn count(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Has the log tell of new ones, for as long as the result is kept.
    pub fn tell_them(self: Arc<Self>) -> AbortOnDropHandle<()> {
        AbortOnDropHandle::new(tokio::spawn(async move {
            let mut ticks = interval(TELL);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                self.tell();
            }
        }))
    }

    /// Tells of those that nobody has told of yet.
    pub fn tell(&self) {
        let count = self.count();
        if count > self.told.swap(count, Ordering::Relaxed) {
            let mut error = self.error.lock().unwrap_or_else(PoisonError::into_inner);
            let error = error.take().map(tracing::field::display);
            tracing::error!(count, error, "audit lines not written since the start");
        }
    }
}
