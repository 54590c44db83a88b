//! What the client says to a refusal, and what it exits with.

use rustix::process::Signal;
use serde_json::{Value, json};

use super::*;
use crate::{
    operations::answering,
    support::{
        calls::throttled,
        process::Process,
        scripted::{self, Answer, REQUEST_ID, Scripted},
    },
};

#[tokio::test]
async fn an_error_of_cognitos_keeps_its_code_and_text() {
    let server = Server::start().await;

    let printed = update(&server, "not.a.token", &["Name=nickname,Value=Dan"], &[]).await;

    let headline = "(NotAuthorizedException) when calling the UpdateUserAttributes operation: \
                    Invalid Access Token";
    let details = [
        "Additional error details:",
        "  reason: ACCESS_TOKEN_INVALID",
        "  outcome: not_applied",
    ];
    check_refusal(&printed, headline, &details);
    server.stop().await;
}

#[tokio::test]
async fn a_violation_names_the_field_under_the_error() {
    let server = Server::start().await;
    let token = server.sign_in().await;

    // Found by the server.
    let long = format!("Name={},Value=x", "x".repeat(33));
    let printed = update(&server, &token, &[&long, "Name=sub,Value=x"], &[]).await;

    let headline = "(InvalidParameterException) when calling the UpdateUserAttributes operation: \
                    user_attributes[0].name must have at most 32 characters (and 1 more)";
    let details = [
        "  user_attributes[0].name: must have at most 32 characters",
        "  user_attributes[1].name: sub can't be changed by the user",
    ];
    check_refusal(&printed, headline, &details);

    // Found by Cognito, whose message ends with a line break.
    let printed = update(&server, &token, &["Name=custom:none,Value=x"], &[]).await;

    let headline = "(InvalidParameterException) when calling the UpdateUserAttributes operation: \
                    user.custom:none: Attribute does not exist in the schema.";
    let details = ["  user_attributes[0]: Attribute does not exist in the schema."];
    check_refusal(&printed, headline, &details);
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
    let start = "user-attributes: [ERROR]: An error occurred (UPSTREAM_UNREACHABLE) when calling the \
                 UpdateUserAttributes operation: ";
    assert!(printed.first_line().starts_with(start), "{printed:?}");
    server.stop().await;
}

#[tokio::test]
async fn an_error_is_written_as_its_format_says() {
    let refusal = scripted::exception(400, "NotAuthorizedException", "Access Token has expired");
    let (_cognito, server) = answering(Answer::Bytes(refusal)).await;
    let words = |format| ["--cli-error-format", format, "--request-id", "mine"];
    let nickname = ["Name=nickname,Value=Dan"];
    let sentence = "An error occurred (NotAuthorizedException) when calling the \
                    UpdateUserAttributes operation: Access Token has expired\n";

    for (format, expected) in [
        ("legacy", format!("\nuser-attributes: [ERROR]: {sentence}")),
        (
            "enhanced",
            format!(
                "\nuser-attributes: [ERROR]: {sentence}\nAdditional error details:\n  reason: \
                 ACCESS_TOKEN_EXPIRED\n  outcome: not_applied\n  requestId: mine\n  callId: CALL\n  \
                 awsRequestId: {REQUEST_ID}\n"
            ),
        ),
        (
            "yaml",
            format!(
                "Code: NotAuthorizedException\nMessage: Access Token has expired\nawsRequestId: \
                 {REQUEST_ID}\ncallId: CALL\noutcome: not_applied\nreason: \
                 ACCESS_TOKEN_EXPIRED\nrequestId: mine\n"
            ),
        ),
        (
            "text",
            format!(
                "NotAuthorizedException\tAccess Token has expired\t{REQUEST_ID}\tCALL\t\
                 not_applied\tACCESS_TOKEN_EXPIRED\tmine\n"
            ),
        ),
    ] {
        let printed = update(&server, "token", &nickname, &words(format)).await;
        assert_eq!(printed.of_any_call(), failure(254, &expected), "{format}");
    }
    let printed = update(&server, "token", &nickname, &words("json")).await;
    let printed = printed.of_any_call();
    let members: Value = serde_json::from_str(&printed.stderr).expect("JSON");
    let expected = json!({
        "Code": "NotAuthorizedException",
        "Message": "Access Token has expired",
        "reason": "ACCESS_TOKEN_EXPIRED",
        "outcome": "not_applied",
        "requestId": "mine",
        "callId": "CALL",
        "awsRequestId": REQUEST_ID,
    });
    assert_eq!((printed.code, members), (Some(254), expected));
    let printed = update(&server, "token", &nickname, &words("table")).await;
    assert!(
        printed.stderr.contains("|  NotAuthorizedException"),
        "{printed:?}"
    );
    server.stop().await;
}

#[tokio::test]
async fn the_ids_that_the_servers_log_has_are_told() {
    let refusal = scripted::exception(400, "NotAuthorizedException", "Access Token has expired");
    let cognito = Scripted::new([Answer::Bytes(refusal)]).await;
    let mut server = Process::start(&[&format!("--endpoint-url={}", cognito.url)], &[]).await;
    let url = format!("http://{}", server.grpc_addr);

    for words in [&[GET_USER][..], &[UPDATE, NICKNAME]] {
        let printed = client(&[words, &[TOKEN, "--endpoint", &url]].concat(), &[]).await;

        assert_eq!(printed.code, Some(254), "{printed:?}");
        let line = server.logged("call").await;
        for (name, field) in [("callId", "request_id"), ("awsRequestId", "aws_request_id")] {
            let told = format!("\n  {name}: {}\n", line[field].as_str().expect("an id"));
            assert!(printed.stderr.contains(&told), "{told}: {printed:?}");
        }
    }
    // What Cognito never answered has no id of its.
    let printed = client(&[GET_USER, "--access-token= ", "--endpoint", &url], &[]).await;
    assert!(printed.stderr.contains("\n  callId: "), "{printed:?}");
    assert!(!printed.stderr.contains("awsRequestId"), "{printed:?}");
    server.signal(Signal::TERM);
    assert_eq!(server.exit().await.code, Some(0));
}

#[tokio::test]
async fn an_error_of_the_command_line_is_written_so_too() {
    let message = "Parameter validation failed:\nInvalid length for parameter Code, value: 0, valid \
                   min length: 1";
    let words = [VERIFY, TOKEN, "--attribute-name=email", "--code="];
    let sentence = format!("An error occurred (ParamValidation): {message}");
    for (format, expected) in [
        ("legacy", format!("\nuser-attributes: [ERROR]: {message}\n")),
        (
            "enhanced",
            format!("\nuser-attributes: [ERROR]: {sentence}\n"),
        ),
        ("text", format!("ParamValidation\t{message}\n")),
    ] {
        let option = ["--cli-error-format", format];
        let printed = client(&[&words[..], &option].concat(), &[]).await;
        assert_eq!(printed, failure(252, &expected), "{format}");
        let printed = client(&words, &[("AWS_CLI_ERROR_FORMAT", format)]).await;
        assert_eq!(printed, failure(252, &expected), "{format}");
    }
    let json = [("AWS_CLI_ERROR_FORMAT", "JSON")];
    let expected = json!({"Code": "ParamValidation", "Message": message});
    let printed = client(&words, &json).await;
    let members: Value = serde_json::from_str(&printed.stderr).expect("JSON");
    assert_eq!(members, expected);
    for word in ["--output=bogus", "--query=a[", "--code"] {
        let printed = client(&[VERIFY, word], &json).await;
        let members: Value = serde_json::from_str(&printed.stderr).expect("JSON");
        assert_eq!(members["Code"], "ParamValidation", "{word}");
    }

    // A variable that says no format, and an error without a code.
    let printed = client(&words, &[("AWS_CLI_ERROR_FORMAT", "bogus")]).await;
    let expected = format!("\nuser-attributes: [ERROR]: {sentence}\n");
    assert_eq!(printed, failure(252, &expected));
    for word in ["--bogus", "--cli-read-timeout=x"] {
        let printed = client(&[GET_USER, TOKEN, word], &json).await;
        assert!(
            printed
                .first_line()
                .starts_with("user-attributes: [ERROR]: "),
            "{printed:?}"
        );
    }
}

#[tokio::test]
async fn a_delay_after_which_to_come_back_is_told() {
    let (_cognito, server) = answering(throttled()).await;

    let printed = ask(&server, "token", GET_USER, &[]).await;

    let headline = "(TooManyRequestsException) when calling the GetUser operation: Cognito throttled \
                    the request, a quota of the AWS account is used up: retry after the delay";
    let details = ["  reason: TOO_MANY_REQUESTS", "  outcome: not_applied"];
    check_refusal(&printed, headline, &details);
    let delay = printed
        .stderr
        .lines()
        .find_map(|line| line.strip_prefix("  retryAfter: "));
    assert!(
        delay.is_some_and(|delay| delay.ends_with('s')),
        "{printed:?}"
    );
    server.stop().await;
}

#[tokio::test]
async fn no_error_repeats_a_value() {
    let secret = "s3cr3t";
    for words in [
        &["--user-attributes", r#"[{"Name":"a","Value":["s3cr3t"]}]"#][..],
        &["--user-attributes", r#"[{"Name":"a","Value":"s3cr3t""#],
        &["--user-attributes", "Name=a,Value=\"s3cr3t"],
        &["--user-attributes", "Name=a,Value=s3cr3t, s3cr3t"],
        &["--user-attributes", "Name=a,Value=s3cr3t,Value=s3cr3t"],
        &[
            "--user-attributes=Name=a",
            "--client-metadata",
            "a={b=s3cr3t}",
        ],
        &[
            "--user-attributes=Name=a",
            "--client-metadata",
            "[\"s3cr3t\"]",
        ],
        &["--cli-input-json", r#"{"UserAttributes":"s3cr3t"}"#],
        &["--cli-input-json", "s3cr3t"],
        &["--cli-input-yaml", "UserAttributes: [s3cr3t"],
        &["--user-attributes=Name=a", "--query", "\"s3cr3t"],
        &["--user-attributes=Name=a", "--output", "S3cr3t"],
        &["--user-attributes=Name=a", "--timeout", "s3cr3t"],
        &["--user-attributes=Name=a", "--cli-read-timeout", "s3cr3t"],
    ] {
        let printed = client(&[&[UPDATE, TOKEN], words].concat(), &[]).await;
        assert!(
            matches!(printed.code, Some(252 | 255)),
            "{words:?}: {printed:?}"
        );
        assert!(!printed.stderr.contains(secret), "{words:?}: {printed:?}");
        assert!(
            !printed.stderr.contains("class '"),
            "{words:?}: {printed:?}"
        );
    }
}
