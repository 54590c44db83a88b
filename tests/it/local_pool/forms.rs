//! The model's constraints on a request: which are told, and how the value is shown.

use super::*;

const NAME: &str = r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+";
const OLD_NAME: &str = r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+";

/// No token at all: what is wrong with it would be told later.
const TOKEN: &str = "garbage";

async fn check_form(server: &Server, operation: &str, body: Value, message: &str) {
    let answer = server.pool(operation, body).await;
    check_exception(&answer, "InvalidParameterException", message);
}

/// Checks what is told of an update with these attributes.
async fn check_attributes(server: &Server, attributes: Value, message: &str) {
    let body = json!({ "UserAttributes": attributes, "AccessToken": TOKEN });
    check_form(server, "UpdateUserAttributes", body, message).await;
}

/// Checks that an update with these attributes gets as far as its token.
async fn check_good(server: &Server, attributes: Value) {
    let body = json!({ "UserAttributes": attributes, "AccessToken": TOKEN });
    let answer = server.pool("UpdateUserAttributes", body).await;
    check_exception(&answer, "NotAuthorizedException", "Invalid Access Token");
}

/// What is told of a list of texts: all of it, and all constraints of its members.
fn names_message(names: &str, pattern: &str) -> String {
    format!(
        "1 validation error detected: Value '{names}' {} satisfy constraint: [Member must have \
         length less than or equal to 32, Member must have length greater than or equal to 1, \
         Member must satisfy regular expression pattern: {pattern}]",
        at("userAttributeNames")
    )
}

fn at(member: &str) -> String {
    format!("at '{member}' failed to satisfy constraint: Member must")
}

#[tokio::test]
async fn an_empty_name_is_too_short_and_breaks_the_pattern() {
    let server = Server::start().await;
    let at = at("userAttributes.1.member.name");
    let message = format!(
        "2 validation errors detected: Value '' {at} have length greater than or equal to 1; \
         Value '' {at} satisfy regular expression pattern: {NAME}"
    );
    check_attributes(&server, json!([{ "Name": "", "Value": "x" }]), &message).await;
    server.stop().await;
}

#[tokio::test]
async fn a_null_name_is_a_missing_one() {
    let server = Server::start().await;
    let at = at("userAttributes.1.member.name");
    let message = format!("1 validation error detected: Value null {at} not be null");
    check_attributes(&server, json!([{ "Name": null, "Value": "x" }]), &message).await;
    check_attributes(&server, json!([{ "Value": "x" }]), &message).await;
    server.stop().await;
}

#[tokio::test]
async fn a_name_that_is_too_long_is_shown() {
    let server = Server::start().await;
    let at = at("userAttributes.1.member.name");
    let name = "n".repeat(33);
    let message = format!(
        "1 validation error detected: Value '{name}' {at} have length less than or equal to 32"
    );
    check_attributes(&server, json!([{ "Name": name, "Value": "x" }]), &message).await;
    server.stop().await;
}

#[tokio::test]
async fn a_name_with_a_bad_character_breaks_the_pattern_before_it_is_too_long() {
    let server = Server::start().await;
    let at = at("userAttributes.1.member.name");
    let name = format!("\u{7f}{}", "n".repeat(32));
    let message = format!(
        "2 validation errors detected: Value '{name}' {at} satisfy regular expression pattern: \
         {NAME}; Value '{name}' {at} have length less than or equal to 32"
    );
    check_attributes(&server, json!([{ "Name": name, "Value": "x" }]), &message).await;
    server.stop().await;
}

#[tokio::test]
async fn a_names_length_is_in_characters() {
    let server = Server::start().await;
    check_good(&server, json!([{ "Name": "ü".repeat(32), "Value": "x" }])).await;
    server.stop().await;
}

#[tokio::test]
async fn white_space_in_a_name_is_good_in_pools_of_today() {
    let server = Server::start().await;
    check_good(&server, json!([{ "Name": "my\tnote\r\n", "Value": "x" }])).await;
    server.stop().await;
}

#[tokio::test]
async fn white_space_in_a_name_breaks_the_pattern_of_old_pools() {
    let old = EXAMPLE.replace(
        "white_space_in_names = true",
        "white_space_in_names = false",
    );
    let server = Server::with_pools(&old).await;
    let at = at("userAttributes.1.member.name");
    let message = format!(
        "1 validation error detected: Value 'my note' {at} satisfy regular expression pattern: \
         {OLD_NAME}"
    );
    check_attributes(&server, json!([{ "Name": "my note" }]), &message).await;
    let body = json!({ "UserAttributeNames": ["my note"], "AccessToken": TOKEN });
    let message = names_message("[my note]", OLD_NAME);
    check_form(&server, "DeleteUserAttributes", body, &message).await;
    server.stop().await;
}

#[tokio::test]
async fn a_value_that_is_too_long_is_not_shown() {
    let server = Server::start().await;
    let message = "1 validation error detected: Value at 'userAttributes.1.member.value' failed to \
                   satisfy constraint: Member must have length less than or equal to 2048";
    let attributes = json!([{ "Name": "nickname", "Value": "x".repeat(2049) }]);
    check_attributes(&server, attributes, message).await;
    check_good(
        &server,
        json!([{ "Name": "nickname", "Value": "ü".repeat(2048) }]),
    )
    .await;
    server.stop().await;
}

#[tokio::test]
async fn an_empty_token_breaks_the_pattern_and_is_no_matter_of_authorization() {
    let server = Server::start().await;
    let message = "1 validation error detected: Value at 'accessToken' failed to satisfy \
                   constraint: Member must satisfy regular expression pattern: [A-Za-z0-9-_=.]+";
    for (operation, members) in own_operations() {
        // The last as a file with a line's end, which the AWS CLI doesn't strip.
        for token in ["", "no token", "ey.ey.ey\n"] {
            let mut body = members.clone();
            body["AccessToken"] = token.into();
            check_form(&server, operation, body, message).await;
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_null_token_is_a_missing_one() {
    let server = Server::start().await;
    let message = "1 validation error detected: Value at 'accessToken' failed to satisfy \
                   constraint: Member must not be null";
    for (operation, members) in own_operations() {
        check_form(&server, operation, members.clone(), message).await;
        let mut body = members;
        body["AccessToken"] = Value::Null;
        check_form(&server, operation, body, message).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_missing_list_is_told_and_an_empty_one_is_none() {
    let server = Server::start().await;
    let missing = |list| {
        format!(
            "1 validation error detected: Value null {} not be null",
            at(list)
        )
    };
    let body = json!({ "AccessToken": TOKEN });
    let message = missing("userAttributes");
    check_form(&server, "UpdateUserAttributes", body.clone(), &message).await;
    let message = missing("userAttributeNames");
    check_form(&server, "DeleteUserAttributes", body, &message).await;
    check_good(&server, json!([])).await;
    server.stop().await;
}

#[tokio::test]
async fn names_to_delete_have_the_form_of_names() {
    let server = Server::start().await;
    let body = json!({ "UserAttributeNames": ["nickname", ""], "AccessToken": TOKEN });
    let message = names_message("[nickname, ]", NAME);
    check_form(&server, "DeleteUserAttributes", body, &message).await;
    server.stop().await;
}

#[tokio::test]
async fn client_metadata_that_is_too_long_is_not_shown() {
    let server = Server::start().await;
    let long = "x".repeat(131_073);
    for (entry, what) in [
        (json!({ "k": long }), "value"),
        (json!({ &long: "v" }), "keys"),
    ] {
        let body = json!({ "UserAttributes": [], "AccessToken": TOKEN, "ClientMetadata": entry });
        let message = format!(
            "1 validation error detected: Value at 'clientMetadata' failed to satisfy constraint: \
             Map {what} must satisfy constraint: [Member must have length less than or equal to \
             131072, Member must have length greater than or equal to 0]"
        );
        check_form(&server, "UpdateUserAttributes", body, &message).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn every_broken_constraint_of_a_request_is_in_one_message() {
    let server = Server::start().await;
    let long = "n".repeat(33);
    let attributes = json!([
        { "Value": "x" },
        { "Name": "nickname", "Value": "x" },
        { "Name": long, "Value": "x".repeat(2049) },
    ]);
    let message = format!(
        "4 validation errors detected: Value null {} not be null; Value '{long}' {} have length \
         less than or equal to 32; Value {} have length less than or equal to 2048; Value {} not \
         be null",
        at("userAttributes.1.member.name"),
        at("userAttributes.3.member.name"),
        at("userAttributes.3.member.value"),
        at("accessToken"),
    );
    let body = json!({ "UserAttributes": attributes });
    check_form(&server, "UpdateUserAttributes", body, &message).await;
    server.stop().await;
}

/// The operations on one's own attributes, each with what it needs besides a token.
fn own_operations() -> [(&'static str, Value); 5] {
    let code = json!({ "AttributeName": "email", "Code": "123456" });
    [
        ("UpdateUserAttributes", json!({ "UserAttributes": [] })),
        ("DeleteUserAttributes", json!({ "UserAttributeNames": [] })),
        ("GetUser", json!({})),
        (
            "GetUserAttributeVerificationCode",
            json!({ "AttributeName": "email" }),
        ),
        ("VerifyUserAttribute", code),
    ]
}
