//! How far a call has got: whether anything may have left, and whether anything still may.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    time::Instant,
};

/// Nothing was sent, or what was sent wasn't executed.
const WAITING: u8 = 0;
/// The request may have left.
const SENT: u8 = 1;
/// The same, and nobody waits for its answer.
const SENT_AND_LEFT: u8 = 2;
/// Nothing was sent and nothing will be.
const CANCELLED: u8 = 3;

/// Shared by a call and those who wait for it.
#[derive(Clone, Debug)]
pub struct Progress(Arc<State>);

#[derive(Debug)]
struct State {
    stage: AtomicU8,
    deadline: Mutex<Instant>,
}

impl Progress {
    /// Of a call that may begin to be sent, or be sent again, until `deadline`.
    pub fn new(deadline: Instant) -> Self {
        Self(Arc::new(State {
            stage: AtomicU8::new(WAITING),
            deadline: Mutex::new(deadline),
        }))
    }

    /// Whether both are the same call's.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Whether the request may have left and been executed. `false` is certain, `true` is not.
    pub fn may_be_sent(&self) -> bool {
        matches!(self.stage(), SENT | SENT_AND_LEFT)
    }

    /// Until when the call may begin to be sent.
    pub fn deadline(&self) -> Instant {
        *self.lock()
    }

    /// Somebody else waits too, perhaps longer.
    pub fn join(&self, deadline: Instant) {
        let mut own = self.lock();
        *own = deadline.max(*own);
        self.turn(SENT_AND_LEFT, SENT);
    }

    /// Nobody waits any more. If nothing has been sent, nothing will be, and the result is `true`.
    pub fn leave(&self) -> bool {
        self.turn(WAITING, CANCELLED);
        self.turn(SENT, SENT_AND_LEFT);
        self.stage() == CANCELLED
    }

    /// Whether nobody waits for the answer.
    pub fn is_left(&self) -> bool {
        matches!(self.stage(), SENT_AND_LEFT | CANCELLED)
    }

    /// What this call waits for may have been sent, by another call.
    pub fn mark_sent(&self) {
        self.turn(WAITING, SENT);
    }

    /// The first byte is about to leave. If the result is `false`, it must not.
    pub(super) fn start(&self) -> bool {
        self.turn(WAITING, SENT);
        self.stage() != CANCELLED
    }

    /// What was sent was certainly not executed.
    pub(super) fn not_executed(&self) {
        self.turn(SENT, WAITING);
        self.turn(SENT_AND_LEFT, CANCELLED);
    }

    fn stage(&self) -> u8 {
        self.0.stage.load(Ordering::Acquire)
    }

    fn turn(&self, from: u8, to: u8) {
        let (done, seen) = (Ordering::AcqRel, Ordering::Acquire);
        let _ = self.0.stage.compare_exchange(from, to, done, seen);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Instant> {
        let deadline = self.0.deadline.lock();
        deadline.unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_before_it_is_sent_is_never_sent() {
        let progress = Progress::new(Instant::now());
        assert!(!progress.may_be_sent());
        assert!(progress.leave());
        assert!(!progress.start());
        assert!(!progress.may_be_sent());
    }

    #[test]
    fn what_is_left_after_it_is_sent_goes_on_and_is_not_tried_again() {
        let progress = Progress::new(Instant::now());
        assert!(progress.start());
        assert!(!progress.leave());
        assert!(progress.may_be_sent());
        assert!(progress.is_left());
        progress.not_executed();
        assert!(!progress.start());
    }

    #[test]
    fn what_was_not_executed_may_be_sent_again() {
        let progress = Progress::new(Instant::now());
        assert!(progress.start());
        progress.not_executed();
        assert!(!progress.may_be_sent());
        assert!(!progress.is_left());
        assert!(progress.start());
    }

    #[test]
    fn who_joins_a_call_that_all_have_left_waits_for_it() {
        let now = Instant::now();
        let progress = Progress::new(now);
        progress.start();
        progress.leave();
        let later = now + std::time::Duration::from_secs(1);
        progress.join(later);
        assert!(!progress.is_left());
        assert_eq!(progress.deadline(), later);
        progress.join(now);
        assert_eq!(progress.deadline(), later, "it isn't shortened");
    }
}
