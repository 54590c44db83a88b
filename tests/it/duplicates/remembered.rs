//! A change that comes again under the same id. What was done, or may have been, is remembered; after
//! anything else a repeat is a real try.

use tonic::Code::{self, *};

use super::change::{ALL, Change};
use crate::support::{
    calls::{self, check_failed, good, held, refusal, throttled},
    front::{self, Front},
    scripted::{self, Answer, Scripted},
    unreachable::{Refusing, Stalled},
};

/// Code, reason and outcome.
type Told = (Code, &'static str, &'static str);

/// Each change, with an id.
fn once() -> [Change; 4] {
    ALL.map(|change| change.named("id"))
}

async fn check_fails(front: &Front, change: Change, (code, reason, outcome): Told) {
    let result = change.call(front.client.clone()).await;
    check_failed(result, code, reason, outcome);
}

/// Checks that a repeat of a change that came to this comes to the same, and that nothing is sent.
async fn check_remembered(answer: &Answer, told: Told) {
    for change in once() {
        let front = Front::new([answer.clone(), good()]).await;
        for _ in 0..3 {
            check_fails(&front, change, told).await;
        }
        assert_eq!(front.cognito.hits(), 1, "{change:?}: {answer:?}");
        front.stop().await;
    }
}

#[tokio::test]
async fn a_success_is_remembered() {
    for change in once() {
        let refused = refusal("InvalidParameterException", "x");
        let front = Front::new([good(), refused]).await;
        for _ in 0..3 {
            let call = change.call(front.client.clone());
            call.await.expect("the first result");
        }
        assert_eq!(front.cognito.hits(), 1, "{change:?}");
        front.stop().await;
    }
}

#[tokio::test]
async fn what_wasnt_applied_is_tried_again_under_its_id_and_succeeds_once_its_cause_is_mended() {
    let proxys = |status| Answer::Bytes(scripted::html(status, "<html>"));
    let not_authorized = |text| refusal("NotAuthorizedException", text);
    let unwritable = "A client attempted to write unauthorized attribute";
    for (refused, code, reason) in [
        (proxys(403), PermissionDenied, "FORBIDDEN"),
        (proxys(407), Unknown, "UNMODELED_UPSTREAM_ERROR"),
        (
            not_authorized(unwritable),
            PermissionDenied,
            "ATTRIBUTE_NOT_WRITABLE",
        ),
        (
            not_authorized("Access Token has expired"),
            Unauthenticated,
            "ACCESS_TOKEN_EXPIRED",
        ),
        (
            refusal("InvalidParameterException", "x"),
            InvalidArgument,
            "INVALID_PARAMETER",
        ),
        (
            refusal("LimitExceededException", "x"),
            ResourceExhausted,
            "LIMIT_EXCEEDED",
        ),
        (
            refusal("CodeMismatchException", "x"),
            InvalidArgument,
            "CODE_MISMATCH",
        ),
    ] {
        for change in once() {
            let front = Front::new([refused.clone(), refused.clone(), good()]).await;
            for _ in 0..2 {
                check_fails(&front, change, (code, reason, "not_applied")).await;
            }
            for _ in 0..2 {
                let repeat = change.call(front.client.clone());
                repeat.await.expect("a real try, and then its result");
            }
            assert_eq!(front.cognito.hits(), 3, "{change:?}: {refused:?}");
            front.stop().await;
        }
    }
}

#[tokio::test]
async fn an_unknown_outcome_is_remembered_and_never_tried_again() {
    let lost = (Unknown, "UPSTREAM_OUTCOME_UNKNOWN", "unknown");
    check_remembered(&Answer::BytesThenClose(Vec::new()), lost).await;
    check_remembered(&Answer::CloseUnread, lost).await;
    let html = Answer::Bytes(scripted::html(200, "<html>"));
    check_remembered(&html, lost).await;
    let failed = Answer::Bytes(scripted::exception(500, "InternalErrorException", "x"));
    check_remembered(&failed, (Internal, "INTERNAL_ERROR", "unknown")).await;
    let undelivered = refusal("CodeDeliveryFailureException", "x");
    let told = (FailedPrecondition, "CODE_DELIVERY_FAILURE", "unknown");
    check_remembered(&undelivered, told).await;
    let too_many = refusal("LimitExceededException", "Exceeded daily email limit for x");
    let told = (ResourceExhausted, "DELIVERY_LIMIT_EXCEEDED", "unknown");
    check_remembered(&too_many, told).await;
}

#[tokio::test]
async fn a_result_that_comes_after_the_deadline_is_what_the_repeat_gets() {
    for change in once() {
        let front = Front::new([held(), good()]).await;
        let late = (DeadlineExceeded, "DEADLINE_EXCEEDED", "unknown");
        check_fails(&front, change.within("300m"), late).await;
        check_fails(&front, change.within("300m"), late).await;
        front.cognito.release();
        let repeat = change.call(front.client.clone());
        repeat.await.expect("the first result");
        assert_eq!(front.cognito.hits(), 1, "{change:?}");
        front.stop().await;
    }
}

#[tokio::test]
async fn what_was_throttled_is_tried_again_by_a_repeat() {
    for change in once() {
        let front = Front::new([throttled(), throttled(), throttled(), good()]).await;
        let told = (ResourceExhausted, "TOO_MANY_REQUESTS", "not_applied");
        check_fails(&front, change, told).await;
        let repeat = change.call(front.client.clone());
        repeat.await.expect("a real try");
        assert_eq!(front.cognito.hits(), 4, "{change:?}");
        front.stop().await;
    }
}

#[tokio::test]
async fn what_found_no_connection_is_tried_again_by_a_repeat() {
    for change in once() {
        let address = Refusing::new();
        let server = front::quick(&address.url).await;
        let client = calls::client(server.grpc_addr);
        let refused = change.call(client.clone()).await;
        check_failed(refused, Unavailable, "UPSTREAM_UNREACHABLE", "not_applied");
        let cognito = address.recover([good()]);
        check_real_try(change, &cognito, client).await;
        server.stop().await;
    }
}

#[tokio::test]
async fn what_had_no_time_to_be_sent_is_tried_again_by_a_repeat() {
    for change in once() {
        let address = Stalled::new().await;
        let server = front::quick(&address.url).await;
        let client = calls::client(server.grpc_addr);
        for timeout in ["59m", "300m"] {
            let late = change.within(timeout).call(client.clone()).await;
            check_failed(late, DeadlineExceeded, "DEADLINE_EXCEEDED", "not_applied");
        }
        let cognito = address.recover([good()]);
        check_real_try(change, &cognito, client).await;
        server.stop().await;
    }
}

/// Checks that this is the first call of all that reaches Cognito.
async fn check_real_try(change: Change, cognito: &Scripted, client: crate::support::calls::Client) {
    let repeat = change.call(client);
    repeat.await.expect("a real try");
    assert_eq!(cognito.hits(), 1, "{change:?}");
}
