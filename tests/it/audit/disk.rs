//! A file that takes nothing: a full disk, and one that never answers.

use std::{fs::OpenOptions, time::Duration};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use tokio::time::Instant;
use tonic::{Code, Status};

use super::*;
use crate::support::{
    calls::{check_failed, good},
    front::{self, Front},
};

const FULL: &str = "--audit-file=/dev/full";
const REQUIRED: &str = "--audit-required";

/// Longer than a change waits to be on record, by far.
const SLOW: Duration = Duration::from_secs(5);

/// A server of the test's own settings whose audit has nowhere to go.
async fn process(cognito: &Scripted, flags: &[&str]) -> (Process, Client) {
    let endpoint = format!("--endpoint-url={}", cognito.url);
    let process = Process::start(&[&[&*endpoint], flags].concat(), &[]).await;
    let client = calls::client(process.grpc_addr);
    (process, client)
}

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
    let told = process
        .logged("audit lines not written since the start")
        .await;
    assert!(told["count"].as_u64() >= Some(1), "{told}");
    let error = told["error"].as_str().expect("a text");
    assert!(error.contains("No space left"), "{told}");
    process.signal(Signal::TERM);
    let exit = process.exit().await;
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    let mut told = exit.stderr.lines().filter(|it| it.contains("audit lines"));
    let last: Value = serde_json::from_str(told.next_back().expect("a line")).expect("JSON");
    assert_eq!(last["count"], CHANGES.len(), "{last}");
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

/// A pipe that is open and that nobody reads: it takes 64 KiB, and then a writer waits for ever.
fn silent_pipe(folder: &TempDir) -> (fs::File, String) {
    let file = file_in(folder);
    let mode = Mode::RUSR | Mode::WUSR;
    mknodat(CWD, &file, FileType::Fifo, mode, 0).expect("a pipe");
    let open = OpenOptions::new().read(true).write(true).open(&file);
    let flag = format!("--audit-file={}", file.display());
    (open.expect("a pipe"), flag)
}

#[tokio::test]
async fn a_disk_that_never_answers_stops_no_call_either() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_pipe, flag) = silent_pipe(&folder);
    let front = Front::with([good()], &[&flag]).await;
    // More than the pipe and the queue hold.
    let calls: tokio::task::JoinSet<_> = (0..20)
        .map(|_| {
            let client = front.client.clone();
            async move {
                for _ in 0..250 {
                    let call = calls::call(&client, UPDATE, "").await;
                    call.expect("an answer");
                }
            }
        })
        .collect();
    let all = timeout(Duration::from_mins(1), calls.join_all()).await;
    all.expect("no call waits for the disk");
    front.stop().await;
}

#[tokio::test]
async fn with_audit_required_a_disk_that_never_answers_refuses_a_change_before_long() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_pipe, flag) = silent_pipe(&folder);
    let server = front::server(
        "http://127.0.0.1:1",
        &[
            &flag,
            REQUIRED,
            "--first-retry-delay=0s",
            "--second-retry-delay=0s",
        ],
    )
    .await;
    let client = calls::client(server.grpc_addr);
    let refused = async {
        loop {
            let begun = Instant::now();
            let refused = calls::call(&client, UPDATE, "").await;
            assert!(begun.elapsed() < SLOW, "{:?}", begun.elapsed());
            let failure = crate::support::Failure::of(&refused.expect_err("no Cognito"));
            if failure.reason == "AUDIT_UNAVAILABLE" {
                return;
            }
            assert_eq!(failure.reason, "UPSTREAM_UNREACHABLE");
        }
    };
    let refused = timeout(Duration::from_mins(1), refused).await;
    refused.expect("the pipe is full at some time");
    server.stop().await;
}
