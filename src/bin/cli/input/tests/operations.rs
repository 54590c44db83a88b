//! The operations besides the update.

use std::collections::HashMap;

use super::*;

fn verify(name: &str, code: &str) -> Result<(String, String), Error> {
    let (name, code) = (format!("--attribute-name={name}"), format!("--code={code}"));
    let words = ["--access-token", TOKEN, &name, &code];
    match request("verify-user-attribute", &words)? {
        Request::VerifyUserAttribute(request) => {
            assert_eq!(request.access_token, TOKEN);
            Ok((request.attribute_name, request.code))
        }
        _ => panic!("a verification"),
    }
}

fn delete(names: &[&str]) -> Result<Vec<String>, Error> {
    let words = [&["--access-token", TOKEN, "--user-attribute-names"], names].concat();
    match request("delete-user-attributes", &words)? {
        Request::DeleteUserAttributes(request) => Ok(request.user_attribute_names),
        _ => panic!("a deletion"),
    }
}

#[track_caller]
fn check_deleted(words: &[&str], expected: &[&str]) {
    assert_eq!(delete(words).unwrap(), expected, "{words:?}");
}

#[test]
fn a_codes_file_may_end_in_a_line_break() {
    let folder = tempfile::tempdir().unwrap();
    for (text, expected) in [
        ("012345", "012345"),
        ("012345\n", "012345"),
        ("012345\r\n", "012345"),
        ("012345\n\n", "012345\n"),
    ] {
        let (_, code) = verify("email", &file(folder.path(), text)).unwrap();
        assert_eq!(code, expected, "{text:?}");
    }
    assert_eq!(verify("email", "12\n").unwrap().1, "12\n");
}

#[test]
fn a_blank_name_and_a_blank_code_are_refused_at_once() {
    check_faults(
        verify("", ""),
        &[
            "Invalid length for parameter AttributeName, value: 0, valid min length: 1",
            "Invalid length for parameter Code, value: 0, valid min length: 1",
        ],
    );
}

#[test]
fn limits_that_are_not_minimum_lengths_are_left_to_the_server() {
    let (name, code) = ("x".repeat(33), "1 2\n".repeat(1024));
    assert_eq!(verify(&name, &code).unwrap(), (name, code));
    check_deleted(&["a", "a", "sub"], &["a", "a", "sub"]);
}

#[test]
fn a_code_request_takes_client_metadata() {
    let words = ["--attribute-name=phone_number", "--access-token", TOKEN];
    for (more, expected) in [
        (&[][..], HashMap::new()),
        (
            &["--client-metadata", "a=b"],
            HashMap::from([("a".to_owned(), "b".to_owned())]),
        ),
    ] {
        let words = [&words[..], more].concat();
        let request = request("get-user-attribute-verification-code", &words).unwrap();
        let Request::GetUserAttributeVerificationCode(request) = request else {
            panic!("a request for a code");
        };
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
    check_deleted(&[r#" ["nickname", "locale"]"#], &["nickname", "locale"]);
    check_deleted(&[], &[]);
    check_deleted(&["[]"], &[]);
    // Only a list that stands alone is JSON.
    check_deleted(&["a", r#"["b"]"#, "{}"], &["a", r#"["b"]"#, "{}"]);
    check_deleted(
        &[r#"{"a":"b"}"#, "file://no-such-file"],
        &[r#"{"a":"b"}"#, "file://no-such-file"],
    );
    check_deleted(&["-5", "- a"], &["-5", "- a"]);
}

#[test]
fn a_file_holds_the_names_as_a_json_list_or_one_in_each_character() {
    let folder = tempfile::tempdir().unwrap();
    let names = file(folder.path(), "[\n\"nickname\",\n\"locale\"\n]\n");
    check_deleted(&[&names], &["nickname", "locale"]);

    let names = file(folder.path(), "{é\n");
    check_deleted(&[&names], &["{", "é", "\n"]);
    for text in ["", " \n"] {
        let names = file(folder.path(), text);
        let error = delete(&[&names]).expect_err("a refusal");
        assert_eq!(error.exit_code(), 255);
        assert_eq!(
            error.to_string(),
            "Error parsing parameter '--user-attribute-names': there is nothing in it"
        );
    }
}

#[test]
fn blank_names_and_names_that_are_no_texts_are_refused_by_place() {
    check_faults(
        delete(&[r#"["a", 1, ""]"#]),
        &[
            "Invalid type for parameter UserAttributeNames[1]: it has to be a text, and is a \
             number or a date",
            "Invalid length for parameter UserAttributeNames[2], value: 0, valid min length: 1",
        ],
    );
    check_refused(
        delete(&["[s3cr3t]"]),
        "Error parsing parameter '--user-attribute-names': Invalid JSON: it can't be read at line \
         1 column 2",
    );
}

#[test]
fn bytes_are_no_text_and_where_shorthand_may_be_the_aws_cli_falls_over_them() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = file(folder.path(), "[\"a\"]").replace("file://", "fileb://");
    assert_eq!(delete(&[&bytes]).unwrap_err().exit_code(), 252);
    assert_eq!(verify("email", &bytes).unwrap_err().exit_code(), 252);
    assert_eq!(update(&[&bytes], None).unwrap_err().exit_code(), 255);
    let in_shorthand = format!("Name=a,Value@={bytes}");
    assert_eq!(update(&[&in_shorthand], None).unwrap_err().exit_code(), 252);
}

#[test]
fn a_user_is_asked_for_with_a_token_even_a_blank_one() {
    for token in [TOKEN, ""] {
        let request = request("get-user", &["--access-token", token]).unwrap();
        let Request::GetUser(request) = request else {
            panic!("a query");
        };
        assert_eq!(request.access_token, token);
    }
}
