//! New files while the server runs.

use std::{
    error::Error as _,
    net::SocketAddr,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use tokio::task::{JoinSet, yield_now};
use user_attributes::proto::Operation;

use super::*;

pub(super) const OFTEN: &str = "--tls-reload-interval=20ms";

/// Asks until the server takes or refuses this client, as expected.
pub(super) async fn until(port: u16, ca: &Ca, shown: &Pair, taken: bool) {
    let asked = async { while call(&mut client(port, ca, Some(shown))).await.is_ok() != taken {} };
    timeout(LONG, asked)
        .await
        .expect("the files are read again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn certificate_and_client_ca_are_replaced_under_load_without_a_failed_call() {
    let ca = Ca::new();
    let files = Files::of(&ca.server());
    let first_ca = Ca::new();
    files.put("ca.crt", &first_ca.pem());
    let [cert, key] = files.key_pair();
    let client_ca = files.flag("--tls-client-ca", "ca.crt");
    let (_cognito, server) = server(&[&cert, &key, &client_ca, OFTEN]).await;
    let port = server.grpc_addr.port();

    let (stop, made) = (AtomicBool::new(false), AtomicUsize::new(0));
    let mut old = first_ca.client(&["a.example.com"]);
    let mut loaded = client(port, &ca, Some(&old));
    call(&mut loaded).await.expect("a connection");
    let load = async {
        while !stop.load(Ordering::Relaxed) {
            call(&mut loaded).await.expect("an answer");
            made.fetch_add(1, Ordering::Relaxed);
        }
    };
    let rotate = async {
        for _ in 0..10 {
            let new_ca = Ca::new();
            let new = new_ca.client(&["a.example.com"]);
            // One file after the other: some sets don't fit together.
            let pair = ca.server();
            files.put("tls.crt", &pair.cert);
            files.put("tls.key", &pair.key);
            files.put("ca.crt", &new_ca.pem());
            until(port, &ca, &new, true).await;
            let before = made.load(Ordering::Relaxed);
            while made.load(Ordering::Relaxed) < before + 10 {
                yield_now().await;
            }
            check_no_connection(call(&mut client(port, &ca, Some(&old))).await);
            old = new;
        }
        stop.store(true, Ordering::Relaxed);
    };
    tokio::join!(load, rotate);
    assert!(made.load(Ordering::Relaxed) >= 100);
    server.stop().await;
}

#[tokio::test]
async fn files_that_are_no_good_leave_all_as_it_was_and_are_told() {
    let ca = Ca::new();
    let files = Files::of(&ca.server());
    let good = ca.server();
    files.put("tls.crt", &good.cert);
    files.put("tls.key", &good.key);
    files.put("ca.crt", &ca.pem());
    let [cert, key] = files.key_pair();
    let client_ca = files.flag("--tls-client-ca", "ca.crt");
    let flags = [
        "--endpoint-url=http://127.0.0.1:1",
        &cert,
        &key,
        &client_ca,
        OFTEN,
    ];
    let mut process = Process::start(&flags, &[]).await;
    let shown = ca.client(&["a.example.com"]);
    let other = ca.server();
    for (name, contents, flag) in [
        ("tls.key", &*other.key, "--tls-key"),
        ("tls.crt", "", "--tls-cert"),
        ("tls.crt", &good.cert[..good.cert.len() / 2], "--tls-cert"),
        (
            "ca.crt",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "--tls-client-ca",
        ),
    ] {
        files.put(name, contents);
        let error = told_of_new_files(&mut process).await;
        assert!(error.contains(&format!("{flag} ")), "{error}");
        assert!(
            error.contains(&*files.path(name).to_string_lossy()),
            "{error}"
        );
        let mut client = client(process.grpc_addr.port(), &ca, Some(&shown));
        let status = call(&mut client).await.expect_err("no Cognito");
        assert_eq!(
            status.message(),
            "no connection to Cognito could be made: nothing was sent"
        );
        files.put("tls.crt", &good.cert);
        files.put("tls.key", &good.key);
        files.put("ca.crt", &ca.pem());
    }
    files.put("tls.crt", &other.cert);
    files.put("tls.key", &other.key);
    process.logged("took over new TLS files").await;
}

#[tokio::test]
async fn a_pipe_in_place_of_a_file_stops_no_later_reload() {
    let (ca, new_ca) = (Ca::new(), Ca::new());
    let (files, shown) = (Files::of(&ca.server()), new_ca.client(&["a.example.com"]));
    files.put("ca.crt", &ca.pem());
    let (_cognito, mut process) = process(&files, &[OFTEN]).await;
    std::fs::remove_file(files.path("ca.crt")).expect("a file");
    files.put_pipe("ca.crt");
    let error = told_of_new_files(&mut process).await;
    assert!(error.contains("it isn't a regular file"), "{error}");
    files.put("ca.crt", &new_ca.pem());
    process.logged("took over new TLS files").await;
    let answer = call(&mut client(process.grpc_addr.port(), &ca, Some(&shown))).await;
    answer.expect("it may call");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_ends_at_its_age_without_a_failed_call() {
    let (cognito, server) = server(&["--max-connection-age=50ms", "--max-deadline=5s"]).await;
    let mut callers = JoinSet::new();
    for _ in 0..4 {
        let address = server.grpc_addr;
        callers.spawn(async move {
            let mut client = calls::client(address);
            for _ in 0..300 {
                client = answered(client, address).await;
            }
        });
    }
    callers.join_all().await;
    assert_eq!(cognito.seen().len(), 4 * 300, "each was made once");
    let mut idle = TcpStream::connect(server.grpc_addr).await.expect("a port");
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00";
    idle.write_all(preface).await.expect("it is read");
    let ended = timeout(LONG, idle.read_to_end(&mut Vec::new())).await;
    ended.expect("it ends").expect("it is closed");
    server.stop().await;
}

/// Makes a call until it is answered, and gives the client for the next one.
async fn answered(mut client: calls::Client, address: SocketAddr) -> calls::Client {
    loop {
        match timeout(LONG, calls::call(&client, Operation::GetUser, "")).await {
            Ok(Ok(())) => return client,
            // What comes after a GOAWAY wasn't read, and clients of gRPC send it again, on another
            // connection. This one doesn't.
            Ok(Err(status)) => {
                let cause = format!("{:?}", status.source());
                assert!(cause.contains("GoAway"), "{status:?}");
            }
            // Seldom its pool has a call wait for a connection that has ended, and makes no other one.
            Err(_) => client = calls::client(address),
        }
    }
}

#[tokio::test]
async fn the_log_says_of_each_file_in_use_until_when_it_is_good() {
    let [begin, sooner, later] = [2000, 2100, 2101].map(|year| rcgen::date_time_ymd(year, 1, 2));
    let (ca, new_ca) = (Ca::new(), Ca::between(begin, later));
    let files = Files::of(&ca.issue_between(&["localhost"], begin, sooner));
    files.put("ca.crt", &ca.pem());
    let (_cognito, mut process) = process(&files, &[OFTEN]).await;
    files.put("ca.crt", &new_ca.pem());
    process.logged("took over new TLS files").await;
    for (name, end) in [("tls.crt", "2100"), ("ca.crt", "2101")] {
        let told = process.logged("TLS file in use").await;
        assert_eq!(told["file"], files.path(name).display().to_string());
        assert_eq!(told["not_after"], format!("{end}-01-02T00:00:00Z"));
    }
}
