//! What becomes of a change, and of its event.

use tokio::spawn;

use super::*;
use crate::{
    duplicates::change,
    support::{
        calls::{good, held, refusal},
        scripted,
        unreachable::{Refusing, Stalled},
    },
};

#[tokio::test]
async fn an_event_tells_the_outcome_that_the_caller_was_told() {
    for (answer, outcome) in [
        (good(), "applied"),
        (refusal("InvalidParameterException", "x"), "not_applied"),
        (refusal("CodeDeliveryFailureException", "x"), "unknown"),
        (Answer::Bytes(scripted::html(500, "<html>")), "unknown"),
        (Answer::CloseUnread, "unknown"),
    ] {
        let audited = Audited::start([answer.clone()], &[]).await;
        for operation in CHANGES {
            let _ = audited.call(operation).await;
        }
        let expected = CHANGES.map(|operation| (operation.name(), outcome));
        assert_eq!(outcomes(&audited.end().await), expected, "{answer:?}");
    }
}

#[tokio::test]
async fn a_change_that_found_no_cognito_was_not_applied() {
    let address = Refusing::new();
    let none = Scripted::new([]).await;
    let audited = Audited::in_front_of(&address.url, none, &[]).await;
    audited.call(UPDATE).await.expect_err("no Cognito");
    let events = audited.end().await;
    assert_eq!(outcomes(&events), [(UPDATE.name(), "not_applied")]);
    assert!(!fields(&events[0]).contains(&"aws_request_id"));
}

#[tokio::test]
async fn what_is_refused_here_has_no_event() {
    let audited = Audited::start([good()], &[]).await;
    for (case, request) in [
        ("no token", update("", &[("nickname", Some("Dan"))])),
        ("no attribute", update("token", &[])),
        ("no such attribute", update("token", &[("sub", Some("x"))])),
    ] {
        let call = audited.client.clone().update_user_attributes(request).await;
        call.expect_err(case);
    }
    let late = calls::call(&audited.client, UPDATE, "1m").await;
    late.expect_err("too little time");
    audited.call(UPDATE).await.expect("an answer");
    assert_eq!(outcomes(&audited.end().await), [(UPDATE.name(), "applied")]);
}

#[tokio::test]
async fn a_repeat_that_is_answered_from_memory_has_no_event() {
    let audited = Audited::start([good()], &[]).await;
    for change in change::ALL.map(|change| change.named("id")) {
        for _ in 0..3 {
            let call = change.call(audited.client.clone()).await;
            call.expect("an answer");
        }
        let other = change.with("more").to("phone_number");
        let refused = other.call(audited.client.clone()).await;
        refused.expect_err("its id belongs to another change");
    }
    let expected = change::ALL.map(|change| (change.operation.name(), "applied"));
    assert_eq!(outcomes(&audited.end().await), expected);
}

#[tokio::test]
async fn calls_that_share_a_change_share_its_event() {
    let audited = Audited::start([held(), good()], &[]).await;
    let change = change::UPDATE.named("id");
    let first = spawn(change.call(audited.client.clone()));
    audited.cognito.arrived().await;
    let second = spawn(change.call(audited.client.clone()));
    audited.call(Operation::GetUser).await.expect("an answer");
    audited.cognito.release();
    for call in [first, second] {
        call.await.expect("no panic").expect("the one answer");
    }
    assert_eq!(outcomes(&audited.end().await), [(UPDATE.name(), "applied")]);
}

#[tokio::test]
async fn a_change_whose_caller_left_has_its_event_with_what_became_of_it() {
    let mut audited = Audited::start([held()], &[]).await;
    for operation in CHANGES {
        audited.leave(operation).await;
        audited.cognito.release();
        audited.process.logged("ended after caller left").await;
    }
    let expected = CHANGES.map(|operation| (operation.name(), "applied"));
    assert_eq!(outcomes(&audited.end().await), expected);
}

#[tokio::test]
async fn a_change_that_was_given_up_before_it_was_sent_has_no_event_without_a_begin() {
    for (flags, expected) in [
        (&[][..], &[][..]),
        (&["--audit-required"], &["none", "not_applied"]),
    ] {
        let address = Stalled::new().await;
        let none = Scripted::new([]).await;
        let audited = Audited::in_front_of(&address.url, none, flags).await;
        let left = calls::call(&audited.client, UPDATE, "200m").await;
        let late = left.expect_err("there is no connection").code();
        assert_eq!(late, tonic::Code::DeadlineExceeded);
        let events = audited.end().await;
        let told: Vec<_> = outcomes(&events).iter().map(|it| it.1).collect();
        assert_eq!(told, expected, "{events:?}");
    }
}

#[tokio::test]
async fn a_change_that_the_end_of_the_process_cuts_has_an_unknown_outcome() {
    for (signals, flags) in [
        (&[Signal::TERM, Signal::TERM][..], &[][..]),
        (
            &[Signal::TERM],
            &[
                "--drain-timeout=100ms",
                "--drain-delay=0s",
                "--max-deadline=100ms",
            ],
        ),
    ] {
        let mut audited = Audited::start([Answer::Hang], flags).await;
        let client = audited.client.clone();
        let call = spawn(async move { calls::call(&client, UPDATE, "").await });
        audited.cognito.arrived().await;
        if signals.len() == 1 {
            // It goes on without its caller, whose time is over.
            audited.process.logged("call").await;
        }
        let (events, exit) = audited.end_by(signals, 1).await;
        assert_eq!(outcomes(&events), [(UPDATE.name(), "unknown")]);
        assert!(exit.stderr.contains("change cut off"), "{}", exit.stderr);
        call.await.expect("no panic").expect_err("it was cut");
    }
}
