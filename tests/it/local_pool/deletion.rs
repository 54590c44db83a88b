//! `DeleteUserAttributes`: all of the attributes, or none.

use super::{
    caller::{Caller, check_deletion_refused, check_done, check_sent},
    *,
};

/// Checks that these can't be deleted, in these words.
async fn check_invalid(names: &[&str], message: &str) {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    check_deletion_refused(&dan, names, "InvalidParameterException", message).await;
    server.stop().await;
}

#[tokio::test]
async fn the_named_attributes_are_deleted_and_no_others() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let mut expected = server.attributes(&dan.token).await;
    for name in ["family_name", "custom:code"] {
        expected.remove(name).expect("it was there");
    }
    check_done(&dan.delete(&["family_name", "custom:code"]).await);
    assert_eq!(server.attributes(&dan.token).await, expected);
    server.stop().await;
}

#[tokio::test]
async fn what_the_user_does_not_have_is_deleted_already() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let before = server.attributes(&dan.token).await;
    check_done(&dan.delete(&["nickname", "nickname", "custom:flag"]).await);
    check_done(&dan.delete(&[]).await);
    assert_eq!(server.attributes(&dan.token).await, before);
    server.stop().await;
}

#[tokio::test]
async fn a_required_attribute_is_not_deleted_by_name() {
    let message = "Invalid user attributes: given_name: Required attribute cannot be deleted.\n";
    check_invalid(&["given_name"], message).await;
}

#[tokio::test]
async fn unknown_attributes_are_not_deleted_and_all_are_told() {
    let message = "Invalid user attributes: user.custom:none: Attribute does not exist in the \
                   schema.\nuser.code: Attribute does not exist in the schema.\n";
    check_invalid(&["custom:none", "family_name", "code"], message).await;
}

#[tokio::test]
async fn an_immutable_attribute_is_not_deleted_by_name() {
    let message = "Invalid user attributes: user.custom:role: Attribute cannot be updated.\n";
    check_invalid(&["custom:role"], message).await;
}

#[tokio::test]
async fn nobody_deletes_their_own_sub_or_whether_an_address_is_verified() {
    for name in ["sub", "email_verified", "phone_number_verified"] {
        let message = format!("Cannot modify the non-mutable attribute {name}");
        check_invalid(&["family_name", name], &message).await;
    }
}

#[tokio::test]
async fn nothing_is_deleted_if_one_of_many_cannot_be() {
    let message = "Invalid user attributes: user.custom:tenant: Attribute cannot be updated.\n\
                   given_name: Required attribute cannot be deleted.\n";
    check_invalid(&["family_name", "custom:tenant", "given_name"], message).await;
}

#[tokio::test]
async fn what_the_client_may_not_write_is_not_deleted() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let message = "A client attempted to write unauthorized attribute";
    let names = ["family_name", "custom:secret"];
    check_deletion_refused(&dan, &names, "NotAuthorizedException", message).await;
    server.stop().await;
}

#[tokio::test]
async fn a_deleted_address_is_unverified_and_the_other_one_keeps_its_flag() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    check_done(&dan.delete(&["email"]).await);
    let after = server.attributes(&dan.token).await;
    assert!(!after.contains_key("email"));
    assert_eq!(after["email_verified"], "false");
    assert_eq!(after["phone_number_verified"], "true");
    server.stop().await;
}

#[tokio::test]
async fn with_an_address_goes_its_code() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    check_sent(&dan.update(&[("email", "new@example.org")]).await);
    check_done(&dan.delete(&["email"]).await);
    check_exception(
        &dan.verify_newest("email", "dan").await,
        "ExpiredCodeException",
        "Invalid code provided, please request a code again.",
    );
    assert_eq!(
        dan.attribute("email_verified").await.as_deref(),
        Some("false")
    );
    server.stop().await;
}

#[tokio::test]
async fn with_an_address_goes_a_change_that_was_pending() {
    let waiting = "auto_verified_attributes = [\"email\", \"phone_number\"]\n\
                   attributes_require_verification_before_update = [\"email\"]\n";
    let quick = "auto_verified_attributes = [\"email\", \"phone_number\"]\n";
    let server = Server::with_pools(&KINDS.replace(quick, waiting)).await;
    let dan = Caller::new(&server, "client", "dan").await;
    check_sent(&dan.update(&[("email", "new@example.org")]).await);
    check_done(&dan.delete(&["email"]).await);
    assert_eq!(dan.verify_newest("email", "dan").await.status, 400);
    assert_eq!(dan.attribute("email").await, None);
    let pools = server.local("pools").await;
    assert_eq!(pools["pools"][0]["users"][0]["pending"], json!({}));
    server.stop().await;
}
