//! Updates of an e-mail address and of a phone number: what becomes of them, and where codes go.

use super::{
    caller::{Caller, check_done, check_sent},
    *,
};

/// A pool that sends no code for a phone number.
const QUIET: &str = r#"
[[pools]]
id = "us-east-1_Quiet"
auto_verified_attributes = ["email"]

[[pools.clients]]
id = "client"
explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH"]

[[pools.users]]
username = "dan"
password = "Passw0rd!"

[pools.users.attributes]
email = "dan@example.com"
email_verified = "true"
phone_number = "+15555550100"
phone_number_verified = "true"
"#;

#[tokio::test]
async fn a_new_email_and_a_new_phone_number_are_two_deliveries_in_the_order_asked() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let changes = [
        ("phone_number", "+15555559934"),
        ("nickname", "Danny"),
        ("email", "jane@example.org"),
    ];
    let phone = ("phone_number", "SMS", "+*******9934");
    let email = ("email", "EMAIL", "j***@e***");
    assert_eq!(check_sent(&dan.update(&changes).await), [phone, email]);
    server.stop().await;
}

#[tokio::test]
async fn a_destination_has_no_top_level_domain_and_a_number_keeps_its_length() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    for (name, value, shown) in [
        ("email", "jane.doe@mail.example.co.uk", "j***@m***"),
        ("email", "z@b.eu", "z***@b***"),
        ("phone_number", "+911234564114", "+********4114"),
        ("phone_number", "+5511123454516", "+*********4516"),
    ] {
        let answer = dan.update(&[(name, value)]).await;
        assert_eq!(check_sent(&answer)[0].2, shown);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_new_email_is_stored_at_once_and_unverified() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    check_sent(&dan.update(&[("email", "new@example.org")]).await);
    let after = server.attributes(&dan.token).await;
    assert_eq!(after["email"], "new@example.org");
    assert_eq!(after["email_verified"], "false");
    assert_eq!(after["phone_number_verified"], "true");
    server.stop().await;
}

#[tokio::test]
async fn the_same_email_again_sends_no_code_and_stays_verified() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    check_done(&dan.update(&[("email", "dan@example.com")]).await);
    assert_eq!(
        dan.attribute("email_verified").await.as_deref(),
        Some("true")
    );
    check_sent(&dan.update(&[("email", "new@example.org")]).await);
    check_done(&dan.update(&[("email", "new@example.org")]).await);
    let outbox = server.local("outbox?username=dan").await;
    assert_eq!(outbox["messages"].as_array().map(Vec::len), Some(1));
    server.stop().await;
}

#[tokio::test]
async fn an_address_that_is_not_auto_verified_is_stored_unverified_and_sent_nothing() {
    let server = Server::with_pools(QUIET).await;
    let dan = Caller::new(&server, "client", "dan").await;
    check_done(&dan.update(&[("phone_number", "+15555550199")]).await);
    let after = server.attributes(&dan.token).await;
    assert_eq!(after["phone_number"], "+15555550199");
    assert_eq!(after["phone_number_verified"], "false");
    assert_eq!(server.local("outbox").await, json!({ "messages": [] }));
    server.stop().await;
}

#[tokio::test]
async fn a_deleted_address_is_sent_nothing_and_is_no_longer_verified() {
    let server = Server::with_pools(QUIET).await;
    let dan = Caller::new(&server, "client", "dan").await;
    check_done(&dan.update(&[("email", "")]).await);
    let after = server.attributes(&dan.token).await;
    assert!(!after.contains_key("email"));
    assert_eq!(after["email_verified"], "false");
    server.stop().await;
}

#[tokio::test]
async fn where_it_is_set_to_a_deleted_address_takes_its_flag_along() {
    let removed = "[behaviour]\nverified_flag_of_deleted = \"removed\"\n";
    let server = Server::with_pools(&format!("{removed}{QUIET}")).await;
    let dan = Caller::new(&server, "client", "dan").await;
    check_done(&dan.update(&[("email", "")]).await);
    check_done(&dan.delete(&["phone_number"]).await);
    let after = server.attributes(&dan.token).await;
    assert_eq!(after.into_keys().collect::<Vec<_>>(), ["sub"]);
    server.stop().await;
}

#[tokio::test]
async fn where_it_is_set_to_an_update_that_sends_nothing_answers_an_empty_list() {
    let empty = "[behaviour]\nno_deliveries = \"empty\"\n";
    let server = Server::with_pools(&format!("{empty}{QUIET}")).await;
    let dan = Caller::new(&server, "client", "dan").await;
    for change in [
        ("nickname", "Danny"),
        ("nickname", ""),
        ("email", "dan@example.com"),
    ] {
        assert_eq!(check_sent(&dan.update(&[change]).await), []);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_code_for_the_old_address_proves_nothing_about_the_new_one() {
    let server = Server::with_pools(QUIET).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let attribute = json!({ "AttributeName": "phone_number" });
    let operation = "GetUserAttributeVerificationCode";
    assert_eq!(dan.call(operation, attribute).await.status, 200);
    check_done(&dan.update(&[("phone_number", "+15555550199")]).await);
    check_exception(
        &dan.verify_newest("phone_number", "dan").await,
        "ExpiredCodeException",
        "Invalid code provided, please request a code again.",
    );
    assert_eq!(
        dan.attribute("phone_number_verified").await.as_deref(),
        Some("false")
    );
    server.stop().await;
}
