//! What the tests over the wire can't see: a change that panics, and one that is dropped while it
//! waits to be on record.

use std::{fs, future::poll_fn, net::SocketAddr, path::Path, task::Poll, time::Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::*;
use crate::{
    attributes::{Identified as _, Update},
    call::{CallId, Caller, Method, Progress},
    proto,
};

const OPERATION: Operation = Operation::UpdateUserAttributes;

fn update() -> Update {
    let request = proto::UpdateUserAttributesRequest {
        user_attributes: vec![proto::AttributeType {
            name: "nickname".to_owned(),
            value: Some("Dan".to_owned()),
        }],
        access_token: "token".to_owned(),
        ..proto::UpdateUserAttributesRequest::default()
    };
    request.try_into().expect("a valid update")
}

fn call() -> Call {
    let addr = SocketAddr::from(([127, 0, 0, 1], 1));
    let caller = Caller::new(addr, Some("billing.example.org".to_owned()));
    Call::begin(
        Method::Operation(OPERATION),
        Arc::new(caller),
        CallId::of(Some(b"id-1")),
    )
}

fn progress(is_sent: bool) -> Progress {
    let progress = Progress::new(Instant::now());
    assert!(!is_sent || progress.start());
    progress
}

async fn open(path: &Path, required: bool) -> (Audit, Rest) {
    let args = Args {
        audit_file: Some(path.to_owned()),
        audit_key_file: None,
        audit_required: required,
    };
    let opened = async { args.plan().await?.open().await };
    let (audit, rest) = opened.await.expect("a good file");
    (audit, rest.expect("it has a file"))
}

fn path(folder: &TempDir) -> std::path::PathBuf {
    folder.path().join("audit")
}

fn events(folder: &TempDir) -> Vec<Value> {
    let text = fs::read_to_string(path(folder)).expect("a file of text");
    let event = |line| serde_json::from_str(line).expect("JSON");
    text.lines().map(event).collect()
}

/// The outcome of each line of the file, or that it is of a begin.
fn outcomes(folder: &TempDir) -> Vec<String> {
    let outcome = |event: &Value| {
        let outcome = event.get("outcome").unwrap_or(&event["event"]);
        outcome.as_str().expect("a text").to_owned()
    };
    events(folder).iter().map(outcome).collect()
}

#[tokio::test]
async fn an_event_names_its_call_and_the_name_in_its_callers_certificate() {
    let folder = tempfile::tempdir().expect("a folder");
    let (audit, rest) = open(&path(&folder), true).await;
    let (change, progress) = (update(), progress(true));
    let record = audit.record(OPERATION, &call());
    let begun = record.begin(change.access_token(), &progress).await;
    begun.expect("it can be written").end(&End {
        result: Ok(()),
        aws_request_id: None,
        is_token_good: true,
    });
    drop(audit);
    rest.written();
    assert_eq!(outcomes(&folder), ["begins", "applied"]);
    for event in events(&folder) {
        assert_eq!(event["request_id"], "id-1", "{event}");
        assert_eq!(event["caller"], "billing.example.org", "{event}");
    }
}

#[tokio::test]
async fn a_change_that_panics_is_unknown_once_it_was_sent() {
    for (is_sent, required, expected) in [
        (true, false, &["unknown"][..]),
        (true, true, &["begins", "unknown"]),
        (false, false, &[]),
        (false, true, &["begins", "not_applied"]),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let (audit, rest) = open(&path(&folder), required).await;
        let (change, record) = (update(), audit.record(OPERATION, &call()));
        let task = tokio::spawn(async move {
            let begun = record
                .begin(change.access_token(), &progress(is_sent))
                .await;
            let _begun = begun.expect("it can be written");
            panic!("as the test wants it");
        });
        task.await.expect_err("a panic");
        drop(audit);
        rest.written();
        assert_eq!(outcomes(&folder), expected, "{is_sent} {required}");
    }
}

#[tokio::test]
async fn a_change_that_is_dropped_while_it_waits_to_be_on_record_ends_in_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let (audit, rest) = open(&path(&folder), true).await;
    let (change, progress) = (update(), progress(false));
    let record = audit.record(OPERATION, &call());
    let mut begin = Box::pin(record.begin(change.access_token(), &progress));
    // It is asked once, which puts its line into the queue.
    poll_fn(|cx| {
        let _ = begin.as_mut().poll(cx);
        Poll::Ready(())
    })
    .await;
    drop((begin, audit));
    rest.written();
    assert_eq!(outcomes(&folder), ["begins", "not_applied"]);
}

#[tokio::test]
async fn a_change_that_was_never_begun_is_not_told_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let (audit, rest) = open(&path(&folder), true).await;
    let (change, progress) = (update(), progress(false));
    drop(
        audit
            .record(OPERATION, &call())
            .begin(change.access_token(), &progress),
    );
    drop(audit);
    rest.written();
    assert_eq!(events(&folder), [] as [Value; 0]);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_cant_be_on_record_may_not_be_made_and_without_the_need_it_may() {
    for (required, expected) in [(true, Some(Unwritten)), (false, None)] {
        let (audit, _rest) = open(Path::new("/dev/full"), required).await;
        let (change, progress) = (update(), progress(false));
        let record = audit.record(OPERATION, &call());
        let begun = record.begin(change.access_token(), &progress).await;
        assert_eq!(begun.err(), expected);
    }
}
