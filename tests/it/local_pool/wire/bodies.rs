//! Bodies: no JSON, JSON of another shape, and JSON of an odd one.

use super::*;

/// A body as it is, for an operation.
async fn send(server: &Server, operation: &str, body: &str) -> PoolAnswer {
    let target = format!("{PREFIX}{operation}");
    post(server, &[("x-amz-target", target.as_bytes())], body).await
}

/// The whole answer to what is no JSON object.
#[track_caller]
fn check_not_json(answer: &PoolAnswer, case: &str) {
    assert_eq!(answer.status, 400, "{case}");
    assert_eq!(answer.body, json!({ "__type": SERIALIZATION }), "{case}");
    assert_eq!(
        answer.headers["x-amzn-errortype"],
        "SerializationException:"
    );
}

#[tokio::test]
async fn what_is_no_json_object_is_refused_without_a_word() {
    let server = Server::start().await;
    let deep =
        |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let within = |value: &str| format!(r#"{{"AccessToken":{value}}}"#);
    for body in [
        String::new(),
        " ".to_owned(),
        "null".to_owned(),
        "7".to_owned(),
        "[]".to_owned(),
        "{} {}".to_owned(),
        "{}x".to_owned(),
        "{'AccessToken':'x'}".to_owned(),
        "{\"AccessToken\":\"x\",}".to_owned(),
        "{\"AccessToken\"".to_owned(),
        "{\"AccessToken\":\"x".to_owned(),
        "AccessToken=x".to_owned(),
        "<GetUser/>".to_owned(),
        "\u{feff}{}".to_owned(),
        within("NaN"),
        within("1e999"),
        within("01"),
        within("\"\u{0}\""),
        within("\"\\x\""),
        within(r#""\ud800""#),
        within(r#""\udc00\ud800""#),
        "[".repeat(100_000),
        "{\"a\":".repeat(100_000),
        deep("[", "]"),
        within(&deep("[", "]")),
    ] {
        let case: String = body.chars().take(40).collect();
        check_not_json(&send(&server, "GetUser", &body).await, &case);
    }
    check_alive(&server).await;
    server.stop().await;
}

#[tokio::test]
async fn a_number_in_the_place_of_a_text_is_refused_in_each_place() {
    let server = Server::start().await;
    for (operation, body, message) in misplaced() {
        let answer = server.pool(operation, body).await;
        check_exception(&answer, SERIALIZATION, message);
    }
    server.stop().await;
}

#[tokio::test]
async fn what_the_model_lacks_is_ignored_at_every_depth_and_a_null_is_nothing() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let body = json!({
        "AccessToken": token,
        "UserAttributes": [{ "Name": "nickname", "Value": "Dan", "Colour": { "deep": [1, [2]] } }],
        "ClientMetadata": { "k": null },
        "Colour": [[[]]],
        "accesstoken": 7,
    });
    done(&server, "UpdateUserAttributes", body).await;
    assert_eq!(server.attributes(&token).await["nickname"], "Dan");
    server.stop().await;
}

#[tokio::test]
async fn of_a_member_twice_the_last_counts() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    for (first, last, status) in [("garbage", &*token, 200), (&*token, "garbage", 400)] {
        let body = format!(r#"{{"AccessToken":"{first}","AccessToken":"{last}"}}"#);
        assert_eq!(send(&server, "GetUser", &body).await.status, status);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_value_is_kept_as_it_came_with_whatever_characters() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    for value in [
        "a\u{0}b",
        "\u{1f600}",
        "\u{fffd}\u{ffff}",
        "\u{202e}x",
        "line\r\nline",
        "<script>",
    ] {
        let body =
            json!({ "AccessToken": token, "UserAttributes": attributes(&[("nickname", value)]) });
        done(&server, "UpdateUserAttributes", body).await;
        assert_eq!(server.attributes(&token).await["nickname"], value);
    }
    // As two escapes it is one character.
    let body = format!(
        r#"{{"AccessToken":"{token}","UserAttributes":[{{"Name":"nickname","Value":"\ud83d\ude00"}}]}}"#
    );
    assert_eq!(
        send(&server, "UpdateUserAttributes", &body).await.status,
        200
    );
    assert_eq!(server.attributes(&token).await["nickname"], "\u{1f600}");
    server.stop().await;
}

#[tokio::test]
async fn a_nul_where_no_character_of_that_kind_may_be_breaks_the_pattern() {
    let server = Server::start().await;
    let body = json!({ "AccessToken": "a\u{0}b" });
    let message = "1 validation error detected: Value at 'accessToken' failed to satisfy \
                   constraint: Member must satisfy regular expression pattern: [A-Za-z0-9-_=.]+";
    let answer = server.pool("GetUser", body).await;
    check_exception(&answer, "InvalidParameterException", message);
    let body = json!({ "AccessToken": "t", "UserAttributes": attributes(&[("a\u{0}", "x")]) });
    let answer = server.pool("UpdateUserAttributes", body).await;
    assert_eq!(answer.body["__type"], "InvalidParameterException");
    assert_eq!(answer.headers.get("x-amzn-errormessage"), None);
    server.stop().await;
}

#[tokio::test]
async fn a_megabyte_of_attributes_is_read_and_told_all_that_is_wrong() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let value = "x".repeat(2048);
    let many: Vec<_> = (0..520).map(|_| ("nickname", &*value)).collect();
    let body = json!({ "AccessToken": token, "UserAttributes": attributes(&many) });
    assert!(body.to_string().len() > 1 << 20);
    done(&server, "UpdateUserAttributes", body).await;
    assert_eq!(server.attributes(&token).await["nickname"], value);

    let name = "n".repeat(1 << 20);
    let body = json!({ "AccessToken": token, "UserAttributes": attributes(&[(&name, "x")]) });
    let answer = server.pool("UpdateUserAttributes", body).await;
    let message = format!(
        "1 validation error detected: Value '{name}' at 'userAttributes.1.member.name' failed to \
         satisfy constraint: Member must have length less than or equal to 32"
    );
    assert_eq!(answer.body["message"], message);
    assert_eq!(answer.headers.get("x-amzn-errormessage"), None);
    server.stop().await;
}

#[tokio::test]
async fn five_megabytes_are_too_much_at_every_address() {
    let server = Server::start().await;
    let huge = "x".repeat(5 << 20);
    assert_eq!(send(&server, "GetUser", &huge).await.status, 413);
    for path in ["clock", "tokens", "faults"] {
        let answer = server.order(path, json!(huge)).await;
        assert!(
            matches!(answer.status, 400 | 413),
            "{path}: {}",
            answer.status
        );
    }
    check_alive(&server).await;
    server.stop().await;
}

/// Bodies with a value of the wrong type, and what is said of it.
#[rustfmt::skip] // One body, one line.
fn misplaced() -> Vec<(&'static str, Value, &'static str)> {
    const NUMBER: &str = "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be \
                          converted to an String";
    const NO_LIST: &str = "Expected list or null";
    const NO_STRUCTURE: &str = "Expected structure or null";
    vec![
        ("GetUser", json!({ "AccessToken": 7 }), NUMBER),
        ("UpdateUserAttributes", json!({ "UserAttributes": [{ "Name": 7 }] }), NUMBER),
        ("UpdateUserAttributes", json!({ "UserAttributes": [{ "Name": "n", "Value": 7.5 }] }), NUMBER),
        ("UpdateUserAttributes", json!({ "UserAttributes": [], "ClientMetadata": { "k": 7 } }), NUMBER),
        ("UpdateUserAttributes", json!({ "UserAttributes": 7 }), NO_LIST),
        ("UpdateUserAttributes", json!({ "UserAttributes": ["n"] }), NO_STRUCTURE),
        ("UpdateUserAttributes", json!({ "UserAttributes": [], "ClientMetadata": "k=v" }), NO_STRUCTURE),
        ("DeleteUserAttributes", json!({ "UserAttributeNames": ["a", 7] }), NUMBER),
        ("DeleteUserAttributes", json!({ "UserAttributeNames": 7 }), NO_LIST),
        ("VerifyUserAttribute", json!({ "AttributeName": 7 }), NUMBER),
        ("VerifyUserAttribute", json!({ "AttributeName": "email", "Code": 123_456 }), NUMBER),
        ("GetUserAttributeVerificationCode", json!({ "AttributeName": 7 }), NUMBER),
        ("GetUserAttributeVerificationCode", json!({ "ClientMetadata": { "k": 7 } }), NUMBER),
        ("InitiateAuth", json!({ "AuthFlow": 7 }), NUMBER),
        ("InitiateAuth", json!({ "AuthParameters": { "PASSWORD": 7 } }), NUMBER),
        ("SignUp", json!({ "Password": 7 }), NUMBER),
        ("SignUp", json!({ "ValidationData": [{ "Name": 7 }] }), NUMBER),
        ("AdminCreateUser", json!({ "DesiredDeliveryMediums": [7] }), NUMBER),
        ("AdminSetUserPassword", json!({ "Permanent": "true" }),
            "class java.lang.String can not be converted to a Boolean"),
        ("CreateUserPool", json!({ "Policies": { "PasswordPolicy": { "MinimumLength": "8" } } }),
            "class java.lang.String can not be converted to an Integer"),
        ("CreateUserPool", json!({ "Policies": [] }), "Start of list found where not expected."),
        ("CreateUserPool", json!({ "Schema": { "Name": "x" } }),
            "Start of structure or map found where not expected."),
    ]
}
