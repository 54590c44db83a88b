//! The command line itself: its options, its help, its refusals.

use super::*;

#[tokio::test]
async fn a_bad_command_line_is_a_usage_error() {
    check_usage_error(&[], "the following arguments are required: command").await;
    check_usage_error(
        &["sign-up"],
        "argument command: Found invalid choice 'sign-up'",
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
        &[UPDATE, NICKNAME, TOKEN, "--endpoint=ftp://127.0.0.1:1"],
        "Error parsing parameter '--endpoint': Invalid endpoint: it must begin with http:// or \
         https://\n",
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
async fn every_missing_argument_is_named_in_the_order_of_the_api() {
    for (words, missing) in [
        (&[VERIFY][..], "--access-token, --attribute-name, --code\n"),
        (&[VERIFY, TOKEN, "--attribute-name=email"], "--code\n"),
        (&[VERIFY, "--code=1"], "--access-token, --attribute-name\n"),
        (
            &[GET_CODE, "--client-metadata=a=b"],
            "--access-token, --attribute-name\n",
        ),
        (&[DELETE], "--user-attribute-names, --access-token\n"),
        (&[DELETE, TOKEN], "--user-attribute-names\n"),
        (&[GET_USER], "--access-token\n"),
    ] {
        let message = format!("the following arguments are required: {missing}");
        check_usage_error(words, &message).await;
    }

    // A blank variable counts as none.
    let printed = client(&[VERIFY], &[("USER_ATTRIBUTES_ACCESS_TOKEN", "")]).await;
    assert_eq!(printed.code, Some(252));
    assert!(
        printed
            .first_line()
            .ends_with("--access-token, --attribute-name, --code"),
        "{printed:?}"
    );
}

#[tokio::test]
async fn a_value_that_is_too_short_is_a_usage_error() {
    check_usage_error(
        &[VERIFY, TOKEN, "--attribute-name=", "--code="],
        "Parameter validation failed:\n\
         Invalid length for parameter AttributeName, value: 0, valid min length: 1\n\
         Invalid length for parameter Code, value: 0, valid min length: 1\n",
    )
    .await;
    check_usage_error(
        &[DELETE, TOKEN, "--user-attribute-names", ""],
        "Parameter validation failed:\n\
         Invalid length for parameter UserAttributeNames[0], value: 0, valid min length: 1\n",
    )
    .await;
}

#[tokio::test]
async fn each_operation_has_a_help_with_its_options() {
    for (command, options) in [
        (
            VERIFY,
            &["--access-token", "--attribute-name", "--code"][..],
        ),
        (
            GET_CODE,
            &["--access-token", "--attribute-name", "--client-metadata"],
        ),
        (DELETE, &["--user-attribute-names", "--access-token"]),
        (GET_USER, &["--access-token", "--access-token-file"]),
    ] {
        let printed = client(&[command, "help"], &[]).await;
        assert_eq!((printed.code, printed.stderr.as_str()), (Some(0), ""));
        for option in options {
            assert!(printed.stdout.contains(option), "{option}: {printed:?}");
        }
    }
}
