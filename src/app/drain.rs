//! The end of the process, from the first signal on.
//!
//! 1. Health says NOT_SERVING at once. For the delay, connections and calls are still taken, so that
//!    balancers see it before anybody is turned away.
//! 2. No connection is taken any more, and peers are told to go elsewhere (GOAWAY). A call that was
//!    on its way meanwhile is still taken.
//! 3. Once nothing is in flight, and answers have had a moment to leave, nothing more is admitted:
//!    what comes after that is refused, and was never sent. Then the connections are closed.
//!
//! All of it ends by the time-out. What is in flight then is cut, and said to be.

use std::time::Duration;

use tokio::{
    task::JoinSet,
    time::{Instant, timeout_at},
};

use super::{RunError, listener_ended};
use crate::{
    admin::Readiness,
    call::InFlight,
    server::{Health, Stop},
};

/// How long answers have to leave, and calls that cross a GOAWAY to come, once nothing is in flight.
/// A peer who doesn't read, or never speaks, holds the process up for no longer.
const LINGER: Duration = Duration::from_secs(1);

/// What a drain needs.
pub(super) struct Drain {
    pub(super) in_flight: InFlight,
    pub(super) health: Health,
    pub(super) ready: Readiness,
    pub(super) stop: Stop,
    pub(super) delay: Duration,
    pub(super) timeout: Duration,
}

impl Drain {
    /// Calls are taken from now on.
    pub(super) fn ready(&self) {
        self.health.set_serving(true);
        self.ready.set(true);
        tracing::info!("ready");
    }

    /// Runs to the end of `server`.
    pub(super) async fn run(self, mut server: JoinSet<Result<(), String>>) -> Result<(), RunError> {
        let begun = Instant::now();
        let end = begun + self.timeout;
        self.in_flight.drain_ends_at(end.into());
        self.ready.set(false);
        self.health.set_serving(false);
        tracing::info!(calls = self.in_flight.count(), "draining");
        if let Ok(Some(ended)) = timeout_at(begun + self.delay, server.join_next()).await {
            return Err(listener_ended(ended));
        }

        self.stop.drain.cancel();
        self.health.end_watches();
        let cut = self.no_more(&mut server, end).await;
        self.stop.close.cancel();
        server.join_all().await;
        match cut {
            0 => Ok(()),
            cut => Err(RunError::NotDrained(cut)),
        }
    }

    /// Returns when nothing is in flight and nothing can be any more: how many were cut for it.
    async fn no_more(&self, server: &mut JoinSet<Result<(), String>>, end: Instant) -> usize {
        loop {
            if timeout_at(end, self.in_flight.none()).await.is_err() {
                self.in_flight.close();
                return self.in_flight.count();
            }
            let admitted = self.in_flight.admitted();
            let linger = end.min(Instant::now() + LINGER);
            if !server.is_empty() && timeout_at(linger, server.join_next()).await.is_ok() {
                // The connections are gone. Changes may be under way whose callers left.
                continue;
            }
            let is_quiet = self.in_flight.admitted() == admitted || Instant::now() >= end;
            if (is_quiet || server.is_empty()) && self.in_flight.close_if_none() {
                return 0;
            }
        }
    }
}
