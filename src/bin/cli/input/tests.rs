//! The update, whose attributes have every form that a value can have.

mod operations;

use std::{collections::BTreeMap, fs};

use super::*;
use crate::token;

const TOKEN: &str = "marked-token";

fn words(user_attributes: &[&str], client_metadata: Option<&str>) -> UpdateUserAttributes {
    let user_attributes = user_attributes.iter().map(|&word| word.to_owned());
    UpdateUserAttributes {
        user_attributes: Some(user_attributes.collect()),
        token: token::Args::given(TOKEN),
        client_metadata: client_metadata.map(str::to_owned),
    }
}

fn check_sent(user_attributes: &[&str], expected: &[(&str, Option<&str>)]) {
    let request = update_user_attributes(words(user_attributes, None)).unwrap();
    let sent: Vec<_> = request
        .user_attributes
        .iter()
        .map(|AttributeType { name, value }| (name.as_str(), value.as_deref()))
        .collect();
    assert_eq!(sent, expected, "{user_attributes:?}");
    assert_eq!(request.access_token, TOKEN);
}

fn check_refused(user_attributes: &[&str], client_metadata: Option<&str>, expected: &str) {
    let error = update_user_attributes(words(user_attributes, client_metadata)).unwrap_err();
    let message = error.to_string();
    assert_eq!(
        message,
        format!("An error occurred (ParamValidation): {expected}")
    );
    assert_eq!(error.exit_code(), 252);
    assert!(!message.contains(TOKEN));
}

fn check_faults(user_attributes: &[&str], client_metadata: Option<&str>, faults: &[&str]) {
    let expected = format!("Parameter validation failed:\n{}", faults.join("\n"));
    check_refused(user_attributes, client_metadata, &expected);
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
    check_sent(
        &["Name=email", "Name=name,Value="],
        &[("email", None), ("name", Some(""))],
    );
    check_sent(
        &[r#"[{"Name":"email"},{"Name":"name","Value":""}]"#],
        &[("email", None), ("name", Some(""))],
    );
}

#[test]
fn no_words_and_an_empty_list_are_sent_as_an_empty_list() {
    check_sent(&[], &[]);
    check_sent(&["[]"], &[]);
}

#[test]
fn repeated_names_are_left_to_the_server() {
    check_sent(
        &["Name=a,Value=1", "Name=a,Value=2"],
        &[("a", Some("1")), ("a", Some("2"))],
    );
}

#[test]
fn a_file_holds_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        format!("file://{}", path.display())
    };
    check_sent(&[&file("list", "[{\"Name\":\"a\"}]\n")], &[("a", None)]);
    check_faults(
        &[&file("shorthand", "Name=a,Value=b\n")],
        None,
        &[
            "Invalid type for parameter UserAttributes, value: {'Name': 'a', 'Value': 'b'}, type: \
         <class 'dict'>, valid types: <class 'list'>, <class 'tuple'>",
        ],
    );
    check_refused(
        &[&file("object", "{\"Name\":\"a\"}")],
        None,
        "Error parsing parameter '--user-attributes': Invalid JSON:\n{\"Name\":\"a\"}",
    );
    check_refused(
        &["file://no-such-file"],
        None,
        "Error parsing parameter '--user-attributes': Unable to load paramfile \
         file://no-such-file: [Errno 2] No such file or directory: 'no-such-file'",
    );
}

#[test]
fn types_members_and_lengths_are_checked_before_anything_is_sent() {
    check_faults(
        &["Name=,Value=x", "Value=x", "Name=a,Foo=x"],
        None,
        &[
            "Invalid length for parameter UserAttributes[0].Name, value: 0, valid min length: 1",
            "Missing required parameter in UserAttributes[1]: \"Name\"",
            "Unknown parameter in UserAttributes[2]: \"Foo\", must be one of: Name, Value",
        ],
    );
    check_faults(
        &["name=a,value=b"],
        None,
        &[
            "Missing required parameter in UserAttributes[0]: \"Name\"",
            "Unknown parameter in UserAttributes[0]: \"name\", must be one of: Name, Value",
            "Unknown parameter in UserAttributes[0]: \"value\", must be one of: Name, Value",
        ],
    );
    check_faults(
        &["Name=name,Value=Doe, Jane"],
        None,
        &[
            "Invalid type for parameter UserAttributes[0].Value, value: ['Doe', 'Jane'], type: <class \
         'list'>, valid types: <class 'str'>",
        ],
    );
    check_faults(
        &["Name=a,Value={a=b,c=[d,e]}"],
        None,
        &[
            "Invalid type for parameter UserAttributes[0].Value, value: {'a': 'b', 'c': ['d', 'e']}, \
         type: <class 'dict'>, valid types: <class 'str'>",
        ],
    );
    check_faults(
        &["[[1],2,{\"Name\":true,\"Value\":null}]"],
        None,
        &[
            "Invalid type for parameter UserAttributes[0], value: [1], type: <class 'list'>, valid \
         types: <class 'dict'>",
            "Invalid type for parameter UserAttributes[1], value: 2, type: <class 'int'>, valid types: \
         <class 'dict'>",
            "Invalid type for parameter UserAttributes[2].Name, value: True, type: <class 'bool'>, \
         valid types: <class 'str'>",
            "Invalid type for parameter UserAttributes[2].Value, value: None, type: <class \
         'NoneType'>, valid types: <class 'str'>",
        ],
    );
}

#[test]
fn the_first_word_decides_between_json_and_shorthand() {
    check_refused(
        &["Name=a,Value=", "{\"Name\":1}"],
        None,
        "Error parsing parameter '--user-attributes': Expected: '=', received: '{' for \
         input:\n{\"Name\":1}\n^",
    );
    for word in ["Name=a", "[]", " "] {
        check_refused(
            &["{\"Name\":\"a\"}", word],
            None,
            &format!("Error parsing parameter '--user-attributes': Invalid JSON:\n{word}"),
        );
    }
    check_refused(
        &["{\"Name\":\"a\""],
        None,
        "Error parsing parameter '--user-attributes': Invalid JSON: Expecting ',' delimiter: line \
         1 column 12 (char 11)\nJSON received: {\"Name\":\"a\"",
    );
}

#[test]
fn client_metadata_is_one_word_of_shorthand_or_json() {
    for (word, expected) in [
        ("a=b,c=d", vec![("a", "b"), ("c", "d")]),
        ("a=,k.-:/=x", vec![("a", ""), ("k.-:/", "x")]),
        (r#"{"a":"b","k v":"d"}"#, vec![("a", "b"), ("k v", "d")]),
        ("{}", vec![]),
    ] {
        let request = update_user_attributes(words(&["Name=a"], Some(word))).unwrap();
        let sent: BTreeMap<_, _> = request.client_metadata.into_iter().collect();
        let expected = expected
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(sent, expected.collect(), "{word}");
    }
    check_faults(
        &["Name=a"],
        Some("a=[1],b={x=y}"),
        &[
            "Invalid type for parameter ClientMetadata.a, value: ['1'], type: <class 'list'>, valid \
         types: <class 'str'>",
            "Invalid type for parameter ClientMetadata.b, value: {'x': 'y'}, type: <class 'dict'>, \
         valid types: <class 'str'>",
        ],
    );
    check_faults(
        &["Name=a"],
        Some("{\"a\":1}"),
        &[
            "Invalid type for parameter ClientMetadata.a, value: 1, type: <class 'int'>, valid types: \
         <class 'str'>",
        ],
    );
    check_refused(
        &["Name=a"],
        Some("[1]"),
        "Error parsing parameter '--client-metadata': Invalid JSON:\n[1]",
    );
    check_refused(
        &["Name=a"],
        Some(""),
        "Error parsing parameter '--client-metadata': Expected: '=', received: 'EOF' for \
         input:\n\n^",
    );
}
