//! What the AWS CLI's JMESPath, which is Python's, makes of the same queries.

use serde_json::json;

use super::*;
use crate::model::Operation;

fn reply() -> Value {
    json!({
        "CodeDeliveryDetailsList": [
            {"Destination": "j***@é***", "DeliveryMedium": "EMAIL", "AttributeName": "email"},
            {"Destination": "+*1234", "DeliveryMedium": "SMS", "AttributeName": "phone_number"},
        ],
    })
}

fn search(query: &str) -> Result<Value, Error> {
    let operation = Operation::named("update-user-attributes").unwrap();
    Query::compile(query, operation)?.search(&reply())
}

#[track_caller]
fn check_found(query: &str, expected: &Value) {
    // As text, since the order of members counts.
    assert_eq!(
        search(query).unwrap().to_string(),
        expected.to_string(),
        "{query}"
    );
}

#[test]
fn members_keep_the_replys_order_and_those_of_a_query_its_own() {
    let first = reply()["CodeDeliveryDetailsList"][0].clone();
    check_found("CodeDeliveryDetailsList[0]", &first);
    check_found("@", &reply());
    check_found(
        "CodeDeliveryDetailsList[0].{m: DeliveryMedium, a: AttributeName}",
        &json!({"m": "EMAIL", "a": "email"}),
    );
    let names = json!(["Destination", "DeliveryMedium", "AttributeName"]);
    check_found("keys(CodeDeliveryDetailsList[0])", &names);
    let values = json!(["j***@é***", "EMAIL", "email"]);
    check_found("values(CodeDeliveryDetailsList[0])", &values);
    check_found("CodeDeliveryDetailsList[0].*", &values);
    check_found("CodeDeliveryDetailsList.*", &json!(null));
    check_found("map(&*, CodeDeliveryDetailsList)[0]", &values);
}

#[test]
fn a_text_is_ascii_where_it_is_made_of_json() {
    check_found(
        "to_string(CodeDeliveryDetailsList[0].{d: Destination})",
        &json!(r#"{"d":"j***@\u00e9***"}"#),
    );
    check_found(
        "to_string(CodeDeliveryDetailsList[0].Destination)",
        &json!("j***@é***"),
    );
}

#[test]
fn numbers_are_whole_where_pythons_are() {
    for (query, expected) in [
        ("length(CodeDeliveryDetailsList)", "2"),
        ("sum(`[1,2]`)", "3"),
        ("sum(`[1,2.5]`)", "3.5"),
        ("avg(`[1,3]`)", "2.0"),
        ("avg(`[]`)", "null"),
        ("abs(`-1`)", "1"),
        ("ceil(`1.2`)", "2"),
        ("floor(`1.2`)", "1"),
        ("to_number('3')", "3"),
        ("`2.50`", "2.5"),
    ] {
        assert_eq!(search(query).unwrap().to_string(), expected, "{query}");
    }
}

#[test]
fn texts_have_an_order_as_numbers_do() {
    for (query, expected) in [
        ("'a' < 'b'", json!(true)),
        ("'b' <= 'a'", json!(false)),
        ("'a' >= 'a'", json!(true)),
        ("'z' > 'é'", json!(false)),
        ("`1` < `2.5`", json!(true)),
        ("`[1]` < `[2]`", json!(null)),
        ("`true` < `2`", json!(null)),
        ("'a' < Nope", json!(null)),
        (
            "CodeDeliveryDetailsList[?AttributeName > 'email'].DeliveryMedium",
            json!(["SMS"]),
        ),
    ] {
        check_found(query, &expected);
    }
    for query in ["'a' < `1`", "`1` >= 'a'"] {
        assert_eq!(search(query).unwrap_err().exit_code(), 255, "{query}");
    }
}

#[test]
fn a_text_between_backticks_needs_no_quotes() {
    let email = json!(["j***@é***"]);
    for literal in ["`email`", "` email`", "'email'", "`\"email\"`"] {
        let query = format!("CodeDeliveryDetailsList[?AttributeName=={literal}].Destination");
        check_found(&query, &email);
    }
    check_found("'`it'", &json!("`it"));
    check_found("`a\\`b`", &json!("a`b"));
    check_found("`[1, {\"a\": \"b\"}]`", &json!([1, {"a": "b"}]));
}

#[test]
fn what_is_no_query_is_refused_at_once_and_what_does_not_fit_the_reply_afterwards() {
    for query in ["", "a[", "a-b", "\"a", "a.b.", "1", "@["] {
        assert_eq!(search(query).unwrap_err().exit_code(), 252, "{query}");
    }
    for query in ["length(Nope)", "nope(@)", "join(',', `[1]`)", "map(&a, @)"] {
        assert_eq!(search(query).unwrap_err().exit_code(), 255, "{query}");
    }
    check_found("Nope", &json!(null));
}
