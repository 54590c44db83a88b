//! The command-line client as its callers meet it: the real binary in front of the real server.

use std::{net::TcpListener, process::Stdio};

use tokio::process::Command;

use crate::support::Server;

const UPDATE: &str = "update-user-attributes";
const NICKNAME: &str = "--user-attributes=Name=nickname,Value=Dan";
const TOKEN: &str = "--access-token=a.b.c";

/// What a run of the client left behind.
#[derive(Debug, PartialEq, Eq)]
struct Printed {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

#[tokio::test]
async fn an_update_is_made_and_prints_nothing() {
    let server = Server::start().await;
    let token = server.sign_in().await;

    let printed = update(&server, &token, &["Name=nickname,Value=Dan the man"], &[]).await;

    assert_eq!(printed, nothing());
    assert_eq!(server.attributes(&token).await["nickname"], "Dan the man");

    let quoted = r#"Name=nickname,Value="Doe, Jane""#;
    let metadata = ["--client-metadata", "a=b,c=d"];
    let department = r"Name=custom:department,Value=R&D\, Oslo";
    let printed = update(&server, &token, &[quoted, department], &metadata).await;

    assert_eq!(printed, nothing());
    let attributes = server.attributes(&token).await;
    assert_eq!(attributes["nickname"], "Doe, Jane");
    assert_eq!(attributes["custom:department"], "R&D, Oslo");
    server.stop().await;
}

#[tokio::test]
async fn attributes_may_be_given_as_json() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let json = r#"[{"Name": "nickname", "Value": "Dån ✓"}, {"Name": "locale", "Value": "nb"}]"#;

    let printed = update(
        &server,
        &token,
        &[json],
        &["--client-metadata", r#"{"a": "b"}"#],
    )
    .await;

    assert_eq!(printed, nothing());
    let attributes = server.attributes(&token).await;
    assert_eq!(attributes["nickname"], "Dån ✓");
    assert_eq!(attributes["locale"], "nb");
    server.stop().await;
}

#[tokio::test]
async fn a_blank_value_deletes_and_a_missing_one_is_refused() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    assert_eq!(
        update(&server, &token, &["Name=nickname,Value=Dan"], &[]).await,
        nothing()
    );

    let printed = update(&server, &token, &["Name=nickname"], &[]).await;
    assert_eq!(printed.code, Some(254));
    assert_eq!(
        printed.first_line(),
        "aws: [ERROR]: An error occurred (InvalidParameterException) when calling the \
         UpdateUserAttributes operation: Attribute value for nickname must not be null"
    );
    assert_eq!(server.attributes(&token).await["nickname"], "Dan");

    assert_eq!(
        update(&server, &token, &["Name=nickname,Value="], &[]).await,
        nothing()
    );
    assert!(!server.attributes(&token).await.contains_key("nickname"));
    server.stop().await;
}

#[tokio::test]
async fn a_changed_email_prints_where_its_code_went() {
    let server = Server::start().await;
    let token = server.sign_in().await;

    let printed = update(&server, &token, &["Name=email,Value=new@example.org"], &[]).await;

    assert_eq!((printed.code, printed.stderr.as_str()), (Some(0), ""));
    insta::assert_snapshot!(printed.stdout, @r#"
    {
        "CodeDeliveryDetailsList": [
            {
                "Destination": "n***@e***",
                "DeliveryMedium": "EMAIL",
                "AttributeName": "email"
            }
        ]
    }
    "#);
    server.stop().await;
}

#[tokio::test]
async fn an_error_of_cognitos_keeps_its_code_and_text() {
    let server = Server::start().await;

    let printed = update(&server, "not.a.token", &["Name=nickname,Value=Dan"], &[]).await;

    let stderr = "\naws: [ERROR]: An error occurred (NotAuthorizedException) when calling the \
                  UpdateUserAttributes operation: Invalid Access Token\n";
    assert_eq!(printed, failure(254, stderr));
    server.stop().await;
}

#[tokio::test]
async fn a_violation_names_the_field_under_the_error() {
    let server = Server::start().await;
    let token = server.sign_in().await;

    // Found by the server.
    let long = format!("Name={},Value=x", "x".repeat(33));
    let printed = update(&server, &token, &[&long, "Name=sub,Value=x"], &[]).await;

    let stderr = "\naws: [ERROR]: An error occurred (InvalidParameterException) when calling the \
                  UpdateUserAttributes operation: user_attributes[0].name must have at most 32 \
                  characters (and 1 more)\n\nAdditional error details:\n\
                  user_attributes[0].name: must have at most 32 characters\n\
                  user_attributes[1].name: sub can't be changed by the user\n";
    assert_eq!(printed, failure(254, stderr));

    // Found by Cognito, whose message ends with a line break.
    let printed = update(&server, &token, &["Name=custom:none,Value=x"], &[]).await;

    let stderr = "\naws: [ERROR]: An error occurred (InvalidParameterException) when calling the \
                  UpdateUserAttributes operation: user.custom:none: Attribute does not exist in \
                  the schema.\n\nAdditional error details:\n\
                  user_attributes[0]: Attribute does not exist in the schema.\n";
    assert_eq!(printed, failure(254, stderr));
    server.stop().await;
}

#[tokio::test]
async fn an_empty_list_is_sent_and_refused_by_the_server() {
    let server = Server::start().await;
    let token = server.sign_in().await;

    for words in [&[][..], &["[]"]] {
        let printed = update(&server, &token, words, &[]).await;
        assert_eq!(printed.code, Some(254), "{printed:?}");
        assert!(
            printed.first_line().contains("(InvalidParameterException)"),
            "{printed:?}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn an_error_without_a_code_of_awss_shows_the_reason() {
    let server = Server::in_front_of(&format!("http://{}", closed_port())).await;

    let printed = update(&server, "a.b.c", &["Name=nickname,Value=Dan"], &[]).await;

    assert_eq!(printed.code, Some(254));
    let start = "aws: [ERROR]: An error occurred (UPSTREAM_UNREACHABLE) when calling the \
                 UpdateUserAttributes operation: ";
    assert!(printed.first_line().starts_with(start), "{printed:?}");
    server.stop().await;
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_no_service_error() {
    let url = format!("http://{}", closed_port());
    let words = [UPDATE, NICKNAME, TOKEN];

    let stderr = format!("\naws: [ERROR]: Could not connect to the endpoint URL: \"{url}/\"\n");
    let by_option = client(&[&words[..], &["--endpoint", &url]].concat(), &[]).await;
    assert_eq!(by_option, failure(255, &stderr));
    let by_environment = client(&words, &[("USER_ATTRIBUTES_ENDPOINT", &url)]).await;
    assert_eq!(by_environment, failure(255, &stderr));
}

#[tokio::test]
async fn a_peer_that_hangs_up_is_no_service_error() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let hangs_up = tokio::spawn(async move {
        loop {
            drop(listener.accept().await);
        }
    });

    let words = [
        "--user-attributes=Name=a",
        "--access-token=a.b.c",
        "--endpoint",
        &url,
    ];
    let printed = client(&[&[UPDATE][..], &words].concat(), &[]).await;

    assert_eq!(printed.code, Some(255), "{printed:?}");
    assert!(
        printed.stderr.contains(&format!("\"{url}/\"")),
        "{printed:?}"
    );
    hangs_up.abort();
}

#[tokio::test]
async fn a_bad_command_line_is_a_usage_error() {
    check_usage_error(&[], "the following arguments are required: command").await;
    check_usage_error(
        &["get-user"],
        "argument command: Found invalid choice 'get-user'",
    )
    .await;
    check_usage_error(
        &[UPDATE],
        "the following arguments are required: --user-attributes, --access-token",
    )
    .await;
    check_usage_error(
        &[UPDATE, NICKNAME],
        "the following arguments are required: --access-token",
    )
    .await;
    check_usage_error(
        &[UPDATE, NICKNAME, "--access-token"],
        "argument --access-token: expected one argument",
    )
    .await;

    let words = [UPDATE, NICKNAME, TOKEN, "--bogus", "x"];
    let printed = client(&words, &[]).await;
    assert_eq!(printed.code, Some(252), "{printed:?}");
    assert_eq!(
        printed.first_line(),
        "aws: [ERROR]: Unknown options: --bogus"
    );
}

#[tokio::test]
async fn a_bad_value_is_a_usage_error() {
    check_usage_error(
        &[UPDATE, TOKEN, "--user-attributes", "nickname"],
        "Error parsing parameter '--user-attributes': Expected: '=', received: 'EOF' for input:\n\
         nickname\n        ^\n",
    )
    .await;
    check_usage_error(
        &[UPDATE, TOKEN, "--user-attributes", "Name=,Value=x"],
        "Parameter validation failed:\n\
         Invalid length for parameter UserAttributes[0].Name, value: 0, valid min length: 1\n",
    )
    .await;
    check_usage_error(
        &[UPDATE, NICKNAME, "--access-token-file", "no-such-file"],
        "Error parsing parameter '--access-token-file': Unable to load paramfile no-such-file: \
         [Errno 2] No such file or directory: 'no-such-file'\n",
    )
    .await;
    check_usage_error(
        &[UPDATE, NICKNAME, TOKEN, "--endpoint=https://127.0.0.1:1"],
        "Error parsing parameter '--endpoint': Invalid endpoint: https isn't in this build; use \
         http\n",
    )
    .await;
}

#[tokio::test]
async fn a_missing_file_of_one_value_is_an_error_of_neither_kind() {
    let words = [
        "--user-attributes",
        "Name=a,Value@=file://no-such-file",
        "--access-token=a.b.c",
    ];

    let printed = client(&[&[UPDATE][..], &words].concat(), &[]).await;

    let stderr = "\naws: [ERROR]: Unable to load paramfile file://no-such-file: [Errno 2] No such \
                  file or directory: 'no-such-file'\n";
    assert_eq!(printed, failure(255, stderr));
}

#[tokio::test]
async fn names_of_options_may_be_shortened_and_the_last_of_two_wins() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let words = [
        UPDATE,
        "--user-attr",
        "Name=nickname,Value=first",
        "Name=locale,Value=nb",
        "--user-attributes=Name=nickname,Value=last",
        &format!("--access-token={token}"),
        "--endp",
        &server.grpc_url(),
    ];

    assert_eq!(client(&words, &[]).await, nothing());

    let attributes = server.attributes(&token).await;
    assert_eq!(attributes["nickname"], "last");
    assert!(!attributes.contains_key("locale"));
    server.stop().await;
}

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
async fn help_goes_to_stdout_and_holds_no_token() {
    let token = "marked-token";
    let environment = [("USER_ATTRIBUTES_ACCESS_TOKEN", token)];
    for (words, expected) in [
        (&["help"][..], "update-user-attributes"),
        (&["--help"], "update-user-attributes"),
        (&["help", UPDATE], "--client-metadata"),
        (&[UPDATE, "help"], "--client-metadata"),
        (&[UPDATE, "--help"], "USER_ATTRIBUTES_ACCESS_TOKEN"),
        (&["--version"], env!("CARGO_PKG_VERSION")),
    ] {
        let printed = client(words, &environment).await;
        assert_eq!(
            (printed.code, printed.stderr.as_str()),
            (Some(0), ""),
            "{words:?}"
        );
        assert!(
            printed.stdout.contains(expected),
            "{words:?}: {}",
            printed.stdout
        );
        assert!(!printed.stdout.contains(token), "{words:?}");
    }
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

impl Printed {
    /// Of the error, without the blank one above it.
    fn first_line(&self) -> &str {
        self.stderr
            .trim_start_matches('\n')
            .lines()
            .next()
            .unwrap_or_default()
    }
}

fn nothing() -> Printed {
    Printed {
        code: Some(0),
        stdout: String::new(),
        stderr: String::new(),
    }
}

fn failure(code: i32, stderr: &str) -> Printed {
    Printed {
        code: Some(code),
        stdout: String::new(),
        stderr: stderr.to_owned(),
    }
}

/// A refusal before anything is sent, with this message.
async fn check_usage_error(words: &[&str], message: &str) {
    let printed = client(words, &[]).await;
    assert_eq!(
        (printed.code, printed.stdout.as_str()),
        (Some(252), ""),
        "{words:?}"
    );
    let start = format!("\naws: [ERROR]: An error occurred (ParamValidation): {message}");
    assert!(
        printed.stderr.starts_with(&start),
        "{words:?}: {}",
        printed.stderr
    );
}

/// Updates these attributes by way of the server.
async fn update(server: &Server, token: &str, attributes: &[&str], more: &[&str]) -> Printed {
    let url = server.grpc_url();
    let words = [UPDATE, "--endpoint", &url, "--access-token", token];
    let list = ["--user-attributes"];
    client(&[&words[..], &list, attributes, more].concat(), &[]).await
}

/// Runs the client with nothing of this process's environment.
async fn client(words: &[&str], environment: &[(&str, &str)]) -> Printed {
    let output = Command::new(env!("CARGO_BIN_EXE_user-attributes"))
        .args(words)
        .env_clear()
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .expect("the client runs");
    Printed {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}

/// An address that nobody listens on.
fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("bound").to_string()
}
