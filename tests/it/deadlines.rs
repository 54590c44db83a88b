//! How long a call may take, and what is told when its time is over.

use std::time::Duration;

use prost::Message as _;
use tokio::time::{Instant, timeout};
use tonic::{Code::*, Status};
use tonic_types::StatusExt as _;
use user_attributes::proto::Operation;

use crate::{
    duplicates::change::UPDATE,
    refusals::{PATH, exchange, framed},
    support::{
        Failure, Server,
        calls::{
            self, call, check_failed, good, held, nickname, outcome_without_an_answer, throttled,
            within,
        },
        front::{self, Front},
        process::Process,
        scripted::Answer,
        unreachable::Stalled,
    },
};

/// For an answer that comes at once, on a busy machine.
const SOON: Duration = Duration::from_secs(5);

/// A status that came within its time.
#[track_caller]
fn check_late(result: Result<(), Status>, outcome: &str) {
    check_failed(result, DeadlineExceeded, "DEADLINE_EXCEEDED", outcome);
}

/// The answer to an update with this header, from a client that has no timer of its own.
async fn with_timeout(server: &Server, value: &str) -> Failure {
    let message = nickname("Dan").encode_to_vec();
    let headers = [("grpc-timeout", value)];
    let answer = exchange(server, PATH, &headers, framed(0, &message)).await;
    Failure::of(&Status::from_header_map(&answer).expect("a status"))
}

#[tokio::test]
async fn the_answer_comes_before_the_caller_gives_up() {
    let brief = ["--upstream-timeout=1s"];
    let front = Front::with([Answer::Hang], &brief).await;
    let mut client = front.server.client().await;
    let mut ours = 0;
    // tonic's client has a timer of the same length, whose status has no details. It can win when
    // the machine stands still for the time that an answer is earlier, and not again and again.
    for value in ["a", "b", "c", "d", "e"] {
        let request = within("300m", nickname(value));
        let status = client.update_user_attributes(request).await.unwrap_err();
        ours += usize::from(status.get_details_error_info().is_some());
    }
    assert!(ours >= 3, "{ours} of 5");
    front.stop().await;
}

#[tokio::test]
async fn a_deadline_that_passes_after_sending_leaves_the_outcome_of_a_change_unknown() {
    let brief = ["--upstream-timeout=1s"];
    let front = Front::with([Answer::Hang], &brief).await;
    for operation in Operation::ALL {
        let late = call(&front.client, operation, "300m").await;
        check_late(late, outcome_without_an_answer(operation));
        assert_eq!(front.sent(operation), 1);
    }
    front.stop().await;
}

#[tokio::test]
async fn no_call_takes_longer_than_the_longest_deadline() {
    let capped = ["--max-deadline=300ms", "--upstream-timeout=1s"];
    let front = Front::with([Answer::Hang], &capped).await;
    for given in ["", "1H", "99999999H"] {
        for operation in Operation::ALL {
            let late = timeout(SOON, call(&front.client, operation, given));
            let outcome = outcome_without_an_answer(operation);
            check_late(late.await.expect("an answer"), outcome);
        }
    }
    front.stop().await;
}

#[tokio::test]
async fn an_absurdly_long_budget_is_as_good_as_a_long_one() {
    let front = Front::new([good()]).await;
    for budget in ["99999999H", "99999999M", "99999999S", "99999999m"] {
        let answered = call(&front.client, Operation::UpdateUserAttributes, budget).await;
        answered.unwrap_or_else(|status| panic!("{budget}: {status:?}"));
    }
    front.stop().await;
}

#[tokio::test]
async fn a_budget_that_is_too_short_to_try_is_refused_at_once_and_nothing_is_sent() {
    let front = Front::new([good()]).await;
    for budget in ["0H", "0S", "0n", "00000000m", "1n", "59m", "59999u"] {
        let failure = with_timeout(&front.server, budget).await;
        let told = (failure.code, &*failure.reason, &*failure.outcome);
        let expected = (DeadlineExceeded, "DEADLINE_EXCEEDED", "not_applied");
        assert_eq!(told, expected, "{budget}");
    }
    assert_eq!(front.cognito.hits(), 0);
    front.stop().await;
}

#[tokio::test]
async fn the_shortest_budget_is_a_setting() {
    let front = Front::with([good()], &["--min-deadline=10s"]).await;
    let late = call(&front.client, Operation::UpdateUserAttributes, "9999m").await;
    check_late(late, "not_applied");
    assert_eq!(front.cognito.hits(), 0);
    let in_time = call(&front.client, Operation::UpdateUserAttributes, "10S").await;
    in_time.expect("an answer");
    front.stop().await;
}

#[tokio::test]
async fn a_budget_that_is_too_short_is_the_callers_fault_who_is_told_the_shortest() {
    let region = "--region=eu-central-1";
    for (setting, budget, shortest) in [
        ("--min-deadline=80ms", "79m", "80ms"),
        // The answer has to travel, too.
        ("--min-deadline=0s", "50m", "51ms"),
    ] {
        let mut process = Process::start(&[region, setting], &[]).await;
        let client = calls::client(process.grpc_addr);
        for operation in Operation::ALL {
            let late = call(&client, operation, budget).await.unwrap_err();
            let told =
                format!("shorter than the {shortest} that this server takes (--min-deadline)");
            assert!(late.message().contains(&told), "{late:?}");
            let line = process.logged("call").await;
            let level = (&line["level"], &line["code"]);
            assert_eq!(level, (&"INFO".into(), &"DEADLINE_EXCEEDED".into()));
        }
    }
}

#[tokio::test]
async fn a_malformed_budget_is_refused_and_nothing_is_sent() {
    let front = Front::new([good()]).await;
    for budget in [
        "",
        "S",
        "20",
        "20s",
        "20 S",
        " 20S",
        "-1S",
        "+1S",
        "1.5S",
        "0x1S",
        "1e3m",
        "123456789m",
        "20SS",
        "20ms",
        "infinity",
        "S20",
        "20S,20S",
    ] {
        let failure = with_timeout(&front.server, budget).await;
        let told = (failure.code, &*failure.reason, &*failure.outcome);
        let expected = (InvalidArgument, "REQUEST_MALFORMED", "not_applied");
        assert_eq!(told, expected, "{budget:?}");
    }
    assert_eq!(front.cognito.hits(), 0);
    front.stop().await;
}

#[tokio::test]
async fn a_deadline_that_passes_while_connecting_leaves_nothing_applied_and_nothing_is_sent() {
    for operation in Operation::ALL {
        let address = Stalled::new().await;
        let server = front::quick(&address.url).await;
        let client = calls::client(server.grpc_addr);
        check_late(call(&client, operation, "300m").await, "not_applied");
        let cognito = address.recover([good()]);
        let next = call(&client, operation, "").await;
        next.expect("an answer");
        server.stop().await;
        assert_eq!(cognito.hits(), 1, "the next call's alone");
    }
}

#[tokio::test]
async fn connecting_has_a_limit_of_its_own() {
    let address = Stalled::new().await;
    let quick = [
        "--connect-timeout=50ms",
        "--first-retry-delay=1ms",
        "--second-retry-delay=1ms",
    ];
    let server = front::server(&address.url, &quick).await;
    let client = calls::client(server.grpc_addr);
    for operation in Operation::ALL {
        let unreached = timeout(SOON, call(&client, operation, "")).await;
        let unreached = unreached.expect("an answer");
        check_failed(
            unreached,
            Unavailable,
            "UPSTREAM_UNREACHABLE",
            "not_applied",
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn an_attempt_that_would_begin_too_late_isnt_begun() {
    // Any part of a day is longer than a second, but for one time in 86,400.
    let patient = ["--first-retry-delay=24h", "--upstream-timeout=1s"];
    let front = Front::with([throttled()], &patient).await;
    for operation in Operation::ALL {
        let begun = Instant::now();
        let throttled = call(&front.client, operation, "1S").await;
        check_failed(
            throttled,
            ResourceExhausted,
            "TOO_MANY_REQUESTS",
            "not_applied",
        );
        assert!(begun.elapsed() < Duration::from_millis(900));
        assert_eq!(front.sent(operation), 1);
    }
    front.stop().await;
}

#[tokio::test]
async fn a_change_that_was_sent_is_ended_by_no_deadline_but_by_cognito() {
    let front = Front::new([held(), good()]).await;
    let change = UPDATE.named("id").within("300m");
    check_late(change.call(front.client.clone()).await, "unknown");
    // Under its id it joins the one that is still under way.
    check_late(change.call(front.client.clone()).await, "unknown");
    front.cognito.release();
    front.settle().await;
    assert_eq!(front.sent(change.operation), 1);
    front.stop().await;
}

#[tokio::test]
async fn a_change_that_was_sent_is_ended_by_a_limit_of_cognitos_own() {
    let brief = ["--upstream-timeout=300ms"];
    let front = Front::with([Answer::Hang], &brief).await;
    let operation = Operation::UpdateUserAttributes;
    let lost = call(&front.client, operation, "20S").await;
    check_failed(lost, Unknown, "UPSTREAM_OUTCOME_UNKNOWN", "unknown");
    front.cognito.closed().await;
    check_late(call(&front.client, operation, "200m").await, "unknown");
    front.cognito.closed().await;
    assert_eq!(front.sent(operation), 2);
    front.stop().await;
}
