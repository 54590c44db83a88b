//! What the tests over the wire can't see: time that goes by, the bound, a panic, what is shown.

use std::{
    collections::HashMap,
    future::{Ready, poll_fn, ready},
    time::Duration,
};

use super::{
    memory::{KEPT_FOR, MAX_KEPT},
    *,
};
use crate::{attributes::Update, proto};

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
    keys().identity(&update("token", "Dan", id))
}

fn keys() -> Keys {
    Keys::generate().expect("randomness")
}

fn calls() -> Calls<&'static str> {
    Calls::new(CallsInFlight::default(), |_| {})
}

fn caller() -> Progress {
    Progress::new(Instant::now() + Duration::from_secs(10))
}

fn answer(value: &'static str) -> Ready<Finished<&'static str>> {
    let remember = true;
    ready(Finished { value, remember })
}

/// Panics when it is asked for its answer.
fn panics() -> impl Future<Output = Finished<&'static str>> + Send {
    poll_fn(|_| panic!("as the test wants it"))
}

/// Whether a result is there at that time.
fn is_known(memory: &Memory<u8>, identity: &Identity, now: Instant) -> bool {
    matches!(
        memory.entries(identity).get(identity, now),
        Some(Entry::Known(_))
    )
}

#[test]
fn a_result_is_remembered_for_five_minutes() {
    assert_eq!(KEPT_FOR, Duration::from_mins(5));
    let memory = Memory::default();
    let (identity, begun) = (named("id"), Instant::now());
    memory.entries(&identity).end(&identity, Some(1), begun);
    let almost = KEPT_FOR.saturating_sub(Duration::from_nanos(1));
    assert!(is_known(&memory, &identity, begun));
    assert!(is_known(&memory, &identity, begun + almost));
    assert!(!is_known(&memory, &identity, begun + KEPT_FOR));
    assert_eq!(memory.entries(&identity).len(), 0);
}

#[test]
fn the_newest_results_are_remembered_and_no_more_than_a_bound() {
    let (memory, now) = (Memory::default(), Instant::now());
    let one_lock = |number: usize| {
        let mut identity = named(&number.to_string());
        identity.key[0] = 0;
        identity
    };
    let all: Vec<_> = (0..MAX_KEPT + 10).map(one_lock).collect();
    for identity in &all {
        memory.entries(identity).end(identity, Some(1), now);
    }
    assert_eq!(memory.entries(&all[0]).len(), MAX_KEPT);
    let known = all.iter().map(|identity| is_known(&memory, identity, now));
    let expected = (0..all.len()).map(|number| number >= 10);
    assert!(known.eq(expected));
}

#[test]
fn a_result_without_a_name_or_that_isnt_to_be_remembered_is_forgotten_at_once() {
    let (memory, now) = (Memory::default(), Instant::now());
    for (identity, result) in [(named(""), Some(1)), (named("id"), None)] {
        memory.entries(&identity).end(&identity, result, now);
        assert!(!is_known(&memory, &identity, now));
    }
}

#[tokio::test]
async fn a_call_that_panics_is_a_failure_to_those_who_wait_and_leaves_the_change_free() {
    for id in ["", "id"] {
        let (calls, identity) = (calls(), Some(named(id)));
        let (one, other) = (caller(), caller());
        let first = calls.run(identity, &one, |_| panics());
        let second = calls.run(identity, &other, |_| answer("not asked"));
        let both = tokio::join!(first, second);
        assert_eq!(both, (Err(NoResult::Panicked), Err(NoResult::Panicked)));
        let third = calls.run(identity, &one, |_| answer("a real try")).await;
        assert_eq!(third, Ok("a real try"));
    }
}

#[tokio::test]
async fn a_call_that_panics_after_all_have_left_leaves_the_change_free() {
    let (calls, identity, caller) = (calls(), named("id"), caller());
    let (release, released) = tokio::sync::oneshot::channel::<()>();
    let call = calls.run(Some(identity), &caller, |progress| async move {
        progress.mark_sent();
        let _ = released.await;
        panics().await
    });
    let left = tokio::time::timeout(Duration::from_millis(1), call).await;
    assert!(left.is_err() && caller.may_be_sent());
    release.send(()).expect("it runs");
    calls.in_flight.none().await;
    let next = calls.run(Some(identity), &caller, |_| answer("a real try"));
    assert_eq!(next.await, Ok("a real try"));
}

#[tokio::test]
async fn a_result_that_nobody_hears_is_told_and_one_that_is_heard_is_not() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static UNHEARD: AtomicUsize = AtomicUsize::new(0);
    let calls = Calls::new(CallsInFlight::default(), |_: &&str| {
        UNHEARD.fetch_add(1, Ordering::Relaxed);
    });
    let caller = caller();
    let heard = calls.run(None, &caller, |_| answer("heard")).await;
    assert_eq!((heard, UNHEARD.load(Ordering::Relaxed)), (Ok("heard"), 0));
    let (release, released) = tokio::sync::oneshot::channel::<()>();
    let call = calls.run(None, &caller, |progress| async move {
        progress.mark_sent();
        let _ = released.await;
        answer("unheard").await
    });
    let left = tokio::time::timeout(Duration::from_millis(1), call).await;
    assert!(left.is_err());
    release.send(()).expect("it runs");
    calls.in_flight.none().await;
    assert_eq!(UNHEARD.load(Ordering::Relaxed), 1);
}

#[test]
fn two_processes_and_two_users_have_different_hashes_of_the_same_change() {
    let (one, other) = (keys(), keys());
    let change = update("token", "Dan", "id");
    assert_eq!(one.identity(&change), one.identity(&change));
    assert_ne!(one.identity(&change), other.identity(&change));
    let of_another = update("other", "Dan", "id");
    assert_ne!(one.identity(&change).key, one.identity(&of_another).key);
}

#[tokio::test]
async fn nothing_of_a_change_is_shown_by_what_remembers_it() {
    let keys = keys();
    let identity = keys.identity(&update("marked-token", "marked-value", "marked-id"));
    let (calls, caller) = (calls(), caller());
    let call = calls.run(Some(identity), &caller, |_| answer("done"));
    call.await.expect("a result");
    let shown = format!("{keys:?} {identity:?} {calls:?} {caller:?}");
    assert!(!shown.contains("marked"), "{shown}");
    let bytes = b"marked".map(|byte| byte.to_string()).join(", ");
    assert!(!shown.contains(&bytes), "{shown}");
}
