//! `--check-config`: everything that a start does before it takes a port. That it refuses what a start
//! refuses, in the same words, is checked wherever a start is: see `process::refused`.

use std::fs;

use tokio::net::TcpListener;

use super::{Row, check_refusal};
use crate::support::process::{command, run};

const CHECK: &str = "--check-config";

#[tokio::test]
async fn good_settings_are_said_to_be_good_with_the_address_that_is_called() {
    let proxy = ("HTTPS_PROXY", "http://dan:hunter2@proxy.example:3128");
    let rows: &[Row<'_>] = &[
        (
            &[CHECK, "--region=eu-west-1"],
            &[],
            "https://cognito-idp.eu-west-1.amazonaws.com",
        ),
        (
            &["--region=eu-west-1", CHECK],
            &[proxy],
            "https://cognito-idp.eu-west-1.amazonaws.com through http://proxy.example:3128/",
        ),
        (
            &[CHECK],
            &[("AWS_ENDPOINT_URL", "http://127.0.0.1:1/base/")],
            "http://127.0.0.1:1/base",
        ),
        (
            &[CHECK, "--region=eu-central-9"],
            &[(
                "AWS_ENDPOINT_URL",
                "https://cognito-idp.eu-central-9.amazonaws.com",
            )],
            "https://cognito-idp.eu-central-9.amazonaws.com",
        ),
        (&[CHECK, "--local-pool"], &[], "the local pool"),
    ];
    for (flags, environment, cognito) in rows {
        let exit = run(flags, environment).await;
        let case = format!("{flags:?} {environment:?}");
        let told = format!("the settings are good: calls go to {cognito}\n");
        assert_eq!(exit.stdout, told, "{case}");
        assert_eq!((exit.code, exit.stderr.as_str()), (Some(0), ""), "{case}");
    }
}

#[tokio::test]
async fn what_the_parts_of_a_start_refuse_the_check_refuses() {
    let region = "--region=eu-west-1";
    let rows: &[Row<'_>] = &[
        (
            &["--local-pool", "--local-pool-config=/nonexistent.toml"],
            &[],
            "/nonexistent.toml",
        ),
        (
            &[region, "--local-pool-config=/nonexistent.toml"],
            &[],
            "--local-pool-config",
        ),
        (&[region, "--drain-delay=6s"], &[], "--drain-timeout"),
        (
            &[region, "--grpc-addr=0.0.0.0:1", "--admin-addr=127.0.0.1:1"],
            &[],
            "USER_ATTRIBUTES_ADMIN_ADDR",
        ),
        (
            &["--local-pool", "--admin-addr=127.0.0.1:9229"],
            &[],
            "USER_ATTRIBUTES_LOCAL_POOL_ADDR",
        ),
        (&["--region=nowhere-"], &[], "--region"),
        (&["--region=eu-central-9"], &[], "eu-central-1"),
        (
            &[region],
            &[("HTTPS_PROXY", "socks5://proxy.example")],
            "HTTPS_PROXY",
        ),
        (
            &["--endpoint-url=http://192.0.2.1"],
            &[],
            "--allow-insecure-upstream",
        ),
    ];
    for (flags, environment, named) in rows {
        check_refusal(flags, environment, &[named], &[]).await;
    }
}

#[tokio::test]
async fn the_settings_are_checked_or_printed_and_not_both() {
    let exit = run(&[CHECK, "--print-config", "--local-pool"], &[]).await;
    assert_eq!(exit.code, Some(64), "{}", exit.stderr);
    assert!(exit.stderr.contains("--print-config"), "{}", exit.stderr);
}

#[tokio::test]
async fn ports_that_are_taken_do_not_matter_and_nothing_is_created() {
    let mut flags = vec![CHECK.to_owned(), "--local-pool".to_owned()];
    let mut taken = Vec::new();
    for flag in ["--grpc-addr", "--admin-addr", "--local-pool-addr"] {
        let port = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = port.local_addr().expect("an address");
        flags.push(format!("{flag}={addr}"));
        taken.push(port);
    }
    let flags: Vec<_> = flags.iter().map(String::as_str).collect();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = command(&flags, &[]);
    for variable in ["HOME", "TMPDIR"] {
        command.env(variable, folder.path());
    }

    let output = command.current_dir(folder.path()).output().await;

    let output = output.expect("a run");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    let left = fs::read_dir(folder.path()).expect("the folder").count();
    assert_eq!(left, 0, "it made files");
}
