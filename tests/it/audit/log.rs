//! The audit without a file: events of the log.

use super::*;
use crate::support::calls::good;

/// The log of a server that has made an update and answered a read.
async fn log_of(flags: &[&str]) -> Vec<Value> {
    let cognito = Scripted::new([good()]).await;
    let endpoint = format!("--endpoint-url={}", cognito.url);
    let mut process = Process::start(&[&[&*endpoint], flags].concat(), &[]).await;
    let client = calls::client(process.grpc_addr);
    let request = nickname_by(&token("dan", "client"));
    let call = client.clone().update_user_attributes(request).await;
    call.expect("an answer");
    let read = calls::call(&client, Operation::GetUser, "").await;
    read.expect("an answer");
    process.signal(Signal::TERM);
    process.logged("stopped").await;
    let exit = process.exit().await;
    let event = |line| serde_json::from_str(line).expect("one JSON object a line");
    exit.stderr.lines().map(event).collect()
}

#[tokio::test]
async fn an_event_is_a_line_of_the_log_under_its_own_target() {
    let log = log_of(&[]).await;
    let audit: Vec<_> = log.iter().filter(|it| it["target"] == "audit").collect();
    let names = [
        "timestamp",
        "level",
        "message",
        "operation",
        "attributes",
        "outcome",
        "request_id",
        "aws_request_id",
        "sub_hmac",
        "client_id",
        "claims_verified",
        "target",
    ];
    assert_eq!(audit.len(), 1, "{log:?}");
    assert_eq!(fields(audit[0]), names);
    assert_eq!(audit[0]["message"], "change");
    assert_eq!(audit[0]["level"], "INFO");
    assert_eq!(audit[0]["outcome"], "applied");
}

#[tokio::test]
async fn the_filter_of_the_log_can_let_the_audit_through_alone_or_leave_it_out() {
    // The test waits for what these tell of the start.
    let start = "user_attributes_server=info,user_attributes::app=info";
    let targets = |log: &[Value]| {
        let targets = log.iter().map(|it| it["target"].as_str().expect("text"));
        targets.map(str::to_owned).collect::<Vec<_>>()
    };
    let alone = log_of(&[&format!("--log-filter={start},audit=info")]).await;
    let alone = targets(&alone);
    assert_eq!(alone.iter().filter(|it| *it == "audit").count(), 1);
    assert!(!alone.contains(&"user_attributes::telemetry::line".to_owned()));
    for filter in ["info,audit=off", "info,audit=warn"] {
        let log = log_of(&[&format!("--log-filter={filter}")]).await;
        let is_told = |it: &Value| {
            it["message"]
                .as_str()
                .is_some_and(|it| it.contains("no audit"))
        };
        assert!(log.iter().any(is_told), "{filter}");
        let without = targets(&log);
        assert!(!without.contains(&"audit".to_owned()), "{filter}");
        assert!(without.contains(&"user_attributes::telemetry::line".to_owned()));
    }
}

#[tokio::test]
async fn a_filter_that_leaves_warnings_out_does_not_hide_that_there_is_no_audit() {
    for filter in ["hyper=debug", "off", "error"] {
        let flags = ["--region=eu-central-1", "--log-filter", filter];
        let mut process = Process::begin(&flags, &[]);
        let line = process.line().await;
        assert!(line.starts_with("warning: there is no audit"), "{line}");
        process.signal(Signal::TERM);
        assert_eq!(process.exit().await.code, Some(0), "{filter}");
    }
}

#[tokio::test]
async fn what_is_in_the_file_is_not_in_the_log_and_the_filter_leaves_it_alone() {
    let start = "user_attributes_server=info,user_attributes::app=info";
    let filter = format!("--log-filter={start},audit=off");
    let audited = Audited::start([good()], &[&filter]).await;
    audited.call(UPDATE).await.expect("an answer");
    let (events, exit) = audited.end_by(&[Signal::TERM], 0).await;
    assert_eq!(outcomes(&events), [(UPDATE.name(), "applied")]);
    assert!(!exit.stderr.contains("claims_verified"), "{}", exit.stderr);

    let audited = Audited::start([good()], &[]).await;
    audited.call(UPDATE).await.expect("an answer");
    let (_, exit) = audited.end_by(&[Signal::TERM], 0).await;
    assert!(!exit.stderr.contains("claims_verified"), "{}", exit.stderr);
}
