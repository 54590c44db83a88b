//! Where the access token comes from, and that it is never repeated.

use super::*;

#[tokio::test]
async fn the_token_is_the_options_else_the_files_else_the_environments() {
    let server = Server::start().await;
    let good = server.sign_in().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    };
    let (good_file, bad_file) = (file("good", &good), file("bad", "bad.token"));
    let bad = "bad.token";
    let environment = |token: &str| ("USER_ATTRIBUTES_ACCESS_TOKEN", token.to_owned());

    for (words, variable) in [
        (
            vec!["--access-token", &good, "--access-token-file", &bad_file],
            environment(bad),
        ),
        (vec!["--access-token-file", &good_file], environment(bad)),
        (vec![], environment(&good)),
    ] {
        let (url, variable) = (server.grpc_url(), (variable.0, variable.1.as_str()));
        let update = [UPDATE, NICKNAME, "--endpoint", &url];
        let printed = client(&[&update[..], &words].concat(), &[variable]).await;
        assert_eq!(printed, nothing());
    }
    server.stop().await;
}

#[tokio::test]
async fn one_line_break_at_the_end_of_a_token_file_is_dropped() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("token");
    let (file, url) = (path.display().to_string(), server.grpc_url());
    let words = [
        UPDATE,
        NICKNAME,
        "--access-token-file",
        &file,
        "--endpoint",
        &url,
    ];

    for (end, code) in [("", 0), ("\n", 0), ("\r\n", 0), ("\n\n", 254), (" ", 254)] {
        std::fs::write(&path, format!("{token}{end}")).expect("a file");
        let printed = client(&words, &[]).await;
        assert_eq!(printed.code, Some(code), "{end:?}: {printed:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn no_error_repeats_the_token() {
    let server = Server::start().await;
    let url = server.grpc_url();
    let update = [UPDATE, "--endpoint", &url];
    let nickname = ["--user-attributes", "Name=nickname,Value=Dan"];
    let token = "marked.token";
    let spaced = format!("Bearer {token}");
    let file = format!("fileb://{token}");

    for words in [
        &["--access-token", token][..],
        &["--access-token", &spaced],
        &["--access-token", "Bearer", token],
        &["--acces-token", token],
        &["--access-token-files", token],
        &["--token", token],
        &["--access-token", &file, "--bogus"],
    ] {
        let printed = client(&[&update[..], &nickname, words].concat(), &[]).await;
        assert!(
            matches!(printed.code, Some(252 | 254)),
            "{words:?}: {printed:?}"
        );
        assert!(!printed.stderr.contains(token), "{words:?}: {printed:?}");
    }
    server.stop().await;
}
