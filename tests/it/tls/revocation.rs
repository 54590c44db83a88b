//! Lists of revoked certificates.

use rcgen::SerialNumber;

use super::{
    callers::mutual,
    reload::{OFTEN, until},
    *,
};
use crate::support::scrape::scrape;

/// What is refused is told with both files.
const BOTH: [&str; 4] = ["--tls-client-ca", "ca.crt", "--tls-client-crl", "crl.pem"];

#[tokio::test]
async fn whose_certificate_is_revoked_may_not_call() {
    let ca = Ca::new();
    let (good, revoked) = (ca.client(&["a.example.com"]), ca.client(&["b.example.com"]));
    let lists = Files::new(&[("crl.pem", &ca.revokes(&[&revoked.serial], 1))]);
    let crl = lists.flag("--tls-client-crl", "crl.pem");
    let (_files, _cognito, server) = mutual(&ca, &[&crl]).await;
    let port = server.grpc_addr.port();
    let answer = call(&mut client(port, &ca, Some(&good))).await;
    answer.expect("it may call");
    check_no_connection(call(&mut client(port, &ca, Some(&revoked))).await);
    server.stop().await;
}

#[tokio::test]
async fn a_revocation_list_counts_as_soon_as_it_is_there() {
    let ca = Ca::new();
    let (files, shown) = (Files::of(&ca.server()), ca.client(&["a.example.com"]));
    files.put("ca.crt", &ca.pem());
    files.put("crl.pem", &ca.revokes(&[], 1));
    let [cert, key] = files.key_pair();
    let client_ca = files.flag("--tls-client-ca", "ca.crt");
    let crl = files.flag("--tls-client-crl", "crl.pem");
    let (_cognito, server) = server(&[&cert, &key, &client_ca, &crl, OFTEN]).await;
    let port = server.grpc_addr.port();
    until(port, &ca, &shown, true).await;
    files.put("crl.pem", &ca.revokes(&[&shown.serial], 1));
    until(port, &ca, &shown, false).await;
    server.stop().await;
}

#[tokio::test]
async fn a_list_that_is_of_no_client_ca_stops_the_start() {
    let (ca, second) = (Ca::new(), Ca::new());
    let two = ca.pem() + &second.pem();
    let list = ca.revokes(&[], 1);
    let good_and = |other: &Ca| list.clone() + &other.revokes(&[], 1);
    let unsigned = "none of these CAs has signed the list of";
    for (cas, lists, why) in [
        (ca.pem(), second.revokes(&[], 1), unsigned),
        (ca.pem(), ca.namesake().revokes(&[], 1), unsigned),
        (ca.pem(), good_and(&second), unsigned),
        (ca.pem(), good_and(&ca.intermediate()), unsigned),
        (two.clone(), list.clone(), "there is no list of the CA"),
        (
            ca.pem() + &ca.namesake().pem(),
            list.clone(),
            "there is no list of the CA",
        ),
        (ca.pem(), good_and(&ca), "two lists of"),
    ] {
        let files = Files::of(&ca.server());
        files.put("ca.crt", &cas);
        files.put("crl.pem", &lists);
        let named = if why == "two lists of" {
            &BOTH[2..]
        } else {
            &BOTH
        };
        check_refused(&files, &[named, &[why]].concat()).await;
    }
}

#[tokio::test]
async fn a_list_that_is_of_no_client_ca_leaves_all_as_it_was_and_is_told() {
    let ca = Ca::new();
    let (files, shown) = (Files::of(&ca.server()), ca.client(&["a.example.com"]));
    files.put("ca.crt", &ca.pem());
    files.put("crl.pem", &ca.revokes(&[], 1));
    let (_cognito, mut process) = process(&files, &[OFTEN]).await;
    files.put("crl.pem", &ca.namesake().revokes(&[], 1));
    let error = told_of_new_files(&mut process).await;
    assert!(BOTH.iter().all(|it| error.contains(it)), "{error}");
    let scraped = scrape(process.admin_addr).await;
    for name in ["ca.crt", "crl.pem"] {
        let path = files.path(name).display().to_string();
        let series = format!("user_attributes_tls_reload_failures_total{{file=\"{path}\"}}");
        assert!(scraped.get(&series) >= Some(1.0), "{}", scraped.text);
    }
    let answer = call(&mut client(process.grpc_addr.port(), &ca, Some(&shown))).await;
    answer.expect("it may still call");
    files.put("crl.pem", &ca.revokes(&[&shown.serial], 1));
    process.logged("took over new TLS files").await;
    check_no_connection(call(&mut client(process.grpc_addr.port(), &ca, Some(&shown))).await);
}

#[tokio::test]
async fn of_several_cas_each_has_its_own_list() {
    let (root, other) = (Ca::new(), Ca::new());
    let (below, withdrawn) = (root.intermediate(), root.intermediate());
    let revoked = below.client(&["a.example.com"]);
    let all = [&root, &below, &withdrawn, &other];
    let files = Files::of(&root.server());
    files.put("ca.crt", &all.map(Ca::pem).concat());
    let lists = [
        root.revokes(&[withdrawn.serial()], 1),
        below.revokes(&[&revoked.serial], 1),
        other.revokes(&[], 1),
    ];
    files.put("crl.pem", &lists.concat());
    let (_cognito, process) = process(&files, &[]).await;
    let port = process.grpc_addr.port();
    for ca in [&root, &below, &other] {
        let shown = ca.client(&["a.example.com"]);
        let answer = call(&mut client(port, &root, Some(&shown))).await;
        answer.expect("it may call");
    }
    let of_withdrawn = withdrawn.client(&["a.example.com"]);
    for shown in [&revoked, &of_withdrawn] {
        check_no_connection(call(&mut client(port, &root, Some(shown))).await);
    }
    process.signal(rustix::process::Signal::TERM);
    let exit = process.exit().await;
    let told = "a CA in --tls-client-ca doesn't count";
    assert_eq!(exit.stderr.matches(told).count(), 1, "{}", exit.stderr);
    assert!(exit.stderr.contains("it is revoked"), "{}", exit.stderr);
}

#[tokio::test]
async fn a_list_may_have_thirty_thousand_certificates() {
    let ca = Ca::new();
    let (shown, revoked) = (ca.client(&["a.example.com"]), ca.client(&["b.example.com"]));
    let others =
        (0..30_000_u128).map(|it| SerialNumber::from((1 << 120 | it).to_be_bytes().to_vec()));
    let others: Vec<_> = others.collect();
    let all: Vec<_> = others.iter().chain([&revoked.serial]).collect();
    let list = ca.revokes(&all, 1);
    assert!(list.len() > 1024 * 1024, "{}", list.len());
    let lists = Files::new(&[("crl.pem", &list)]);
    let crl = lists.flag("--tls-client-crl", "crl.pem");
    let (_files, _cognito, server) = mutual(&ca, &[&crl]).await;
    let port = server.grpc_addr.port();
    let answer = call(&mut client(port, &ca, Some(&shown))).await;
    answer.expect("it may call");
    check_no_connection(call(&mut client(port, &ca, Some(&revoked))).await);
    server.stop().await;
}
