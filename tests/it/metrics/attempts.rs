//! Attempts to have Cognito carry out an operation.

use user_attributes::proto::Operation::{self, GetUser, UpdateUserAttributes};

use super::{ATTEMPTS, attempts};
use crate::support::{
    calls::{call, client, good, refusal, throttled},
    front::{self, Front},
    scrape::settles,
    scripted::{self, Answer},
};

const DURATION: &str = "user_attributes_upstream_attempt_duration_seconds_count";
const RETRIES: &str = "user_attributes_upstream_retries_total";

#[tokio::test]
async fn each_attempt_is_counted_by_its_code_and_those_after_the_first_as_retries() {
    let front = Front::new([throttled(), throttled(), good()]).await;
    for operation in [UpdateUserAttributes, GetUser] {
        front.cognito.script([throttled(), throttled(), good()]);
        call(&front.client, operation, "").await.expect("an answer");
    }
    let throttled = "TooManyRequestsException";
    let scrape = settles(
        front.server.admin_addr,
        &[
            (&attempts(UpdateUserAttributes, throttled), 2.0),
            (&attempts(UpdateUserAttributes, "OK"), 1.0),
            (&attempts(GetUser, throttled), 2.0),
            (&attempts(GetUser, "OK"), 1.0),
            (DURATION, 6.0),
            (RETRIES, 4.0),
        ],
    )
    .await;
    assert_eq!(scrape.sum(ATTEMPTS), Some(6.0));
    front.stop().await;
}

#[tokio::test]
async fn an_attempt_without_an_answer_that_can_be_read_is_lost() {
    for (answer, read) in [
        (Answer::CloseUnread, 3.0),
        (Answer::BytesThenClose(b"no HTTP".to_vec()), 3.0),
        (Answer::Bytes(scripted::html(200, "<html>")), 3.0),
        (Answer::Bytes(scripted::json(200, r#"{"a":"#)), 3.0),
    ] {
        let front = Front::new([answer.clone()]).await;
        for operation in Operation::ALL {
            let lost = call(&front.client, operation, "").await;
            lost.expect_err("no answer");
        }
        let series = Operation::ALL.map(|operation| attempts(operation, "lost"));
        let expected = series.iter().zip(Operation::ALL).map(|(it, operation)| {
            let times = if operation == GetUser { read } else { 1.0 };
            (&**it, times)
        });
        let expected: Vec<_> = expected.collect();
        let scrape = settles(front.server.admin_addr, &expected).await;
        let ok = attempts(UpdateUserAttributes, "OK");
        assert_eq!(scrape.get(&ok), Some(0.0), "{answer:?}");
        front.stop().await;
    }
}

#[tokio::test]
async fn an_attempt_that_never_left_is_lost_too_and_so_is_one_that_nobody_waits_for() {
    let server = front::quick("http://127.0.0.1:1").await;
    let client = client(server.grpc_addr);
    let refused = call(&client, UpdateUserAttributes, "").await;
    refused.expect_err("no connection");
    let lost = attempts(UpdateUserAttributes, "lost");
    settles(server.admin_addr, &[(&lost, 3.0), (RETRIES, 2.0)]).await;
    server.stop().await;

    let front = Front::new([Answer::Hang]).await;
    let client = front.client.clone();
    let left = tokio::spawn(async move { call(&client, GetUser, "").await });
    front.cognito.hit(1).await;
    left.abort();
    let lost = attempts(GetUser, "lost");
    settles(front.server.admin_addr, &[(&lost, 1.0), (DURATION, 1.0)]).await;
    front.stop().await;
}

#[tokio::test]
async fn each_error_that_cognito_is_known_to_have_is_counted_under_its_own_code() {
    let known = [
        "AliasExistsException",
        "CodeDeliveryFailureException",
        "CodeMismatchException",
        "ExpiredCodeException",
        "ForbiddenException",
        "InternalErrorException",
        "InvalidEmailRoleAccessPolicyException",
        "InvalidLambdaResponseException",
        "InvalidParameterException",
        "InvalidSmsRoleAccessPolicyException",
        "InvalidSmsRoleTrustRelationshipException",
        "LimitExceededException",
        "NotAuthorizedException",
        "OperationNotEnabledException",
        "PasswordResetRequiredException",
        "ResourceNotFoundException",
        "UnexpectedLambdaException",
        "UserLambdaValidationException",
        "UserNotConfirmedException",
        "UserNotFoundException",
    ];
    let front = Front::new([]).await;
    for code in known {
        front.cognito.script([refusal(code, "x")]);
        let refused = call(&front.client, UpdateUserAttributes, "").await;
        refused.expect_err("refused");
    }
    let series = known.map(|code| attempts(UpdateUserAttributes, code));
    let once: Vec<_> = series.iter().map(|it| (&**it, 1.0)).collect();
    settles(front.server.admin_addr, &once).await;
    front.stop().await;
}
