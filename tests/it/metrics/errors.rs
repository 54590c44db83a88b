//! Calls that got an error, by its reason.

use std::collections::BTreeMap;

use tokio::spawn;
use tonic::Status;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use user_attributes::proto::{
    ErrorReason,
    Operation::{self, GetUser, UpdateUserAttributes},
    code_name,
};

use super::{SERVICE, calls, own};
use crate::{
    duplicates::change::UPDATE,
    errors::{EXCEPTIONS, nameless},
    refusals,
    support::{
        Failure, Server,
        calls::{call, good, refusal},
        front::Front,
        scrape::settles,
        scripted::{self, Answer},
    },
};

/// The series of errors that had this reason.
pub fn errors(reason: &str) -> String {
    format!(r#"user_attributes_errors_total{{reason="{reason}"}}"#)
}

/// Checks that the server has counted each of these once, by its reason as by its code, and that
/// every other reason is there and zero.
pub async fn check_counted(server: &Server, answered: &[Status]) {
    let sent = ErrorReason::all().skip(1);
    let mut expected: BTreeMap<_, _> = sent.map(|it| (errors(it.name()), 0.0)).collect();
    let reasons = expected.len();
    for status in answered {
        let failure = Failure::of(status);
        let method = failure.operation.map(|name| format!("{SERVICE}/{name}"));
        let method = method.unwrap_or_else(|| "_OTHER".to_owned());
        let by_code = calls(&method, code_name(failure.code));
        for series in [errors(&failure.reason), by_code] {
            *expected.entry(series).or_default() += 1.0;
        }
    }
    let expected: Vec<_> = expected.iter().map(|(it, count)| (&**it, *count)).collect();
    let scrape = settles(server.admin_addr, &expected).await;
    assert_eq!(scrape.beginning("user_attributes_errors").len(), reasons);
}

#[tokio::test]
async fn whatever_cognito_answers_counts_once_by_the_reason_that_the_caller_gets() {
    let front = Front::new([]).await;
    let exceptions = EXCEPTIONS.iter().map(|it| refusal(it.exception, it.text));
    let nameless = nameless().into_iter().map(|(answer, ..)| answer);
    let mut answered = Vec::new();
    for answer in exceptions.chain(nameless) {
        front.cognito.script([answer]);
        for operation in [UpdateUserAttributes, GetUser] {
            // However often it is tried.
            let refused = call(&front.client, operation, "").await;
            answered.push(refused.unwrap_err());
        }
    }
    check_counted(&front.server, &answered).await;
    front.stop().await;
}

#[tokio::test]
async fn what_this_server_refuses_counts_once() {
    let server = Server::start().await;
    let refused = refusals::statuses(&server).await;
    check_counted(&server, &refused).await;
    server.stop().await;
}

#[tokio::test]
async fn a_deadline_counts_once_whether_it_is_too_near_or_passes() {
    let front = Front::new([Answer::Hang]).await;
    let mut late = Vec::new();
    for operation in Operation::ALL {
        for timeout in ["1m", "300m"] {
            let call = call(&front.client, operation, timeout).await;
            late.push(call.unwrap_err());
        }
    }
    check_counted(&front.server, &late).await;
    front.stop().await;
}

#[tokio::test]
async fn each_who_waits_for_a_change_counts_and_so_does_each_repeat_that_is_answered_from_memory() {
    let undelivered = scripted::exception(400, "CodeDeliveryFailureException", "x");
    let front = Front::new([Answer::Held(undelivered), good()]).await;
    let change = UPDATE.named("id");
    let waiting = [(); 3].map(|()| spawn(change.call(front.client.clone())));
    front.settle().await;
    front.cognito.release();
    let mut answered = Vec::new();
    for call in waiting {
        answered.push(call.await.expect("no panic").unwrap_err());
    }
    for repeat in [change, change, change.to("other")] {
        let call = repeat.call(front.client.clone()).await;
        answered.push(call.unwrap_err());
    }
    assert_eq!(front.sent(UpdateUserAttributes), 1);
    check_counted(&front.server, &answered).await;
    front.stop().await;
}

#[tokio::test]
async fn who_has_left_got_no_error_though_the_change_failed() {
    let refused = scripted::exception(400, "InvalidParameterException", "x");
    let front = Front::new([Answer::Held(refused)]).await;
    let client = front.client.clone();
    let left = spawn(async move { call(&client, UpdateUserAttributes, "").await });
    front.cognito.hit(1).await;
    left.abort();
    let gone = own(UpdateUserAttributes, "CANCELLED");
    settles(front.server.admin_addr, &[(&gone, 1.0)]).await;
    front.cognito.release();
    let completed = "user_attributes_completed_after_caller_left_total";
    settles(front.server.admin_addr, &[(completed, 1.0)]).await;
    check_counted(&front.server, &[]).await;
    front.stop().await;
}

#[tokio::test]
async fn an_error_without_a_reason_of_this_service_and_a_success_count_for_nothing() {
    let front = Front::new([good()]).await;
    call(&front.client, GetUser, "").await.expect("an answer");
    let mut health = HealthClient::new(front.server.channel().await);
    let service = "another".to_owned();
    let unknown = health.check(HealthCheckRequest { service }).await;
    unknown.expect_err("no such service");
    let (success, unknown) = (
        own(GetUser, "OK"),
        calls("grpc.health.v1.Health/Check", "NOT_FOUND"),
    );
    let once = [(&*success, 1.0), (&*unknown, 1.0)];
    settles(front.server.admin_addr, &once).await;
    check_counted(&front.server, &[]).await;
    front.stop().await;
}
