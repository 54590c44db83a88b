//! `--audit-required`: a change is on record before it is sent.

use super::*;
use crate::support::calls::{good, held};

#[tokio::test]
async fn a_line_says_that_a_change_begins_and_another_one_how_it_ended() {
    let audited = Audited::start([held()], &[REQUIRED]).await;
    let mut client = audited.client.clone();
    let call = tokio::spawn(async move {
        let request = nickname_by(&token("dan", "client"));
        client.update_user_attributes(request).await
    });
    audited.cognito.arrived().await;
    // It is in the file, as the change has been sent.
    let begun = events(&audited.file());
    let names = [
        "timestamp",
        "event",
        "operation",
        "attributes",
        "request_id",
        "sub_hmac",
        "client_id",
        "claims_verified",
    ];
    assert_eq!(begun.len(), 1);
    assert_eq!(fields(&begun[0]), names);
    assert_eq!(begun[0]["event"], "begins");
    assert_eq!(begun[0]["claims_verified"], false);
    audited.cognito.release();
    call.await.expect("no panic").expect("an answer");

    let events = audited.end().await;
    assert_eq!(events[..1], begun[..]);
    assert_eq!(outcomes(&events[1..]), [(UPDATE.name(), "applied")]);
    assert!(!fields(&events[1]).contains(&"event"));
    for field in ["request_id", "sub_hmac", "client_id", "attributes"] {
        assert_eq!(events[0][field], events[1][field], "{field}");
    }
}

#[tokio::test]
async fn each_change_begins_and_ends_and_a_read_does_neither() {
    let audited = Audited::start([good()], &[REQUIRED]).await;
    for operation in Operation::ALL {
        audited.call(operation).await.expect("an answer");
    }
    let events = audited.end().await;
    let pairs = Operation::ALL
        .into_iter()
        .filter(|operation| *operation != Operation::GetUser)
        .flat_map(|operation| [(operation.name(), "none"), (operation.name(), "applied")]);
    assert_eq!(outcomes(&events), pairs.collect::<Vec<_>>());
}

#[tokio::test]
async fn a_change_whose_caller_left_ends_too() {
    let mut audited = Audited::start([held()], &[REQUIRED]).await;
    audited.leave(UPDATE).await;
    audited.cognito.release();
    let pair = [(UPDATE.name(), "none"), (UPDATE.name(), "applied")];
    assert_eq!(outcomes(&audited.end().await), pair);
}

#[tokio::test]
async fn changes_at_the_same_time_are_all_on_record_before_they_are_sent() {
    const CALLS: usize = 60;
    let audited = Audited::start([Answer::Hang], &[REQUIRED, "--upstream-timeout=2s"]).await;
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..CALLS {
        let client = audited.client.clone();
        calls.spawn(async move { calls::call(&client, UPDATE, "").await });
    }
    audited.cognito.hit(CALLS).await;
    let begun = events(&audited.file());
    assert!(begun.len() >= CALLS, "{}", begun.len());
    for call in calls.join_all().await {
        call.expect_err("no answer");
    }
    let events = audited.end().await;
    let ended = outcomes(&events)
        .iter()
        .filter(|it| it.1 == "unknown")
        .count();
    assert_eq!((events.len(), ended), (2 * CALLS, CALLS));
}
