//! The operations besides the update.

use std::{collections::HashMap, fs, path::Path};

use secrecy::SecretString;

use crate::{
    args::{DeleteUserAttributes, GetUser, GetUserAttributeVerificationCode, VerifyUserAttribute},
    error::Error,
    input::{
        delete_user_attributes, get_user, get_user_attribute_verification_code,
        verify_user_attribute,
    },
    token,
};

const TOKEN: &str = "marked-token";

fn verification(name: &str, code: &str) -> VerifyUserAttribute {
    VerifyUserAttribute {
        token: token::Args::given(TOKEN),
        attribute_name: Some(name.to_owned()),
        code: Some(SecretString::from(code)),
    }
}

fn code_request(name: &str, metadata: Option<&str>) -> GetUserAttributeVerificationCode {
    GetUserAttributeVerificationCode {
        token: token::Args::given(TOKEN),
        attribute_name: Some(name.to_owned()),
        client_metadata: metadata.map(str::to_owned),
    }
}

fn deletion(names: &[&str]) -> DeleteUserAttributes {
    DeleteUserAttributes {
        user_attribute_names: Some(names.iter().map(|&name| name.to_owned()).collect()),
        token: token::Args::given(TOKEN),
    }
}

#[track_caller]
fn check_deleted(words: &[&str], expected: &[&str]) {
    let request = delete_user_attributes(deletion(words)).unwrap();
    assert_eq!(request.user_attribute_names, expected, "{words:?}");
    assert_eq!(request.access_token, TOKEN);
}

#[track_caller]
fn check_refused<T: std::fmt::Debug>(request: Result<T, Error>, expected: &str) {
    let error = request.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("An error occurred (ParamValidation): {expected}")
    );
    assert_eq!(error.exit_code(), 252);
}

/// A word that refers to a new file with this text.
fn file(folder: &Path, text: &str) -> String {
    let path = folder.join("file");
    fs::write(&path, text).unwrap();
    format!("file://{}", path.display())
}

#[test]
fn a_code_and_its_attribute_are_words_or_files() {
    let request = verify_user_attribute(verification("email", "012345")).unwrap();
    assert_eq!(request.access_token, TOKEN);
    assert_eq!(request.attribute_name, "email");
    assert_eq!(request.code, "012345");

    // As in the AWS CLI, the file's last line break belongs to the code.
    let folder = tempfile::tempdir().unwrap();
    for text in ["012345", "012345\n"] {
        let code = file(folder.path(), text);
        let request = verify_user_attribute(verification("email", &code)).unwrap();
        assert_eq!(request.code, text);
    }
}

#[test]
fn a_blank_name_and_a_blank_code_are_refused_at_once() {
    check_refused(
        verify_user_attribute(verification("", "")),
        "Parameter validation failed:\n\
         Invalid length for parameter AttributeName, value: 0, valid min length: 1\n\
         Invalid length for parameter Code, value: 0, valid min length: 1",
    );
    check_refused(
        get_user_attribute_verification_code(code_request("", Some("{\"a\":1}"))),
        "Parameter validation failed:\n\
         Invalid length for parameter AttributeName, value: 0, valid min length: 1\n\
         Invalid type for parameter ClientMetadata.a, value: 1, type: <class 'int'>, valid types: \
         <class 'str'>",
    );
}

#[test]
fn limits_that_are_not_minimum_lengths_are_left_to_the_server() {
    let (name, code) = ("x".repeat(33), "1 2\n".repeat(1024));
    let request = verify_user_attribute(verification(&name, &code)).unwrap();
    assert_eq!((request.attribute_name, request.code), (name, code));
    check_deleted(&["a", "a", "sub"], &["a", "a", "sub"]);
}

#[test]
fn a_code_request_takes_client_metadata() {
    for (word, expected) in [
        (None, HashMap::new()),
        (
            Some("a=b"),
            HashMap::from([("a".to_owned(), "b".to_owned())]),
        ),
    ] {
        let options = code_request("phone_number", word);
        let request = get_user_attribute_verification_code(options).unwrap();
        assert_eq!(request.access_token, TOKEN);
        assert_eq!(request.attribute_name, "phone_number");
        assert_eq!(request.client_metadata, expected);
    }
}

#[test]
fn names_to_delete_are_words_or_a_json_list() {
    check_deleted(
        &["nickname", "custom:department"],
        &["nickname", "custom:department"],
    );
    check_deleted(&["nickname"], &["nickname"]);
    check_deleted(&[r#" ["nickname", "locale"]"#], &["nickname", "locale"]);
    check_deleted(&[], &[]);
    check_deleted(&["[]"], &[]);
    // Only a list that stands alone is JSON.
    check_deleted(&["a", r#"["b"]"#, "{}"], &["a", r#"["b"]"#, "{}"]);
    check_deleted(
        &[r#"{"a":"b"}"#, "file://no-such-file"],
        &[r#"{"a":"b"}"#, "file://no-such-file"],
    );
}

#[test]
fn a_file_holds_the_names_as_a_json_list() {
    let folder = tempfile::tempdir().unwrap();
    let names = file(folder.path(), "[\n\"nickname\",\n\"locale\"\n]\n");
    check_deleted(&[&names], &["nickname", "locale"]);

    // The AWS CLI takes each character of such a file for a name.
    let words = file(folder.path(), "nickname\n");
    check_refused(
        delete_user_attributes(deletion(&[&words])),
        "Error parsing parameter '--user-attribute-names': Invalid JSON:\nnickname\n",
    );
}

#[test]
fn blank_names_and_names_that_are_no_texts_are_refused_by_place() {
    check_refused(
        delete_user_attributes(deletion(&[""])),
        "Parameter validation failed:\n\
         Invalid length for parameter UserAttributeNames[0], value: 0, valid min length: 1",
    );
    check_refused(
        delete_user_attributes(deletion(&[r#"["a", 1, ""]"#])),
        "Parameter validation failed:\n\
         Invalid type for parameter UserAttributeNames[1], value: 1, type: <class 'int'>, valid \
         types: <class 'str'>\n\
         Invalid length for parameter UserAttributeNames[2], value: 0, valid min length: 1",
    );
    check_refused(
        delete_user_attributes(deletion(&["[a]"])),
        "Error parsing parameter '--user-attribute-names': Invalid JSON: Expecting value: line 1 \
         column 2 (char 1)\nJSON received: [a]",
    );
}

#[test]
fn a_user_is_asked_for_with_a_token_even_a_blank_one() {
    for token in [TOKEN, ""] {
        let options = GetUser {
            token: token::Args::given(token),
        };
        assert_eq!(get_user(options).unwrap().access_token, token);
    }
}
