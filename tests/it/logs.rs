//! The log: what a line of a call says, and what becomes of it while nobody reads it.

use std::time::Duration;

use rustix::process::Signal;
use tokio::{task::JoinSet, time::timeout};
use user_attributes::proto::GetUserRequest;

use crate::support::{calls, process::Process, update};

/// More lines than a pipe and the server's own queue hold.
const CALLS: usize = 6_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_nobody_reads_stops_no_call_and_tells_later_what_it_lacks() {
    let mut process = Process::start(&["--region=eu-central-1"], &[]).await;
    let mut clients = JoinSet::new();
    for _ in 0..20 {
        let client = calls::client(process.grpc_addr);
        clients.spawn(async move {
            for _ in 0..CALLS / 20 {
                let refused = client.clone().get_user(GetUserRequest::default()).await;
                refused.expect_err("a token is missing");
            }
        });
    }
    let all = timeout(Duration::from_mins(1), clients.join_all()).await;
    all.expect("every call is answered");
    let told = process.logged("log lines dropped since the start").await;
    assert!(told["count"].as_u64() > Some(0), "{told}");
    process.signal(Signal::TERM);
    assert_eq!(process.exit().await.code, Some(0));
}

#[tokio::test]
async fn a_name_that_the_caller_made_up_is_not_in_the_log() {
    let mut process = Process::start(&["--endpoint-url=http://127.0.0.1:1"], &[]).await;
    let names = ["email", "custom:department", "dan@example.com"];
    let attributes = names.map(|name| (name, Some("x")));
    let mut client = calls::client(process.grpc_addr);
    let call = client.update_user_attributes(update("token", &attributes));
    call.await.expect_err("no Cognito");
    let line = process.logged("call").await;
    let told = r#"["email", "custom:department", "_OTHER"]"#;
    assert_eq!(line["attributes"], told, "{line}");
    process.signal(Signal::TERM);
    let exit = process.exit().await;
    assert!(!exit.stderr.contains("dan@example.com"), "{}", exit.stderr);
}
