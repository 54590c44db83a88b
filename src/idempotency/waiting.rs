//! A call under way, and those who wait for it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{sync::watch, task::AbortHandle};

use super::{NoResult, identity::Identity, memory::Memory};
use crate::cognito::Progress;

/// A call that runs in its task.
#[derive(Clone, Debug)]
pub struct UnderWay<V> {
    progress: Progress,
    result: watch::Receiver<Option<V>>,
    task: AbortHandle,
    /// How many wait. It changes under the lock of the call's entry, if it has one.
    waiting: Arc<AtomicUsize>,
}

/// Somebody who waits. Dropped before the result is there, it has left.
pub struct Waiting<'a, V: Clone> {
    memory: Option<(Arc<Memory<V>>, Identity)>,
    call: UnderWay<V>,
    caller: &'a Progress,
    done: bool,
}

impl<V: Clone> UnderWay<V> {
    /// With one who waits.
    pub fn new(progress: Progress, result: watch::Receiver<Option<V>>, task: AbortHandle) -> Self {
        Self {
            progress,
            result,
            task,
            waiting: Arc::new(AtomicUsize::new(1)),
        }
    }

    /// Whether this is the call of that progress.
    pub fn is(&self, progress: &Progress) -> bool {
        self.progress.is(progress)
    }

    /// One more waits.
    pub fn join(&self, caller: &Progress) {
        self.waiting.fetch_add(1, Ordering::AcqRel);
        self.progress.join(caller.deadline());
    }
}

impl<'a, V: Clone> Waiting<'a, V> {
    pub fn new(
        memory: Option<(Arc<Memory<V>>, Identity)>,
        call: UnderWay<V>,
        caller: &'a Progress,
    ) -> Self {
        Self {
            memory,
            call,
            caller,
            done: false,
        }
    }

    pub async fn result(mut self) -> Result<V, NoResult> {
        let result = self.call.result.wait_for(Option::is_some).await;
        let result = result.ok().and_then(|value| value.clone());
        self.done = true;
        result.ok_or(NoResult::Panicked)
    }
}

impl<V: Clone> Drop for Waiting<'_, V> {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        let entries = self.memory.as_ref();
        let mut entries = entries.map(|(memory, identity)| (memory.entries(identity), identity));
        let last = self.call.waiting.fetch_sub(1, Ordering::AcqRel) == 1;
        if !(last && self.call.progress.leave()) {
            self.caller.mark_sent();
            return;
        }
        if let Some((entries, identity)) = &mut entries {
            entries.remove(identity, &self.call.progress);
        }
        // The task takes the lock too, when it is dropped.
        drop(entries);
        self.call.task.abort();
    }
}
