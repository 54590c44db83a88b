//! What isn't over: calls with their flights, and streams that last. How many there may be, and when
//! there are none.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Instant,
};

use tokio::sync::Notify;

use super::{Caller, Shed, caller::Share};

/// Most calls and flights of one connection.
const MAX_CALLS_OF_A_CALLER: usize = 100;
/// Most streams that last of one connection. A gRPC client has one watch a connection; a proxy has
/// those of several clients.
const MAX_STREAMS_OF_A_CALLER: usize = 8;
/// Of the room that one connection can't fill alone, this part is left to connections that have few,
/// so that those that have many can't take it all: a quarter,
const RESERVED: usize = 4;
/// for those with fewer than this.
const FEW: usize = 8;
/// In the count: nothing is admitted any more.
const CLOSED: usize = 1 << (usize::BITS - 1);

/// The count of them. Clones share it.
#[derive(Clone, Debug)]
pub struct InFlight(Arc<Count>);

#[derive(Debug)]
struct Count {
    /// With [`CLOSED`] as its highest bit, so that closing and admitting can't fall between each
    /// other.
    now: AtomicUsize,
    max: usize,
    max_of_a_caller: usize,
    /// Where a caller has its own count.
    share: fn(&Caller) -> &Share,
    /// What there is no room for, of all and of a caller.
    shed: (Shed, Shed),
    /// How many there have been.
    admitted: AtomicU64,
    over: Notify,
    drain_ends: OnceLock<Instant>,
}

/// One of them, until it is dropped.
#[derive(Debug)]
pub struct Permit {
    in_flight: InFlight,
    caller: Arc<Caller>,
}

impl InFlight {
    /// No calls, with room for so many.
    pub fn calls(max: usize) -> Self {
        let shed = (Shed::Calls, Shed::CallsOfConnection);
        Self::up_to(max, MAX_CALLS_OF_A_CALLER, |it| &it.in_flight, shed)
    }

    /// No streams that last, with room for so many.
    pub fn streams(max: usize) -> Self {
        let shed = (Shed::Streams, Shed::StreamsOfConnection);
        Self::up_to(max, MAX_STREAMS_OF_A_CALLER, |it| &it.streams, shed)
    }

    fn up_to(
        max: usize,
        max_of_a_caller: usize,
        share: fn(&Caller) -> &Share,
        shed: (Shed, Shed),
    ) -> Self {
        Self(Arc::new(Count {
            now: AtomicUsize::new(0),
            max,
            max_of_a_caller,
            share,
            shed,
            admitted: AtomicU64::new(0),
            over: Notify::new(),
            drain_ends: OnceLock::new(),
        }))
    }

    /// One more of this caller's.
    ///
    /// # Errors
    ///
    /// If there is no room for it.
    pub fn admit(&self, caller: &Arc<Caller>) -> Result<Permit, Shed> {
        let share = (self.0.share)(caller);
        let (of_all, of_the_caller) = self.0.shed;
        let own = share.take(1, self.0.max_of_a_caller);
        let own = own.ok_or(of_the_caller)?;
        let max = if own < FEW {
            self.0.max
        } else {
            self.0.max - self.0.max.saturating_sub(self.0.max_of_a_caller) / RESERVED
        };
        let room = |count: usize| (count < max).then_some(count + 1);
        let admitted = self
            .0
            .now
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, room);
        if let Err(count) = admitted {
            share.give(1);
            let is_closed = count & CLOSED != 0;
            return Err(if is_closed { Shed::Draining } else { of_all });
        }
        self.0.admitted.fetch_add(1, Ordering::Relaxed);
        Ok(Permit {
            in_flight: self.clone(),
            caller: Arc::clone(caller),
        })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.now.load(Ordering::Acquire) & !CLOSED
    }

    /// How many there have been.
    pub fn admitted(&self) -> u64 {
        self.0.admitted.load(Ordering::Relaxed)
    }

    /// Returns when there are none, if only for a moment.
    pub async fn none(&self) {
        loop {
            let over = self.0.over.notified();
            if self.count() == 0 {
                return;
            }
            over.await;
        }
    }

    /// Admits nothing from now on.
    pub fn close(&self) {
        self.0.now.fetch_or(CLOSED, Ordering::AcqRel);
    }

    /// Admits nothing from now on, if there are none at this moment.
    pub fn close_if_none(&self) -> bool {
        let (done, seen) = (Ordering::AcqRel, Ordering::Acquire);
        let closed = self.0.now.compare_exchange(0, CLOSED, done, seen);
        closed.is_ok_and(|_| true)
    }

    /// A drain has begun, and what is in flight at this time will be cut.
    pub fn drain_ends_at(&self, end: Instant) {
        let _ = self.0.drain_ends.set(end);
    }

    /// When a drain that has begun will end.
    pub fn drain_end(&self) -> Option<Instant> {
        self.0.drain_ends.get().copied()
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        (self.in_flight.0.share)(&self.caller).give(1);
        let before = self.in_flight.0.now.fetch_sub(1, Ordering::AcqRel);
        if before & !CLOSED == 1 {
            self.in_flight.0.over.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    fn caller() -> Arc<Caller> {
        Arc::new(Caller::new(SocketAddr::from(([127, 0, 0, 1], 1)), None))
    }

    #[test]
    fn no_more_are_admitted_than_there_is_room_for() {
        let (in_flight, caller) = (InFlight::calls(2), caller());
        let first = in_flight.admit(&caller).expect("room");
        let _second = in_flight.admit(&caller).expect("room");
        assert_eq!(in_flight.admit(&caller).err(), Some(Shed::Calls));
        assert_eq!(caller.in_flight.get(), 2);
        drop(first);
        assert!(in_flight.admit(&caller).is_ok());
        assert_eq!(in_flight.admitted(), 3);
    }

    #[test]
    fn one_connection_has_a_share() {
        let (in_flight, one, other) = (InFlight::calls(1000), caller(), caller());
        let all: Vec<_> = (0..200).flat_map(|_| in_flight.admit(&one)).collect();
        assert_eq!(all.len(), MAX_CALLS_OF_A_CALLER);
        let shed = in_flight.admit(&one).err();
        assert_eq!(shed, Some(Shed::CallsOfConnection));
        assert!(in_flight.admit(&other).is_ok());
    }

    #[test]
    fn connections_that_have_many_leave_room_for_those_that_have_few() {
        let in_flight = InFlight::calls(140);
        let (greedy, second, modest) = (caller(), caller(), caller());
        let all: Vec<_> = (0..150).flat_map(|_| in_flight.admit(&greedy)).collect();
        assert_eq!(all.len(), MAX_CALLS_OF_A_CALLER);
        let more: Vec<_> = (0..50).flat_map(|_| in_flight.admit(&second)).collect();
        assert_eq!(more.len(), 30);
        let few: Vec<_> = (0..50).flat_map(|_| in_flight.admit(&modest)).collect();
        assert_eq!(few.len(), FEW);
        let other = caller();
        let rest: Vec<_> = (0..50).flat_map(|_| in_flight.admit(&other)).collect();
        assert_eq!(rest.len(), 2);
    }

    #[test]
    fn one_connection_can_have_all_of_a_small_room() {
        let (in_flight, caller) = (InFlight::calls(40), caller());
        let all: Vec<_> = (0..50).flat_map(|_| in_flight.admit(&caller)).collect();
        assert_eq!(all.len(), 40);
    }

    #[test]
    fn what_is_closed_while_there_are_none_admits_nothing() {
        let (in_flight, caller) = (InFlight::calls(2), caller());
        let permit = in_flight.admit(&caller).expect("room");
        assert!(!in_flight.close_if_none());
        let another = in_flight.admit(&caller).expect("it isn't closed");
        drop((permit, another));
        assert!(in_flight.close_if_none());
        assert_eq!(in_flight.admit(&caller).err(), Some(Shed::Draining));
        assert_eq!(in_flight.count(), 0);
        assert_eq!(caller.in_flight.get(), 0);
    }

    #[tokio::test]
    async fn what_is_closed_still_waits_for_those_that_there_are() {
        let (in_flight, caller) = (InFlight::calls(2), caller());
        let permit = in_flight.admit(&caller).expect("room");
        in_flight.close();
        assert_eq!(in_flight.count(), 1);
        let (none, ()) = tokio::join!(in_flight.none(), async { drop(permit) });
        assert_eq!((none, in_flight.count()), ((), 0));
    }
}
