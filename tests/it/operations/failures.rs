//! What the operations make of the same failure.

use user_attributes::proto::Operation;

use super::*;
use crate::support::{
    calls::{call, check_failed, good, refusal},
    front::Front,
};

/// Every operation's answer to the same answer of Cognito's.
async fn each(answer: Answer) -> Vec<(&'static str, Status)> {
    let (_cognito, server) = answering(answer).await;
    let mut client = server.client().await;
    let statuses = vec![
        (
            "VerifyUserAttribute",
            client
                .verify_user_attribute(verification("email", "1"))
                .await
                .unwrap_err(),
        ),
        (
            "GetUserAttributeVerificationCode",
            client
                .get_user_attribute_verification_code(code_request("email"))
                .await
                .unwrap_err(),
        ),
        (
            "DeleteUserAttributes",
            client
                .delete_user_attributes(deletion(&["name"]))
                .await
                .unwrap_err(),
        ),
        ("GetUser", client.get_user(query()).await.unwrap_err()),
    ];
    server.stop().await;
    statuses
}

/// Failures that may have been executed, of each operation.
pub async fn unknown_failures() -> Vec<Failure> {
    let mut failures = Vec::new();
    for answer in [
        Answer::Bytes(scripted::exception(500, "InternalErrorException", "x")),
        Answer::BytesThenClose(Vec::new()),
    ] {
        failures.extend(
            each(answer)
                .await
                .iter()
                .map(|(_, status)| Failure::of(status)),
        );
    }
    failures
}

#[tokio::test]
async fn what_may_have_been_executed_is_unavailable_only_where_it_changes_nothing() {
    for failure in unknown_failures().await {
        let is_read = failure.operation.as_deref() == Some("GetUser");
        let expected = match (is_read, failure.reason.as_str()) {
            (true, _) => (Code::Unavailable, "not_applied"),
            (false, "INTERNAL_ERROR") => (Code::Internal, "unknown"),
            (false, _) => (Code::Unknown, "unknown"),
        };
        let told = (failure.code, &*failure.outcome);
        assert_eq!(told, expected, "{failure:?}");
    }
}

#[tokio::test]
async fn a_read_changes_nothing_however_it_fails() {
    for exception in [
        "InternalErrorException",
        "UnexpectedLambdaException",
        "UserLambdaValidationException",
        "CodeDeliveryFailureException",
        "NobodyKnowsThisException",
    ] {
        let front = Front::new([refusal(exception, "x")]).await;
        let failed = call(&front.client, Operation::GetUser, "").await;
        let failure = Failure::of(&failed.expect_err(exception));
        assert_eq!(failure.outcome, "not_applied", "{exception}");
        front.stop().await;
    }
}

/// If it were sent again by the server itself, it would delete what was set in between.
#[tokio::test]
async fn a_deletion_is_sent_once_and_spares_what_another_caller_sets_meanwhile() {
    let failed = scripted::exception(500, "InternalErrorException", "x");
    let front = Front::new([Answer::Held(failed), good()]).await;
    let client = front.client.clone();
    let deletion =
        tokio::spawn(async move { call(&client, Operation::DeleteUserAttributes, "").await });
    front.cognito.arrived().await;
    let update = call(&front.client, Operation::UpdateUserAttributes, "").await;
    update.expect("another caller's update");
    front.cognito.release();
    let deleted = deletion.await.expect("no panic");
    check_failed(deleted, Code::Internal, "INTERNAL_ERROR", "unknown");
    assert_eq!(front.sent(Operation::DeleteUserAttributes), 1);
    assert_eq!(front.cognito.hits(), 2, "the deletion and the update");
    front.stop().await;
}

#[tokio::test]
async fn an_exception_says_which_operation_it_ended() {
    let exception = scripted::exception(400, "NotAuthorizedException", "Access Token has expired");
    for (operation, status) in each(Answer::Bytes(exception)).await {
        let failure = Failure::of(&status);
        assert_eq!(failure.operation.as_deref(), Some(operation));
        assert_eq!(failure.reason, "ACCESS_TOKEN_EXPIRED");
        assert_eq!(failure.outcome, "not_applied");
    }
}
