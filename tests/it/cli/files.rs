//! Files that options name: how much is read of them, and that pipes are good.

use serde_json::json;

use super::*;
use crate::{
    operations::{answering, check_sent, json_answer},
    support::Server,
};

/// Runs a line of bash, in which `"$@"` is the client with these words. It has little memory.
async fn in_bash(line: &str, words: &[&str]) -> Printed {
    let script = format!("ulimit -v 1000000; {line}");
    let mut bash = Command::new("bash");
    bash.args(["-c", &script, "bash", env!("CARGO_BIN_EXE_user-attributes")]);
    bash.args(words).env_clear().stdin(Stdio::null());
    Printed::by(bash).await
}

#[tokio::test]
async fn a_file_that_never_ends_is_refused() {
    let update = [UPDATE, TOKEN, "--user-attributes"];
    let get_user = [GET_USER, TOKEN, "--endpoint=https://127.0.0.1:1"];
    for (words, code, mib) in [
        (
            [&[GET_USER][..], &["--access-token-file", "/dev/zero"]].concat(),
            252,
            2,
        ),
        (vec![GET_USER, "--access-token=file:///dev/zero"], 252, 2),
        (
            vec![GET_USER, "--cli-input-json", "file:///dev/zero"],
            252,
            2,
        ),
        (
            vec![GET_USER, "--cli-input-yaml", "fileb:///dev/zero"],
            252,
            2,
        ),
        ([&update[..], &["fileb:///dev/zero"]].concat(), 252, 2),
        (
            [&update[..], &["Name=a,Value@=file:///dev/zero"]].concat(),
            255,
            2,
        ),
        (
            [&get_user[..], &["--tls-ca", "/dev/zero"]].concat(),
            252,
            16,
        ),
        (
            [&get_user[..], &["--ca-bundle", "/dev/zero"]].concat(),
            252,
            16,
        ),
    ] {
        let printed = in_bash(r#"exec "$@""#, &words).await;
        assert_eq!(printed.code, Some(code), "{words:?}: {printed:?}");
        let why = format!("Unable to load paramfile /dev/zero: it has more than {mib} MiB");
        assert!(
            printed.first_line().ends_with(&why),
            "{words:?}: {printed:?}"
        );
    }

    let words = [GET_USER, "--access-token-file", "/dev/stdin"];
    let printed = in_bash(r#"yes | "$@""#, &words).await;
    assert_eq!(printed.code, Some(252), "{printed:?}");
    let why = "/dev/stdin: it has more than 2 MiB";
    assert!(printed.first_line().ends_with(why), "{printed:?}");
}

#[tokio::test]
async fn a_file_has_2_mib_at_most() {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let path = file.path().to_str().expect("a path of text");
    let words = [GET_USER, "--access-token-file", path, "--endpoint=bad"];
    for (size, why) in [
        (2 * 1024 * 1024, "--endpoint"),
        (2 * 1024 * 1024 + 1, "--access-token-file"),
    ] {
        file.as_file().set_len(size).expect("a sparse file");
        let start = format!("Error parsing parameter '{why}': ");
        check_usage_error(&words, &start).await;
    }
}

#[tokio::test]
async fn a_value_may_come_through_a_pipe() {
    let body = json!({"AccessToken": "token", "AttributeName": "email", "Code": "012345"});
    for (line, code) in [
        (r#"echo 012345 | "$@""#, "file:///dev/stdin"),
        (r#"echo 012345 | "$@""#, "file:///dev/fd/0"),
        (r#""$@" --code file://<(echo 012345)"#, "overridden"),
    ] {
        let (cognito, server) = answering(json_answer(&json!({}))).await;
        let url = server.grpc_url();
        let words = [VERIFY, "--access-token=token", "--attribute-name=email"];
        let words = [&words[..], &["--endpoint", &url, "--code", code]].concat();

        assert_eq!(in_bash(line, &words).await, nothing(), "{line}");

        check_sent(&cognito, "VerifyUserAttribute", &body);
        server.stop().await;
    }
    let server = Server::start().await;
    let (token, url) = (server.sign_in().await, server.grpc_url());
    let line = format!(r#""$@" --access-token-file <(echo {token})"#);
    let printed = in_bash(&line, &[UPDATE, NICKNAME, "--endpoint", &url]).await;
    assert_eq!(printed, nothing());
    server.stop().await;
}
