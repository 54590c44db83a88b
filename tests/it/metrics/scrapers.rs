//! Scrapers that don't do as they should.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    task::JoinSet,
    time::{Instant, timeout},
};
use user_attributes::proto::Operation;

use crate::support::{
    calls::{call, good},
    front::Front,
    scrape::scrape,
};

/// For an answer that comes at once, on a busy machine.
const SOON: Duration = Duration::from_secs(5);
/// More answers than fit into what the system keeps for a connection.
const REQUESTS: usize = 2000;

/// A connection that takes little at a time.
async fn slow(admin: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4096).expect("a small buffer");
    socket.connect(admin).await.expect("it listens")
}

/// A scraper that asks and never reads.
async fn hanging(admin: SocketAddr) -> TcpStream {
    let mut stream = slow(admin).await;
    let requests = "GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n".repeat(REQUESTS);
    let asked = stream.write_all(requests.as_bytes());
    // It isn't taken any more of once the answers have no room.
    let _ = timeout(Duration::from_secs(1), asked).await;
    stream
}

/// How long the slowest of some calls takes.
async fn slowest(front: &Front) -> Duration {
    let mut slowest = Duration::ZERO;
    for operation in [Operation::ALL; 20].concat() {
        let begun = Instant::now();
        call(&front.client, operation, "").await.expect("an answer");
        slowest = slowest.max(begun.elapsed());
    }
    slowest
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scrapers_that_hang_make_no_call_slower_and_are_cut() {
    let front = Front::new([good()]).await;
    let mut scrapers = JoinSet::new();
    for _ in 0..20 {
        scrapers.spawn(hanging(front.server.admin_addr));
    }
    let scrapers = scrapers.join_all().await;
    let slowest = slowest(&front).await;
    assert!(slowest < SOON, "{slowest:?}");
    scrape(front.server.admin_addr).await;
    let cut = async {
        for mut scraper in scrapers {
            // Without reading, the end shows when something is sent.
            while scraper.write_all(b"\r\n").await.is_ok() {
                tokio::task::yield_now().await;
            }
        }
    };
    let cut = timeout(Duration::from_secs(30), cut).await;
    cut.expect("the server has cut them");
    front.stop().await;
}

#[tokio::test]
async fn a_scraper_that_reads_slowly_gets_all_of_it() {
    let front = Front::new([good()]).await;
    let mut stream = slow(front.server.admin_addr).await;
    let request = b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    stream.write_all(request).await.expect("it listens");
    let mut text = Vec::new();
    let mut bytes = [0; 100];
    loop {
        let read = stream.read(&mut bytes).await.expect("no cut");
        if read == 0 {
            break;
        }
        text.extend_from_slice(&bytes[..read]);
        tokio::task::yield_now().await;
    }
    let text = String::from_utf8(text).expect("text");
    let (_, body) = text.split_once("\r\n\r\n").expect("a head");
    let whole = scrape(front.server.admin_addr).await.text;
    assert_eq!(body.lines().count(), whole.lines().count());
    front.stop().await;
}
