//! What there was no room for.

use http::Response;
use hyper::body::Incoming;
use prost::Message as _;
use rustix::process::Signal;
use tokio::{io::AsyncReadExt as _, net::TcpStream, spawn};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use user_attributes::proto::Operation::{GetUser, UpdateUserAttributes};

use super::{errors::errors, own, shed};
use crate::{
    refusals::framed,
    support::{
        Server,
        calls::{self, call, good, held, query},
        front::Front,
        process::Process,
        scrape::{scrape, settles},
        scripted::{self, Answer, Scripted},
        unread::{End, Peer},
    },
};

/// Checks that this much was shed for this reason, and nothing for another, and that whoever could be
/// answered got the error.
async fn check_shed(server: &Server, reason: &str, count: f64) {
    let answered = if reason == "connections" { 0.0 } else { count };
    let expected = [(&*shed(reason), count), (&*errors("OVERLOADED"), answered)];
    let scrape = settles(server.admin_addr, &expected).await;
    let all = scrape.sum("user_attributes_shed_total");
    assert_eq!(all, Some(count), "{}", scrape.text);
}

#[tokio::test]
async fn calls_beyond_the_limit_are_counted() {
    let front = Front::with([held()], &["--max-in-flight=1"]).await;
    let client = front.client.clone();
    let first = spawn(async move { call(&client, UpdateUserAttributes, "").await });
    front.cognito.arrived().await;
    for _ in 0..2 {
        let shed = call(&front.client, GetUser, "").await;
        shed.expect_err("no room");
    }
    check_shed(&front.server, "calls", 2.0).await;
    front.cognito.release();
    first.await.expect("no panic").expect("an answer");
    front.stop().await;
}

#[tokio::test]
async fn calls_beyond_the_share_of_a_connection_are_counted() {
    let brief = ["--upstream-timeout=5s"];
    let front = Front::with([Answer::Hang], &brief).await;
    for number in 1..=100 {
        let client = front.client.clone();
        let left = spawn(async move { call(&client, UpdateUserAttributes, "").await });
        front.cognito.hit(number).await;
        left.abort();
    }
    let gone = own(UpdateUserAttributes, "CANCELLED");
    settles(front.server.admin_addr, &[(&gone, 100.0)]).await;
    let shed = call(&front.client, UpdateUserAttributes, "").await;
    shed.expect_err("no room");
    check_shed(&front.server, "calls_of_connection", 1.0).await;
    front.stop().await;
}

#[tokio::test]
async fn watches_beyond_the_share_of_a_connection_are_counted() {
    let front = Front::new([]).await;
    let mut client = HealthClient::new(front.server.channel().await);
    let mut watches = Vec::new();
    for _ in 0..8 {
        let watch = client.watch(HealthCheckRequest::default()).await;
        watches.push(watch.expect("room"));
    }
    let ninth = client.watch(HealthCheckRequest::default()).await;
    ninth.expect_err("no room");
    check_shed(&front.server, "streams_of_connection", 1.0).await;
    drop((watches, client));
    front.stop().await;
}

#[tokio::test]
async fn watches_beyond_the_limit_are_counted() {
    let front = Front::with([], &["--max-connections=1"]).await;
    let mut client = HealthClient::new(front.server.channel().await);
    let first = client.watch(HealthCheckRequest::default()).await;
    let second = client.watch(HealthCheckRequest::default()).await;
    second.expect_err("no room");
    check_shed(&front.server, "streams", 1.0).await;
    drop((first, client));
    front.stop().await;
}

#[tokio::test]
async fn messages_beyond_the_bytes_of_a_connection_are_counted() {
    let front = Front::new([]).await;
    let peer = Peer::of(front.server.grpc_addr).await;
    let halves: Vec<_> = (0..4).map(|_| peer.half("", 500_000)).collect();
    check_shed(&front.server, "bytes_of_connection", 1.0).await;
    drop((halves, peer));
    front.stop().await;
}

/// Has a read answered with these bytes, which the peer doesn't read.
async fn unread(peer: &Peer) -> Response<Incoming> {
    let body = framed(0, &query().encode_to_vec());
    let answer = peer.call(GetUser.path(), "", body, End::Usual);
    answer.await.expect("no panic").expect("headers")
}

/// A user of some 700 kB.
fn large_user() -> Answer {
    let value = "x".repeat(700_000);
    let attribute = serde_json::json!({ "Name": "nickname", "Value": value });
    let user = serde_json::json!({ "Username": "dan", "UserAttributes": [attribute] });
    Answer::Bytes(scripted::json(200, &user.to_string()))
}

#[tokio::test]
async fn answers_beyond_the_bytes_of_a_connection_and_of_all_are_counted() {
    let front = Front::new([large_user()]).await;
    let mut held = Vec::new();
    let peer = Peer::of(front.server.grpc_addr).await;
    for _ in 0..3 {
        held.push(unread(&peer).await);
    }
    check_shed(&front.server, "bytes_of_connection", 1.0).await;
    let mut peers = vec![peer];
    for _ in 0..9 {
        let peer = Peer::of(front.server.grpc_addr).await;
        held.push(unread(&peer).await);
        held.push(unread(&peer).await);
        peers.push(peer);
    }
    let of_all = shed("bytes");
    settles(front.server.admin_addr, &[(&of_all, 2.0)]).await;
    drop((held, peers));
    front.stop().await;
}

#[tokio::test]
async fn messages_that_are_given_up_for_newer_ones_are_counted() {
    let front = Front::new([]).await;
    let mut peers = Vec::new();
    for _ in 0..11 {
        let peer = Peer::of(front.server.grpc_addr).await;
        let halves: Vec<_> = (0..100).map(|_| peer.half("", 1)).collect();
        peers.push((peer, halves));
    }
    check_shed(&front.server, "messages", 1100.0 - 1024.0).await;
    drop(peers);
    front.stop().await;
}

#[tokio::test]
async fn connections_beyond_the_limit_are_counted() {
    let front = Front::with([good()], &["--max-connections=1"]).await;
    call(&front.client, GetUser, "").await.expect("an answer");
    for _ in 0..3 {
        let stream = TcpStream::connect(front.server.grpc_addr).await;
        let mut stream = stream.expect("it listens");
        let _ = stream.read(&mut [0]).await;
    }
    check_shed(&front.server, "connections", 3.0).await;
    front.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn log_lines_that_nobody_reads_are_counted() {
    let cognito = Scripted::new([good()]).await;
    let url = format!("--endpoint-url={}", cognito.url);
    let mut process = Process::start(&[&url], &[]).await;
    let dropped = "user_attributes_log_lines_dropped_total";
    assert_eq!(scrape(process.admin_addr).await.get(dropped), Some(0.0));
    let mut lost = 0.0;
    while lost == 0.0 {
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..500 {
            let client = calls::client(process.grpc_addr);
            calls.spawn(async move {
                for _ in 0..10 {
                    let _ = call(&client, GetUser, "").await;
                }
            });
        }
        calls.join_all().await;
        let scrape = scrape(process.admin_addr).await;
        lost = scrape.get(dropped).expect("a count");
    }
    let told = process.logged("log lines dropped since the start").await;
    assert!(told["count"].as_f64() > Some(0.0), "{told}");
    process.signal(Signal::TERM);
    assert_eq!(process.exit().await.code, Some(0));
}
