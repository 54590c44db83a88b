//! Of several things that are wrong with one update, which is told: from the wire inwards. Nothing
//! is changed by any of them.

use super::{
    caller::{Caller, check_invalid, check_refused},
    *,
};

#[tokio::test]
async fn a_value_of_another_type_is_told_before_a_broken_form() {
    let server = Server::with_pools(KINDS).await;
    let update = json!({ "UserAttributes": [{ "Name": "", "Value": 7 }], "AccessToken": "" });
    let answer = server.pool("UpdateUserAttributes", update).await;
    check_exception(
        &answer,
        "SerializationException",
        "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an \
         String",
    );
    server.stop().await;
}

#[tokio::test]
async fn a_broken_form_is_told_before_a_bad_token() {
    let server = Server::with_pools(KINDS).await;
    let update = json!({ "UserAttributes": [{ "Value": "x" }], "AccessToken": "garbage" });
    check_exception(
        &server.pool("UpdateUserAttributes", update).await,
        "InvalidParameterException",
        "1 validation error detected: Value null at 'userAttributes.1.member.name' failed to \
         satisfy constraint: Member must not be null",
    );
    server.stop().await;
}

#[tokio::test]
async fn an_expired_token_is_told_before_any_bad_attribute() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    server
        .order("clock", json!({ "advance_seconds": 3600 }))
        .await;
    for change in [
        ("sub", Some("x")),
        ("nickname", None),
        ("custom:none", Some("x")),
        ("email", Some("x")),
    ] {
        let message = "Access Token has expired";
        check_refused(&dan, &[change], "NotAuthorizedException", message).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn the_sub_is_told_before_a_missing_value() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let message = "Cannot modify the non-mutable attribute sub";
    check_invalid(&dan, &[("nickname", None), ("sub", Some("x"))], message).await;
    check_invalid(&dan, &[("sub", None::<&str>)], message).await;
    server.stop().await;
}

#[tokio::test]
async fn a_missing_value_is_told_before_what_the_schema_says() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    for (name, other) in [
        ("custom:tenant", "nickname"),
        ("custom:none", "nickname"),
        ("custom:secret", "nickname"),
        ("nickname", "custom:tenant"),
        ("nickname", "custom:none"),
    ] {
        let message = format!("Attribute value for {name} must not be null");
        check_invalid(&dan, &[(other, Some("x")), (name, None)], &message).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn an_unknown_name_is_told_before_one_that_the_client_may_not_write() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let changes = [("custom:secret", "x"), ("custom:none", "x")];
    let message = "user.custom:none: Attribute does not exist in the schema.\n";
    check_invalid(&dan, &changes, message).await;
    server.stop().await;
}

#[tokio::test]
async fn what_the_client_may_not_write_is_told_before_what_is_immutable_or_too_short() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    for (name, value) in [("custom:tenant", "x"), ("custom:code", "x"), ("email", "x")] {
        let changes = [(name, value), ("custom:secret", "x")];
        let message = "A client attempted to write unauthorized attribute";
        check_refused(&dan, &changes, "NotAuthorizedException", message).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn everything_that_the_schema_forbids_is_told_at_once_in_the_order_of_the_request() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let changes = [
        ("custom:code", "ab"),
        ("nickname", "Danny"),
        ("custom:tenant", "x"),
        ("given_name", ""),
        ("custom:level", "11"),
    ];
    let message = "user.custom:code: String must be no shorter than 3 characters\n\
                   user.custom:tenant: Attribute cannot be updated.\n\
                   user.given_name: Required attribute cannot be deleted.\n\
                   user.custom:level: Number must be no greater than 10\n";
    check_invalid(&dan, &changes, message).await;
    server.stop().await;
}

#[tokio::test]
async fn what_the_schema_forbids_is_told_before_an_address_that_is_none() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let changes = [("email", "x"), ("custom:tenant", "x")];
    let message = "user.custom:tenant: Attribute cannot be updated.\n";
    check_invalid(&dan, &changes, message).await;
    server.stop().await;
}

#[tokio::test]
async fn of_two_addresses_that_are_none_the_first_is_told() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let changes = [("phone_number", "x"), ("email", "x")];
    check_invalid(&dan, &changes, "Invalid phone number format.").await;
    let changes = [("email", "x"), ("phone_number", "x")];
    check_invalid(&dan, &changes, "Invalid email address format.").await;
    server.stop().await;
}
