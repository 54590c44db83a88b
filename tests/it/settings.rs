//! Flags and environment of the real binary: what stops the start, and with what words.

mod addresses;
mod booleans;
mod check_config;
mod environment;
mod files;
mod passwords;
mod print_config;
mod times;

use clap::CommandFactory as _;
use user_attributes::app::Args;

use crate::support::process::{Process, refused, run};

/// Flags, an environment, and what is expected of them.
type Row<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], &'a str);

#[test]
fn the_command_line_is_consistent() {
    Args::command().debug_assert();
}

#[test]
fn a_variable_of_the_services_own_is_named_after_its_flag_and_unlike_those_of_kubernetes() {
    for arg in Args::command().get_arguments() {
        let Some(variable) = arg.get_env() else {
            continue;
        };
        let variable = variable.to_str().expect("text");
        let Some(own) = variable.strip_prefix("USER_ATTRIBUTES_") else {
            let others = ["RUST_LOG", "SSL_CERT_FILE"];
            assert!(others.contains(&variable) || variable.starts_with("AWS_"));
            continue;
        };
        let flag = arg.get_long().expect("a flag");
        assert_eq!(own, flag.to_uppercase().replace('-', "_"));
        let local = arg.get_help_heading() == Some("Development");
        assert_eq!(flag.starts_with("local-pool"), local, "{flag}");
        for made in ["SERVICE_HOST", "SERVICE_PORT", "_PORT_"] {
            assert!(!format!("_{own}_").contains(made), "{variable}");
        }
    }
}

#[tokio::test]
async fn bad_settings_stop_the_start_with_64_and_a_message_that_names_them() {
    let region = "--region=eu-central-1";
    let rows: &[Row<'_>] = &[
        (&["--bogus"], &[], "--bogus"),
        (&[region, "extra"], &[], "extra"),
        (&[region, "--grpc-addr=nowhere"], &[], "--grpc-addr"),
        (&[region, "--grpc-addr=localhost"], &[], "--grpc-addr"),
        (&[region, "--grpc-addr=example.com:1"], &[], "--grpc-addr"),
        (&[region, "--admin-addr=127.0.0.1"], &[], "--admin-addr"),
        (&[region, "--reflection=maybe"], &[], "--reflection"),
        (&[region, "--local-pool", "maybe"], &[], "--local-pool"),
        (&[region, "--log-format=xml"], &[], "--log-format"),
        (&[region, "--log-filter=a=b=c"], &[], "--log-filter"),
        (&[region, "--log-filter=\"info\""], &[], "--log-filter"),
        (&[region, "--log-filter=inof"], &[], "--log-filter"),
        (&[region, "--log-filter=info,debg"], &[], "--log-filter"),
        (
            &[region],
            &[("USER_ATTRIBUTES_GRPC_ADDR", "nowhere")],
            "USER_ATTRIBUTES_GRPC_ADDR",
        ),
        (
            &[region],
            &[("USER_ATTRIBUTES_ADMIN_ADDR", "nowhere")],
            "USER_ATTRIBUTES_ADMIN_ADDR",
        ),
        (
            &[region],
            &[("USER_ATTRIBUTES_REFLECTION", "maybe")],
            "USER_ATTRIBUTES_REFLECTION",
        ),
        (
            &[region],
            &[("USER_ATTRIBUTES_LOG_FORMAT", "xml")],
            "USER_ATTRIBUTES_LOG_FORMAT",
        ),
        (&[region], &[("RUST_LOG", "a=b=c")], "RUST_LOG"),
        (&[], &[], "AWS_REGION"),
        (&[], &[], "--local-pool"),
        (&["--region=EU Central"], &[], "--region"),
        (&["--region=evil.example.com/"], &[], "--region"),
        (&[], &[("AWS_REGION", "EU Central")], "AWS_REGION"),
        (
            &[],
            &[("AWS_DEFAULT_REGION", "EU Central")],
            "AWS_DEFAULT_REGION",
        ),
        (&["--endpoint-url=localhost"], &[], "--endpoint-url"),
        (&["--endpoint-url=ftp://localhost"], &[], "--endpoint-url"),
        (&["--endpoint-url=http://"], &[], "--endpoint-url"),
        (&["--endpoint-url=http://host:"], &[], "--endpoint-url"),
        (&["--endpoint-url=http://host:65536"], &[], "--endpoint-url"),
        (&["--endpoint-url=http://host?a=b"], &[], "--endpoint-url"),
        (
            &["--endpoint-url=http://user:pass@localhost"],
            &[],
            "--endpoint-url",
        ),
        (
            &[],
            &[("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "localhost")],
            "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
        ),
        (
            &[],
            &[("AWS_ENDPOINT_URL", "localhost")],
            "AWS_ENDPOINT_URL",
        ),
        (
            &["--local-pool", "--endpoint-url=http://localhost:1"],
            &[],
            "--local-pool",
        ),
        (
            &["--local-pool"],
            &[("AWS_ENDPOINT_URL", "http://localhost:1")],
            "--local-pool",
        ),
        (
            &["--local-pool"],
            &[("AWS_ENDPOINT_URL", "http://localhost:1")],
            "AWS_ENDPOINT_URL",
        ),
    ];
    for (flags, environment, named) in rows {
        check_refusal(flags, environment, &[named], &[]).await;
    }
}

/// Checks that a start ends with 64, and `--check-config` likewise, and what stands in its message.
async fn check_refusal(
    flags: &[&str],
    environment: &[(&str, &str)],
    said: &[&str],
    unsaid: &[&str],
) {
    let exit = refused(flags, environment).await;
    let (stderr, stdout) = (&exit.stderr, &exit.stdout);
    assert_eq!(exit.code, Some(64), "{flags:?} {environment:?}: {stderr}");
    assert_eq!(stdout, "", "{flags:?} {environment:?}");
    for part in said {
        assert!(stderr.contains(part), "{flags:?} {environment:?}: {stderr}");
    }
    for part in unsaid {
        let found = stderr.contains(part);
        assert!(!found, "{part:?} {flags:?} {environment:?}: {stderr}");
    }
}

#[tokio::test]
async fn a_message_names_the_variable_that_a_bad_value_comes_from_and_no_hidden_flag() {
    let bad = "EU Central";
    let good = ("AWS_REGION", "eu-west-1");
    let rows: &[(Row<'_>, &str)] = &[
        ((&[], &[("AWS_REGION", bad)], "'--region"), "--default"),
        ((&[], &[("AWS_REGION", bad)], "AWS_REGION"), "--default"),
        ((&["--region", bad], &[good], "'--region"), "AWS_REGION"),
        (
            (&[], &[("AWS_DEFAULT_REGION", bad)], "'AWS_DEFAULT_REGION'"),
            "--default-region",
        ),
        (
            (&[], &[("AWS_ENDPOINT_URL", "x")], "'AWS_ENDPOINT_URL'"),
            "--default-endpoint-url",
        ),
        (
            (&["--default-regio=x"], &[], "--default-regio"),
            "--default-region",
        ),
    ];
    for ((flags, environment, said), unsaid) in rows {
        check_refusal(flags, environment, &[said], &[unsaid]).await;
    }
}

#[tokio::test]
async fn help_and_version_end_with_0_on_stdout() {
    for flag in ["--help", "--version"] {
        let exit = run(&[flag], &[]).await;
        assert_eq!(exit.code, Some(0), "{flag}");
        assert!(
            exit.stdout.contains("user-attributes-server"),
            "{flag}: {}",
            exit.stdout
        );
        assert_eq!(exit.stderr, "", "{flag}");
    }
}

#[tokio::test]
async fn the_region_and_the_endpoint_come_from_the_names_that_aws_uses() {
    let rows: &[Row<'_>] = &[
        (
            &["--region=eu-central-1"],
            &[],
            "https://cognito-idp.eu-central-1.amazonaws.com",
        ),
        (
            &[],
            &[("AWS_REGION", "eu-west-1")],
            "https://cognito-idp.eu-west-1.amazonaws.com",
        ),
        (
            &[],
            &[("AWS_DEFAULT_REGION", "us-west-2")],
            "https://cognito-idp.us-west-2.amazonaws.com",
        ),
        (
            &[],
            &[
                ("AWS_REGION", "cn-north-1"),
                ("AWS_DEFAULT_REGION", "us-west-2"),
            ],
            "https://cognito-idp.cn-north-1.amazonaws.com.cn",
        ),
        (
            &["--region=eu-central-1"],
            &[("AWS_REGION", "eu-west-1")],
            "https://cognito-idp.eu-central-1.amazonaws.com",
        ),
        (
            &["--endpoint-url=http://127.0.0.1:1"],
            &[],
            "http://127.0.0.1:1",
        ),
        (
            &[],
            &[("AWS_ENDPOINT_URL", "http://127.0.0.1:2")],
            "http://127.0.0.1:2",
        ),
        (
            &[],
            &[
                ("AWS_ENDPOINT_URL", "http://127.0.0.1:2"),
                (
                    "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
                    "https://vpce.example.com",
                ),
                ("AWS_REGION", "eu-west-1"),
            ],
            "https://vpce.example.com",
        ),
    ];
    for (flags, environment, upstream) in rows {
        check_start(flags, environment, upstream).await;
    }
}

/// Checks that the server starts, and calls this Cognito.
async fn check_start(flags: &[&str], environment: &[(&str, &str)], upstream: &str) {
    let process = Process::start(flags, environment).await;
    process.signal(rustix::process::Signal::TERM);
    let exit = process.exit().await;
    let told = exit.stderr.contains(&format!(r#""upstream":"{upstream}"#));
    assert!(told, "{flags:?} {environment:?}: {}", exit.stderr);
}

#[tokio::test]
async fn a_log_without_errors_does_not_hide_why_there_is_no_server() {
    for filter in ["off", "h2=debug"] {
        check_refusal(&["--log-filter", filter], &[], &["AWS_REGION"], &[]).await;
    }
}
