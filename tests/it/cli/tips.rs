//! What the client says below an error of the command line, to help.

use super::*;

#[tokio::test]
async fn a_wrong_choice_is_told_the_nearest_and_all_of_them() {
    let commands = "  valid choices: update-user-attributes, verify-user-attribute, \
                    get-user-attribute-verification-code, delete-user-attributes, get-user, \
                    completions, man, help\n";
    let formats = "  valid choices: json, text, table, yaml, yaml-stream, off\n";
    for (words, argument, value, meant, choices) in [
        (
            &["get-usr"][..],
            "command",
            "get-usr",
            Some("get-user"),
            commands,
        ),
        (
            &["man", "get-usr"],
            "command",
            "get-usr",
            Some("get-user"),
            commands,
        ),
        (&["help", "mann"], "command", "mann", Some("man"), commands),
        (&["sign-up"], "command", "sign-up", None, commands),
        (
            &[GET_USER, TOKEN, "--output=jsn"],
            "--output",
            "jsn",
            Some("json"),
            formats,
        ),
        (
            &[GET_USER, TOKEN, "--output=bogus"],
            "--output",
            "bogus",
            None,
            formats,
        ),
        (
            &[GET_USER, "--generate-cli-skeleton=inptu"],
            "--generate-cli-skeleton",
            "inptu",
            Some("input"),
            "  valid choices: input, yaml-input, output\n",
        ),
    ] {
        let meant = meant.map_or_else(String::new, |it| format!("  maybe you meant: {it}\n"));
        let message =
            format!("argument {argument}: Found invalid choice '{value}'\n\n{meant}{choices}");
        check_usage_error(words, &message).await;
    }
}

#[tokio::test]
async fn a_missing_token_is_told_where_else_it_can_stand() {
    for words in [&[GET_USER][..], &[VERIFY, "--code=1"]] {
        let printed = client(words, &[]).await;
        let tip = "\n\n  tip: the token can also stand in a file, --access-token-file, or in the \
                   variable USER_ATTRIBUTES_ACCESS_TOKEN\n\nusage:";
        assert!(printed.stderr.contains(tip), "{printed:?}");
    }
    let printed = client(&[VERIFY, TOKEN], &[]).await;
    assert!(!printed.stderr.contains("tip:"), "{printed:?}");
}

#[tokio::test]
async fn a_bad_variable_is_named_and_an_option_instead_of_it_is_not() {
    for (variable, option, value) in [
        ("USER_ATTRIBUTES_ENDPOINT", "--endpoint", "bad"),
        (
            "USER_ATTRIBUTES_ENDPOINT_TLS_CA",
            "--tls-ca",
            "no-such-file",
        ),
        (
            "USER_ATTRIBUTES_ENDPOINT_TLS_SERVER_NAME",
            "--tls-server-name",
            "a b",
        ),
    ] {
        let https = [("USER_ATTRIBUTES_ENDPOINT", "https://127.0.0.1:1")];
        let words = [GET_USER, TOKEN];
        let printed = client(&words, &[&https[..], &[(variable, value)]].concat()).await;
        assert_eq!(printed.code, Some(252), "{printed:?}");
        let start =
            format!("An error occurred (ParamValidation): Error parsing parameter '{option}': ");
        assert!(printed.first_line().contains(&start), "{printed:?}");
        let tip = format!("\n\n  tip: {variable} is set in the environment\n");
        assert!(printed.stderr.ends_with(&tip), "{printed:?}");

        let given = format!("{option}={value}");
        let printed = client(&[&words[..], &[&given]].concat(), &https).await;
        assert!(printed.first_line().contains(&start), "{printed:?}");
        assert!(!printed.stderr.contains("tip:"), "{printed:?}");
    }
}

#[tokio::test]
async fn what_is_no_time_is_told_in_one_notation_how_one_is_written() {
    for (given, cause) in [
        ("5", "a time needs its unit, such as 5s or 5ms"),
        (
            "soon",
            "it must be a time with its unit, such as 250ms or 20s",
        ),
    ] {
        let message = format!("argument --timeout: {cause}\n");
        check_usage_error(&[GET_USER, TOKEN, "--timeout", given], &message).await;
    }
}
