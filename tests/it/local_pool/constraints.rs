//! What a pool's schema and the forms of addresses make of an update's values, word for word.

use super::{
    caller::{Caller, check_done, check_invalid, check_refused},
    *,
};

/// Changes that are each refused in these words.
async fn check_each_invalid(changes: &[(&str, &str)], message: &str) {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    for change in changes {
        check_invalid(&dan, &[*change], message).await;
    }
    server.stop().await;
}

/// Changes that are each made, without a word.
async fn check_each_good(changes: &[(&str, &str)]) {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    for (name, value) in changes {
        check_done(&dan.update(&[(*name, *value)]).await);
        assert_eq!(dan.attribute(name).await.as_deref(), Some(*value));
    }
    server.stop().await;
}

#[tokio::test]
async fn an_unknown_attribute_does_not_exist_in_the_schema() {
    let message = "user.favorite_color: Attribute does not exist in the schema.\n";
    check_each_invalid(&[("favorite_color", "x"), ("favorite_color", "")], message).await;
}

#[tokio::test]
async fn a_custom_attribute_without_its_prefix_does_not_exist_in_the_schema() {
    let message = "user.code: Attribute does not exist in the schema.\n";
    check_each_invalid(&[("code", "abcd")], message).await;
}

#[tokio::test]
async fn names_have_their_case() {
    let message = "user.Email: Attribute does not exist in the schema.\n";
    check_each_invalid(&[("Email", "new@example.org")], message).await;
}

#[tokio::test]
async fn all_unknown_attributes_are_in_one_message_each_on_a_line() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let changes = [
        ("custom:address", "x"),
        ("nickname", "Danny"),
        ("custom:latitude", "1.5"),
    ];
    let message = "user.custom:address: Attribute does not exist in the schema.\n\
                   user.custom:latitude: Attribute does not exist in the schema.\n";
    check_invalid(&dan, &changes, message).await;
    server.stop().await;
}

#[tokio::test]
async fn an_immutable_attribute_cannot_be_updated_whatever_the_value() {
    let changes = ["boss", "clerk", ""].map(|value| ("custom:role", value));
    check_each_invalid(&changes, "user.custom:role: Attribute cannot be updated.\n").await;
}

#[tokio::test]
async fn an_immutable_attribute_that_never_had_a_value_cannot_be_updated_either() {
    let message = "user.custom:tenant: Attribute cannot be updated.\n";
    check_each_invalid(&[("custom:tenant", "x"), ("custom:tenant", "")], message).await;
}

#[tokio::test]
async fn an_immutable_email_cannot_be_updated() {
    let own = "[[pools.schema]]\nname = \"email\"\nmutable = false\n\n[[pools.clients]]";
    let server = Server::with_pools(&KINDS.replacen("[[pools.clients]]", own, 1)).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let message = "user.email: Attribute cannot be updated.\n";
    check_invalid(&dan, &[("email", "new@example.org")], message).await;
    server.stop().await;
}

#[tokio::test]
async fn a_string_below_its_least_length_is_refused() {
    let message = "user.custom:code: String must be no shorter than 3 characters\n";
    check_each_invalid(&[("custom:code", "ab"), ("custom:code", "é✓")], message).await;
}

#[tokio::test]
async fn a_string_above_its_greatest_length_is_refused() {
    let message = "user.custom:code: String must be no longer than 5 characters\n";
    check_each_invalid(&[("custom:code", "abcdef")], message).await;
}

#[tokio::test]
async fn a_length_is_in_characters_and_its_limits_are_good() {
    check_each_good(&[("custom:code", "äöü"), ("custom:code", "äöüß✓")]).await;
}

#[tokio::test]
async fn a_number_out_of_its_range_is_refused() {
    let message = "user.custom:level: Number must be no less than 1\n";
    check_each_invalid(&[("custom:level", "0"), ("custom:level", "-7")], message).await;
    let message = "user.custom:level: Number must be no greater than 10\n";
    check_each_invalid(&[("custom:level", "11")], message).await;
    check_each_good(&[("custom:level", "1"), ("custom:level", "10")]).await;
}

#[tokio::test]
async fn what_is_no_number_is_refused() {
    let changes =
        ["ten", "1.5", "1e1", " 1", "1_0", "+", "-", "--1"].map(|value| ("custom:level", value));
    check_each_invalid(&changes, "user.custom:level: Number expected\n").await;
}

#[tokio::test]
async fn what_is_no_boolean_is_refused() {
    let changes = ["yes", "1", "truest"].map(|value| ("custom:flag", value));
    check_each_invalid(&changes, "user.custom:flag: Boolean expected\n").await;
    check_each_good(&["true", "false", "True", "FALSE"].map(|it| ("custom:flag", it))).await;
}

#[tokio::test]
async fn a_date_and_time_is_taken_as_it_is() {
    check_each_good(&[
        ("custom:since", "2020-01-01T00:00:00Z"),
        ("custom:since", "then"),
    ])
    .await;
}

#[tokio::test]
async fn a_birthdate_has_ten_characters() {
    let message = "user.birthdate: String must be no shorter than 10 characters\n";
    check_each_invalid(&[("birthdate", "1990-1-1")], message).await;
    let message = "user.birthdate: String must be no longer than 10 characters\n";
    check_each_invalid(&[("birthdate", "1990-01-011")], message).await;
    check_each_good(&[("birthdate", "1990-01-01")]).await;
}

#[tokio::test]
async fn updated_at_is_a_number_of_seconds() {
    let message = "user.updated_at: Number expected\n";
    check_each_invalid(&[("updated_at", "today")], message).await;
    check_each_good(&[("updated_at", "1700000000")]).await;
}

#[tokio::test]
async fn a_time_zone_a_locale_and_a_website_are_free_text() {
    check_each_good(&[
        ("zoneinfo", "here"),
        ("locale", "xx"),
        ("website", "no URL"),
    ])
    .await;
}

#[tokio::test]
async fn nobody_sets_their_own_sub() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    for value in [Some("x"), Some(""), None] {
        let message = "Cannot modify the non-mutable attribute sub";
        check_invalid(&dan, &[("sub", value)], message).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn nobody_sets_whether_their_own_address_is_verified() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    for name in ["email_verified", "phone_number_verified"] {
        let message = format!("Cannot modify the non-mutable attribute {name}");
        for value in ["true", "false", ""] {
            check_invalid(&dan, &[("nickname", "x"), (name, value)], &message).await;
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_missing_value_is_no_blank() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let message = "Attribute value for family_name must not be null";
    check_invalid(&dan, &[("family_name", None::<&str>)], message).await;
    let left_out = json!({ "UserAttributes": [{ "Name": "family_name" }] });
    let answer = dan.call("UpdateUserAttributes", left_out).await;
    check_exception(&answer, "InvalidParameterException", message);
    assert_eq!(dan.attribute("family_name").await.as_deref(), Some("Doe"));
    server.stop().await;
}

#[tokio::test]
async fn an_email_address_has_a_form() {
    let bad = [
        "dan",
        "@example.com",
        "dan@",
        "dan@example",
        "dan@exam ple.com",
        "dan @example.com",
        "dan@example@example.com",
        "dan@example..com",
    ];
    let changes = bad.map(|value| ("email", value));
    check_each_invalid(&changes, "Invalid email address format.").await;
}

#[tokio::test]
async fn a_phone_number_has_a_form() {
    let bad = [
        "15555550100",
        "5555550100",
        "+",
        "+1555555010x",
        "+1 555",
        "(555) 555-0100",
        "+1234567890123456",
    ];
    let changes = bad.map(|value| ("phone_number", value));
    check_each_invalid(&changes, "Invalid phone number format.").await;
}

#[tokio::test]
async fn a_phone_number_is_not_looked_up_in_any_numbering_plan() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    for number in ["+1115555550100", "+665555550100", "+1"] {
        let answer = dan.update(&[("phone_number", number)]).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_required_attribute_cannot_be_deleted() {
    let message = "user.given_name: Required attribute cannot be deleted.\n";
    check_each_invalid(&[("given_name", "")], message).await;
}

#[tokio::test]
async fn a_required_attribute_that_has_no_value_must_come_along_with_any_change() {
    let server = Server::with_pools(KINDS).await;
    let eve = Caller::new(&server, "client", "eve").await;
    let message = "user.given_name: The attribute is required\n";
    check_invalid(&eve, &[("nickname", "Evie")], message).await;
    check_done(
        &eve.update(&[("nickname", "Evie"), ("given_name", "Eve")])
            .await,
    );
    check_done(&eve.update(&[("nickname", "E.")]).await);
    server.stop().await;
}

#[tokio::test]
async fn what_the_client_may_not_write_is_not_named_and_is_no_invalid_parameter() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let changes = [("nickname", "Danny"), ("custom:secret", "x")];
    let message = "A client attempted to write unauthorized attribute";
    check_refused(&dan, &changes, "NotAuthorizedException", message).await;
    server.stop().await;
}
