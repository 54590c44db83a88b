//! Variables that aren't settings, and those of AWS's that don't count.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

use super::{Row, check_refusal, check_start};
use crate::{cli::client, support::process::command};

const REGION: (&str, &str) = ("AWS_REGION", "eu-west-1");
const ITS_URL: &str = "https://cognito-idp.eu-west-1.amazonaws.com";
const IGNORE: &str = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
const ENDPOINT: &str = "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER";
const ENDPOINTS: [(&str, &str); 2] = [
    ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
    (ENDPOINT, "http://127.0.0.1:2"),
];

#[tokio::test]
async fn a_variable_of_the_services_own_that_is_no_setting_stops_the_start() {
    let misspelled = ("USER_ATTRIBUTES_MAX_DEADLNE", "hunter2");
    let nearest = "USER_ATTRIBUTES_MAX_DEADLINE";
    let both = [misspelled.0, nearest];
    check_refusal(&[], &[REGION, misspelled], &both, &["hunter2"]).await;
    check_refusal(&["--local-pool"], &[misspelled], &both, &["hunter2"]).await;

    let another = ("USER_ATTRIBUTES_GRPC_PORT", "50051");
    let all = [nearest, another.0, "USER_ATTRIBUTES_GRPC_ADDR"];
    check_refusal(&[], &[REGION, misspelled, another], &all, &[]).await;
}

#[tokio::test]
async fn variables_of_the_client_and_of_kubernetes_are_left_alone() {
    let help = client(&["get-user", "help"], &[]).await.stdout;
    let names = help.split(|it: char| !it.is_ascii_uppercase() && it != '_');
    let clients: Vec<_> = names
        .filter(|name| name.starts_with("USER_ATTRIBUTES_"))
        .collect();
    assert_eq!(clients.len(), 6, "{help}");
    let kubernetes = [
        ("USER_ATTRIBUTES_SERVICE_HOST", "10.0.0.1"),
        ("USER_ATTRIBUTES_SERVICE_PORT", "50051"),
        ("USER_ATTRIBUTES_SERVICE_PORT_GRPC", "50051"),
        ("USER_ATTRIBUTES_PORT", "tcp://10.0.0.1:50051"),
        ("USER_ATTRIBUTES_PORT_50051_TCP", "tcp://10.0.0.1:50051"),
        ("USER_ATTRIBUTES_PORT_50051_TCP_PROTO", "tcp"),
        ("USER_ATTRIBUTES_PORT_50051_TCP_PORT", "50051"),
        ("USER_ATTRIBUTES_PORT_50051_TCP_ADDR", "10.0.0.1"),
        ("USER_ATTRIBUTES_HEADLESS_SERVICE_HOST", "10.0.0.2"),
        ("USER_ATTRIBUTES_HEADLESS_PORT", "tcp://10.0.0.2:50051"),
    ];
    let mut environment = vec![REGION];
    environment.extend(clients.into_iter().map(|name| (name, "x")));
    environment.extend(kubernetes);
    check_start(&[], &environment, ITS_URL).await;
}

#[tokio::test]
async fn a_blank_variable_of_aws_counts_as_none_and_a_blank_one_of_ours_does_not() {
    let rows: &[Row<'_>] = &[
        (
            &[],
            &[("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "eu-west-1")],
            ITS_URL,
        ),
        (&[], &[REGION, ("AWS_DEFAULT_REGION", " ")], ITS_URL),
        (
            &[],
            &[REGION, (ENDPOINT, ""), ("AWS_ENDPOINT_URL", "")],
            ITS_URL,
        ),
        (&[], &[(ENDPOINT, " "), ENDPOINTS[0]], ENDPOINTS[0].1),
        (&[], &[REGION, (IGNORE, "")], ITS_URL),
        (
            &["--local-pool", "--local-pool-addr=127.0.0.1:0"],
            &[("AWS_ENDPOINT_URL", "")],
            "http://127.0.0.1:",
        ),
    ];
    for (flags, environment, upstream) in rows {
        check_start(flags, environment, upstream).await;
    }
    let missing = ["neither a Region nor an endpoint"];
    check_refusal(&[], &[("AWS_REGION", "")], &missing, &[]).await;

    for name in ["USER_ATTRIBUTES_GRPC_ADDR", "USER_ATTRIBUTES_LOCAL_POOL"] {
        check_refusal(&[], &[REGION, (name, "")], &[name], &[]).await;
    }
}

#[tokio::test]
async fn endpoints_of_the_environment_can_be_ignored_as_in_awss_own_tools() {
    let [general, own] = ENDPOINTS;
    let yes = (IGNORE, "true");
    let rows: &[Row<'_>] = &[
        (&[], &[REGION, general, own, yes], ITS_URL),
        (&[], &[REGION, general, (IGNORE, "True")], ITS_URL),
        (&[], &[REGION, general, own, (IGNORE, "false")], own.1),
        (
            &["--endpoint-url=http://127.0.0.1:3"],
            &[own, yes],
            "http://127.0.0.1:3",
        ),
        (
            &["--local-pool", "--local-pool-addr=127.0.0.1:0"],
            &[general, own, yes],
            "http://127.0.0.1:",
        ),
        (
            &[],
            &[REGION, ("AWS_ENDPOINT_URL", "not one"), yes],
            ITS_URL,
        ),
    ];
    for (flags, environment, upstream) in rows {
        check_start(flags, environment, upstream).await;
    }
    check_refusal(&[], &[general, yes], &["AWS_REGION"], &[]).await;
    check_refusal(&[], &[REGION, (IGNORE, "1")], &[IGNORE], &[]).await;
}

#[tokio::test]
async fn a_variable_that_isnt_utf_8_is_named() {
    let name = "USER_ATTRIBUTES_GRPC_ADDR";
    let mut command = command(&[], &[REGION]);
    command.env(name, OsStr::from_bytes(b"\xff"));
    let output = command.output().await.expect("a run");
    assert_eq!(output.status.code(), Some(64));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains(name), "{stderr}");
}
