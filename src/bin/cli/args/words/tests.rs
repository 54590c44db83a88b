use super::*;

fn taken(words: &[&str]) -> Result<(Given, Vec<String>), Error> {
    let operation = crate::model::Operation::named("update-user-attributes").unwrap();
    let words = words.iter().map(|&word| word.to_owned()).collect();
    take(&super::super::command::operation(operation), words)
}

#[test]
fn an_option_takes_its_words_and_leaves_the_others() {
    let (given, rest) = taken(&[
        "x",
        "--user-attributes",
        "a",
        "-",
        "-5",
        "-b c",
        "--access-token=t",
        "y",
        "--bogus",
        "--user-attributes=last",
        "z",
    ])
    .unwrap();
    assert_eq!(given.words("user-attributes").unwrap(), ["last"]);
    assert_eq!(given.word("access-token"), Some("t"));
    assert_eq!(rest, ["x", "y", "--bogus", "z"]);

    let (given, rest) = taken(&["--user-attributes", "--", "--access-token", "t"]).unwrap();
    assert_eq!(given.words("user-attributes").unwrap(), [""; 0]);
    assert!(!given.has("access-token"));
    assert_eq!(rest, ["--", "--access-token", "t"]);
}

#[test]
fn a_short_name_is_one_of_the_aws_clis_own_options() {
    // Ours is `--access-token-file`.
    let (given, _) = taken(&["--access", "t"]).unwrap();
    assert_eq!(given.word("access-token"), Some("t"));
    let (given, rest) = taken(&["--request", "id", "--request-id", "id"]).unwrap();
    assert!(given.has("request-id"));
    assert_eq!(rest, ["--request", "id"]);

    let Err(error) = taken(&["--cli-input", "{}"]) else {
        panic!("it may be either");
    };
    let told = "ambiguous option: --cli-input could match --cli-input-json, --cli-input-yaml";
    assert!(error.to_string().contains(told), "{error}");
}

#[test]
fn an_option_without_its_value_is_refused() {
    for words in [
        &["--access-token"][..],
        &["--access-token", "--user-attributes"],
        &["--access-token", "-t"],
    ] {
        let Err(error) = taken(words) else {
            panic!("{words:?} has no value");
        };
        let told = "argument --access-token: expected one argument";
        assert!(error.to_string().contains(told), "{error}");
    }
    let (given, _) = taken(&["--access-token=-t", "--generate-cli-skeleton"]).unwrap();
    assert_eq!(given.word("access-token"), Some("-t"));
    assert_eq!(given.words(super::super::SKELETON).unwrap(), [""; 0]);
}

#[test]
fn a_secret_without_its_space_is_not_repeated() {
    assert_eq!(cut("--bogus"), "--bogus");
    assert_eq!(cut("--access-tokeneyJraWQi"), "--access-token…");
    assert_eq!(cut("--codesecret"), "--code…");
    assert_eq!(cut("--cod123456"), "--cod…");
    assert_eq!(
        cut("--abcdefghijklmnopqrstuvwxyz"),
        "--abcdefghijklmnopqrstuv…"
    );
}
