//! How replies are written, beyond what the AWS CLI's records have.

use serde_json::json;

use super::*;
use crate::{
    operations::{answering, json_answer},
    support::calls::good,
};

#[tokio::test]
async fn the_environment_says_the_format_unless_an_option_does() {
    let (_cognito, server) = answering(json_answer(&json!({
        "Username": "dan",
        "UserAttributes": [],
    })))
    .await;
    let url = server.grpc_url();
    let words = [GET_USER, TOKEN, "--endpoint", &url];
    for (variable, option, expected) in [
        ("yaml", &[][..], "UserAttributes: []\nUsername: dan\n"),
        ("yaml", &["--output", "text"], "dan\n"),
        ("text", &["--out=off"], ""),
        ("", &["--query=Username"], "\"dan\"\n"),
    ] {
        let environment = [("AWS_DEFAULT_OUTPUT", variable)];
        let printed = client(&[&words[..], option].concat(), &environment).await;
        let told = (printed.code, printed.stdout.as_str());
        assert_eq!(
            told,
            (Some(0), expected),
            "{variable} {option:?}: {printed:?}"
        );
    }
    let printed = client(&words, &[("AWS_DEFAULT_OUTPUT", "bogus")]).await;
    assert_eq!((printed.code, printed.stdout.as_str()), (Some(255), ""));
    server.stop().await;
}

#[tokio::test]
async fn a_query_that_does_not_fit_fails_once_the_call_is_made() {
    let (cognito, server) = answering(json_answer(&json!({}))).await;

    let printed = update(&server, "token", &["Name=a"], &["--query", "nope(@)"]).await;

    assert_eq!(printed.code, Some(255), "{printed:?}");
    let told =
        "user-attributes: [ERROR]: The call was made. --query can't be applied to its reply: ";
    assert!(printed.first_line().starts_with(told), "{printed:?}");
    assert_eq!(cognito.hits(), 1);
    server.stop().await;
}

#[tokio::test]
async fn a_sample_of_the_input_in_yaml_is_an_input() {
    let printed = client(&[UPDATE, "--generate-cli-skeleton", "yaml-input"], &[]).await;
    assert_eq!((printed.code, printed.stderr.as_str()), (Some(0), ""));
    insta::assert_snapshot!(printed.stdout, @"
    UserAttributes: # [REQUIRED] The attributes to set. A blank value deletes its attribute.
    - Name: '' # [REQUIRED] The attribute's name, such as email or custom:department.
      Value: '' # The attribute's value.
    AccessToken: '' # [REQUIRED] The access token that Cognito issued to the user.
    ClientMetadata: # What Cognito hands to the Lambda triggers that this call runs.
      KeyName: ''
    ");

    let (cognito, server) = answering(good()).await;
    for command in [UPDATE, VERIFY, GET_CODE, DELETE, GET_USER] {
        let sample = client(&[command, "--generate-cli-skeleton", "yaml-input"], &[]).await;
        // Blank names and codes are refused at once, and nothing else is.
        let filled = sample.stdout.replace(" ''", " 'x'");
        let words = [
            command,
            "--endpoint",
            &server.grpc_url(),
            "--cli-input-yaml",
            &filled,
        ];
        let printed = client(&words, &[]).await;
        assert_eq!(
            (printed.code, printed.stderr.as_str()),
            (Some(0), ""),
            "{command}"
        );
    }
    assert_eq!(cognito.hits(), 5);
    server.stop().await;
}
