//! What collectors do, and what they can't: make a call slower, or the end of the process late.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::timeout,
};
use user_attributes::proto::Operation;

use super::{Traced, start, stop};
use crate::support::{
    calls::{self, call, good},
    collector::{Collector, Mood},
    process::Process,
    scripted::Scripted,
    tls::Form,
    unreachable::Refusing,
};

/// What a drain of an idle server takes, and what is left for the spans.
const END: Duration = Duration::from_secs(1 + 2);
/// How much later a busy machine may be.
const BUSY: Duration = Duration::from_millis(1500);

/// It accepts connections, and says nothing on them.
struct Silent {
    url: String,
    _accepting: JoinSet<()>,
}

impl Silent {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let mut accepting = JoinSet::new();
        accepting.spawn(async move {
            let mut connections: Vec<TcpStream> = Vec::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.push(stream);
            }
        });
        Self {
            url,
            _accepting: accepting,
        }
    }
}

/// A server whose queue of spans is full after a few calls.
async fn hurried(cognito: &Scripted, collector: &str) -> Process {
    let environment = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector),
        ("OTEL_BSP_SCHEDULE_DELAY", "1"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "4"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "2"),
    ];
    start(cognito, &[], &environment).await
}

/// Makes more calls than the queue holds spans, and ends the process. If one of them waited for the
/// collector, it would wait for ten seconds.
async fn check_calls_and_end(process: Process) -> String {
    let client = calls::client(process.grpc_addr);
    let all = async {
        for _ in 0..100 {
            call(&client, Operation::GetUser, "")
                .await
                .expect("an answer");
        }
    };
    timeout(Duration::from_secs(8), all)
        .await
        .expect("no call waits");
    let begun = Instant::now();
    process.signal(Signal::TERM);
    let exit = process.exit().await;
    let taken = begun.elapsed();
    assert!(taken < END + BUSY, "{taken:?}: {}", exit.stderr);
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    exit.stderr
}

#[tokio::test]
async fn one_that_accepts_and_is_silent_holds_up_neither_calls_nor_the_end() {
    let (cognito, silent) = (Scripted::new([good()]).await, Silent::new().await);
    let process = hurried(&cognito, &silent.url).await;
    let log = check_calls_and_end(process).await;
    assert!(log.contains("spans were lost at the end"), "{log}");
}

#[tokio::test]
async fn one_that_reads_and_never_answers_holds_up_neither_calls_nor_the_end() {
    let (cognito, collector) = (Scripted::new([good()]).await, Collector::new().await);
    collector.set(Mood::Swallows);
    let process = hurried(&cognito, &collector.url).await;
    let log = check_calls_and_end(process).await;
    collector.asked(1).await;
    assert!(log.contains("spans were lost at the end"), "{log}");
}

#[tokio::test]
async fn one_that_refuses_connections_holds_up_neither_calls_nor_the_end() {
    let (cognito, refusing) = (Scripted::new([good()]).await, Refusing::new());
    let process = hurried(&cognito, &refusing.url).await;
    let log = check_calls_and_end(process).await;
    assert!(log.contains("spans aren't delivered"), "{log}");
}

#[tokio::test]
async fn what_is_left_at_the_end_is_delivered() {
    let traced = Traced::new([good()]).await;
    for _ in 0..100 {
        traced.call(Operation::GetUser).await;
    }
    assert_eq!(traced.collector.connections(), 0, "nothing is sent yet");
    assert_eq!(traced.end().await.len(), 200);
}

#[tokio::test]
async fn the_log_tells_once_that_spans_are_refused_and_once_that_they_are_taken_again() {
    let (cognito, collector) = (Scripted::new([good()]).await, Collector::new().await);
    collector.set(Mood::Refuses);
    let environment = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*collector.url),
        ("OTEL_BSP_SCHEDULE_DELAY", "1"),
    ];
    let mut process = start(&cognito, &[], &environment).await;
    let client = calls::client(process.grpc_addr);
    for times in 1..=3 {
        call(&client, Operation::GetUser, "")
            .await
            .expect("an answer");
        collector.asked(times).await;
    }
    collector.set(Mood::Takes);
    call(&client, Operation::GetUser, "")
        .await
        .expect("an answer");
    let line = process.logged("spans are delivered again").await;
    let lost = line["lost"].as_u64().expect("a count");
    let exit = stop(process).await;
    assert!((1..8).contains(&lost), "{line}");
    assert_eq!(collector.all().len() as u64 + lost, 8, "of four calls");
    let told = exit.stderr.matches("spans aren't delivered").count();
    assert_eq!(told, 1, "{}", exit.stderr);
    assert!(exit.stderr.contains("InvalidArgument"), "{}", exit.stderr);
    assert!(!exit.stderr.contains("marked"), "its text isn't repeated");
}

#[tokio::test]
async fn one_is_called_over_tls_if_its_certificate_is_trusted() {
    let form = Form::tls();
    let Form::Tls(tls) = &form else {
        unreachable!()
    };
    let (cognito, collector) = (
        Scripted::new([good()]).await,
        Collector::speaking(&form).await,
    );
    let trusting = ("SSL_CERT_FILE", tls.file());
    for (trust, count) in [(None, 0), (Some(trusting), 2)] {
        let mut environment = vec![("OTEL_EXPORTER_OTLP_ENDPOINT", &*collector.url)];
        environment.extend(trust);
        let process = start(&cognito, &[], &environment).await;
        let client = calls::client(process.grpc_addr);
        call(&client, Operation::GetUser, "")
            .await
            .expect("an answer");
        let exit = stop(process).await;
        assert_eq!(exit.code, Some(0), "{}", exit.stderr);
        assert_eq!(collector.all().len(), count, "{}", exit.stderr);
    }
}
