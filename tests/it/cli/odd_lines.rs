//! Command lines as nobody should write them. What is expected of each is what the AWS CLI 2.36.17
//! did with it.

use super::{aws_cli::error_code, *};
use crate::{operations::answering, support::calls::good};

/// The exit code, the error's code, and how many requests reached Cognito.
type End = (i32, Option<&'static str>, usize);

const SENT: End = (0, None, 1);
const PRINTED: End = (0, None, 0);
/// An error of the line, with the code that the AWS CLI has for most of them.
const WRONG: End = (252, Some("ParamValidation"), 0);
const UNKNOWN: End = (252, None, 0);
const FAILED: End = (255, None, 0);

const WHOLE: &str = r#"{"AccessToken":"a.b.c"}"#;

async fn check(lines: &[(&[&str], End)]) {
    let (cognito, server) = answering(good()).await;
    let url = server.grpc_url();
    for (words, expected) in lines {
        let before = cognito.hits();
        let printed = client(words, &[("USER_ATTRIBUTES_ENDPOINT", &url)]).await;
        let code = error_code(&printed.stderr);
        let end = (printed.code, code.as_deref(), cognito.hits() - before);
        let (exit, code, hits) = *expected;
        assert_eq!(end, (Some(exit), code, hits), "{words:?}: {printed:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_very_word_of_a_whole_input_lifts_what_is_required() {
    check(&[
        (&[GET_USER, "--cli-input-json", WHOLE], SENT),
        (&[GET_USER, "--cli-input-yaml", WHOLE], SENT),
        (&[GET_USER, "--cli-input-js", WHOLE], WRONG),
        (
            &[GET_USER, r#"--cli-input-json={"AccessToken":"a.b.c"}"#],
            WRONG,
        ),
        (
            &[GET_USER, TOKEN, r#"--cli-input-json={"AccessToken":"a"}"#],
            SENT,
        ),
        (&[GET_USER, "--generate-cli-skeleton"], PRINTED),
        (&[GET_USER, "--generate-cli-skeleton=input"], WRONG),
        (&[DELETE, "--gen"], WRONG),
        (&[DELETE, "--gen", "--bogus"], WRONG),
        (&[GET_USER, TOKEN, "--generate-cli-skeleton=input"], PRINTED),
        // Of two wishes, the first has to be for an input.
        (
            &[
                GET_USER,
                "--generate-cli-skeleton",
                "output",
                "--generate-cli-skeleton",
            ],
            WRONG,
        ),
        (
            &[
                GET_USER,
                "--generate-cli-skeleton=output",
                "--generate-cli-skeleton",
            ],
            PRINTED,
        ),
    ])
    .await;
}

#[tokio::test]
async fn one_blank_word_and_the_end_of_the_options_are_nothing() {
    check(&[
        (&[UPDATE, NICKNAME, TOKEN, ""], SENT),
        (&[GET_USER, "", TOKEN], SENT),
        (&[GET_USER, TOKEN, "", ""], UNKNOWN),
        (&[GET_USER, TOKEN, "", "help"], UNKNOWN),
        (&[GET_USER, TOKEN, " "], UNKNOWN),
        (&[GET_USER, TOKEN, "--"], SENT),
        (&[GET_USER, TOKEN, "--", ""], SENT),
        (&[GET_USER, "--", TOKEN], SENT),
        (&[GET_USER, "--", TOKEN, "--"], SENT),
        (&[GET_USER, "--", "--", TOKEN], WRONG),
        (&[GET_USER, "--", TOKEN, "--output", "text"], UNKNOWN),
        (&[GET_USER, TOKEN, "--", "x"], UNKNOWN),
        (&[GET_USER, TOKEN, "--", "--"], UNKNOWN),
        (&[UPDATE, TOKEN, "--user-attributes", "Name=a", "--"], SENT),
        (&[UPDATE, "--user-attributes", "Name=a", "--", TOKEN], WRONG),
    ])
    .await;
}

#[tokio::test]
async fn each_of_several_choices_has_to_be_one() {
    check(&[
        (
            &[GET_USER, TOKEN, "--output", "bogus", "--output", "json"],
            WRONG,
        ),
        (&[GET_USER, TOKEN, "--color=x", "--color=on"], WRONG),
        (
            &[
                GET_USER,
                TOKEN,
                "--cli-error-format=x",
                "--cli-error-format=json",
            ],
            WRONG,
        ),
        (
            &[
                GET_USER,
                TOKEN,
                "--cli-binary-format=x",
                "--cli-binary-format=base64",
            ],
            WRONG,
        ),
        (
            &[
                GET_USER,
                TOKEN,
                "--generate-cli-skeleton=x",
                "--generate-cli-skeleton=output",
            ],
            WRONG,
        ),
        (
            &[GET_USER, TOKEN, "--query", "a[", "--query", "Username"],
            SENT,
        ),
    ])
    .await;
}

#[tokio::test]
async fn options_of_every_command_are_looked_at_before_its_own() {
    let slow = "--cli-read-timeout=abc";
    check(&[
        (&[GET_USER, "--access-token", slow], FAILED),
        (&[GET_USER, "--generate-cli-skeleton=x", slow], FAILED),
        (&[GET_USER, TOKEN, slow, "--bogus"], FAILED),
        (&[GET_USER, TOKEN, slow, "--query", "a["], WRONG),
        (&[GET_USER, TOKEN, slow, "--output=bogus"], WRONG),
        (&[GET_USER, TOKEN, "--endpoint-url", ""], WRONG),
        (&[GET_USER, TOKEN, "--cli-read-timeout=1000000"], SENT),
        (&["bogus", TOKEN, "x", "y"], WRONG),
        (&["bogus", "--access-token", "a.b.c"], WRONG),
    ])
    .await;
}

#[tokio::test]
async fn a_profile_a_region_and_a_ca_bundle_are_looked_at_before_the_parameters_are_checked() {
    let too_long = format!("--region={}", "a".repeat(64));
    for bad in [
        "--profile=nope",
        "--profile=default",
        "--region=bad region!",
        "--region=a.b",
        "--region=a_b",
        "--region=us-east-1 ",
        "--region=-a",
        "--region=a-",
        "--region=123",
        "--region=é",
        &too_long,
        "--ca-bundle=",
    ] {
        let output = "--generate-cli-skeleton=output";
        check(&[
            (&[GET_USER, TOKEN, bad], FAILED),
            (&[DELETE, TOKEN, "--user-attribute-names=", bad], FAILED),
            (&[GET_USER, TOKEN, output, bad], FAILED),
            (&[GET_USER, TOKEN, "--bogus", bad], UNKNOWN),
            (
                &[
                    UPDATE,
                    TOKEN,
                    "--user-attributes=x",
                    "--cli-error-format=enhanced",
                    bad,
                ],
                WRONG,
            ),
            (&[GET_USER, "--generate-cli-skeleton", bad], PRINTED),
        ])
        .await;
    }
    check(&[
        (&[GET_USER, TOKEN, "--profile="], SENT),
        (&[GET_USER, TOKEN, "--region="], SENT),
        (&[GET_USER, TOKEN, "--region=US-EAST-1"], SENT),
        (&[GET_USER, TOKEN, "--region=nowhere"], SENT),
        (&[GET_USER, TOKEN, "--ca-bundle=", "--no-verify-ssl"], SENT),
    ])
    .await;
}

#[tokio::test]
async fn nobody_is_asked_for_anything() {
    let (ask, do_not) = ("--cli-auto-prompt", "--no-cli-auto-prompt");
    check(&[
        (&[GET_USER, TOKEN, ask], FAILED),
        (&[GET_USER, "--access-token", ask], FAILED),
        (&[GET_USER, TOKEN, ask, do_not], WRONG),
        (&[GET_USER, TOKEN, ask, do_not, "--version"], WRONG),
        (&[GET_USER, TOKEN, ask, "--version"], PRINTED),
        (&[GET_USER, TOKEN, "--cli-a"], SENT),
        (&[GET_USER, TOKEN, "--cli-auto", "--no-cli-a"], SENT),
        (&[GET_USER, "--v"], PRINTED),
        (&[GET_USER, "--ver"], PRINTED),
        (&[GET_USER, "--output=bogus", "--ver"], WRONG),
    ])
    .await;
}

#[tokio::test]
async fn a_file_of_names_that_is_no_list_is_taken_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("names");
    let names = format!("--user-attribute-names=file://{}", path.display());
    for (text, end) in [("abc", SENT), ("", FAILED), (" \n", FAILED), ("[a", WRONG)] {
        std::fs::write(&path, text).expect("a file");
        check(&[(&[DELETE, TOKEN, &names], end)]).await;
    }
    let json = r#"{"Name":"a"}"#;
    for blank in ["", " "] {
        check(&[(&[UPDATE, TOKEN, "--user-attributes", json, blank], FAILED)]).await;
    }
}
