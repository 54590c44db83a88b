//! What is told of handshakes that fail.

use std::net::SocketAddr;

use serde_json::Value;
use time::{Duration, OffsetDateTime};
use tokio::task::yield_now;

use super::{reload::until, *};
use crate::support::scrape::{scrape, settles};

const MESSAGE: &str = "no TLS connection";
const FAILED: &str = "user_attributes_tls_handshakes_failed_total";

/// What the log says of the first caller that is refused.
async fn told_of_refusal(process: &mut Process) -> String {
    let told = process.logged(MESSAGE).await;
    told["error"].as_str().expect("a text").to_owned()
}

/// The files of a server of this CA's, which takes callers of these.
fn files(ca: &Ca, cas: &[&Ca]) -> Files {
    let files = Files::of(&ca.server());
    let cas: Vec<_> = cas.iter().map(|it| it.pem()).collect();
    files.put("ca.crt", &cas.concat());
    files
}

#[tokio::test]
async fn the_log_says_in_words_why_a_certificate_is_refused() {
    let (ca, other) = (Ca::new(), Ca::new());
    let now = OffsetDateTime::now_utc();
    let to_come = Ca::between(now + Duration::days(1), now + Duration::days(2));
    let allowed = "--tls-allowed-client-san=billing.example.com,spiffe://example.com/";
    let not_in_list = "no name in its certificate is in --tls-allowed-client-san: it has";
    for (shown, why) in [
        (
            ca.client(&["web.example.com", "https://example.com/a"]),
            format!("{not_in_list} web.example.com, https://example.com/a"),
        ),
        (
            ca.client(&[]),
            format!("{not_in_list} no DNS name and no URI"),
        ),
        (
            ca.client(&["spiffe://example.com/a", "https://example.com/b"]),
            "its certificate has a SPIFFE id and another URI: it has spiffe://example.com/a, \
             https://example.com/b"
                .to_owned(),
        ),
        (
            ca.client(&["spiffe://example.com//a"]),
            "the URI in its certificate isn't written as a SPIFFE id is: it has \
             spiffe://example.com//a"
                .to_owned(),
        ),
        (
            other.client(&["billing.example.com"]),
            "its certificate is of no CA in --tls-client-ca that counts".to_owned(),
        ),
        (
            ca.issue(&["billing.example.com"], -2, -1),
            "its certificate won't do: it ended at 2".to_owned(),
        ),
        (
            ca.issue(&["billing.example.com"], 1, 2),
            "its certificate won't do: it isn't valid before 2".to_owned(),
        ),
        (
            to_come.client(&["billing.example.com"]),
            "a CA of its certificate isn't valid before 2".to_owned(),
        ),
    ] {
        let files = files(&ca, &[&ca, &to_come]);
        let (_cognito, mut process) = process(&files, &[allowed]).await;
        let port = process.grpc_addr.port();
        check_no_connection(call(&mut client(port, &ca, Some(&shown))).await);
        let error = told_of_refusal(&mut process).await;
        assert!(
            error.starts_with(&why),
            "{error:?} doesn't begin with {why:?}"
        );
    }
}

#[tokio::test]
async fn the_log_says_that_a_certificate_is_revoked_or_a_ca_of_it_has_no_list() {
    let ca = Ca::new();
    let revoked = ca.client(&["a.example.com"]);
    let below = ca.intermediate();
    let mut of_below = below.client(&["a.example.com"]);
    of_below.cert += &below.pem();
    for (shown, why) in [
        (
            &revoked,
            "its certificate is revoked, or one between it and the CA",
        ),
        (
            &of_below,
            "a CA of its certificate has no list in --tls-client-crl",
        ),
    ] {
        let files = files(&ca, &[&ca]);
        files.put("crl.pem", &ca.revokes(&[&revoked.serial], 1));
        let (_cognito, mut process) = process(&files, &[]).await;
        let port = process.grpc_addr.port();
        check_no_connection(call(&mut client(port, &ca, Some(shown))).await);
        assert_eq!(told_of_refusal(&mut process).await, why);
    }
}

#[tokio::test]
async fn the_log_says_that_a_ca_or_its_list_has_ended_meanwhile() {
    let now = OffsetDateTime::now_utc();
    let soon = now + Duration::seconds(6);
    let (ca, ending) = (Ca::new(), Ca::between(now - Duration::days(1), soon));
    let of_ca = files(&ca, &[&ca, &ending]);
    let of_list = files(&ca, &[&ca]);
    of_list.put("crl.pem", &ca.revokes_until(&[], soon));
    // No reload takes part in it.
    let seldom = ["--tls-reload-interval=1h"];
    let (_cognito, mut process_of_ca) = process(&of_ca, &seldom).await;
    let (_other_cognito, mut process_of_list) = process(&of_list, &seldom).await;
    for (process, shown, why) in [
        (
            &mut process_of_ca,
            ending.client(&["a.example.com"]),
            "a CA of its certificate ended at 2",
        ),
        (
            &mut process_of_list,
            ca.client(&["a.example.com"]),
            "the list of a CA of its certificate, in --tls-client-crl, ended at 2",
        ),
    ] {
        until(process.grpc_addr.port(), &ca, &shown, false).await;
        let error = told_of_refusal(process).await;
        assert!(
            error.starts_with(why),
            "{error:?} doesn't begin with {why:?}"
        );
    }
}

/// A handshake that fails, as it is none.
async fn no_handshake(server: SocketAddr) {
    let mut stream = TcpStream::connect(server).await.expect("a port");
    let written = stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await;
    written.expect("it is read");
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

#[tokio::test]
async fn handshakes_that_fail_are_counted_in_the_metrics_and_in_the_log() {
    let ca = Ca::new();
    let files = Files::of(&ca.server());
    let (_cognito, mut process) = process(&files, &[]).await;
    let (grpc, admin) = (process.grpc_addr, process.admin_addr);
    assert_eq!(scrape(admin).await.get(FAILED), Some(0.0));
    call(&mut client(grpc.port(), &ca, None))
        .await
        .expect("an answer");
    for _ in 0..3 {
        no_handshake(grpc).await;
    }
    settles(admin, &[(FAILED, 3.0)]).await;
    assert_eq!(process.logged(MESSAGE).await["count"], 1);
    // The log tells again after a second.
    let more = async {
        loop {
            no_handshake(grpc).await;
            yield_now().await;
        }
    };
    let told: Value = tokio::select! {
        told = process.logged(MESSAGE) => told,
        () = more => unreachable!("it goes on"),
    };
    let count = told["count"].as_f64().expect("a number");
    assert!(count > 3.0, "{told}");
    assert!(scrape(admin).await.get(FAILED) >= Some(count), "{told}");
}
