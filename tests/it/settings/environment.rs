//! Variables of AWS's that don't count, and one that can't be read.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

use super::{Row, check_refusal, check_start};
use crate::support::process::command;

const REGION: (&str, &str) = ("AWS_REGION", "eu-west-1");
const ITS_URL: &str = "https://cognito-idp.eu-west-1.amazonaws.com";
const IGNORE: &str = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
const ENDPOINT: &str = "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER";
const ENDPOINTS: [(&str, &str); 2] = [
    ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
    (ENDPOINT, "http://127.0.0.1:2"),
];

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
