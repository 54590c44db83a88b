//! What command lines become on their way to a request.

mod operations;
mod whole;

use std::{ffi::OsString, fs, path::Path};

use proptest::prelude::*;
use serde_json::json;
use user_attributes::proto::{AttributeType, UpdateUserAttributesRequest};

use super::*;
use crate::{
    args::{Asked, Line},
    request::Request,
};

const TOKEN: &str = "marked-token";
const SECRET: &str = "s3cr3t";

/// What the words of a command line become, without the environment's token.
fn request(command: &str, words: &[&str]) -> Result<Request, Error> {
    let words = [&["user-attributes", command], words].concat();
    let asked = Line::read(words.iter().map(OsString::from))?.asked()?;
    let Asked::Call(call) = asked else {
        panic!("{words:?} asks for a call");
    };
    let operation = call.operation;
    Request::new(
        operation,
        Parameters::read(&call, &call.options()?)?.checked(operation)?,
        None,
    )
}

fn update(
    user_attributes: &[&str],
    client_metadata: Option<&str>,
) -> Result<UpdateUserAttributesRequest, Error> {
    let mut words = vec!["--access-token", TOKEN, "--user-attributes"];
    words.extend(user_attributes);
    let metadata = client_metadata.map(|word| format!("--client-metadata={word}"));
    words.extend(metadata.as_deref());
    match request("update-user-attributes", &words)? {
        Request::UpdateUserAttributes(request) => Ok(request),
        _ => panic!("an update"),
    }
}

#[track_caller]
fn check_sent(user_attributes: &[&str], expected: &[(&str, Option<&str>)]) {
    let request = update(user_attributes, None).unwrap();
    let sent: Vec<_> = request
        .user_attributes
        .iter()
        .map(|AttributeType { name, value }| (name.as_str(), value.as_deref()))
        .collect();
    assert_eq!(sent, expected, "{user_attributes:?}");
    assert_eq!(request.access_token, TOKEN);
}

/// Checks that this is refused with this message, which repeats no secret.
#[track_caller]
fn check_refused<T>(request: Result<T, Error>, expected: &str) {
    let error = request.err().expect("a refusal");
    let message = error.to_string();
    assert_eq!(
        message,
        format!("An error occurred (ParamValidation): {expected}")
    );
    assert_eq!(error.exit_code(), 252);
    assert!(!message.contains(TOKEN) && !message.contains(SECRET));
}

#[track_caller]
fn check_faults<T>(request: Result<T, Error>, faults: &[&str]) {
    let expected = format!("Parameter validation failed:\n{}", faults.join("\n"));
    check_refused(request, &expected);
}

/// A word that refers to a new file with this text.
fn file(folder: &Path, text: &str) -> String {
    let path = folder.join("file");
    fs::write(&path, text).unwrap();
    format!("file://{}", path.display())
}

#[test]
fn attributes_are_words_or_json() {
    let dan = [("nickname", Some("Dan"))];
    check_sent(&["Name=nickname,Value=Dan"], &dan);
    check_sent(&[r#"[{"Name":"nickname","Value":"Dan"}]"#], &dan);
    check_sent(&[r#"  {"Name":"nickname","Value":"Dan"}"#], &dan);

    let two = [("nickname", Some("Dan")), ("email", Some("a@b.c"))];
    check_sent(&["Name=nickname,Value=Dan", "Value=a@b.c,Name=email"], &two);
    check_sent(
        &[
            r#"{"Name":"nickname","Value":"Dan"}"#,
            r#"{"Name":"email","Value":"a@b.c"}"#,
        ],
        &two,
    );
}

#[test]
fn a_missing_value_stays_missing_and_a_blank_one_blank() {
    let expected = [("email", None), ("name", Some(""))];
    check_sent(&["Name=email", "Name=name,Value="], &expected);
    check_sent(
        &[r#"[{"Name":"email"},{"Name":"name","Value":""}]"#],
        &expected,
    );
}

#[test]
fn an_empty_list_and_a_repeated_name_are_left_to_the_server() {
    check_sent(&[], &[]);
    check_sent(&["[]"], &[]);
    check_sent(
        &["Name=a,Value=1", "Name=a,Value=2"],
        &[("a", Some("1")), ("a", Some("2"))],
    );
}

#[test]
fn a_file_holds_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let file = |text| file(folder.path(), text);
    check_sent(&[&file("[{\"Name\":\"a\"}]\r\n")], &[("a", None)]);
    check_faults(
        update(&[&file("Name=a,Value=s3cr3t\n")], None),
        &["Invalid type for parameter UserAttributes: it has to be a list, and is a map"],
    );
    check_refused(
        update(&[&file("{\"Name\":\"s3cr3t\"}")], None),
        "Error parsing parameter '--user-attributes': Invalid JSON: a list is expected",
    );
    check_refused(
        update(&["file://no-such-file"], None),
        "Error parsing parameter '--user-attributes': Unable to load paramfile no-such-file: No \
         such file or directory (os error 2)",
    );
}

#[test]
fn types_members_and_lengths_are_checked_before_anything_is_sent() {
    check_faults(
        update(&["Name=,Value=x", "Value=x", "Name=a,Foo=s3cr3t"], None),
        &[
            "Invalid length for parameter UserAttributes[0].Name, value: 0, valid min length: 1",
            "Missing required parameter in UserAttributes[1]: \"Name\"",
            "Unknown parameter in UserAttributes[2]: \"Foo\", must be one of: Name, Value",
        ],
    );
    check_faults(
        update(&["name=a,value=s3cr3t"], None),
        &[
            "Missing required parameter in UserAttributes[0]: \"Name\"",
            "Unknown parameter in UserAttributes[0]: \"name\", must be one of: Name, Value",
            "Unknown parameter in UserAttributes[0]: \"value\", must be one of: Name, Value",
        ],
    );
    check_faults(
        update(&["Name=name,Value=s3cr3t, Jane"], None),
        &["Invalid type for parameter UserAttributes[0].Value: it has to be a text, and is a list"],
    );
    check_faults(
        update(
            &["[[1],2,{\"Name\":true,\"Value\":null},{\"Name\":\"a\",\"Value\":[\"s3cr3t\"]}]"],
            None,
        ),
        &[
            "Invalid type for parameter UserAttributes[0]: it has to be a map, and is a list",
            "Invalid type for parameter UserAttributes[1]: it has to be a map, and is a number or a \
             date",
            "Invalid type for parameter UserAttributes[2].Name: it has to be a text, and is true or \
             false",
            "Invalid type for parameter UserAttributes[2].Value: it has to be a text, and is null",
            "Invalid type for parameter UserAttributes[3].Value: it has to be a text, and is a list",
        ],
    );
}

#[test]
fn the_first_word_decides_between_json_and_shorthand() {
    check_refused(
        update(&["Name=a,Value=", "{\"Name\":\"s3cr3t\"}"], None),
        "Error parsing parameter '--user-attributes': the shorthand can't be read at character 1: \
         '=' is expected there",
    );
    for word in ["Name=s3cr3t", "[]"] {
        check_refused(
            update(&["{\"Name\":\"a\"}", word], None),
            "Error parsing parameter '--user-attributes': Invalid JSON: after a word with JSON, \
             each has to be a map",
        );
    }
    check_refused(
        update(&["{\"Name\":\"s3cr3t\""], None),
        "Error parsing parameter '--user-attributes': Invalid JSON: it ends before it is complete",
    );
}

#[test]
fn client_metadata_is_one_word_of_shorthand_or_json() {
    for (word, expected) in [
        ("a=b,c=d", json!({"a": "b", "c": "d"})),
        ("a=,k.-:/=x", json!({"a": "", "k.-:/": "x"})),
        (r#"{"a":"b","k v":"d"}"#, json!({"a": "b", "k v": "d"})),
        ("{}", json!({})),
    ] {
        let request = update(&["Name=a"], Some(word)).unwrap();
        assert_eq!(json!(request.client_metadata), expected, "{word}");
    }
    check_faults(
        update(&["Name=a"], Some("a=[s3cr3t],b={x=y}")),
        &[
            "Invalid type for parameter ClientMetadata.a: it has to be a text, and is a list",
            "Invalid type for parameter ClientMetadata.b: it has to be a text, and is a map",
        ],
    );
    check_refused(
        update(&["Name=a"], Some("[1]")),
        "Error parsing parameter '--client-metadata': Invalid JSON: a map is expected",
    );
    check_refused(
        update(&["Name=a"], Some("")),
        "Error parsing parameter '--client-metadata': the shorthand can't be read at character 1: \
         '=' is expected there",
    );
}

/// An attribute in shorthand, in quotes so that any text arrives as it is.
fn in_shorthand((name, value): &(String, Option<String>)) -> String {
    let quoted = |text: &str| {
        let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{escaped}\"")
    };
    let value = value
        .as_deref()
        .map(|value| format!(",Value={}", quoted(value)));
    format!("Name={}{}", quoted(name), value.unwrap_or_default())
}

fn in_json((name, value): &(String, Option<String>)) -> Value {
    match value {
        Some(value) => json!({"Name": name, "Value": value}),
        None => json!({ "Name": name }),
    }
}

proptest! {
    #[test]
    fn shorthand_json_and_a_whole_input_of_the_same_attributes_make_the_same_request(
        attributes in prop::collection::vec(
            // To the AWS CLI, a backslash before a quote keeps it, whatever stands before the two.
            (r#"([a=,"' \n]|[^\\]){1,20}"#, proptest::option::of(r#"([a=,"'\\ \n]|[\s\S]){0,20}"#)),
            1..4,
        ),
    ) {
        let words: Vec<_> = attributes.iter().map(in_shorthand).collect();
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let list: Value = attributes.iter().map(in_json).collect();
        let whole = json!({"UserAttributes": list, "AccessToken": TOKEN}).to_string();

        let by_shorthand = update(&words, None).unwrap();
        prop_assert_eq!(&update(&[&list.to_string()], None).unwrap(), &by_shorthand);
        for option in ["--cli-input-json", "--cli-input-yaml"] {
            let request = request("update-user-attributes", &[option, &whole]).unwrap();
            let Request::UpdateUserAttributes(request) = request else {
                panic!("an update");
            };
            prop_assert_eq!(&request, &by_shorthand, "{}", option);
        }
    }
}
