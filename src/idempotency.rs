//! Changes that reach Cognito once: identical ones that are under way at the same time share a call,
//! a repeat under the same `request_id` gets the first result, and a change that has been sent runs
//! to its end although its callers have left.
//!
//! A call runs in a task of its own. Those who ask for the same [`Identity`] while it runs wait for it
//! too, each for as long as its own deadline allows. Who leaves cancels nobody; when the last one
//! leaves before anything is sent, nothing will be.
//!
//! What is remembered stands in `Memory`, by keyed hashes alone, within bounds. It is this
//! process's: a store that replicas share would take its place behind [`Calls::run`].

mod identity;
mod memory;
mod waiting;

use std::{sync::Arc, time::Instant};

use tokio::sync::watch;
use tracing::{Instrument as _, Span};

pub use self::identity::{Identity, Keys};
use self::{
    memory::{Entry, Memory},
    waiting::{UnderWay, Waiting},
};
use crate::{cognito::Progress, telemetry::CallsInFlight};

/// What a call came to.
pub struct Finished<V> {
    /// For everybody who waits.
    pub value: V,
    /// Whether a repeat is to get the same: it would change nothing, or do harm.
    pub remember: bool,
}

/// Why there is no result.
#[derive(Debug, PartialEq, Eq)]
pub enum NoResult {
    /// The `request_id` belongs to another change.
    Reused,
    /// The call panicked.
    Panicked,
}

/// The calls of one operation. Clones share them.
#[derive(Debug)]
pub struct Calls<V> {
    memory: Arc<Memory<V>>,
    in_flight: CallsInFlight,
    /// Told of a result that nobody was left to hear.
    unheard: fn(&V),
}

impl<V: Clone + Send + Sync + 'static> Calls<V> {
    /// A drain waits for the calls by `in_flight`.
    pub fn new(in_flight: CallsInFlight, unheard: fn(&V)) -> Self {
        Self {
            memory: Arc::default(),
            in_flight,
            unheard,
        }
    }

    /// The result of a change: the one that is known, the one that is on its way, or a new one's.
    /// Without an identity it is always a new one.
    ///
    /// If the returned future is dropped, `caller` says whether the change may have been sent.
    ///
    /// # Errors
    ///
    /// If the `request_id` belongs to another change, or the call panics.
    pub async fn run<F>(
        &self,
        identity: Option<Identity>,
        caller: &Progress,
        call: impl FnOnce(Progress) -> F,
    ) -> Result<V, NoResult>
    where
        F: Future<Output = Finished<V>> + Send + 'static,
    {
        let Some(identity) = identity else {
            let call = self.spawn(None, caller, call);
            return Waiting::new(None, call, caller).result().await;
        };
        let memory = Some((Arc::clone(&self.memory), identity));
        let waiting = {
            let mut entries = self.memory.entries(&identity);
            match entries.get(&identity, Instant::now()) {
                Some(Entry::Other) => return Err(NoResult::Reused),
                Some(Entry::Known(value)) => return Ok(value),
                Some(Entry::UnderWay(call)) => {
                    call.join(caller);
                    Waiting::new(memory, call, caller)
                }
                None => {
                    let call = self.spawn(Some(identity), caller, call);
                    entries.begin(identity, call.clone());
                    Waiting::new(memory, call, caller)
                }
            }
        };
        waiting.result().await
    }

    fn spawn<F>(
        &self,
        identity: Option<Identity>,
        caller: &Progress,
        call: impl FnOnce(Progress) -> F,
    ) -> UnderWay<V>
    where
        F: Future<Output = Finished<V>> + Send + 'static,
    {
        let progress = Progress::new(caller.deadline());
        // The SDK's futures are large, and a task is moved several times before it begins.
        let call = Box::pin(call(progress.clone()));
        let (result, receiver) = watch::channel(None);
        let (memory, unheard) = (Arc::clone(&self.memory), self.unheard);
        let token = self.in_flight.token();
        let own = progress.clone();
        let task = async move {
            let entry = Occupied {
                memory,
                identity,
                progress: own,
            };
            let Finished { value, remember } = call.await;
            entry.end(remember.then(|| value.clone()));
            if entry.progress.is_left() {
                unheard(&value);
            }
            result.send_replace(Some(value));
            drop(token);
        };
        let task = tokio::spawn(task.instrument(Span::current()));
        UnderWay::new(progress, receiver, task.abort_handle())
    }
}

/// What a call has in the memory. If it ends without a result, by a panic, the change can be tried
/// again.
struct Occupied<V: Clone> {
    memory: Arc<Memory<V>>,
    identity: Option<Identity>,
    progress: Progress,
}

impl<V: Clone> Occupied<V> {
    fn end(&self, result: Option<V>) {
        if let Some(identity) = &self.identity {
            let mut entries = self.memory.entries(identity);
            entries.end(identity, result, Instant::now());
        }
    }
}

impl<V: Clone> Drop for Occupied<V> {
    fn drop(&mut self) {
        if let Some(identity) = &self.identity {
            let mut entries = self.memory.entries(identity);
            entries.remove(identity, &self.progress);
        }
    }
}

#[cfg(test)]
mod tests;
