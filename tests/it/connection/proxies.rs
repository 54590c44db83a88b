//! Proxies, by the variables that AWS's SDK reads, of the real server.

use std::{net::SocketAddr, time::Duration};

use rustix::process::Signal;
use tokio::time::timeout;
use tonic::Code::Unavailable;
use user_attributes::proto::Operation;

use crate::support::{
    calls::{self, Client, call, check_failed, good},
    process::{Exit, Process, run},
    proxy::{Deed, Proxy},
    scripted::{Answer, Scripted},
    tls::{Form, HOST},
    unreachable::Refusing,
};

/// For an answer that comes at once, on a busy machine.
const SOON: Duration = Duration::from_secs(10);
const QUICK: [&str; 2] = ["--first-retry-delay=1ms", "--second-retry-delay=2ms"];

/// The real server, in front of this address.
struct Front {
    process: Process,
    client: Client,
}

impl Front {
    async fn new(url: &str, form: &Form, environment: &[(&str, &str)]) -> Self {
        Self::with(url, form, environment, &[]).await
    }

    async fn with(url: &str, form: &Form, environment: &[(&str, &str)], more: &[&str]) -> Self {
        let endpoint = format!("--endpoint-url={url}");
        let trust = form.trust();
        let own = [endpoint.as_str()].into_iter().chain(trust.as_deref());
        let flags: Vec<_> = own.chain(QUICK).chain(more.iter().copied()).collect();
        let process = Process::start(&flags, environment).await;
        let client = calls::client(process.grpc_addr);
        Self { process, client }
    }

    async fn check_answered(&self) {
        for operation in Operation::ALL {
            let answer = call(&self.client, operation, "").await;
            answer.unwrap_or_else(|status| panic!("{operation:?}: {status:?}"));
        }
    }

    /// What it has written.
    async fn stop(self) -> Exit {
        self.process.signal(Signal::TERM);
        self.process.exit().await
    }
}

async fn cognito(form: &Form) -> Scripted {
    Scripted::speaking(form, [good()]).await
}

fn url(proxy: SocketAddr) -> String {
    format!("http://{proxy}")
}

#[tokio::test]
async fn an_https_address_is_called_through_a_tunnel_under_its_own_name() {
    let form = Form::tls();
    let cognito = cognito(&form).await;
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        let proxy = Proxy::new(Deed::Tunnel(cognito.addr)).await;
        let front = Front::new(
            &format!("https://{HOST}"),
            &form,
            &[(variable, &url(proxy.addr))],
        )
        .await;
        front.check_answered().await;
        front.stop().await;
        let asked = [
            format!("CONNECT {HOST}:443 HTTP/1.1"),
            format!("Host: {HOST}:443"),
        ];
        check_each(&proxy, |it| *it == asked);
    }
    let connections = cognito.connections();
    assert!(
        connections
            .iter()
            .all(|it| it.as_deref() == Some("http/1.1"))
    );
}

#[tokio::test]
async fn the_proxys_user_is_told_to_it_alone() {
    let form = Form::tls();
    let cognito = cognito(&form).await;
    let proxy = Proxy::new(Deed::Tunnel(cognito.addr)).await;
    let with_user = format!("http://dan:s%3Aecret@{}", proxy.addr);
    let environment = [("HTTPS_PROXY", &*with_user), ("RUST_LOG", "trace")];
    let front = Front::new(&format!("https://{HOST}"), &form, &environment).await;
    front.check_answered().await;
    let exit = front.stop().await;

    let header = "Proxy-Authorization: Basic ZGFuOnM6ZWNyZXQ=";
    check_each(&proxy, |it| it.iter().any(|line| line == header));
    let seen = cognito.seen();
    let mut names = seen.iter().flat_map(|it| &it.headers).map(|it| &*it.0);
    assert!(!names.any(|name| name == "proxy-authorization"));
    let told = format!(r#""proxy":"http://{}/""#, proxy.addr);
    assert!(exit.stderr.contains(&told), "{}", exit.stderr);
    for secret in ["ecret", "ZGFuOnM6ZWNyZXQ="] {
        assert!(!exit.stderr.contains(secret), "{}", exit.stderr);
    }
}

#[tokio::test]
async fn a_proxy_can_be_spoken_to_by_tls() {
    let form = Form::tls();
    let cognito = cognito(&form).await;
    let proxy = Proxy::speaking(&form, Deed::Tunnel(cognito.addr)).await;
    let environment = [("HTTPS_PROXY", &*format!("https://{}", proxy.addr))];
    let front = Front::new(&format!("https://{HOST}"), &form, &environment).await;
    front.check_answered().await;
    front.stop().await;
    check_each(&proxy, |_| true);
}

#[tokio::test]
async fn an_address_that_no_proxy_names_is_called_directly() {
    let form = Form::tls();
    let cognito = cognito(&form).await;
    for (variable, direct) in [
        (Some(("NO_PROXY", "localhost")), true),
        (Some(("no_proxy", "example.com, localhost")), true),
        (Some(("NO_PROXY", "*")), true),
        (Some(("NO_PROXY", "example.com")), false),
        (None, false),
    ] {
        let proxy = Proxy::new(Deed::Tunnel(cognito.addr)).await;
        let proxy_url = url(proxy.addr);
        let environment = [Some(("HTTPS_PROXY", &*proxy_url)), variable];
        let environment: Vec<_> = environment.into_iter().flatten().collect();
        let address = format!("https://localhost:{}", cognito.addr.port());
        let front = Front::new(&address, &form, &environment).await;
        front.check_answered().await;
        front.stop().await;
        assert_eq!(proxy.asked().is_empty(), direct, "{variable:?}");
    }
}

#[tokio::test]
async fn an_http_address_is_called_directly_and_so_is_the_local_pool() {
    let cognito = cognito(&Form::Plain).await;
    let proxy = Proxy::new(Deed::Close).await;
    let proxy_url = url(proxy.addr);
    let environment = [
        "ALL_PROXY",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "all_proxy",
        "http_proxy",
        "https_proxy",
    ]
    .map(|variable| (variable, &*proxy_url));
    let front = Front::new(&cognito.url, &Form::Plain, &environment).await;
    front.check_answered().await;
    front.stop().await;

    let flags = ["--local-pool", "--local-pool-addr=127.0.0.1:0"];
    let process = Process::start(&flags, &environment).await;
    let client = calls::client(process.grpc_addr);
    let refused = call(&client, Operation::GetUser, "").await;
    let told = refused.expect_err("no user's token").code();
    assert_eq!(told, tonic::Code::Unauthenticated);
    process.signal(Signal::TERM);
    process.exit().await;
    assert_eq!(proxy.asked().len(), 0);
}

#[tokio::test]
async fn what_a_proxy_refuses_was_never_sent_and_is_tried_again() {
    let form = Form::tls();
    let cognito = cognito(&form).await;
    for deed in [
        Deed::Answer("HTTP/1.1 407 Proxy Authentication Required"),
        Deed::Answer("HTTP/1.1 403 Forbidden"),
        Deed::Answer("HTTP/1.1 502 Bad Gateway"),
        Deed::Answer("SSH-2.0"),
        Deed::Close,
    ] {
        let proxy = Proxy::new(deed).await;
        let environment = [("HTTPS_PROXY", &*url(proxy.addr))];
        let front = Front::new(&format!("https://{HOST}"), &form, &environment).await;
        for (calls, operation) in (1..).zip(Operation::ALL) {
            check_unreached(&front, operation).await;
            assert_eq!(proxy.asked().len(), 3 * calls, "{deed:?}");
        }
        front.stop().await;
    }
    assert_eq!(cognito.connections().len(), 0);
}

#[tokio::test]
async fn behind_a_proxy_that_is_gone_or_silent_nothing_is_sent() {
    let form = Form::tls();
    let silent = Proxy::new(Deed::Hang).await;
    let gone = Refusing::new();
    for proxy in [url(silent.addr), gone.url] {
        let environment = [("HTTPS_PROXY", &*proxy)];
        let address = format!("https://{HOST}");
        let brief = ["--connect-timeout=200ms"];
        let front = Front::with(&address, &form, &environment, &brief).await;
        for operation in Operation::ALL {
            let unreached = timeout(SOON, check_unreached(&front, operation));
            unreached.await.expect("an answer");
        }
        front.stop().await;
    }
    assert!(silent.asked().len() >= 3 * Operation::ALL.len());
}

#[tokio::test]
async fn a_call_that_a_tunnel_has_carried_may_have_been_executed() {
    let form = Form::tls();
    let answer = Answer::BytesThenClose(Vec::new());
    let cognito = Scripted::speaking(&form, [answer]).await;
    let proxy = Proxy::new(Deed::Tunnel(cognito.addr)).await;
    let environment = [("HTTPS_PROXY", &*url(proxy.addr))];
    let front = Front::new(&format!("https://{HOST}"), &form, &environment).await;
    let lost = call(&front.client, Operation::UpdateUserAttributes, "").await;
    let unknown = tonic::Code::Unknown;
    check_failed(lost, unknown, "UPSTREAM_OUTCOME_UNKNOWN", "unknown");
    assert_eq!(cognito.hits(), 1);
    front.stop().await;
}

/// Something was asked of the proxy, and each time it was this. It may have been asked for a
/// connection more than calls one after another need.
#[track_caller]
fn check_each(proxy: &Proxy, is_good: impl Fn(&Vec<String>) -> bool) {
    let asked = proxy.asked();
    assert!(!asked.is_empty() && asked.iter().all(is_good), "{asked:?}");
}

async fn check_unreached(front: &Front, operation: Operation) {
    let unreached = call(&front.client, operation, "").await;
    check_failed(
        unreached,
        Unavailable,
        "UPSTREAM_UNREACHABLE",
        "not_applied",
    );
}

#[tokio::test]
async fn a_variable_that_names_no_proxy_stops_the_start_with_64_and_no_password() {
    let region = ["--region=eu-central-1"];
    for (variable, value) in [
        ("HTTPS_PROXY", "socks5://dan:secret@127.0.0.1:1080"),
        ("https_proxy", "http://dan:secret@"),
        ("ALL_PROXY", "http://dan:sec ret@127.0.0.1:3128"),
        ("all_proxy", "http://dan:secret@127.0.0.1:port"),
    ] {
        let environment = [(variable, value)];
        let exit = timeout(SOON, run(&region, &environment)).await;
        let exit = exit.expect("it doesn't start");
        assert_eq!(exit.code, Some(64), "{value}: {}", exit.stderr);
        assert!(exit.stderr.contains(variable), "{value}: {}", exit.stderr);
        assert!(!exit.stderr.contains("secret"), "{value}: {}", exit.stderr);
    }
}

#[tokio::test]
async fn a_blank_variable_is_as_good_as_none() {
    let form = Form::tls();
    let cognito = cognito(&form).await;
    let proxy = Proxy::new(Deed::Tunnel(cognito.addr)).await;
    let proxy_url = url(proxy.addr);
    let blanks = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "NO_PROXY"].map(|it| (it, ""));
    let environment = [&blanks[..], &[("all_proxy", &*proxy_url)]].concat();
    let front = Front::new(&format!("https://{HOST}"), &form, &environment).await;
    front.check_answered().await;
    front.stop().await;
    check_each(&proxy, |_| true);

    let environment = [&blanks[..], &[("all_proxy", "")]].concat();
    let front = Front::new(&cognito.url, &form, &environment).await;
    front.check_answered().await;
    front.stop().await;
}
