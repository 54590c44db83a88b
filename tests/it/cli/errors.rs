//! What the client says to a refusal, and what it exits with.

use super::*;

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
