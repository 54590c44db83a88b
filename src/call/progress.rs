//! How far a request to Cognito has got: whether it may have left, and whether it still may.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use opentelemetry::trace::SpanContext;

use super::{Call, CallId};

/// Shared by what sends a request and those who wait for its answer.
#[derive(Clone, Debug)]
pub struct Progress(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// Of the call that the request was made for, also if others wait for it by now.
    call: Option<CallId>,
    trace: Option<SpanContext>,
    stage: Mutex<Stage>,
}

/// Under one lock: somebody may leave at the moment in which the request does.
#[derive(Debug)]
struct Stage {
    /// The request may have left, and may have been executed.
    sent: bool,
    /// How many wait for the answer.
    waiting: usize,
    deadline: Instant,
}

impl Progress {
    /// Of a request that one waits for. It may begin to be sent, or be sent again, until `deadline`.
    pub fn new(deadline: Instant) -> Self {
        Self::made_for(None, None, deadline)
    }

    /// Of a request that this call waits for, until its deadline.
    pub fn of(call: &Call) -> Self {
        let (id, trace) = (call.id().clone(), call.trace().cloned());
        Self::made_for(Some(id), trace, call.deadline())
    }

    fn made_for(call: Option<CallId>, trace: Option<SpanContext>, deadline: Instant) -> Self {
        let stage = Mutex::new(Stage {
            sent: false,
            waiting: 1,
            deadline,
        });
        Self(Arc::new(Shared { call, trace, stage }))
    }

    /// The id of the call that the request was made for, if it was made for one.
    pub fn request_id(&self) -> Option<&str> {
        self.0.call.as_ref().map(CallId::as_str)
    }

    /// The span of the call that the request was made for, if calls are traced.
    pub fn trace(&self) -> Option<&SpanContext> {
        self.0.trace.as_ref()
    }

    /// The id of that call's trace, as the call itself tells it.
    pub fn trace_id(&self) -> Option<String> {
        self.trace().map(|span| span.trace_id().to_string())
    }

    /// Whether both are the same request's.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Whether the request may have left and been executed. `false` is certain, `true` is not.
    pub fn may_be_sent(&self) -> bool {
        self.stage().sent
    }

    /// Until when the request may begin to be sent.
    pub fn deadline(&self) -> Instant {
        self.stage().deadline
    }

    /// Somebody else waits too, perhaps longer.
    pub fn join(&self, deadline: Instant) {
        let mut stage = self.stage();
        stage.waiting += 1;
        stage.deadline = stage.deadline.max(deadline);
    }

    /// One who waited leaves. `true` is certain: nothing was sent, and nothing will be.
    pub fn leave(&self) -> bool {
        let mut stage = self.stage();
        stage.waiting = stage.waiting.saturating_sub(1);
        stage.waiting == 0 && !stage.sent
    }

    /// Whether nobody waits for the answer.
    pub fn is_left(&self) -> bool {
        self.stage().waiting == 0
    }

    /// The first byte is about to leave. If the result is `false`, it must not: nobody waits.
    pub fn start(&self) -> bool {
        let mut stage = self.stage();
        stage.sent |= stage.waiting > 0;
        stage.sent
    }

    /// What was sent was certainly not executed.
    pub fn not_executed(&self) {
        self.stage().sent = false;
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.0.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

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
        assert!(progress.start(), "the rest of the request may leave");
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
    fn who_joins_a_request_that_all_have_left_waits_for_it() {
        let now = Instant::now();
        let progress = Progress::new(now);
        progress.start();
        progress.leave();
        let later = now + Duration::from_secs(1);
        progress.join(later);
        assert!(!progress.is_left());
        assert_eq!(progress.deadline(), later);
        progress.join(now);
        assert_eq!(progress.deadline(), later, "it isn't shortened");
    }

    #[test]
    fn what_another_waits_for_may_still_be_sent() {
        let progress = Progress::new(Instant::now());
        progress.join(Instant::now());
        assert!(!progress.leave());
        assert!(progress.start());
    }
}
