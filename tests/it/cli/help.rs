//! What the client tells of itself.

use super::*;

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
        (&["man", "help"], "Prints the manual page"),
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

#[tokio::test]
async fn help_marks_what_is_required_and_keeps_the_clients_own_options_apart() {
    let printed = client(&[UPDATE, "help"], &[]).await;
    let of = |heading: &str| {
        let (_, section) = printed.stdout.split_once(heading).expect("a heading");
        section.split("\n\n").next().unwrap_or_default()
    };
    let parameters = of("Parameters:");
    assert_eq!(parameters.matches("[required]").count(), 2, "{parameters}");
    let ours = of("Options of this client:");
    for option in [
        "--request-id",
        "--endpoint",
        "--timeout",
        "--tls-ca",
        "--access-token-file",
    ] {
        assert!(ours.contains(option), "{option}: {ours}");
    }
    for option in [
        "--output",
        "--query",
        "--cli-input-json",
        "--generate-cli-skeleton",
    ] {
        assert!(!ours.contains(option), "{option}: {ours}");
        assert!(printed.stdout.contains(option), "{option}");
    }
}

#[tokio::test]
async fn each_command_has_an_example_and_the_exit_codes() {
    for command in [UPDATE, VERIFY, GET_CODE, DELETE, GET_USER] {
        let printed = client(&[command, "--help"], &[]).await;
        let example = format!("Example:\n  user-attributes {command}");
        let codes = "Exit codes:\n    0  done\n  252  ";
        for part in [example.as_str(), codes, "\n  254  ", "\n  255  "] {
            assert!(
                printed.stdout.contains(part),
                "{command} {part}: {printed:?}"
            );
        }
    }
}

#[tokio::test]
async fn shells_get_completions() {
    for (shell, words) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef user-attributes"),
        ("fish", "complete -c user-attributes"),
    ] {
        let printed = client(&["completions", shell], &[]).await;
        assert_eq!((printed.code, printed.stderr.as_str()), (Some(0), ""));
        for word in [
            words,
            "get-user-attribute-verification-code",
            "user-attribute-names",
        ] {
            assert!(printed.stdout.contains(word), "{shell} {word}");
        }
    }
    check_usage_error(
        &["completions"],
        "the following arguments are required: shell",
    )
    .await;
    let fault = "argument shell: Found invalid choice 'tcsh'";
    check_usage_error(&["completions", "tcsh"], fault).await;
}

/// What bash offers for the last of these words, after it has read the script.
async fn offered(script: &str, words: &[&str]) -> String {
    let ask = r#"eval "$SCRIPT"
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _user__attributes user-attributes "${@: -1}" "${@: -2:1}"
        echo "${COMPREPLY[@]}""#;
    let mut bash = Command::new("bash");
    bash.args(["-c", ask, "bash", "user-attributes"]);
    let output = bash.args(words).env("SCRIPT", script).output().await;
    String::from_utf8(output.expect("bash runs").stdout).expect("text")
}

#[tokio::test]
async fn bash_offers_commands_their_options_and_values() {
    let script = client(&["completions", "bash"], &[]).await.stdout;
    for (words, expected) in [
        (&["ver"][..], "verify-user-attribute\n"),
        (&["get-user", "--outp"], "--output\n"),
        (&["get-user", "--output", "ya"], "yaml yaml-stream\n"),
        (&["verify-user-attribute", "--cod"], "--code\n"),
        (&["completions", "z"], "zsh\n"),
    ] {
        assert_eq!(offered(&script, words).await, expected, "{words:?}");
    }
}

#[tokio::test]
async fn there_is_a_manual_page_of_the_program_and_of_each_command() {
    let printed = client(&["man"], &[]).await;
    assert!(
        printed.stdout.contains(".TH user-attributes 1"),
        "{printed:?}"
    );
    assert!(
        printed.stdout.contains("update\\-user\\-attributes"),
        "{printed:?}"
    );
    for command in [UPDATE, VERIFY, GET_CODE, DELETE, GET_USER] {
        let printed = client(&["man", command], &[]).await;
        assert_eq!((printed.code, printed.stderr.as_str()), (Some(0), ""));
        assert!(
            printed.stdout.contains(".SH OPTIONS"),
            "{command}: {printed:?}"
        );
        // The lines of a table stay apart, whatever the width.
        for section in [
            format!(
                ".SH EXAMPLES\n.nf\n  user\\-attributes {}",
                command.replace('-', "\\-")
            ),
            ".SH \"EXIT STATUS\"\n.nf\n    0  done\n  252  ".to_owned(),
        ] {
            assert!(printed.stdout.contains(&section), "{section}: {printed:?}");
        }
    }
    check_usage_error(
        &["man", "bogus"],
        "argument command: Found invalid choice 'bogus'",
    )
    .await;
}

#[tokio::test]
async fn the_manual_names_the_variables_and_no_page_has_a_head_that_is_too_long() {
    for words in [&["man"][..], &["man", GET_CODE]] {
        let printed = client(words, &[]).await;
        for name in ["", "_TLS_CA", "_TLS_CERT", "_TLS_KEY", "_TLS_SERVER_NAME"] {
            let variable = format!("\\fBUSER_ATTRIBUTES_ENDPOINT{name}\\fR");
            assert!(
                printed.stdout.contains(&variable),
                "{variable}: {printed:?}"
            );
        }
        let head = printed.stdout.lines().find(|line| line.starts_with(".TH"));
        let head = head.expect("a head");
        assert!(head.starts_with(".TH user-attributes 1 "), "{head}");
        assert!(head.contains(env!("CARGO_PKG_VERSION")), "{head}");
        for stray in ["EXTRA", "`"] {
            assert!(!printed.stdout.contains(stray), "{stray}: {printed:?}");
        }
    }
}

#[tokio::test]
async fn help_says_which_token_counts_and_has_the_options_of_the_input_together() {
    let printed = client(&[GET_USER, "help"], &[]).await;
    let order = "Where it isn't given, the one in --access-token-file counts, then that of \
                 --cli-input-json or --cli-input-yaml, then the environment's.";
    assert!(printed.stdout.contains(order), "{printed:?}");
    let places: Vec<_> = [
        "--cli-input-json <",
        "--cli-input-yaml <",
        "--generate-cli-skeleton [",
        "--output <",
        "--query <",
    ]
    .map(|option| printed.stdout.find(option).expect("an option"))
    .to_vec();
    assert!(places.is_sorted(), "{printed:?}");

    for words in [["man", "--help"], ["completions", "--help"]] {
        let printed = client(&words, &[]).await;
        let (_, arguments) = printed
            .stdout
            .split_once("Arguments:\n")
            .expect("arguments");
        let line = arguments.lines().next().expect("one");
        assert!(line.contains("  The "), "{line}");
    }
}
