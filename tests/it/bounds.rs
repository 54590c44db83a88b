//! What a caller can't have too much of, and what the others have meanwhile.

mod ends;
mod refused;

use std::{net::SocketAddr, time::Duration};

use http_body_util::BodyExt as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    spawn,
    task::JoinSet,
    time::timeout,
};
use tonic::{
    Code::{DeadlineExceeded, Ok as GrpcOk, Unavailable},
    Status,
    transport::Channel,
};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use user_attributes::proto::Operation::{self, GetUser, UpdateUserAttributes};

use crate::support::{
    Failure, Server,
    calls::{self, call, check_failed, good, held},
    front::Front,
    process::Process,
    scripted::{Answer, Scripted},
    unread::{self, Peer},
};

/// For an answer that comes at once, on a busy machine.
const SOON: Duration = Duration::from_secs(5);

fn check_shed(result: Result<(), Status>) {
    let status = result.expect_err("no room");
    let pushback = status.metadata().get("grpc-retry-pushback-ms");
    assert_eq!(pushback.expect("a delay"), "1000");
    check_failed::<()>(Err(status), Unavailable, "OVERLOADED", "not_applied");
}

/// Has a change given up that Cognito has begun.
async fn give_up(client: &calls::Client, cognito: &Scripted) {
    let before = cognito.hits();
    let client = client.clone();
    let left = spawn(async move { call(&client, UpdateUserAttributes, "").await });
    cognito.hit(before + 1).await;
    left.abort();
}

async fn watch(channel: Channel) -> Result<tonic::Streaming<impl Sized>, Status> {
    let request = HealthCheckRequest::default();
    let stream = HealthClient::new(channel).watch(request).await?;
    Ok(stream.into_inner())
}

async fn check(server: &Server) {
    let mut client = HealthClient::new(server.channel().await);
    let check = client.check(HealthCheckRequest::default()).await;
    check.expect("a status");
}

#[tokio::test]
async fn calls_beyond_the_limit_are_shed_and_health_checks_never() {
    let front = Front::with([held(), good()], &["--max-in-flight=1"]).await;
    let first = {
        let client = front.client.clone();
        spawn(async move { call(&client, UpdateUserAttributes, "").await })
    };
    front.cognito.arrived().await;
    let other = calls::client(front.server.grpc_addr);
    for operation in Operation::ALL {
        check_shed(call(&front.client, operation, "").await);
        check_shed(call(&other, operation, "").await);
    }
    check(&front.server).await;
    front.cognito.release();
    first.await.expect("no panic").expect("an answer");
    call(&other, UpdateUserAttributes, "").await.expect("room");
    assert_eq!(front.cognito.hits(), 2);
    front.stop().await;
}

#[tokio::test]
async fn changes_that_were_given_up_count_until_they_are_over() {
    let front = Front::with([held(), held(), good()], &["--max-in-flight=2"]).await;
    for _ in 0..2 {
        give_up(&front.client, &front.cognito).await;
    }
    let other = calls::client(front.server.grpc_addr);
    check_shed(call(&other, GetUser, "").await);
    front.cognito.release();
    let served = async { while call(&other, GetUser, "").await.is_err() {} };
    timeout(SOON, served).await.expect("room again");
    front.cognito.release();
    front.stop().await;
}

#[tokio::test]
async fn one_connection_has_a_hundred_and_leaves_the_others_their_room() {
    let brief = ["--upstream-timeout=2s"];
    let front = Front::with([Answer::Hang], &brief).await;
    for _ in 0..100 {
        give_up(&front.client, &front.cognito).await;
    }
    check_shed(call(&front.client, UpdateUserAttributes, "").await);
    front.cognito.script([good()]);
    let other = calls::client(front.server.grpc_addr);
    call(&other, UpdateUserAttributes, "").await.expect("room");
    front.stop().await;
}

#[tokio::test]
async fn half_messages_keep_no_whole_one_out() {
    let front = Front::new([good()]).await;
    let before = calls::client(front.server.grpc_addr);
    call(&before, UpdateUserAttributes, "")
        .await
        .expect("an answer");
    // Each has a share, and all of them more than there is.
    let mut peers = Vec::new();
    for _ in 0..12 {
        let peer = Peer::of(front.server.grpc_addr).await;
        let halves: Vec<_> = (0..100).map(|_| peer.half("", 500_000)).collect();
        peers.push((peer, halves));
    }
    for _ in 0..20 {
        call(&before, UpdateUserAttributes, "").await.expect("room");
    }
    let after = calls::client(front.server.grpc_addr);
    call(&after, UpdateUserAttributes, "").await.expect("room");
    check(&front.server).await;
    // Most of them were told so.
    let (_peer, halves) = &mut peers[0];
    let mut shed = 0;
    for half in halves.drain(..) {
        let Ok(answer) = timeout(Duration::from_millis(50), half).await else {
            continue;
        };
        let answer = answer.expect("no panic").expect("headers");
        let status = Status::from_header_map(answer.headers()).expect("a status");
        assert_eq!(Failure::of(&status).reason, "OVERLOADED");
        shed += 1;
    }
    assert!(shed >= 80, "{shed}");
    drop(peers);
    front.stop().await;
}

#[tokio::test]
async fn the_deadline_runs_from_the_headers() {
    let front = Front::new([good()]).await;
    let peer = Peer::of(front.server.grpc_addr).await;
    for bytes in [1, 100_000] {
        let answer = timeout(SOON, peer.half("300m", bytes)).await;
        let answer = answer.expect("an answer").expect("no panic");
        let answer = answer.expect("headers");
        let status = Status::from_header_map(answer.headers()).expect("a status");
        let late = Err::<(), _>(status);
        check_failed(late, DeadlineExceeded, "DEADLINE_EXCEEDED", "not_applied");
    }
    assert_eq!(front.cognito.hits(), 0);
    drop(peer);
    front.stop().await;
}

#[tokio::test]
async fn an_answer_that_isnt_read_by_the_deadline_is_given_up() {
    let front = Front::new([good()]).await;
    let (peer, answer) = unread::answer(front.server.grpc_addr, GetUser, "500m").await;
    let body = timeout(SOON, answer.into_body().collect()).await;
    body.expect("an end").expect_err("no answer");
    drop(peer);
    front.stop().await;
}

#[tokio::test]
async fn one_connection_has_eight_watches_and_another_still_has_its_own() {
    let server = Server::start().await;
    let (one, other) = (server.channel().await, server.channel().await);
    let mut watches = Vec::new();
    for _ in 0..8 {
        watches.push(watch(one.clone()).await.expect("room"));
    }
    let ninth = watch(one.clone()).await.map(drop).expect_err("no room");
    check_shed(Err(ninth));
    let of_another = watch(other).await.expect("room");
    drop(watches.pop());
    let again = async { while watch(one.clone()).await.is_err() {} };
    timeout(SOON, again).await.expect("room again");
    drop((watches, of_another, one));
    server.stop().await;
}

/// Whether the server closes this connection.
async fn is_closed(mut stream: TcpStream) -> bool {
    let mut bytes = Vec::new();
    timeout(SOON, stream.read_to_end(&mut bytes)).await.is_ok()
}

async fn connect(addr: SocketAddr) -> TcpStream {
    TcpStream::connect(addr).await.expect("it listens")
}

#[tokio::test]
async fn connections_beyond_the_limit_are_closed_and_the_log_says_so_once() {
    let cognito = Scripted::new([good()]).await;
    let url = format!("--endpoint-url={}", cognito.url);
    let process = Process::start(&[&url, "--max-connections=2"], &[]).await;
    let client = calls::client(process.grpc_addr);
    call(&client, GetUser, "").await.expect("an answer");
    let silent = connect(process.grpc_addr).await;
    for _ in 0..3 {
        assert!(is_closed(connect(process.grpc_addr).await).await);
    }
    call(&client, GetUser, "").await.expect("it goes on");
    drop(silent);
    let late = calls::client(process.grpc_addr);
    let served = async { while call(&late, GetUser, "").await.is_err() {} };
    timeout(SOON, served).await.expect("room again");
    process.signal(rustix::process::Signal::TERM);
    let exit = process.exit().await;
    let told = exit.stderr.matches("as many connections as there may be");
    assert_eq!(told.count(), 1, "{}", exit.stderr);
}

#[tokio::test]
async fn a_peer_that_doesnt_begin_to_speak_http2_is_closed_after_ten_seconds() {
    let front = Front::new([good()]).await;
    let silent = connect(front.server.grpc_addr).await;
    let mut half = connect(front.server.grpc_addr).await;
    half.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n")
        .await
        .expect("it listens");
    let silent_admin = connect(front.server.admin_addr).await;
    let closed = async |mut stream: TcpStream| {
        let begun = tokio::time::Instant::now();
        let mut bytes = Vec::new();
        let end = stream.read_to_end(&mut bytes);
        let _ = timeout(Duration::from_secs(15), end).await.expect("an end");
        begun.elapsed()
    };
    let times = tokio::join!(closed(silent), closed(half), closed(silent_admin));
    for time in [times.0, times.1, times.2] {
        assert!(time > Duration::from_secs(8), "{time:?}");
    }
    call(&front.client, GetUser, "").await.expect("an answer");
    front.stop().await;
}

#[tokio::test]
async fn out_of_descriptors_connections_wait_calls_go_on_and_the_log_says_so_once() {
    let cognito = Scripted::new([]).await;
    let url = format!("--endpoint-url={}", cognito.url);
    let few = ["--upstream-timeout=20s", &*url];
    let mut process = Process::start_with_descriptors(64, &few, &[]).await;
    let client = calls::client(process.grpc_addr);
    cognito.script([good()]);
    call(&client, GetUser, "").await.expect("an answer");
    cognito.script([Answer::Hang]);
    // Each has a connection to Cognito, until there are no descriptors for more.
    let mut hanging = JoinSet::new();
    for _ in 0..80 {
        let client = client.clone();
        hanging.spawn(async move { call(&client, GetUser, "").await });
    }
    let refused = hanging.join_next().await.expect("some").expect("no panic");
    check_failed(refused, Unavailable, "UPSTREAM_UNREACHABLE", "not_applied");
    let waiting = connect(process.grpc_addr).await;
    process.logged("can't accept").await;
    let mut health = health(process.grpc_addr, waiting);
    drop(client);
    hanging.shutdown().await;
    let answer = timeout(SOON, health.check(HealthCheckRequest::default())).await;
    let served = answer.expect("served again").map(|_| GrpcOk);
    assert_eq!(served.expect("a status"), GrpcOk);
    drop(health);
    process.signal(rustix::process::Signal::TERM);
    let exit = process.exit().await;
    assert_eq!(exit.stderr.matches("can't accept").count(), 1);
}

/// A client on a connection that is there already.
fn health(addr: SocketAddr, stream: TcpStream) -> HealthClient<Channel> {
    let mut stream = Some(hyper_util::rt::TokioIo::new(stream));
    let connector = tower::service_fn(move |_| {
        let stream = stream.take();
        async move { stream.ok_or(std::io::Error::other("one connection")) }
    });
    let endpoint = Channel::from_shared(format!("http://{addr}")).expect("a URL");
    HealthClient::new(endpoint.connect_with_connector_lazy(connector))
}
