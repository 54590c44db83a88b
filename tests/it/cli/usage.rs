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
        "user-attributes: [ERROR]: Unknown options: --bogus, a word that belongs to no option"
    );
}

#[tokio::test]
async fn a_bad_value_is_a_usage_error() {
    check_usage_error(
        &[UPDATE, TOKEN, "--user-attributes", "nickname"],
        "Error parsing parameter '--user-attributes': the shorthand can't be read at character 9: \
         '=' is expected there\n",
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
        "Error parsing parameter '--access-token-file': Unable to load paramfile no-such-file: No \
         such file or directory (os error 2)\n",
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

    let stderr = "\nuser-attributes: [ERROR]: Unable to load paramfile no-such-file: No such file \
                  or directory (os error 2)\n";
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
        "--endpoint-u",
        &server.grpc_url(),
    ];

    assert_eq!(client(&words, &[]).await, nothing());

    let attributes = server.attributes(&token).await;
    assert_eq!(attributes["nickname"], "last");
    assert!(!attributes.contains_key("locale"));
    server.stop().await;
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
async fn the_aws_clis_other_options_are_accepted_with_values_that_it_takes() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let words = [
        "--no-cli-pager",
        "--no-cli-auto-prompt",
        "--no-paginate",
        "--no-sign-request",
        "--debug",
        "--region=eu-west-1",
        "--profile=",
        "--cli-binary-format=base64",
        "--cli-read-timeout=5",
        "--cli-connect-timeout=0",
        "--no-verify-ssl",
        "--ca-bundle=none.pem",
    ];
    let printed = ask(&server, &token, GET_USER, &words).await;
    assert_eq!((printed.code, printed.stderr.as_str()), (Some(0), ""));
    server.stop().await;

    for (words, fault) in [
        (
            &["--output=bogus"][..],
            "argument --output: Found invalid choice 'bogus'",
        ),
        (
            &["--color", "bogus"],
            "argument --color: Found invalid choice 'bogus'",
        ),
        (
            &["--cli-error-format=bogus"],
            "argument --cli-error-format: Found invalid choice 'bogus'",
        ),
        (
            &["--cli-binary-format=bogus"],
            "argument --cli-binary-format: Found invalid choice 'bogus'",
        ),
        (&["--query"], "argument --query: expected one argument"),
        (&["--debug=x"], "argument --debug: takes no value"),
        (
            &["--timeout=0s"],
            "argument --timeout: it must be more than zero",
        ),
        (
            &["--no-verify-ssl", "--endpoint=https://127.0.0.1:1"],
            "Error parsing parameter '--no-verify-ssl': this client always checks who the server \
             is: use --tls-ca",
        ),
    ] {
        check_usage_error(&[&[GET_USER, TOKEN], words].concat(), fault).await;
    }
    for word in ["--cli-read-timeout=x", "--cli-connect-timeout=-1"] {
        let printed = client(&[GET_USER, TOKEN, word], &[]).await;
        assert_eq!(printed.code, Some(255), "{word}: {printed:?}");
    }
}

#[tokio::test]
async fn options_of_every_command_may_stand_anywhere() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let url = server.grpc_url();
    let words = [
        "--output",
        "text",
        UPDATE,
        "--access-token",
        &token,
        "--user-attributes",
        "Name=nickname,Value=Dan",
        "--endpoint-url",
        &url,
        "Name=locale,Value=nb",
    ];
    assert_eq!(client(&words, &[]).await, nothing());
    let attributes = server.attributes(&token).await;
    assert_eq!(
        (&*attributes["nickname"], &*attributes["locale"]),
        ("Dan", "nb")
    );
    server.stop().await;
}

#[tokio::test]
async fn a_files_name_may_have_variables_and_its_lines_any_ends() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("a path of text");
    std::fs::write(folder.path().join("about"), "a\r\nb\rc").expect("a file");
    let url = server.grpc_url();
    for file in [
        "file://$FOLDER/about",
        "file://${FOLDER}/about",
        "file://~/about",
    ] {
        let attribute = format!("Name=custom:department,Value@='{file}'");
        let words = [
            UPDATE,
            "--user-attributes",
            &attribute,
            "--access-token",
            &token,
        ];
        let environment = [
            ("FOLDER", path),
            ("HOME", path),
            ("USER_ATTRIBUTES_ENDPOINT", &url),
        ];
        assert_eq!(client(&words, &environment).await, nothing(), "{file}");
        assert_eq!(
            server.attributes(&token).await["custom:department"],
            "a\nb\nc"
        );
    }
    server.stop().await;
}
