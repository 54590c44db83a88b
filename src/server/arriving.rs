//! Messages that are arriving: how many there may be, and which is given up when there are too many.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker, ready},
};

use http_body::{Body, Frame};
use hyper::body::Bytes;

use super::request_body::RequestBody;
use crate::call::{Call, Charge, InFlight, Method, NoRoom, Shed};

/// Most messages that arrive at a time.
const MAX: usize = 1024;

/// The messages that are arriving, without those that came whole. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Arriving(Arc<Mutex<Places>>);

#[derive(Debug, Default)]
struct Places {
    /// The one that has been arriving for the longest comes first.
    by_age: BTreeMap<u64, Place>,
    next: u64,
}

#[derive(Debug)]
struct Place {
    /// The bytes of it that have come.
    charge: Charge,
    waker: Waker,
    /// A health check is given up last.
    is_check: bool,
}

/// The body of a request, which has one message.
pub(super) struct Message {
    body: RequestBody,
    call: Call,
    /// Until it has a place.
    charge: Option<Charge>,
    place: Option<u64>,
    arriving: Arriving,
    /// Where the call is admitted when the message is there, if it has to be.
    in_flight: Option<InFlight>,
    is_whole: bool,
}

/// The message was given up by its caller, or its stream broke.
#[derive(Debug, thiserror::Error)]
#[error("the message never ended")]
struct Broken;

impl Message {
    pub(super) fn new(
        body: RequestBody,
        call: Call,
        charge: Charge,
        arriving: &Arriving,
        in_flight: Option<InFlight>,
    ) -> Self {
        Self {
            body,
            call,
            charge: Some(charge),
            place: None,
            arriving: arriving.clone(),
            in_flight,
            is_whole: false,
        }
    }

    /// Some of it has come.
    fn add(&mut self, more: usize) -> Result<(), Shed> {
        if let Some(place) = self.place {
            return self.arriving.add(place, more);
        }
        let charge = self.charge.as_mut().ok_or(Shed::Messages)?;
        match charge.add(more) {
            Ok(()) => Ok(()),
            Err(NoRoom::OfTheCaller) => Err(Shed::BytesOfConnection),
            Err(NoRoom::OfAll) => self.arriving.make_room(charge, more),
        }
    }

    /// More of it will come later.
    fn wait(&mut self, waker: &Waker) -> Result<(), Shed> {
        if let Some(place) = self.place {
            return self.arriving.wait(place, waker);
        }
        let charge = self.charge.take().ok_or(Shed::Messages)?;
        let is_check = self.call.method() == Method::HealthCheck;
        self.place = Some(self.arriving.begin(charge, waker, is_check));
        Ok(())
    }

    /// All of it is there. From now on it belongs to its call, and isn't given up any more.
    fn end(&mut self) -> Result<(), Shed> {
        let charge = match self.place.take() {
            Some(place) => self.arriving.end(place),
            None => self.charge.take(),
        };
        self.call.set_bytes(charge.ok_or(Shed::Messages)?);
        self.is_whole = true;
        if let Some(in_flight) = &self.in_flight {
            let permit = in_flight.admit(self.call.caller())?;
            self.call.admit(permit);
        }
        Ok(())
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        loop {
            let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) else {
                self.wait(cx.waker())?;
                return Poll::Pending;
            };
            let Some(frame) = frame else {
                if !self.is_whole {
                    self.end()?;
                }
                return Poll::Ready(None);
            };
            // Not the error itself: tonic takes a cancelled stream for one that has ended.
            let frame = frame.map_err(|_error| Broken)?;
            // A request has no trailers in gRPC. tonic would take them for the end, before ours.
            if let Some(data) = frame.data_ref() {
                self.add(data.len())?;
                return Poll::Ready(Some(Ok(frame)));
            }
        }
    }
}

type BoxError = tonic::codegen::StdError;

impl Body for Message {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = ready!(self.poll(cx));
        if let Some(Err(error)) = &frame
            && let Some(reason) = error.downcast_ref::<Shed>()
        {
            self.call.shed(*reason);
        }
        Poll::Ready(frame)
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            drop(self.arriving.end(place));
        }
    }
}

impl Arriving {
    fn begin(&self, charge: Charge, waker: &Waker, is_check: bool) -> u64 {
        let new = Place {
            charge,
            waker: waker.clone(),
            is_check,
        };
        let mut places = self.places();
        let place = places.next;
        places.next += 1;
        places.by_age.insert(place, new);
        let given_up = (places.by_age.len() > MAX).then(|| places.oldest());
        drop(places);
        give_up(given_up.flatten());
        place
    }

    fn wait(&self, place: u64, waker: &Waker) -> Result<(), Shed> {
        let mut places = self.places();
        let place = places.by_age.get_mut(&place).ok_or(Shed::Messages)?;
        place.waker.clone_from(waker);
        Ok(())
    }

    fn add(&self, place: u64, more: usize) -> Result<(), Shed> {
        let mut places = self.places();
        loop {
            let own = places.by_age.get_mut(&place).ok_or(Shed::Messages)?;
            match own.charge.add(more) {
                Ok(()) => return Ok(()),
                Err(NoRoom::OfTheCaller) => return Err(Shed::BytesOfConnection),
                Err(NoRoom::OfAll) => give_up(Some(places.oldest_charged().ok_or(Shed::Bytes)?)),
            }
        }
    }

    /// Gives others up until there is room for so many bytes.
    fn make_room(&self, charge: &mut Charge, more: usize) -> Result<(), Shed> {
        let mut places = self.places();
        loop {
            give_up(Some(places.oldest_charged().ok_or(Shed::Bytes)?));
            match charge.add(more) {
                Ok(()) => return Ok(()),
                Err(NoRoom::OfTheCaller) => return Err(Shed::BytesOfConnection),
                Err(NoRoom::OfAll) => {}
            }
        }
    }

    /// Takes the place away, if it hasn't been given up.
    fn end(&self, place: u64) -> Option<Charge> {
        let place = self.places().by_age.remove(&place);
        place.map(|place| place.charge)
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    fn oldest(&mut self) -> Option<(u64, Place)> {
        let others = self.by_age.iter().find(|(_, it)| !it.is_check);
        let age = others.map(|(age, _)| *age);
        match age {
            Some(age) => self.by_age.remove_entry(&age),
            None => self.by_age.pop_first(),
        }
    }

    fn oldest_charged(&mut self) -> Option<(u64, Place)> {
        let charged = self.by_age.iter().find(|(_, it)| it.charge.is_charged());
        let age = *charged?.0;
        self.by_age.remove_entry(&age)
    }
}

/// Its task finds out that it has no place any more, and answers.
fn give_up(place: Option<(u64, Place)>) {
    if let Some((_, Place { charge, waker, .. })) = place {
        drop(charge);
        waker.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;
    use crate::call::{Bytes, Caller};

    #[test]
    fn the_one_that_has_been_arriving_for_the_longest_is_given_up_and_a_health_check_last() {
        let caller = Arc::new(Caller::new(SocketAddr::from(([127, 0, 0, 1], 1)), None));
        let (arriving, waker) = (Arriving::default(), Waker::noop());
        let charge = || Bytes::default().charge(&caller);
        let check = arriving.begin(charge(), waker, true);
        let calls: Vec<_> = (0..MAX)
            .map(|_| arriving.begin(charge(), waker, false))
            .collect();
        assert!(arriving.wait(check, waker).is_ok());
        assert!(arriving.wait(calls[0], waker).is_err());
        assert!(
            calls[1..]
                .iter()
                .all(|it| arriving.wait(*it, waker).is_ok())
        );
    }
}
