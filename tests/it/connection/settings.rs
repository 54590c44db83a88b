//! What the settings make of the connection, in the real server.

use std::time::Duration;

use tempfile::NamedTempFile;
use tokio::time::timeout;
use user_attributes::proto::Operation;

use crate::support::{
    calls::{self, call, good},
    front,
    process::{Exit, Process, refused},
    scripted::Scripted,
    tls::Form,
};

/// For an end that comes at once, on a busy machine.
const SOON: Duration = Duration::from_secs(20);

/// Flags and an environment.
type Settings<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)]);

const FIPS: &str = "AWS_USE_FIPS_ENDPOINT";
const DUALSTACK: &str = "AWS_USE_DUALSTACK_ENDPOINT";

/// Starts the server and stops it again.
async fn started(flags: &[&str], environment: &[(&str, &str)]) -> Exit {
    let process = Process::start(flags, environment).await;
    process.signal(rustix::process::Signal::TERM);
    process.exit().await
}

async fn check_refused((flags, environment): Settings<'_>, named: &[&str]) {
    let exit = timeout(SOON, refused(flags, environment)).await;
    let exit = exit.expect("it doesn't start");
    let case = format!("{flags:?} {environment:?}: {}", exit.stderr);
    assert_eq!(exit.code, Some(64), "{case}");
    assert!(named.iter().all(|it| exit.stderr.contains(it)), "{case}");
}

#[tokio::test]
async fn the_fips_and_the_dual_stack_endpoint_are_called_where_they_are_asked_for() {
    let region = "--region=eu-central-1";
    let rows: [(Settings<'_>, &str); 9] = [
        (
            (&[region], &[(FIPS, "true")]),
            "cognito-idp-fips.eu-central-1.amazonaws.com",
        ),
        (
            (&["--region=us-west-2"], &[(FIPS, "TRUE")]),
            "cognito-idp-fips.us-west-2.amazonaws.com",
        ),
        (
            (&[region, "--use-fips-endpoint"], &[]),
            "cognito-idp-fips.eu-central-1.amazonaws.com",
        ),
        (
            (&["--region=us-gov-west-1"], &[(DUALSTACK, "True")]),
            "cognito-idp.us-gov-west-1.api.aws",
        ),
        (
            (&["--region=cn-north-1", "--use-dualstack-endpoint"], &[]),
            "cognito-idp.cn-north-1.api.amazonwebservices.com.cn",
        ),
        (
            (&[region], &[(FIPS, "true"), (DUALSTACK, "true")]),
            "cognito-idp-fips.eu-central-1.api.aws",
        ),
        (
            (&[region], &[(FIPS, "False"), (DUALSTACK, "FALSE")]),
            "cognito-idp.eu-central-1.amazonaws.com",
        ),
        (
            (&[region], &[(FIPS, ""), (DUALSTACK, "")]),
            "cognito-idp.eu-central-1.amazonaws.com",
        ),
        (
            (&[region, "--use-fips-endpoint=false"], &[(FIPS, "true")]),
            "cognito-idp.eu-central-1.amazonaws.com",
        ),
    ];
    for ((flags, environment), host) in rows {
        let exit = started(flags, environment).await;
        let told = format!(r#""upstream":"https://{host}""#);
        let case = format!("{flags:?} {environment:?}: {}", exit.stderr);
        assert!(exit.stderr.contains(&told), "{case}");
    }
}

#[tokio::test]
async fn an_endpoint_that_aws_rules_refuse_stops_the_start_with_64_and_a_message_that_says_which() {
    let given = "--endpoint-url=https://vpce-1.example.com";
    let region = "--region=eu-central-1";
    for (settings, named) in [
        ((&[given][..], &[(FIPS, "true")][..]), &[FIPS, "vpce-1"][..]),
        ((&[given], &[(DUALSTACK, "true")]), &[DUALSTACK, "vpce-1"]),
        (
            (&[region, given], &[(DUALSTACK, "true"), (FIPS, "true")]),
            &[DUALSTACK, FIPS, "vpce-1"],
        ),
        ((&[region], &[(FIPS, "yes")]), &[FIPS]),
        ((&[region], &[(DUALSTACK, "1")]), &[DUALSTACK]),
        (
            (&[region, "--use-fips-endpoint=on"], &[]),
            &["--use-fips-endpoint"],
        ),
    ] {
        check_refused(settings, named).await;
    }
}

#[tokio::test]
async fn tokens_go_over_the_network_unencrypted_only_where_that_is_allowed() {
    let variable = "USER_ATTRIBUTES_ALLOW_INSECURE_UPSTREAM";
    for url in ["http://192.0.2.1", "http://cognito.test:8080/base/"] {
        let endpoint = format!("--endpoint-url={url}");
        let named = [url.trim_end_matches('/'), variable];
        check_refused((&[&endpoint], &[]), &named).await;
        check_refused((&[], &[("AWS_ENDPOINT_URL", url)]), &named).await;
        check_refused((&[&endpoint], &[(variable, "false")]), &named).await;

        started(&[&endpoint, "--allow-insecure-upstream"], &[]).await;
        started(&[&endpoint], &[(variable, "true")]).await;
    }
    for url in ["http://127.0.0.2:1", "http://[::1]:1", "http://localhost:1"] {
        started(&[&format!("--endpoint-url={url}")], &[]).await;
    }
}

#[tokio::test]
async fn the_trusted_certificates_are_those_of_a_file_that_is_checked_at_the_start() {
    let form = Form::tls();
    let Form::Tls(tls) = &form else {
        panic!("it was asked for");
    };
    let cognito = Scripted::speaking(&form, [good()]).await;
    let endpoint = format!("--endpoint-url={}", cognito.url);
    let environment = [("SSL_CERT_FILE", tls.file())];
    let process = Process::start(&[&endpoint], &environment).await;
    let client = calls::client(process.grpc_addr);
    let answer = call(&client, Operation::GetUser, "").await;
    answer.expect("a peer that is trusted");
    process.signal(rustix::process::Signal::TERM);
    process.exit().await;

    let file = |content: &str| {
        let file = NamedTempFile::new().expect("a temporary file");
        std::fs::write(&file, content).expect("a temporary file");
        file
    };
    let [empty, text, broken, odd] = [
        "",
        "Not a certificate.",
        "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
    ]
    .map(file);
    let files = [&empty, &text, &broken, &odd].map(|file| file.path().to_str().expect("text"));
    for path in files.into_iter().chain(["/nonexistent.pem", "/"]) {
        let flag = format!("--ssl-cert-file={path}");
        let named = ["SSL_CERT_FILE", path];
        check_refused((&[&endpoint, &flag], &[]), &named).await;
        let region = "--region=eu-central-1";
        check_refused((&[region], &[("SSL_CERT_FILE", path)]), &named).await;
    }
    started(&["--region=eu-central-1"], &[("SSL_CERT_FILE", "")]).await;
}

#[tokio::test]
async fn a_server_that_could_trust_nobody_doesnt_start() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().to_str().expect("a path of text");
    let empty = [("SSL_CERT_DIR", path)];
    check_refused((&["--region=eu-central-1"], &empty), &["--ssl-cert-file"]).await;
    // This one needs to trust nobody.
    started(&["--endpoint-url=http://127.0.0.1:1"], &empty).await;
}

#[tokio::test]
async fn a_path_of_the_endpoint_stands_before_the_requests_own() {
    let cognito = Scripted::new([good()]).await;
    for (path, line) in [
        ("", "POST / HTTP/1.1"),
        ("/", "POST / HTTP/1.1"),
        ("/base", "POST /base/ HTTP/1.1"),
        ("/base/", "POST /base/ HTTP/1.1"),
        ("/base/path/", "POST /base/path/ HTTP/1.1"),
    ] {
        let server = front::quick(&format!("{}{path}", cognito.url)).await;
        let client = calls::client(server.grpc_addr);
        let answer = call(&client, Operation::GetUser, "").await;
        answer.expect("an answer");
        server.stop().await;
        let seen = cognito.seen();
        assert_eq!(seen.last().expect("one").request_line, line, "{path}");
    }
}
