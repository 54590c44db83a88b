//! Settings of the audit that stop the start.

use std::os::unix::fs::symlink;

use super::*;
use crate::support::process::{refused, run};

/// Checks that a start ends with 64, and what its message names.
async fn check_refusal(flags: &[&str], environment: &[(&str, &str)], named: &[&str]) {
    let flags = [&["--region=eu-central-1", "--grpc-addr=127.0.0.1:0"], flags].concat();
    let exit = refused(&flags, environment).await;
    assert_eq!(exit.code, Some(64), "{flags:?}: {}", exit.stderr);
    for name in named {
        assert!(exit.stderr.contains(name), "{flags:?}: {}", exit.stderr);
    }
}

#[tokio::test]
async fn a_file_that_cant_be_opened_stops_the_start_with_64() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().display();
    symlink("none/audit", folder.path().join("to-nowhere")).expect("a link");
    let names = ["--audit-file", "USER_ATTRIBUTES_AUDIT_FILE"];
    for bad in [
        format!("{path}"),
        format!("{path}/none/audit"),
        format!("{path}/to-nowhere"),
        format!("{path}/new/"),
        "/proc/new".to_owned(),
        String::new(),
    ] {
        check_refusal(&["--audit-file", &bad], &[], &names[..1]).await;
        let variable = ("USER_ATTRIBUTES_AUDIT_FILE", bad.as_str());
        check_refusal(&[], &[variable], &names[1..]).await;
    }
    let bad = format!("{path}/none/audit");
    check_refusal(&["--audit-file", &bad], &[], &names).await;
}

#[tokio::test]
async fn where_the_check_finds_that_a_file_can_be_made_a_start_makes_it() {
    let folder = tempfile::tempdir().expect("a folder");
    symlink("linked", folder.path().join("link")).expect("a link");
    for (name, made) in [("new", "new"), ("link", "linked")] {
        let flag = format!("--audit-file={}/{name}", folder.path().display());
        let check = run(&["--check-config", "--region=eu-central-1", &flag], &[]).await;
        assert_eq!(check.code, Some(0), "{}", check.stderr);
        assert!(!folder.path().join(made).exists());
        let process = Process::start(&["--region=eu-central-1", &flag], &[]).await;
        assert!(folder.path().join(made).exists());
        process.signal(Signal::TERM);
        assert_eq!(process.exit().await.code, Some(0));
    }
}

#[tokio::test]
async fn an_audit_that_is_required_needs_a_file() {
    let names = [
        "--audit-required",
        "USER_ATTRIBUTES_AUDIT_REQUIRED",
        "--audit-file",
    ];
    check_refusal(&["--audit-required"], &[], &names).await;
    let variable = ("USER_ATTRIBUTES_AUDIT_REQUIRED", "true");
    check_refusal(&[], &[variable], &names).await;
}

#[tokio::test]
async fn a_key_that_is_too_short_or_cant_be_read_stops_the_start_and_isnt_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("key");
    let flag = format!("--audit-key-file={}", path.display());
    let names = ["--audit-key-file", "USER_ATTRIBUTES_AUDIT_KEY_FILE"];
    check_refusal(&[&flag], &[], &names).await;
    for short in ["", "\n", "hunter2", &format!("{}\n", "k".repeat(31))] {
        fs::write(&path, short).expect("a file");
        check_refusal(&[&flag], &[], &names).await;
        let exit = run(&["--region=eu-central-1", &flag], &[]).await;
        assert!(!exit.stderr.contains("hunter2"), "{}", exit.stderr);
    }
}

#[tokio::test]
async fn each_setting_can_come_from_the_environment() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, key) = (file_in(&folder), folder.path().join("key"));
    fs::write(&key, "k".repeat(32)).expect("a file");
    let cognito = Scripted::new([calls::good()]).await;
    let environment = [
        ("USER_ATTRIBUTES_AUDIT_FILE", file.to_str().expect("text")),
        (
            "USER_ATTRIBUTES_AUDIT_KEY_FILE",
            key.to_str().expect("text"),
        ),
        ("USER_ATTRIBUTES_AUDIT_REQUIRED", "true"),
    ];
    let endpoint = format!("--endpoint-url={}", cognito.url);
    let process = Process::start(&[&endpoint], &environment).await;
    let client = calls::client(process.grpc_addr);
    calls::call(&client, UPDATE, "").await.expect("an answer");
    process.signal(Signal::TERM);
    process.exit().await;
    assert_eq!(events(&file).len(), 2);
}
