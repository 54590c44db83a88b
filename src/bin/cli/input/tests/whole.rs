//! Whole inputs: `--cli-input-json` and `--cli-input-yaml`.

use super::*;

const UPDATE: &str = "update-user-attributes";

fn updated(words: &[&str]) -> Result<UpdateUserAttributesRequest, Error> {
    match request(UPDATE, words)? {
        Request::UpdateUserAttributes(request) => Ok(request),
        _ => panic!("an update"),
    }
}

#[test]
fn an_option_replaces_a_member_as_a_whole() {
    let whole = json!({
        "UserAttributes": [{"Name": "a", "Value": "b"}],
        "AccessToken": "other",
        "ClientMetadata": {"k": "v", "l": "w"},
    })
    .to_string();
    let words = ["--cli-input-json", &whole, "--access-token", TOKEN];
    let request = updated(&[&words[..], &["--client-metadata", "m=n"]].concat()).unwrap();
    assert_eq!(request.access_token, TOKEN);
    assert_eq!(json!(request.client_metadata), json!({"m": "n"}));
    assert_eq!(request.user_attributes.len(), 1);
}

#[test]
fn it_may_stand_in_a_file_as_text_or_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for (option, text) in [
        (
            "--cli-input-json",
            "{\"UserAttributes\": [],\r\n\"AccessToken\": \"t\"}\r\n",
        ),
        (
            "--cli-input-yaml",
            "UserAttributes: []\r\nAccessToken: t # of mine\r\n",
        ),
    ] {
        let file = file(folder.path(), text);
        for word in [file.as_str(), &file.replace("file://", "fileb://")] {
            assert_eq!(updated(&[option, word]).unwrap().access_token, "t");
        }
    }
}

#[test]
fn yaml_has_texts_where_they_look_like_nothing_else() {
    let yaml = |value: &str| {
        let text = format!("UserAttributes:\n- Name: a\n  Value: {value}\nAccessToken: t\n");
        let request = updated(&["--cli-input-yaml", &text])?;
        Ok::<_, Error>(request.user_attributes[0].value.clone())
    };
    for (value, expected) in [
        ("'1'", "1"),
        ("\"true\"", "true"),
        ("yes", "yes"),
        ("12:30:45", "12:30:45"),
        ("+1 555", "+1 555"),
        ("|\n    a\n    b", "a\nb\n"),
        ("!!str 1", "1"),
        ("&x Dan", "Dan"),
    ] {
        assert_eq!(yaml(value).unwrap().as_deref(), Some(expected), "{value}");
    }
    for value in [
        "1",
        "-1.5",
        "0x1F",
        "true",
        "null",
        "~",
        "2020-01-01",
        "[s3cr3t]",
        "{a: b}",
    ] {
        check_text_is_missed(yaml(value), value);
    }
    let aliases = "UserAttributes: [&dan {Name: a, Value: b}, *dan]\nAccessToken: t";
    let request = updated(&["--cli-input-yaml", aliases]).unwrap();
    assert_eq!(request.user_attributes[0], request.user_attributes[1]);
}

#[track_caller]
fn check_text_is_missed<T: std::fmt::Debug>(result: Result<T, Error>, value: &str) {
    let message = result.unwrap_err().to_string();
    let fault = "Invalid type for parameter UserAttributes[0].Value: it has to be a text";
    assert!(message.contains(fault), "{value}: {message}");
    assert!(!message.contains(SECRET));
}

#[test]
fn what_is_no_input_is_refused_without_being_repeated() {
    for (words, fault) in [
        (
            &["--cli-input-json", "{\"AccessToken\": s3cr3t}"][..],
            "Error parsing parameter '--cli-input-json': Invalid JSON: it can't be read at line 1 \
             column 17",
        ),
        (
            &["--cli-input-json", "[\"s3cr3t\"]"],
            "Error parsing parameter '--cli-input-json': a map of parameters is expected",
        ),
        (
            &["--cli-input-yaml", "s3cr3t"],
            "Error parsing parameter '--cli-input-yaml': a map of parameters is expected",
        ),
        (
            &["--cli-input-yaml", "a: [s3cr3t"],
            "Error parsing parameter '--cli-input-yaml': Invalid YAML",
        ),
        (
            &["--cli-input-yaml", "a: {}\n---\nb: s3cr3t"],
            "Error parsing parameter '--cli-input-yaml': there is more than one document",
        ),
        (
            &["--cli-input-yaml", "{}", "--cli-input-json", "{}"],
            "Only one --cli-input- parameter may be specified.",
        ),
        (
            &[
                "--cli-input-json",
                "{\"Bogus\": \"s3cr3t\", \"AccessToken\": null}",
            ],
            "Parameter validation failed:\n\
             Missing required parameter in input: \"UserAttributes\"\n\
             Unknown parameter in input: \"Bogus\", must be one of: UserAttributes, AccessToken, \
             ClientMetadata\n\
             Invalid type for parameter AccessToken: it has to be a text, and is null",
        ),
    ] {
        check_refused(updated(words), fault);
    }
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    for (option, open) in [
        ("--cli-input-json", "["),
        ("--cli-input-yaml", "["),
        ("--cli-input-yaml", "- "),
    ] {
        let error = updated(&[option, &open.repeat(100_000)]).unwrap_err();
        assert_eq!(error.exit_code(), 252, "{option}");
    }
}
