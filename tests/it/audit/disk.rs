//! A file that takes nothing: a full disk.

use tonic::{Code, Status};

use super::*;
use crate::support::{
    calls::{check_failed, good},
    front::Front,
    scrape::settles,
};

const FULL: &str = "--audit-file=/dev/full";
/// The answer to a change that can't be put on record.
pub async fn audit_unavailable() -> Status {
    let front = Front::with([good()], &[FULL, REQUIRED]).await;
    let refused = calls::call(&front.client, UPDATE, "").await;
    assert_eq!(front.cognito.hits(), 0, "nothing is sent");
    front.stop().await;
    refused.unwrap_err()
}

#[tokio::test]
async fn a_full_disk_stops_no_call_and_the_log_tells_what_is_lost() {
    let cognito = Scripted::new([good()]).await;
    let (mut process, client) = process(&cognito, &[FULL]).await;
    for operation in CHANGES {
        let call = calls::call(&client, operation, "").await;
        call.expect("an answer");
    }
    // All of them, although nothing follows that could tell.
    loop {
        let told = process.logged(NOT_WRITTEN).await;
        let error = told["error"].as_str().expect("a text");
        assert!(error.contains("No space left"), "{told}");
        if told["count"] == CHANGES.len() {
            break;
        }
    }
    settles(process.admin_addr, &[(LOST, 4.0)]).await;
    process.signal(Signal::TERM);
    let exit = process.exit().await;
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
}

#[tokio::test]
async fn with_audit_required_a_full_disk_refuses_every_change_from_the_first_one_on() {
    let front = Front::with([good()], &[FULL, REQUIRED]).await;
    for operation in CHANGES.into_iter().cycle().take(8) {
        let refused = calls::call(&front.client, operation, "").await;
        check_failed(
            refused,
            Code::Unavailable,
            "AUDIT_UNAVAILABLE",
            "not_applied",
        );
        assert_eq!(front.cognito.hits(), 0, "nothing is sent");
    }
    let read = calls::call(&front.client, Operation::GetUser, "").await;
    read.expect("a read needs no record");
    front.stop().await;
}

#[tokio::test]
async fn a_change_that_was_refused_for_its_audit_is_made_by_a_repeat_once_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = file_in(&folder);
    std::os::unix::fs::symlink("/dev/full", &file).expect("a link");
    let cognito = Scripted::new([good()]).await;
    let flag = format!("--audit-file={}", file.display());
    let (mut process, client) = process(&cognito, &[&flag, REQUIRED]).await;
    let change = crate::duplicates::change::UPDATE.named("id");
    let refused = change.call(client.clone()).await;
    check_failed(
        refused,
        Code::Unavailable,
        "AUDIT_UNAVAILABLE",
        "not_applied",
    );
    fs::remove_file(&file).expect("a link");
    process.signal(Signal::HUP);
    process.logged("audit file opened again").await;
    change.call(client).await.expect("a real try");
    process.signal(Signal::TERM);
    process.exit().await;
    assert_eq!(cognito.hits(), 1);
    assert_eq!(events(&file).len(), 2);
}
