//! Every failure that can be brought about from outside, and how.

use tonic::Status;
use user_attributes::proto::Operation;

use super::answers::{EXCEPTIONS, nameless};
use crate::support::{
    Failure, Server,
    calls::{call, good, held},
    front::Front,
    scripted::{self, Answer, Scripted},
    unreachable::Refusing,
    update,
};

/// With it every deadline is too near to try,
pub const TOO_NEAR: &str = "--min-deadline=10s";
/// and with this every deadline passes while Cognito is silent.
pub const PASSED: &str = "--max-deadline=300ms";

/// Every failure that can be brought about from outside.
pub async fn failures() -> Vec<Failure> {
    let server = Server::start().await;
    let mut statuses = crate::refusals::statuses(&server).await;
    server.stop().await;
    for row in EXCEPTIONS {
        statuses.push(answered(scripted::exception(400, row.exception, row.text)).await);
    }
    for (answer, ..) in nameless() {
        statuses.push(answered_by(answer).await);
    }
    statuses.push(unreachable().await);
    statuses.push(overloaded().await);
    statuses.push(crate::duplicates::reused().await);
    statuses.push(crate::audit::audit_unavailable().await);
    for setting in [TOO_NEAR, PASSED] {
        statuses.push(answered_with(&[setting], Answer::Hang).await);
    }
    let mut failures: Vec<_> = statuses.iter().map(Failure::of).collect();
    failures.extend(crate::operations::failures::unknown_failures().await);
    failures
}

pub async fn answered(bytes: Vec<u8>) -> Status {
    answered_by(Answer::Bytes(bytes)).await
}

pub async fn answered_by(answer: Answer) -> Status {
    answered_with(&[], answer).await
}

/// By a server with these settings besides. The caller is patient, so that it is the server whose
/// time is over first.
pub async fn answered_with(settings: &[&str], answer: Answer) -> Status {
    let cognito = Scripted::new([answer]).await;
    let own = ["--endpoint-url", &cognito.url, "--upstream-timeout=1s"];
    let server = Server::with(&[&own, settings].concat()).await;
    let mut request = tonic::Request::new(update("token", &[("nickname", Some("Dan"))]));
    let timeout = "5S".parse().expect("ASCII");
    request.metadata_mut().insert("grpc-timeout", timeout);
    let status = server
        .client()
        .await
        .update_user_attributes(request)
        .await
        .unwrap_err();
    server.stop().await;
    status
}

pub async fn unreachable() -> Status {
    let address = Refusing::new();
    let server = Server::in_front_of(&address.url).await;
    let request = update("token", &[("nickname", Some("Dan"))]);
    let status = server
        .client()
        .await
        .update_user_attributes(request)
        .await
        .unwrap_err();
    server.stop().await;
    status
}

/// The answer to a call that comes while another one takes all the room.
pub async fn overloaded() -> Status {
    let front = Front::with([held(), good()], &["--max-in-flight=1"]).await;
    let update = || {
        let client = front.client.clone();
        async move { call(&client, Operation::UpdateUserAttributes, "").await }
    };
    let first = tokio::spawn(update());
    front.cognito.arrived().await;
    let second = update().await;
    assert_eq!(front.cognito.hits(), 1, "the first one alone is sent");
    front.cognito.release();
    first.await.expect("no panic").expect("an answer");
    update().await.expect("there is room again");
    front.stop().await;
    second.unwrap_err()
}
