//! A pipe as the file: how it is opened, and what becomes of lines when nobody reads it any more, as if
//! a disk didn't answer.

use std::{fs::OpenOptions, io::Read as _, time::Duration};

use rustix::{
    fs::{OFlags, fcntl_setfl},
    io::ioctl_fionread,
};
use tokio::time::Instant;

use super::*;
use crate::support::{Failure, calls::good, make_pipe, process::refused, scrape::scrape};

/// Longer than a change waits to be on record, by far.
const SLOW: Duration = Duration::from_secs(5);
/// A pipe holds 64 KiB, less what is left at the ends of its pages. Then a writer waits.
const ALMOST_FULL: u64 = 60_000;
/// Most lines that are written in one go. Of those that a pipe took a part of, none counts as written.
const AT_ONCE: usize = 256;
/// The lines of calls would fill the log, which is read afterwards.
const QUIET: &str = "--log-filter=info,user_attributes::telemetry::line=off";

fn pipe_in(folder: &TempDir) -> (PathBuf, String) {
    let file = file_in(folder);
    make_pipe(&file);
    let flag = format!("--audit-file={}", file.display());
    (file, flag)
}

/// A pipe that is open and that nobody reads.
fn silent_pipe(folder: &TempDir) -> (fs::File, String) {
    let (file, flag) = pipe_in(folder);
    let open = OpenOptions::new().read(true).write(true).open(&file);
    (open.expect("a pipe"), flag)
}

/// How many lines are in it.
fn lines(mut pipe: fs::File) -> usize {
    fcntl_setfl(&pipe, OFlags::NONBLOCK).expect("a pipe");
    let mut bytes = Vec::new();
    pipe.read_to_end(&mut bytes).expect_err("it is empty");
    String::from_utf8(bytes)
        .expect("text")
        .matches('\n')
        .count()
}

/// Ends the server, and checks that it tells of every one of so many lines that isn't in the pipe.
async fn check_told(process: Process, pipe: fs::File, all: usize) {
    process.signal(Signal::TERM);
    let exit = process.exit().await;
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    let mut told = exit.stderr.lines().filter(|it| it.contains(NOT_WRITTEN));
    let last: Value = serde_json::from_str(told.next_back().expect("a line")).expect("JSON");
    let count = last["count"].as_u64().expect("a number");
    let known = usize::try_from(count).expect("few") + lines(pipe);
    assert!(known >= all && known <= all + AT_ONCE, "{known} of {all}");
}

#[tokio::test]
async fn a_disk_that_never_answers_stops_no_call_and_what_is_lost_is_told_meanwhile_and_at_the_end()
{
    // More than the pipe, the thread's hands and the queue hold.
    const TASKS: usize = 20;
    const CALLS: usize = 250;
    let folder = tempfile::tempdir().expect("a folder");
    let (pipe, flag) = silent_pipe(&folder);
    let cognito = Scripted::new([good()]).await;
    let (mut process, client) = process(&cognito, &[&flag, QUIET]).await;
    let calls: tokio::task::JoinSet<_> = (0..TASKS)
        .map(|_| {
            let client = client.clone();
            async move {
                for _ in 0..CALLS {
                    let call = calls::call(&client, UPDATE, "").await;
                    call.expect("an answer");
                }
            }
        })
        .collect();
    let all = timeout(Duration::from_mins(1), calls.join_all()).await;
    all.expect("no call waits for the disk");
    let told = process.logged(NOT_WRITTEN).await;
    let told = told["count"].as_f64().expect("a number");
    let lost = scrape(process.admin_addr).await.get(LOST);
    assert!(told > 0.0 && lost >= Some(told), "{told} {lost:?}");
    check_told(process, pipe, TASKS * CALLS).await;
}

#[tokio::test]
async fn with_audit_required_such_a_disk_refuses_a_change_before_long_and_its_end_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pipe, flag) = silent_pipe(&folder);
    let cognito = Scripted::new([good()]).await;
    let (process, client) = process(&cognito, &[&flag, REQUIRED, QUIET]).await;
    let mut count = 0;
    let refused = async {
        loop {
            count += 1;
            let begun = Instant::now();
            let call = calls::call(&client, UPDATE, "").await;
            assert!(begun.elapsed() < SLOW, "{:?}", begun.elapsed());
            if let Err(status) = call {
                assert_eq!(Failure::of(&status).reason, "AUDIT_UNAVAILABLE");
                return;
            }
        }
    };
    let refused = timeout(Duration::from_mins(1), refused).await;
    refused.expect("the pipe is full at some time");
    assert_eq!(cognito.hits(), count - 1);
    check_told(process, pipe, 2 * count).await;
}

#[tokio::test]
async fn a_sighup_while_a_disk_doesnt_answer_is_told_of_and_counts_once_it_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut pipe, flag) = silent_pipe(&folder);
    let cognito = Scripted::new([good()]).await;
    let (mut process, client) = process(&cognito, &[&flag, QUIET]).await;
    let call = async || {
        let call = calls::call(&client, UPDATE, "").await;
        call.expect("an answer");
    };
    while ioctl_fionread(&pipe).expect("a pipe") < ALMOST_FULL {
        call().await;
    }
    for _ in 0..50 {
        call().await;
    }
    let file = file_in(&folder);
    fs::rename(&file, folder.path().join("old")).expect("a rename");
    let waiting = "earlier attempts still wait for it";
    for error in ["timed out", "timed out", "timed out", waiting] {
        process.signal(Signal::HUP);
        let told = "can't open the audit file again: the old one is written on";
        let line = process.logged(told).await;
        assert_eq!(line["error"], error);
    }
    // It has no end, as it is open for writing here.
    std::thread::spawn(move || while pipe.read(&mut [0; 4096]).is_ok() {});
    process.logged("audit file opened again").await;
    call().await;
    process.signal(Signal::TERM);
    assert_eq!(process.exit().await.code, Some(0));
    assert!(!events(&file).is_empty());
}

#[tokio::test]
async fn a_pipe_that_nobody_reads_stops_the_start_with_64_and_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, flag) = pipe_in(&folder);
    let flags = ["--region=eu-central-1", &flag];
    let refused = refused(&flags, &[]);
    let exit = timeout(PATIENCE, refused).await.expect("no wait");
    assert_eq!(exit.code, Some(64), "{}", exit.stderr);
    let said = exit.stderr.contains("it is a pipe that nobody reads");
    assert!(said, "{}", exit.stderr);
}

#[tokio::test]
async fn standard_output_can_be_the_file_although_it_is_a_pipe() {
    let cognito = Scripted::new([good()]).await;
    let (process, client) = process(&cognito, &["--audit-file=/dev/stdout"]).await;
    for operation in CHANGES {
        let call = calls::call(&client, operation, "").await;
        call.expect("an answer");
    }
    process.signal(Signal::TERM);
    let exit = process.exit().await;
    let events: Vec<Value> = exit
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let applied = CHANGES.map(|operation| (operation.name(), "applied"));
    assert_eq!(outcomes(&events), applied);
}
