//! What the operations make of the same failure.

use super::*;

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
async fn what_may_have_been_executed_is_unavailable_only_where_a_repeat_does_no_harm() {
    for failure in unknown_failures().await {
        let operation = failure.operation.as_deref().expect("known");
        let repeatable = ["DeleteUserAttributes", "GetUser"].contains(&operation);
        let expected = match (repeatable, failure.reason.as_str()) {
            (true, _) => Code::Unavailable,
            (false, "INTERNAL_ERROR") => Code::Internal,
            (false, _) => Code::Unknown,
        };
        assert_eq!(failure.code, expected, "{failure:?}");
        assert_eq!(failure.outcome, "unknown", "{failure:?}");
    }
}

#[tokio::test]
async fn a_refusal_of_the_second_attempt_leaves_open_what_the_first_has_done() {
    for refused in [
        scripted::exception(400, "NotAuthorizedException", "Access Token has expired"),
        scripted::exception(400, "TooManyRequestsException", "Rate exceeded"),
    ] {
        let failed = scripted::exception(500, "InternalErrorException", "x");
        let cognito = Scripted::new([failed, refused].map(Answer::Bytes)).await;
        let server = Server::in_front_of(&cognito.url).await;
        let mut client = server.client().await;
        let status = client.delete_user_attributes(deletion(&["name"])).await;
        assert_eq!(Failure::of(&status.unwrap_err()).outcome, "unknown");
        assert!(cognito.hits() > 1);
        server.stop().await;
    }
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
