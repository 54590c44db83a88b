//! Which CAs of callers count, and how long.

use rcgen::{DnType, IsCa, KeyUsagePurpose};
use time::{Duration, OffsetDateTime};

use super::{
    callers::mutual,
    reload::{OFTEN, until},
    *,
};
use crate::support::{ca::V1, scrape::scrape};

/// Valid between these days, counted from now.
fn ca_between(from: i64, until: i64) -> Ca {
    let now = OffsetDateTime::now_utc();
    Ca::between(now + Duration::days(from), now + Duration::days(until))
}

#[tokio::test]
async fn what_is_no_ca_now_stops_the_start() {
    let ca = Ca::new();
    let leaf = ca.client(&["a.example.com"]).cert;
    let plain = Ca::with(|params| params.is_ca = IsCa::ExplicitNoCa);
    let silent = Ca::with(|params| params.is_ca = IsCa::NoCa);
    let signer = Ca::with(|params| params.key_usages = vec![KeyUsagePurpose::CrlSign]);
    let (old, to_come) = (ca_between(-2, -1), ca_between(1, 2));
    let constraints = "isn't a CA's: its basicConstraints";
    for (cas, why) in [
        (leaf.clone(), constraints),
        (ca.pem() + &leaf, constraints),
        (plain.pem(), constraints),
        (silent.pem(), constraints),
        (V1.to_owned(), constraints),
        (signer.pem(), "isn't a CA's: its keyUsage"),
        (old.pem(), "it ended at"),
        (to_come.pem(), "it isn't valid before"),
        (old.pem() + &to_come.pem(), "none of its CAs counts now"),
    ] {
        let files = Files::of(&ca.server());
        files.put("ca.crt", &cas);
        let path = files.path("ca.crt").display().to_string();
        check_refused(&files, &["--tls-client-ca", &path, why]).await;
    }
}

#[tokio::test]
async fn a_ca_without_key_usage_is_one() {
    let ca = Ca::with(|params| params.key_usages.clear());
    let (_files, _cognito, server) = mutual(&ca, &[]).await;
    let shown = ca.client(&["a.example.com"]);
    let answer = call(&mut client(server.grpc_addr.port(), &ca, Some(&shown))).await;
    answer.expect("it may call");
    server.stop().await;
}

#[tokio::test]
async fn a_ca_that_has_ended_is_left_out_of_several_and_told() {
    let (ca, old, to_come) = (Ca::new(), ca_between(-2, -1), ca_between(1, 2));
    let files = Files::of(&ca.server());
    files.put("ca.crt", &[&old, &ca, &to_come].map(Ca::pem).concat());
    let (_cognito, process) = process(&files, &[]).await;
    let port = process.grpc_addr.port();
    let shown = ca.client(&["a.example.com"]);
    let answer = call(&mut client(port, &ca, Some(&shown))).await;
    answer.expect("it may call");
    for other in [&old, &to_come] {
        let shown = other.client(&["a.example.com"]);
        check_no_connection(call(&mut client(port, &ca, Some(&shown))).await);
    }
    process.signal(rustix::process::Signal::TERM);
    let stderr = process.exit().await.stderr;
    let told = "a CA in --tls-client-ca doesn't count";
    assert_eq!(stderr.matches(told).count(), 2, "{stderr}");
    for why in ["it ended at", "it isn't valid before"] {
        assert_eq!(stderr.matches(why).count(), 1, "{stderr}");
    }
}

#[tokio::test]
async fn a_ca_that_ends_lets_nobody_in_from_then_on() {
    let now = OffsetDateTime::now_utc();
    let ending = Ca::between(now - Duration::days(1), now + Duration::seconds(6));
    let ca = Ca::new();
    let files = Files::of(&ca.server());
    files.put("ca.crt", &(ending.pem() + &ca.pem()));
    let [cert, key] = files.key_pair();
    let client_ca = files.flag("--tls-client-ca", "ca.crt");
    // No reload takes part in it.
    let flags = [&*cert, &*key, &*client_ca, "--tls-reload-interval=1h"];
    let (_cognito, server) = server(&flags).await;
    let port = server.grpc_addr.port();
    let shown = ending.client(&["a.example.com"]);
    until(port, &ca, &shown, true).await;
    until(port, &ca, &shown, false).await;
    let lasting = ca.client(&["a.example.com"]);
    let answer = call(&mut client(port, &ca, Some(&lasting))).await;
    answer.expect("it may call");
    server.stop().await;
}

#[tokio::test]
async fn files_in_which_no_ca_counts_leave_all_as_it_was() {
    let ca = Ca::new();
    let files = Files::of(&ca.server());
    files.put("ca.crt", &ca.pem());
    let (_cognito, mut process) = process(&files, &[OFTEN]).await;
    let shown = ca.client(&["a.example.com"]);
    for cas in [ca_between(-2, -1).pem(), shown.cert.clone()] {
        files.put("ca.crt", &cas);
        let error = told_of_new_files(&mut process).await;
        assert!(error.contains("--tls-client-ca"), "{error}");
        let answer = call(&mut client(process.grpc_addr.port(), &ca, Some(&shown))).await;
        answer.expect("it may still call");
    }
}

#[tokio::test]
async fn the_first_end_in_each_file_is_in_the_metrics() {
    let now = OffsetDateTime::now_utc()
        .replace_nanosecond(0)
        .expect("a time");
    let day = |days| now + Duration::days(days);
    let (ca, sooner) = (Ca::between(day(-1), day(9)), Ca::between(day(-1), day(8)));
    let pair = ca.issue_between(&["localhost"], day(-1), day(7));
    let files = Files::of(&pair);
    // The second certificate of the chain ends first.
    let chain = pair.cert.clone() + &ca.issue_between(&[], day(-1), day(6)).cert;
    files.put("tls.crt", &chain);
    files.put("ca.crt", &(ca.pem() + &sooner.pem()));
    files.put("crl.pem", &(ca.revokes(&[], 5) + &sooner.revokes(&[], 4)));
    let flags = files.flags();
    let flags: Vec<_> = flags.iter().map(String::as_str).collect();
    let (_cognito, server) = server(&flags).await;
    let scraped = scrape(server.admin_addr).await;
    for (name, days) in [("tls.crt", 6), ("ca.crt", 8), ("crl.pem", 4)] {
        let path = files.path(name).display().to_string();
        let series = format!("user_attributes_tls_not_after_seconds{{file=\"{path}\"}}");
        let told = scraped.get(&series).expect("it is told");
        #[expect(clippy::cast_precision_loss, reason = "days are far apart")]
        let expected = day(days).unix_timestamp() as f64;
        assert!(
            (told - expected).abs() < 60.0,
            "{name}: {told}, not {expected}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn there_may_be_more_cas_than_a_handshake_has_room_to_name() {
    let cas = (0..70).map(|_| {
        Ca::with(|params| {
            let long = "x".repeat(1000);
            params
                .distinguished_name
                .push(DnType::OrganizationName, long);
        })
    });
    let cas: Vec<_> = cas.collect();
    let files = Files::of(&cas[0].server());
    files.put("ca.crt", &cas.iter().map(Ca::pem).collect::<String>());
    let [cert, key] = files.key_pair();
    let client_ca = files.flag("--tls-client-ca", "ca.crt");
    let (_cognito, server) = server(&[&cert, &key, &client_ca]).await;
    let shown = cas[69].client(&["a.example.com"]);
    for version in rustls::ALL_VERSIONS {
        let port = server.grpc_addr.port();
        let mut client = client_of(port, &cas[0], Some(&shown), &[version], &[b"h2"]);
        call(&mut client).await.expect("it may call");
    }
    server.stop().await;
}
