//! A caller who leaves: what has been sent goes on, what hasn't never is.

use rustix::process::Signal;
use serde_json::Value;
use tokio::{spawn, task::JoinHandle};
use tonic::Status;
use user_attributes::proto::{GetUserRequest, Operation};

use crate::support::{
    calls::{self, Client, call, good, held, refusal, throttled},
    front::{self, Front},
    process::Process,
    scripted::{Answer, Scripted},
    unreachable::Stalled,
};

const CHANGES: [Operation; 4] = [
    Operation::DeleteUserAttributes,
    Operation::GetUserAttributeVerificationCode,
    Operation::UpdateUserAttributes,
    Operation::VerifyUserAttribute,
];

fn begin(client: &Client, operation: Operation) -> JoinHandle<Result<(), Status>> {
    let client = client.clone();
    spawn(async move { call(&client, operation, "").await })
}

/// The real server in front of this Cognito, and a client of it.
async fn process(cognito: &Scripted) -> (Process, Client) {
    let endpoint = format!("--endpoint-url={}", cognito.url);
    let process = Process::start(&[&endpoint], &[]).await;
    let client = calls::client(process.grpc_addr);
    (process, client)
}

/// Has a change sent whose caller leaves, and returns the line of its call once the server has
/// noticed.
async fn leave(
    operation: Operation,
    client: &Client,
    cognito: &Scripted,
    process: &mut Process,
) -> Value {
    let left = begin(client, operation);
    cognito.arrived().await;
    left.abort();
    let line = process.logged("call").await;
    assert_eq!(line["code"], "CANCELLED");
    line
}

#[tokio::test]
async fn a_change_that_was_sent_runs_to_its_end_and_the_log_tells_its_result() {
    let cognito = Scripted::new([]).await;
    let (mut process, client) = process(&cognito).await;
    let refused = refusal("InvalidParameterException", "x");
    for (answer, code, reason, outcome) in [
        (held(), "OK", Value::Null, Value::Null),
        (
            as_held(refused),
            "INVALID_ARGUMENT",
            "INVALID_PARAMETER".into(),
            "not_applied".into(),
        ),
        (
            Answer::Held(b"SSH-2.0\r\n".to_vec()),
            "UNKNOWN",
            "UPSTREAM_OUTCOME_UNKNOWN".into(),
            "unknown".into(),
        ),
    ] {
        for operation in CHANGES {
            cognito.script([answer.clone()]);
            let call = leave(operation, &client, &cognito, &mut process).await;
            cognito.release();
            let line = process.logged("ended after caller left").await;
            assert_eq!(line["method"], operation.name(), "{line}");
            assert_eq!(line["code"], code, "{line}");
            assert_eq!(line["reason"], reason, "{line}");
            assert_eq!(line["outcome"], outcome, "{line}");
            assert_eq!(line["request_id"], call["request_id"], "{line}");
            assert_eq!(line["count"], cognito.hits(), "{line}");
        }
    }
    assert_eq!(cognito.hits(), 3 * CHANGES.len());
    process.signal(Signal::TERM);
    assert_eq!(process.exit().await.code, Some(0));
}

fn as_held(answer: Answer) -> Answer {
    match answer {
        Answer::Bytes(bytes) => Answer::Held(bytes),
        other => other,
    }
}

#[tokio::test]
async fn a_drain_waits_for_a_change_whose_caller_has_left() {
    let cognito = Scripted::new([held()]).await;
    let (mut process, client) = process(&cognito).await;
    leave(
        Operation::UpdateUserAttributes,
        &client,
        &cognito,
        &mut process,
    )
    .await;
    drop(client);
    process.signal(Signal::TERM);
    process.logged("draining").await;
    cognito.release();
    let line = process.logged("ended after caller left").await;
    assert_eq!(line["code"], "OK");
    let exit = process.exit().await;
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
}

#[tokio::test]
async fn a_change_whose_caller_leaves_before_there_is_a_connection_is_never_sent() {
    for operation in Operation::ALL {
        let address = Stalled::new().await;
        let server = front::quick(&address.url).await;
        let client = calls::client(server.grpc_addr);
        let left = begin(&client, operation);
        // The answer says that the call before it is being handled: it has nothing to wait for.
        let refused = client.clone().get_user(GetUserRequest::default()).await;
        refused.expect_err("a refusal");
        left.abort();
        let cognito = address.recover([good()]);
        // Whatever still waited for a connection has one before this call.
        let other = call(&client, Operation::GetUser, "").await;
        other.expect("an answer");
        server.stop().await;
        assert_eq!(cognito.hits(), 1, "{operation:?}");
    }
}

#[tokio::test]
async fn a_change_whose_caller_leaves_while_it_waits_for_another_attempt_isnt_sent_again() {
    let patient = [
        "--max-deadline=12h",
        "--drain-timeout=24h",
        "--first-retry-delay=12h",
        "--upstream-timeout=1s",
    ];
    for operation in Operation::ALL {
        let front = Front::with([throttled(), good()], &patient).await;
        let left = begin(&front.client, operation);
        front.settle().await;
        left.abort();
        front.settle().await;
        // A drain waits for what may still be sent.
        let cognito = front.cognito;
        front.server.stop().await;
        let markers = 2;
        assert_eq!(cognito.hits(), 1 + markers, "{operation:?}");
    }
}

#[tokio::test]
async fn a_read_whose_caller_leaves_is_dropped() {
    let front = Front::new([Answer::Hang]).await;
    let left = begin(&front.client, Operation::GetUser);
    front.cognito.arrived().await;
    left.abort();
    front.cognito.closed().await;
    assert_eq!(front.cognito.hits(), 1);
    front.stop().await;
}
