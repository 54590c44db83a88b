//! The changes under way.
//!
//! A flight is a task. Those who ask for the same [`Identity`] meanwhile wait for it too, each for as
//! long as its own deadline allows. One who leaves takes nothing from the others; when the last one
//! leaves before anything is sent, the flight ends and nothing will be.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use tokio::{sync::watch, task::AbortHandle};

use super::{
    identity::{Identity, Key},
    ledger::{Entry, Ledger},
};
use crate::{
    call::{Call, Progress},
    proto::Operation,
    telemetry::{self, Metrics},
};

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// The `request_id` belongs to another change.
    Reused,
    /// The flight panicked.
    Panicked,
}

/// Changes under way, and what became of those before. Clones share them.
#[derive(Debug)]
pub struct Flights<V> {
    known: Arc<Mutex<Known<V>>>,
    /// How many bytes it takes to remember an answer, or `None` if a repeat is to be a real try.
    remembered: fn(&V) -> Option<usize>,
    /// Is told of an answer that nobody was left to hear, of the request that it is to, and how many
    /// there have been.
    unheard: fn(Operation, &Progress, &V, u64),
    metrics: Metrics,
}

/// Both halves, under one lock, so that a change is always in one of them or in none.
#[derive(Debug)]
struct Known<V> {
    under_way: HashMap<Key, (Identity, Flight<V>)>,
    ledger: Ledger<Arc<V>>,
}

/// A change that runs in its task.
#[derive(Debug)]
struct Flight<V> {
    progress: Progress,
    answer: watch::Receiver<Option<Arc<V>>>,
    task: AbortHandle,
}

impl<V: Send + Sync + 'static> Flights<V> {
    pub fn new(
        remembered: fn(&V) -> Option<usize>,
        unheard: fn(Operation, &Progress, &V, u64),
        metrics: Metrics,
    ) -> Self {
        Self {
            known: Arc::new(Mutex::new(Known {
                under_way: HashMap::new(),
                ledger: Ledger::default(),
            })),
            remembered,
            unheard,
            metrics,
        }
    }

    /// The answer to a change: the one that is known, the one that is on its way, or a new flight's.
    /// Without an identity it is always a new flight's.
    ///
    /// # Errors
    ///
    /// If the `request_id` belongs to another change, or the flight panics.
    pub async fn answer<F>(
        &self,
        operation: Operation,
        identity: Option<Identity>,
        call: &Call,
        send: impl FnOnce(Progress) -> F,
    ) -> Result<Arc<V>, NoAnswer>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let waiting = match identity {
            None => Waiting::new(self.begin(operation, None, call, send), call, None),
            Some(identity) => {
                let mut known = lock(&self.known);
                if let Some(entry) = known.ledger.get(&identity, Instant::now()) {
                    return match entry {
                        Entry::Known(answer) => {
                            self.metrics.answered_from_memory();
                            Ok(answer)
                        }
                        Entry::Other => Err(NoAnswer::Reused),
                    };
                }
                let flight = match known.under_way.get(&identity.key) {
                    Some((other, _)) if other.all != identity.all => return Err(NoAnswer::Reused),
                    Some((_, flight)) => {
                        flight.progress.join(call.deadline());
                        flight.clone()
                    }
                    None => {
                        let flight = self.begin(operation, Some(identity), call, send);
                        let entry = (identity, flight.clone());
                        known.under_way.insert(identity.key, entry);
                        flight
                    }
                };
                Waiting::new(flight, call, Some((Arc::clone(&self.known), identity.key)))
            }
        };
        waiting.answer().await
    }

    /// A new flight, which one waits for. It holds on to the permit of the call that it began with.
    fn begin<F>(
        &self,
        operation: Operation,
        identity: Option<Identity>,
        call: &Call,
        send: impl FnOnce(Progress) -> F,
    ) -> Flight<V>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let progress = Progress::of(call);
        // The SDK's futures are large, and a task is moved several times before it begins.
        let send = Box::pin(send(progress.clone()));
        let (result, answer) = watch::channel(None);
        let (remembered, unheard) = (self.remembered, self.unheard);
        let (permit, metrics) = (call.permit(), self.metrics.clone());
        let (known, own) = (Arc::clone(&self.known), progress.clone());
        let task = tokio::spawn(async move {
            let _counts = metrics.flight();
            // Not before the task runs: the lock is held here, and dropping a place takes it too.
            let mut place = Place {
                known,
                identity,
                progress: own,
                operation,
                done: false,
            };
            let answer = Arc::new(send.await);
            place.end(&answer, remembered(&answer));
            if place.progress.is_left() {
                let count = metrics.completed_after_caller_left();
                unheard(operation, &place.progress, &answer, count);
            }
            result.send_replace(Some(answer));
            drop(permit);
        });
        Flight {
            progress,
            answer,
            task: task.abort_handle(),
        }
    }
}

/// A flight's place among those under way. If it ends without an answer, by a panic, the change can
/// be tried again.
struct Place<V> {
    known: Arc<Mutex<Known<V>>>,
    identity: Option<Identity>,
    progress: Progress,
    operation: Operation,
    done: bool,
}

impl<V> Place<V> {
    /// The answer is there. It is remembered if it is told how many bytes that takes.
    fn end(&mut self, answer: &Arc<V>, bytes: Option<usize>) {
        self.done = true;
        let Some(identity) = &self.identity else {
            return;
        };
        let mut known = lock(&self.known);
        known.remove(&identity.key, &self.progress);
        if let Some(bytes) = bytes {
            let answer = Arc::clone(answer);
            known.ledger.add(*identity, answer, bytes, Instant::now());
        }
    }
}

impl<V> Drop for Place<V> {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        // A panic tells of itself. Nothing else ends a flight that was sent but the process's end.
        if self.progress.may_be_sent() && !std::thread::panicking() {
            telemetry::cut(self.operation, &self.progress);
        }
        if let Some(identity) = &self.identity {
            lock(&self.known).remove(&identity.key, &self.progress);
        }
    }
}

impl<V> Known<V> {
    /// The flight of this progress has no answer. Another one may be under way by now.
    fn remove(&mut self, key: &Key, progress: &Progress) {
        let flight = self.under_way.get(key);
        if flight.is_some_and(|(_, flight)| flight.progress.is(progress)) {
            self.under_way.remove(key);
        }
    }
}

impl<V> Clone for Flight<V> {
    fn clone(&self) -> Self {
        Self {
            progress: self.progress.clone(),
            answer: self.answer.clone(),
            task: self.task.clone(),
        }
    }
}

/// A call that waits for a flight. Dropped before the answer is there, it has left.
struct Waiting<'a, V> {
    flight: Flight<V>,
    call: &'a Call,
    known: Option<(Arc<Mutex<Known<V>>>, Key)>,
    done: bool,
}

impl<'a, V> Waiting<'a, V> {
    fn new(flight: Flight<V>, call: &'a Call, known: Option<(Arc<Mutex<Known<V>>>, Key)>) -> Self {
        Self {
            flight,
            call,
            known,
            done: false,
        }
    }

    async fn answer(mut self) -> Result<Arc<V>, NoAnswer> {
        let answer = self.flight.answer.wait_for(Option::is_some).await;
        let answer = answer.ok().and_then(|answer| answer.clone());
        self.done = true;
        answer.ok_or(NoAnswer::Panicked)
    }
}

impl<V> Drop for Waiting<'_, V> {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        // Nobody may join between the last one's leaving and the end of the flight.
        let mut known = self.known.as_ref().map(|(known, key)| (lock(known), key));
        if !self.flight.progress.leave() {
            self.call.mark_sent();
            return;
        }
        if let Some((known, key)) = &mut known {
            known.remove(key, &self.flight.progress);
        }
        // The task takes the lock too, when it is dropped.
        drop(known);
        self.flight.task.abort();
    }
}

/// What is under the lock is changed whole or not at all, so a panic leaves nothing half done.
fn lock<V>(known: &Mutex<Known<V>>) -> MutexGuard<'_, Known<V>> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
impl<V> Flights<V> {
    /// How many changes are under way.
    pub fn under_way(&self) -> usize {
        lock(&self.known).under_way.len()
    }
}
