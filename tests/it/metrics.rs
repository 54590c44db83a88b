//! `/metrics`: what is there from the start, and what each thing that happens adds.

mod attempts;
mod changes;
mod errors;
mod labels;
mod room;
mod scrapers;

use std::collections::BTreeSet;

use http::Request;
use rustix::process::Signal;
use tokio::spawn;
use user_attributes::proto::Operation;

use self::errors::check_counted;
use crate::{
    readme::{code_spans, rows},
    support::{
        Server,
        calls::{Client, call, client, good, held, throttled},
        front::Front,
        http,
        process::Process,
        scrape::{scrape, settles},
        scripted::Scripted,
    },
};

const CALLS: &str = "rpc_server_call_duration_seconds_count";
const ATTEMPTS: &str = "user_attributes_upstream_attempts_total";
const SERVICE: &str = "cognito.userattributes.v1.UserAttributesService";

/// The series of calls of this method that had this code.
fn calls(method: &str, code: &str) -> String {
    format!(r#"{CALLS}{{rpc_method="{method}",rpc_status_code="{code}"}}"#)
}

/// The same, of one of the service's own methods.
fn own(operation: Operation, code: &str) -> String {
    calls(&format!("{SERVICE}/{}", operation.name()), code)
}

/// The series of attempts that had this code.
fn attempts(operation: Operation, code: &str) -> String {
    let operation = operation.name();
    format!(r#"{ATTEMPTS}{{operation="{operation}",code="{code}"}}"#)
}

/// The series of what was shed for this reason.
fn shed(reason: &str) -> String {
    format!(r#"user_attributes_shed_total{{reason="{reason}"}}"#)
}

#[tokio::test]
async fn every_metric_is_there_from_the_start_and_stands_in_the_readme() {
    let front = Front::new([]).await;
    let scrape = scrape(front.server.admin_addr).await;
    let documented: BTreeSet<_> = rows("## Metrics")
        .flat_map(|row| code_spans(row.split('|').nth(1).expect("a name")))
        .map(|name| name.split('{').next().unwrap_or_default())
        .collect();
    let told: BTreeSet<_> = scrape.kinds.keys().map(String::as_str).collect();
    let missing: Vec<_> = documented.symmetric_difference(&told).collect();
    let of_tls = [
        "user_attributes_tls_not_after_seconds",
        "user_attributes_tls_reload_failures_total",
    ];
    assert_eq!(missing, of_tls.each_ref(), "there are no files of TLS");
    let version = env!("CARGO_PKG_VERSION");
    let build = format!(r#"user_attributes_build_info{{version="{version}"}}"#);
    assert_eq!(scrape.get(&build), Some(1.0));
    front.stop().await;
}

#[tokio::test]
async fn what_has_never_happened_is_zero() {
    let front = Front::new([]).await;
    let scrape = scrape(front.server.admin_addr).await;
    let plain = [
        "upstream_attempt_duration_seconds_count",
        "upstream_retries_total",
        "calls_in_flight",
        "flights_in_flight",
        "completed_after_caller_left_total",
        "answered_from_memory_total",
        r#"codes_sent_total{medium="SMS"}"#,
        r#"codes_sent_total{medium="EMAIL"}"#,
        "log_lines_dropped_total",
        "audit_lines_lost_total",
        "tls_handshakes_failed_total",
        "connections",
    ];
    let plain = plain.map(|name| format!("user_attributes_{name}"));
    let reasons = [
        "calls",
        "calls_of_connection",
        "streams",
        "streams_of_connection",
        "messages",
        "bytes",
        "bytes_of_connection",
        "connections",
        "draining",
    ];
    let operations = Operation::ALL;
    let zeros = plain
        .into_iter()
        .chain(reasons.map(shed))
        .chain(operations.map(|operation| attempts(operation, "OK")))
        .chain(operations.map(|operation| own(operation, "OK")));
    for series in zeros {
        assert_eq!(scrape.get(&series), Some(0.0), "{series}");
    }
    assert_eq!(scrape.beginning("user_attributes_shed_total").len(), 9);
    assert_eq!(scrape.beginning(ATTEMPTS).len(), operations.len());
    assert_eq!(scrape.beginning(CALLS).len(), operations.len());
    check_counted(&front.server, &[]).await;
    front.stop().await;
}

#[tokio::test]
async fn the_figures_of_the_process_are_true() {
    let now = || std::time::UNIX_EPOCH.elapsed().expect("after 1970");
    let before = now();
    let process = Process::start(&["--region=eu-central-1"], &[]).await;
    let scrape = scrape(process.admin_addr).await;
    let get = |name: &str| {
        let value = scrape.get(&format!("process_{name}"));
        value.unwrap_or_else(|| panic!("{name}"))
    };
    // The system counts in hundredths of a second.
    let begun = get("start_time_seconds") - before.as_secs_f64();
    let all = now().as_secs_f64() - before.as_secs_f64();
    assert!(begun > -0.05 && begun < all, "{begun}");
    let cpu = get("cpu_seconds_total");
    assert!(cpu > 0.0 && cpu < all * 2.0 * get("threads"), "{cpu}");
    let (resident, all) = (get("resident_memory_bytes"), get("virtual_memory_bytes"));
    assert!(resident > 1e6 && resident < all, "{resident} of {all}");
    let (open, most) = (get("open_fds"), get("max_fds"));
    assert!(open >= 5.0 && open < most, "{open} of {most}");
    process.signal(Signal::TERM);
    assert_eq!(process.exit().await.code, Some(0));
}

#[tokio::test]
async fn each_call_is_counted_once_by_its_method_and_its_code() {
    let front = Front::new([good()]).await;
    for operation in Operation::ALL {
        call(&front.client, operation, "").await.expect("an answer");
    }
    front.cognito.script([throttled()]);
    for operation in Operation::ALL {
        let result = call(&front.client, operation, "").await;
        result.expect_err("throttled");
        let result = call(&front.client, operation, "1m").await;
        result.expect_err("too little time");
    }
    let codes = ["OK", "RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED"];
    let series = Operation::ALL.map(|operation| codes.map(|code| own(operation, code)));
    let once: Vec<_> = series.iter().flatten().map(|it| (&**it, 1.0)).collect();
    let scrape = settles(front.server.admin_addr, &once).await;
    assert_eq!(scrape.beginning(CALLS).len(), once.len());
    let sum = own(Operation::GetUser, "OK").replace("_count", "_sum");
    let sum = scrape.get(&sum).expect("a sum");
    assert!(sum > 0.0 && sum < 60.0, "in seconds: {sum}");
    front.stop().await;
}

#[tokio::test]
async fn calls_flights_and_connections_are_as_many_as_there_are() {
    let front = Front::new([held()]).await;
    let gauges = ["calls_in_flight", "flights_in_flight", "connections"];
    let gauges = gauges.map(|name| format!("user_attributes_{name}"));
    let are = async |values: [f64; 3]| {
        let expected: Vec<_> = gauges.iter().map(String::as_str).zip(values).collect();
        settles(front.server.admin_addr, &expected).await;
    };
    let other = client(front.server.grpc_addr);
    let begin = |client: &Client, operation| {
        let client = client.clone();
        spawn(async move { call(&client, operation, "").await })
    };
    let change = begin(&front.client, Operation::UpdateUserAttributes);
    are([1.0, 1.0, 1.0]).await;
    let read = begin(&other, Operation::GetUser);
    are([2.0, 1.0, 2.0]).await;
    front.cognito.hit(2).await;
    change.abort();
    read.abort();
    drop(other);
    // The change goes on, and the read has ended with its caller.
    are([1.0, 1.0, 1.0]).await;
    front.cognito.release();
    are([0.0, 0.0, 1.0]).await;
    front.stop().await;
}

#[tokio::test]
async fn a_wrong_path_is_not_found_and_a_wrong_method_not_allowed() {
    let cognito = Scripted::new([]).await;
    let server = Server::in_front_of(&cognito.url).await;
    let admin = server.admin_addr.to_string();
    for (method, path, status) in [
        ("GET", "/metrics", 200),
        ("HEAD", "/metrics", 200),
        ("GET", "/metrics?x=1", 200),
        ("POST", "/metrics", 405),
        ("PUT", "/metrics", 405),
        ("DELETE", "/metrics", 405),
        ("GET", "/metrics/", 404),
        ("GET", "/metric", 404),
        ("GET", "/Metrics", 404),
        ("POST", "/nope", 404),
    ] {
        let request = Request::builder().method(method).uri(path);
        let request = request.body(String::new()).expect("a request");
        let answer = http(&admin, request).await;
        assert_eq!(answer.status, status, "{method} {path}");
    }
    server.stop().await;
}
