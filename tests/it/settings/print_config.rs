//! `--print-config`: every setting with its value, and where that is from.

use std::collections::BTreeMap;

use clap::CommandFactory as _;
use user_attributes::app::Args;

use crate::support::process::run;

/// What is printed, by the settings' names.
async fn printed(flags: &[&str], environment: &[(&str, &str)]) -> BTreeMap<String, String> {
    let exit = run(&[&["--print-config"], flags].concat(), environment).await;
    let case = format!("{flags:?} {environment:?}: {}", exit.stderr);
    assert_eq!((exit.code, exit.stderr.as_str()), (Some(0), ""), "{case}");
    let lines = exit.stdout.lines().map(|line| {
        let (name, value) = line.split_once(" = ").expect("a name and a value");
        (name.to_owned(), value.to_owned())
    });
    let lines: Vec<_> = lines.collect();
    let count = lines.len();
    let lines = BTreeMap::from_iter(lines);
    assert_eq!(lines.len(), count, "a setting stands there twice");
    lines
}

#[tokio::test]
async fn each_setting_of_the_help_has_one_line() {
    let help = run(&["--help"], &[]).await.stdout;
    let mut flags: Vec<_> = help
        .lines()
        .map(|line| line.trim_start().trim_start_matches("-h, "))
        .filter_map(|line| line.trim_start_matches("-V, ").strip_prefix("--"))
        .filter_map(|line| line.split([' ', '[']).next())
        .filter(|name| !["check-config", "print-config", "help", "version"].contains(name))
        .collect();
    flags.sort_unstable();

    let lines = printed(&[], &[]).await;

    assert_eq!(lines.keys().collect::<Vec<_>>(), flags);
    for (name, line) in &lines {
        assert!(line.ends_with("(default)"), "{name}: {line}");
    }
}

#[tokio::test]
async fn a_setting_is_from_a_flag_or_a_variable_or_its_default() {
    let flags = [
        "--max-deadline=10s 500ms",
        "--reflection",
        "--grpc-addr=localhost:0",
        "--local-pool",
        "--audit-required=false",
    ];
    let environment = [
        ("USER_ATTRIBUTES_MAX_DEADLINE", "1s"),
        ("USER_ATTRIBUTES_MIN_DEADLINE", "1000ms"),
        ("USER_ATTRIBUTES_ALLOW_INSECURE_UPSTREAM", "true"),
        ("RUST_LOG", "info,h2=warn"),
        // It counts as none.
        ("SSL_CERT_FILE", ""),
    ];
    let lines = printed(&flags, &environment).await;
    for (name, line) in [
        ("max-deadline", "10s 500ms (flag)"),
        ("reflection", "true (flag)"),
        ("grpc-addr", "localhost:0 (flag)"),
        ("local-pool", "true (flag)"),
        ("audit-required", "false (flag)"),
        ("drain-delay", "0s (default)"),
        (
            "min-deadline",
            "1000ms (environment USER_ATTRIBUTES_MIN_DEADLINE)",
        ),
        (
            "allow-insecure-upstream",
            "true (environment USER_ATTRIBUTES_ALLOW_INSECURE_UPSTREAM)",
        ),
        ("log-filter", "info,h2=warn (environment RUST_LOG)"),
        ("ssl-cert-file", "(default)"),
        ("region", "(default)"),
        ("drain-timeout", "25s (default)"),
        ("use-fips-endpoint", "false (default)"),
    ] {
        assert_eq!(lines[name], line, "{name}");
    }
    assert_eq!(printed(&[], &[]).await["drain-delay"], "5s (default)");
    let given = printed(&["--drain-delay=1m"], &[]).await;
    assert_eq!(given["drain-delay"], "1m (flag)");
}

#[tokio::test]
async fn awss_second_names_count_as_they_do_at_a_start() {
    let (region, second) = (("AWS_REGION", "a-1"), ("AWS_DEFAULT_REGION", "b-1"));
    let (endpoint, general) = (
        (
            "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
            "http://127.0.0.1:1",
        ),
        ("AWS_ENDPOINT_URL", "https://a.example/path"),
    );
    let ignored = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    for (environment, name, line) in [
        (
            &[region, second][..],
            "region",
            "a-1 (environment AWS_REGION)",
        ),
        (&[second], "region", "b-1 (environment AWS_DEFAULT_REGION)"),
        (
            &[("AWS_REGION", " "), second],
            "region",
            "b-1 (environment AWS_DEFAULT_REGION)",
        ),
        (
            &[endpoint, general],
            "endpoint-url",
            "http://127.0.0.1:1 (environment AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER)",
        ),
        (
            &[general],
            "endpoint-url",
            "https://a.example/path (environment AWS_ENDPOINT_URL)",
        ),
        (&[endpoint, general, ignored], "endpoint-url", "(default)"),
    ] {
        assert_eq!(printed(&[], environment).await[name], line);
    }
    // What has no line of its own is the second name of what has one.
    let command = Args::command();
    for arg in command.get_arguments().filter(|arg| arg.is_hide_set()) {
        let name = arg.get_long().and_then(|it| it.strip_prefix("default-"));
        let mut first = command.get_arguments().filter(|it| it.get_long() == name);
        assert!(first.all(|it| !it.is_hide_set()) && name.is_some());
    }
}

#[tokio::test]
async fn a_setting_that_cannot_be_read_stops_the_print_too_and_ones_that_contradict_each_other_do_not()
 {
    for (flags, environment) in [
        (&["--max-deadline=x"][..], &[][..]),
        (&[], &[("USER_ATTRIBUTES_MAX_DEADLNE", "1s")]),
    ] {
        let exit = run(&[&["--print-config"], flags].concat(), environment).await;
        assert_eq!((exit.code, exit.stdout.as_str()), (Some(64), ""));
    }
    let lines = printed(&["--min-deadline=2s", "--max-deadline=1s"], &[]).await;
    assert_eq!(lines["min-deadline"], "2s (flag)");
}

#[tokio::test]
async fn what_may_be_a_password_is_not_printed() {
    let flag = "--tls-allowed-client-san=https://dan:hunter2@host/x";
    let exit = run(&["--print-config", flag], &[]).await;
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    let line = "tls-allowed-client-san = https://[not shown]@host/x (flag)\n";
    assert!(exit.stdout.contains(line), "{}", exit.stdout);
}
