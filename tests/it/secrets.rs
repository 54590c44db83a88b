//! Nothing secret is ever shown: marked secrets go through every path of the real binary at the
//! most talkative log level, and are looked for in all that comes out.

mod everything;
mod local_pool;
mod panics;
mod types;

use std::collections::HashMap;

use serde_json::json;
use tonic::{Status, transport::Channel};
use user_attributes::proto::{
    DeleteUserAttributesRequest, GetUserAttributeVerificationCodeRequest, GetUserRequest,
    UpdateUserAttributesRequest, VerifyUserAttributeRequest,
    user_attributes_service_client::UserAttributesServiceClient,
};

use crate::support::{
    self,
    calls::{code_request, deletion, verification},
    process::{Exit, Process},
    scripted::{self, Answer, Scripted},
    update,
};

/// In every secret below, and in nothing else.
const MARK: &str = "marked";
const TOKEN: &str = "eyJmarked.token.marked";
const EMAIL: &str = "marked@example.com";

fn marked_request() -> UpdateUserAttributesRequest {
    UpdateUserAttributesRequest {
        client_metadata: HashMap::from([("marked-key".to_owned(), "marked-value".to_owned())]),
        ..update(
            TOKEN,
            &[
                ("email", Some(EMAIL)),
                ("custom:department", Some("marked one")),
            ],
        )
    }
}

/// Fails if a text holds a secret.
fn check_clean(what: &str, text: &str) {
    let found = text.to_lowercase().find(MARK);
    let excerpt = found.map(|at| text.get(at.saturating_sub(80)..).unwrap_or(text));
    assert!(
        excerpt.is_none(),
        "{what} shows a secret: {:?}",
        excerpt.map(|it| &it[..it.len().min(200)])
    );
}

fn check_status(case: &str, status: &Status) {
    check_clean(case, status.message());
    check_clean(case, &String::from_utf8_lossy(status.details()));
    check_clean(case, &format!("{:?}", status.metadata()));
    check_clean(case, &format!("{status:?} {status}"));
}

#[tokio::test]
async fn no_answer_of_cognitos_makes_a_log_or_a_status_show_a_secret() {
    let echo = format!("{TOKEN} {EMAIL} 'marked one' marked-key=marked-value");
    let echoes = |code: &str| scripted::exception(400, code, &echo);
    let delivery = json!({"CodeDeliveryDetailsList": [
        {"Destination": EMAIL, "DeliveryMedium": "EMAIL", "AttributeName": "email"}]});
    let mut answers = vec![
        (
            "a success",
            Answer::Bytes(scripted::json(200, &delivery.to_string())),
        ),
        ("a page", Answer::Bytes(scripted::html(403, &echo))),
        ("a failure", Answer::Bytes(scripted::html(500, &echo))),
        ("not JSON", Answer::Bytes(scripted::json(200, &echo))),
        (
            "half an answer",
            Answer::BytesThenClose(
                b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"marked".to_vec(),
            ),
        ),
        ("no HTTP", Answer::BytesThenClose(echo.clone().into_bytes())),
        ("a hang-up", Answer::BytesThenClose(Vec::new())),
        (
            "a code that isn't one",
            Answer::Bytes(scripted::exception(400, &echo, &echo)),
        ),
        ("an unknown code", Answer::Bytes(echoes("NewException"))),
        ("a silent upstream", Answer::Hang),
    ];
    answers.extend(
        [
            "InvalidParameterException",
            "NotAuthorizedException",
            "UserLambdaValidationException",
            "AliasExistsException",
            "CodeDeliveryFailureException",
            "UnexpectedLambdaException",
            "ResourceNotFoundException",
            "TooManyRequestsException",
            "InternalErrorException",
        ]
        .map(|code| (code, Answer::Bytes(echoes(code)))),
    );
    let lines = format!("user.email: {EMAIL} is bad\nuser.custom:department: marked one is bad\n");
    let lines = scripted::exception(400, "InvalidParameterException", &lines);
    answers.push(("named attributes", Answer::Bytes(lines)));
    for (case, echo) in [
        ("lower case", echo.to_lowercase()),
        ("JSON in a text", json!({ "value": echo }).to_string()),
    ] {
        let exception = scripted::exception(400, "UserLambdaValidationException", &echo);
        answers.push((case, Answer::Bytes(exception)));
    }

    for (case, answer) in answers {
        let cognito = Scripted::new([answer]).await;
        let url = format!("--endpoint-url={}", cognito.url);
        let process =
            Process::start(&[&url, "--upstream-timeout=1s"], &[("RUST_LOG", "trace")]).await;
        let mut request = tonic::Request::new(marked_request());
        request
            .metadata_mut()
            .insert("grpc-timeout", "300m".parse().expect("ASCII"));
        request
            .metadata_mut()
            .insert("authorization", "Bearer marked".parse().expect("ASCII"));
        if let Err(status) = client(&process).await.update_user_attributes(request).await {
            check_status(case, &status);
        }
        check_exit(case, process).await;
    }
}

/// What each of the other operations has to hide, echoed to it in every form.
#[tokio::test]
async fn no_answer_to_the_other_operations_shows_a_secret_either() {
    let echo = format!("{TOKEN} marked-code marked-key=marked-value");
    let told = json!({
        "CodeDeliveryDetails": {"Destination": EMAIL, "DeliveryMedium": "EMAIL", "AttributeName": "email"},
        "Username": "marked", "UserAttributes": [{"Name": "email", "Value": EMAIL}],
    });
    for (case, answer) in [
        ("a success", scripted::json(200, &told.to_string())),
        ("not JSON", scripted::json(200, &echo)),
        ("a page", scripted::html(403, &echo)),
        (
            "an exception",
            scripted::exception(400, "NotAuthorizedException", &echo),
        ),
        (
            "a mismatch",
            scripted::exception(400, "CodeMismatchException", &echo),
        ),
        (
            "a limit",
            scripted::exception(400, "LimitExceededException", &echo),
        ),
        (
            "a failure",
            scripted::exception(500, "InternalErrorException", &echo),
        ),
    ] {
        let cognito = Scripted::new([Answer::Bytes(answer)]).await;
        let url = format!("--endpoint-url={}", cognito.url);
        let process = Process::start(&[&url], &[("RUST_LOG", "trace")]).await;
        let mut client = client(&process).await;
        // One request holds what the text echoes; of the others the text must not be shown.
        let access_token = TOKEN.to_owned();
        let verification = VerifyUserAttributeRequest {
            access_token: access_token.clone(),
            code: echo.split(' ').nth(1).expect("a code").to_owned(),
            ..verification("email", "")
        };
        let code_request = GetUserAttributeVerificationCodeRequest {
            access_token: access_token.clone(),
            client_metadata: marked_request().client_metadata,
            ..code_request("email")
        };
        let deletion = DeleteUserAttributesRequest {
            access_token: access_token.clone(),
            ..deletion(&["nickname"])
        };
        check_clean(
            case,
            &format!("{verification:?} {code_request:?} {deletion:?}"),
        );
        for status in [
            client.verify_user_attribute(verification).await.err(),
            client
                .get_user_attribute_verification_code(code_request)
                .await
                .err(),
            client.delete_user_attributes(deletion).await.err(),
            client.get_user(GetUserRequest { access_token }).await.err(),
        ]
        .into_iter()
        .flatten()
        {
            let text = format!("{status:?} {status}");
            assert!(!text.contains(TOKEN), "{case}: {text}");
        }
        let exit = end(process).await;
        check_clean(case, &exit.stderr);
    }
}

#[tokio::test]
async fn no_request_that_is_refused_here_makes_a_log_or_a_status_show_a_secret() {
    let process = Process::start(
        &["--endpoint-url=http://127.0.0.1:1"],
        &[("RUST_LOG", "trace")],
    )
    .await;
    let mut client = client(&process).await;
    let with = |names: &[(&str, Option<&str>)]| UpdateUserAttributesRequest {
        client_metadata: marked_request().client_metadata,
        ..update(TOKEN, names)
    };
    let long = format!("marked{}", "x".repeat(140_000));
    let mut metadata = marked_request();
    metadata.client_metadata.insert(long.clone(), long.clone());
    let requests = [
        ("unreachable", marked_request()),
        ("an empty list", with(&[])),
        (
            "a value as a name",
            with(&[("marked marked marked marked marked", Some(EMAIL))]),
        ),
        (
            "a name with a control character",
            with(&[("marked\0", Some(EMAIL))]),
        ),
        ("an immutable name", with(&[("sub", Some(EMAIL))])),
        ("a long value", with(&[("email", Some(&long))])),
        (
            "a name twice",
            with(&[("email", Some(EMAIL)), ("email", Some(EMAIL))]),
        ),
        (
            "a bad token",
            update("marked token", &[("email", Some(EMAIL))]),
        ),
        ("long metadata", metadata),
        (
            "a message too large",
            with(&[("email", Some(&format!("marked{}", "x".repeat(2 << 20))))]),
        ),
    ];
    for (case, request) in requests {
        let status = client.update_user_attributes(request).await.unwrap_err();
        check_status(case, &status);
    }
    let spaced = verification("email", "marked code");
    let status = client.verify_user_attribute(spaced).await.unwrap_err();
    check_status("a code with white space", &status);
    check_exit("refusals", process).await;
}

#[tokio::test]
async fn a_caller_who_hangs_up_leaves_no_secret_in_the_log() {
    let cognito = Scripted::new([Answer::Hang]).await;
    let url = format!("--endpoint-url={}", cognito.url);
    let flags = [&url, "--upstream-timeout=300ms"];
    let mut process = Process::start(&flags, &[("RUST_LOG", "trace")]).await;
    let mut client = client(&process).await;
    let call = tokio::spawn(async move { client.update_user_attributes(marked_request()).await });
    cognito.arrived().await;
    call.abort();
    let _ = call.await;
    process.logged("ended after caller left").await;

    let log = check_exit("a hang-up", process).await;
    assert!(
        log.contains("CANCELLED"),
        "the call is recorded as cancelled: {log}"
    );
}

async fn client(process: &Process) -> UserAttributesServiceClient<Channel> {
    let channel = Channel::from_shared(format!("http://{}", process.grpc_addr)).expect("a URL");
    UserAttributesServiceClient::new(channel.connect().await.expect("it listens"))
        .max_encoding_message_size(usize::MAX)
}

async fn end(process: Process) -> Exit {
    process.signal(rustix::process::Signal::TERM);
    process.exit().await
}

/// Stops the process and returns its log.
async fn check_exit(case: &str, process: Process) -> String {
    let exit = end(process).await;
    check_clean(case, &exit.stderr);
    assert!(
        exit.stderr.contains(r#""method":"UpdateUserAttributes""#),
        "{case}: the call is told"
    );
    exit.stderr
}
