//! The command-line client as its callers meet it: the real binary in front of the real server.

mod aws_cli;
mod code;
mod errors;
mod files;
mod help;
mod odd_lines;
mod operations;
mod output;
mod reach;
mod request_id;
mod tips;
mod tls;
mod token;
mod usage;

use std::{net::TcpListener, process::Stdio};

use regex::Regex;
use tokio::process::Command;

use crate::support::Server;

const UPDATE: &str = "update-user-attributes";
const VERIFY: &str = "verify-user-attribute";
const GET_CODE: &str = "get-user-attribute-verification-code";
const DELETE: &str = "delete-user-attributes";
const GET_USER: &str = "get-user";
const NICKNAME: &str = "--user-attributes=Name=nickname,Value=Dan";
const TOKEN: &str = "--access-token=a.b.c";

/// What a run of the client left behind.
#[derive(Debug, PartialEq, Eq)]
pub struct Printed {
    code: Option<i32>,
    pub stdout: String,
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
        "user-attributes: [ERROR]: An error occurred (InvalidParameterException) when calling the \
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

impl Printed {
    /// Of a command that ends by itself.
    async fn by(mut command: Command) -> Self {
        let output = command.kill_on_drop(true).output().await.expect("it runs");
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }

    /// With `CALL` instead of the call's id, which no other call has.
    fn of_any_call(mut self) -> Self {
        let id = Regex::new(r"\b[0-9a-f]{16}-[0-9a-f]+\b").expect("a pattern");
        self.stderr = id.replace(&self.stderr, "CALL").into_owned();
        self
    }

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

/// Checks an error of the server's: its first line, and the details that it must have below.
#[track_caller]
fn check_refusal(printed: &Printed, headline: &str, details: &[&str]) {
    assert_eq!((printed.code, printed.stdout.as_str()), (Some(254), ""));
    let told = format!("user-attributes: [ERROR]: An error occurred {headline}");
    assert_eq!(printed.first_line(), told);
    for detail in details {
        assert!(
            printed.stderr.lines().any(|line| line == *detail),
            "{detail}: {printed:?}"
        );
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
    let start =
        format!("\nuser-attributes: [ERROR]: An error occurred (ParamValidation): {message}");
    assert!(
        printed.stderr.starts_with(&start),
        "{words:?}: {}",
        printed.stderr
    );
}

/// Updates these attributes by way of the server.
async fn update(server: &Server, token: &str, attributes: &[&str], more: &[&str]) -> Printed {
    let list = ["--user-attributes"];
    ask(server, token, UPDATE, &[&list, attributes, more].concat()).await
}

/// Calls an operation by way of the server.
async fn ask(server: &Server, token: &str, command: &str, more: &[&str]) -> Printed {
    let url = server.grpc_url();
    let words = [command, "--endpoint", &url, "--access-token", token];
    client(&[&words[..], more].concat(), &[]).await
}

/// Runs the client with nothing of this process's environment.
pub async fn client(words: &[&str], environment: &[(&str, &str)]) -> Printed {
    let mut client = Command::new(env!("CARGO_BIN_EXE_user-attributes"));
    client.args(words).env_clear();
    client
        .envs(environment.iter().copied())
        .stdin(Stdio::null());
    Printed::by(client).await
}

/// An address that nobody listens on.
fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("bound").to_string()
}
