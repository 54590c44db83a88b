//! What the tests over the wire can't see: time that goes by, the bound, a panic, what is shown.

use std::{
    collections::HashMap,
    future::{Ready, poll_fn, ready},
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use tokio::{sync::oneshot, time::timeout};

use super::{
    flights::Flights,
    identity::Identity,
    ledger::{Entry, KEPT_FOR, Ledger, MAX_BYTES},
    *,
};
use crate::{
    call::{CallId, Caller, InFlight, Method},
    cognito::Cause,
    proto,
};

const OPERATION: Operation = Operation::UpdateUserAttributes;

/// An update of the nickname.
fn update(token: &str, value: &str, id: &str) -> Update {
    let attribute = proto::AttributeType {
        name: "nickname".to_owned(),
        value: Some(value.to_owned()),
    };
    let request = proto::UpdateUserAttributesRequest {
        user_attributes: vec![attribute],
        access_token: token.to_owned(),
        client_metadata: HashMap::from([("key".to_owned(), value.to_owned())]),
        request_id: id.to_owned(),
    };
    request.try_into().expect("a valid update")
}

fn named(id: &str) -> Identity {
    let identity = keys().identity(&update("token", "Dan", id));
    identity.expect("it has an id")
}

fn keys() -> Keys {
    Keys::generate().expect("randomness")
}

fn call() -> Call {
    let caller = Caller::new(SocketAddr::from(([127, 0, 0, 1], 1)), None);
    let call = Call::begin(
        Method::Operation(OPERATION),
        Arc::new(caller),
        CallId::of(None),
    );
    call.set_deadline(Instant::now() + Duration::from_secs(10));
    call
}

/// The call and its flight count in `in_flight`.
fn admitted(in_flight: &InFlight) -> Call {
    let call = call();
    call.admit(in_flight.admit(call.caller()).expect("room"));
    call
}

/// Every answer is remembered.
fn flights() -> Flights<&'static str> {
    Flights::new(|_| Some(1), |_, _, _, _| {}, Metrics::new([]))
}

fn answer(value: &'static str) -> Ready<&'static str> {
    ready(value)
}

/// Panics when it is asked for its answer.
fn panics() -> impl Future<Output = &'static str> + Send {
    poll_fn(|_| panic!("as the test wants it"))
}

/// Whether a result is there at that time.
fn is_known(ledger: &mut Ledger<u8>, identity: &Identity, now: Instant) -> bool {
    matches!(ledger.get(identity, now), Some(Entry::Known(_)))
}

#[test]
fn a_result_is_remembered_for_five_minutes() {
    assert_eq!(KEPT_FOR, Duration::from_mins(5));
    let mut ledger = Ledger::default();
    let (identity, begun) = (named("id"), Instant::now());
    ledger.add(identity, 1, 100, begun);
    let almost = KEPT_FOR.saturating_sub(Duration::from_nanos(1));
    assert!(is_known(&mut ledger, &identity, begun));
    assert!(is_known(&mut ledger, &identity, begun + almost));
    assert!(!is_known(&mut ledger, &identity, begun + KEPT_FOR));
    assert_eq!(ledger.len(), 0);
}

#[test]
fn the_newest_results_are_remembered_within_a_bound_in_bytes() {
    let (mut ledger, now) = (Ledger::default(), Instant::now());
    let all: Vec<_> = (0..20).map(|number| named(&number.to_string())).collect();
    for identity in &all {
        ledger.add(*identity, 1, MAX_BYTES / 10, now);
    }
    assert_eq!(ledger.len(), 9, "an entry takes a little besides");
    let known = all
        .iter()
        .map(|identity| is_known(&mut ledger, identity, now));
    let known: Vec<_> = known.collect();
    assert!(known[..11].iter().all(|known| !known));
    assert!(known[11..].iter().all(|known| *known));
}

#[test]
fn a_change_without_an_id_has_no_identity() {
    assert_eq!(keys().identity(&update("token", "Dan", "")), None);
}

#[test]
fn what_was_not_applied_is_not_remembered() {
    let failed = |cause| {
        remembered(&Err(Failed::Call(Error {
            operation: OPERATION,
            cause,
            aws_error_code: None,
            request_id: None,
            text: None,
            violations: Vec::new(),
            source: None,
        })))
    };
    for cause in [
        Cause::AttributeNotWritable,
        Cause::Forbidden,
        Cause::UnknownRefusal,
        Cause::Unreachable,
    ] {
        assert_eq!(failed(cause), None, "{cause:?}");
    }
    for cause in [Cause::AnswerLost, Cause::CodeDeliveryFailure] {
        assert!(failed(cause).is_some(), "{cause:?}");
    }
}

#[tokio::test]
async fn a_flight_that_panics_fails_those_who_wait_and_leaves_the_change_free() {
    for identity in [None, Some(named("id"))] {
        let (flights, one, other) = (flights(), call(), call());
        let first = flights.answer(OPERATION, identity, &one, |_| panics());
        assert_eq!(first.await, Err(NoAnswer::Panicked));
        let second = flights.answer(OPERATION, identity, &other, |_| answer("a real try"));
        assert_eq!(second.await.as_deref(), Ok(&"a real try"));
    }
}

#[tokio::test]
async fn all_who_wait_for_a_flight_that_panics_are_told() {
    let (flights, identity, one, other) = (flights(), Some(named("id")), call(), call());
    let first = flights.answer(OPERATION, identity, &one, |_| panics());
    let second = flights.answer(OPERATION, identity, &other, |_| answer("not asked"));
    let both = tokio::join!(first, second);
    assert_eq!(both, (Err(NoAnswer::Panicked), Err(NoAnswer::Panicked)));
}

#[tokio::test]
async fn a_flight_that_panics_after_all_have_left_leaves_the_change_free() {
    let in_flight = InFlight::calls(10);
    let (flights, identity, call) = (flights(), Some(named("id")), admitted(&in_flight));
    let (release, released) = oneshot::channel::<()>();
    let flight = flights.answer(OPERATION, identity, &call, |progress| async move {
        progress.start();
        let _ = released.await;
        panics().await
    });
    let left = timeout(Duration::from_millis(1), flight).await;
    assert!(left.is_err() && call.may_be_sent());
    call.release();
    release.send(()).expect("it runs");
    in_flight.none().await;
    assert_eq!(flights.under_way(), 0);
    let next = flights.answer(OPERATION, identity, &call, |_| answer("a real try"));
    assert_eq!(next.await.as_deref(), Ok(&"a real try"));
}

#[tokio::test]
async fn an_answer_that_nobody_hears_is_told_and_one_that_is_heard_is_not() {
    static UNHEARD: AtomicUsize = AtomicUsize::new(0);
    let count = |_, progress: &Progress, _: &&str, count| {
        UNHEARD.fetch_add(1, Ordering::Relaxed);
        assert!(progress.request_id().is_some());
        assert_eq!(count, 1);
    };
    let in_flight = InFlight::calls(10);
    let flights = Flights::new(|_| None, count, Metrics::new([]));
    let call = call();
    let heard = flights.answer(OPERATION, None, &call, |_| answer("heard"));
    assert_eq!(heard.await.as_deref(), Ok(&"heard"));
    assert_eq!(UNHEARD.load(Ordering::Relaxed), 0);
    let (release, released) = oneshot::channel::<()>();
    let call = admitted(&in_flight);
    let flight = flights.answer(OPERATION, None, &call, |progress| async move {
        progress.start();
        let _ = released.await;
        answer("unheard").await
    });
    let left = timeout(Duration::from_millis(1), flight).await;
    assert!(left.is_err());
    call.release();
    release.send(()).expect("it runs");
    in_flight.none().await;
    assert_eq!(UNHEARD.load(Ordering::Relaxed), 1);
}

#[test]
fn two_processes_and_two_users_have_different_hashes_of_the_same_change() {
    let (one, other) = (keys(), keys());
    let change = update("token", "Dan", "id");
    assert_eq!(one.identity(&change), one.identity(&change));
    assert_ne!(one.identity(&change), other.identity(&change));
    let of_another = update("other", "Dan", "id");
    assert_ne!(one.identity(&change), one.identity(&of_another));
}

#[tokio::test]
async fn nothing_of_a_change_is_shown_by_what_remembers_it() {
    let keys = keys();
    let identity = keys.identity(&update("marked-token", "marked-value", "marked-id"));
    let (flights, call) = (flights(), call());
    let flight = flights.answer(OPERATION, identity, &call, |_| answer("done"));
    flight.await.expect("an answer");
    let shown = format!("{keys:?} {identity:?} {flights:?} {call:?}");
    assert!(!shown.contains("marked"), "{shown}");
    let bytes = b"marked".map(|byte| byte.to_string()).join(", ");
    assert!(!shown.contains(&bytes), "{shown}");
}
