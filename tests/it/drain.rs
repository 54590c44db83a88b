//! The end of the process: what becomes of calls at each moment of it.

use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;
use tokio::{io::AsyncWriteExt as _, net::TcpStream, spawn, time::timeout};
use tonic::{Code, Status};
use user_attributes::{app::RunError, proto::Operation};

use crate::support::{
    Server,
    calls::{self, call, check_failed, good, held},
    front::{self, Front},
    late::LateProxy,
    process::Process,
    scripted::{Answer, Scripted},
    unread,
};

/// Longer than a drain waits for anything that isn't in flight.
const LONG: Duration = Duration::from_millis(1500);

const UPDATE: Operation = Operation::UpdateUserAttributes;

/// A server that has told its peers to go, a client that hasn't heard of it yet, and a call of the
/// client's that has reached Cognito.
async fn crossing(
    server: &Server,
    cognito: &Scripted,
    timeout: &'static str,
) -> (LateProxy, tokio::task::JoinHandle<Result<(), Status>>) {
    let proxy = LateProxy::before(server.grpc_addr).await;
    let client = calls::client(proxy.addr);
    call(&client, UPDATE, "").await.expect("an answer");
    proxy.hold();
    server.drain();
    proxy.held_back().await;
    let before = cognito.hits();
    let call = spawn(async move { call(&client, UPDATE, timeout).await });
    cognito.hit(before + 1).await;
    (proxy, call)
}

#[tokio::test]
async fn a_call_that_crosses_the_goaway_is_answered_however_long_it_takes() {
    let cognito = Scripted::new([good(), held()]).await;
    let server = front::quick(&cognito.url).await;
    let (proxy, crossing) = crossing(&server, &cognito, "").await;
    let mut ended = spawn(server.joined());
    let early = timeout(LONG, &mut ended).await;
    assert!(early.is_err(), "it waits for the call");
    cognito.release();
    proxy.let_go();
    let answer = crossing.await.expect("no panic");
    answer.expect("the answer");
    let ended = ended.await.expect("no panic");
    ended.expect("everything drained");
}

#[tokio::test]
async fn a_call_that_is_taken_while_draining_is_answered_before_the_drain_ends() {
    let cognito = Scripted::new([good(), Answer::Hang]).await;
    let url = format!("--endpoint-url={}", cognito.url);
    let short = [&url, "--max-deadline=2s", "--drain-timeout=2s"];
    let server = Server::with(&short).await;
    let (proxy, crossing) = crossing(&server, &cognito, "20S").await;
    proxy.let_go();
    let late = crossing.await.expect("no panic");
    check_failed(late, Code::DeadlineExceeded, "DEADLINE_EXCEEDED", "unknown");
    let ended = server.joined().await;
    assert!(matches!(ended, Err(RunError::NotDrained(1))), "{ended:?}");
}

/// Has a process end while a change is at Cognito, and checks what its log says of that.
async fn check_cut(flags: &[&str], signals: usize, why: &str) {
    let cognito = Scripted::new([Answer::Hang]).await;
    let url = format!("--endpoint-url={}", cognito.url);
    let mut process = Process::start(&[&[&*url], flags].concat(), &[]).await;
    let client = calls::client(process.grpc_addr);
    let late = spawn(async move { call(&client, UPDATE, "").await });
    cognito.arrived().await;
    process.signal(Signal::TERM);
    for _ in 1..signals {
        process.logged("draining").await; // the system may make one of two signals
        process.signal(Signal::TERM);
    }
    let exit = process.exit().await;
    assert_eq!(exit.code, Some(1), "{}", exit.stderr);
    let lines = exit.stderr.lines();
    let lines: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let line = |message: &str| {
        let line = lines.iter().find(|line| line["message"] == message);
        line.unwrap_or_else(|| panic!("no {message:?} in {lines:?}"))
    };
    let cut = line("change cut off by the end of the process");
    assert_eq!(cut["method"], "UpdateUserAttributes");
    assert_eq!(cut["outcome"], "unknown");
    assert_eq!(cut["request_id"], line("call")["request_id"]);
    assert!(cut["request_id"].is_string(), "{cut}");
    line(why);
    late.await.expect("no panic").expect_err("no answer");
}

#[tokio::test]
async fn a_change_that_the_end_of_the_drain_cuts_is_logged_and_the_process_ends_with_1() {
    let why = "1 calls and changes were cut off: they took longer than --drain-timeout";
    check_cut(&["--max-deadline=1s", "--drain-timeout=1s"], 1, why).await;
}

#[tokio::test]
async fn a_change_that_a_second_signal_cuts_is_logged_and_the_process_ends_with_1() {
    check_cut(&[], 2, "aborted by a second signal").await;
}

#[tokio::test]
async fn silent_peers_and_unread_answers_are_no_cut_and_dont_stretch_the_drain() {
    let cognito = Scripted::new([good()]).await;
    let url = format!("--endpoint-url={}", cognito.url);
    let process = Process::start(&[&url], &[]).await;
    let silent = TcpStream::connect(process.grpc_addr).await;
    let mut half = TcpStream::connect(process.grpc_addr)
        .await
        .expect("it listens");
    half.write_all(b"PRI * HT").await.expect("it listens");
    let unread = unread::answer(process.grpc_addr, Operation::GetUser, "").await;
    process.signal(Signal::TERM);
    let exit = timeout(Duration::from_secs(10), process.exit()).await;
    let exit = exit.expect("an end long before the limit of the drain");
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    drop((silent, half, unread));
}

#[tokio::test]
async fn a_drain_waits_for_a_change_longer_than_for_anything_else() {
    let front = Front::new([held()]).await;
    let left = {
        let client = front.client.clone();
        spawn(async move { call(&client, UPDATE, "").await })
    };
    front.cognito.arrived().await;
    left.abort();
    let Front {
        cognito,
        server,
        client,
    } = front;
    drop(client);
    server.drain();
    let mut ended = spawn(server.joined());
    assert!(timeout(LONG, &mut ended).await.is_err(), "it is in flight");
    cognito.release();
    let ended = ended.await.expect("no panic");
    ended.expect("everything drained");
}

#[tokio::test]
async fn connections_that_are_idle_close_at_once() {
    let front = Front::new([good()]).await;
    call(&front.client, UPDATE, "").await.expect("an answer");
    let stop = timeout(Duration::from_millis(900), front.server.stop());
    stop.await.expect("less time than a silent peer gets");
}
