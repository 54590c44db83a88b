//! Pools in which an address is the name to sign in by (`UsernameAttributes`): it is one user's,
//! verified or not, and an update finds that out.

use super::{
    caller::{
        Caller, check_deletion_refused, check_done, check_invalid, check_no_sign_in, check_refused,
        check_sent,
    },
    *,
};

/// Case counts, as is the default.
const EMAIL: &str = r#"
[[pools]]
id = "us-east-1_Email"
username_attributes = ["email"]
auto_verified_attributes = ["email"]
clients = [{ id = "client", explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH"] }]

[[pools.users]]
username = "dan@example.com"
password = "Passw0rd!"
attributes = { email_verified = "true" }

[[pools.users]]
username = "eve@example.com"
password = "Passw0rd!"
"#;

const EITHER: &str = r#"
[[pools]]
id = "us-east-1_Either"
username_attributes = ["email", "phone_number"]
auto_verified_attributes = ["email", "phone_number"]
clients = [{ id = "client", explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH"] }]

[[pools.users]]
username = "dan@example.com"
password = "Passw0rd!"
attributes = { email_verified = "true" }

[[pools.users]]
username = "+15555550100"
password = "Passw0rd!"
"#;

const WAITS: &str = r#"attributes_require_verification_before_update = ["email"]"#;

/// The pool of [`EMAIL`] with another setting.
fn email_pool_with(setting: &str) -> String {
    let id = "id = \"us-east-1_Email\"\n";
    EMAIL.replace(id, &format!("{id}{setting}\n"))
}

const TAKEN: &str = "AliasExistsException";
const EMAIL_TAKEN: &str = "An account with the given email already exists.";

#[tokio::test]
async fn an_email_that_is_somebodys_is_refused_at_the_update_even_if_it_is_not_verified() {
    let server = Server::with_pools(EMAIL).await;
    let dan = Caller::new(&server, "client", "dan@example.com").await;
    check_refused(&dan, &[("email", "eve@example.com")], TAKEN, EMAIL_TAKEN).await;
    server.stop().await;
}

#[tokio::test]
async fn a_phone_number_that_is_somebodys_is_refused_at_the_update() {
    let server = Server::with_pools(EITHER).await;
    let dan = Caller::new(&server, "client", "dan@example.com").await;
    let message = "An account with the given phone_number already exists.";
    check_refused(&dan, &[("phone_number", "+15555550100")], TAKEN, message).await;
    server.stop().await;
}

#[tokio::test]
async fn an_address_that_is_none_is_told_before_one_that_is_taken() {
    let server = Server::with_pools(EMAIL).await;
    let dan = Caller::new(&server, "client", "dan@example.com").await;
    let changes = [("email", "eve@example.com"), ("phone_number", "x")];
    check_invalid(&dan, &changes, "Invalid phone number format.").await;
    server.stop().await;
}

#[tokio::test]
async fn a_taken_email_keeps_the_other_attributes_from_changing() {
    let server = Server::with_pools(EMAIL).await;
    let dan = Caller::new(&server, "client", "dan@example.com").await;
    let changes = [("nickname", "Danny"), ("email", "eve@example.com")];
    check_refused(&dan, &changes, TAKEN, EMAIL_TAKEN).await;
    server.stop().await;
}

#[tokio::test]
async fn ones_own_email_is_not_taken() {
    let server = Server::with_pools(EMAIL).await;
    let dan = Caller::new(&server, "client", "dan@example.com").await;
    check_done(
        &dan.update(&[("email", "dan@example.com"), ("nickname", "Danny")])
            .await,
    );
    server.stop().await;
}

#[tokio::test]
async fn where_case_does_not_count_another_case_is_taken_too() {
    let server = Server::with_pools(&email_pool_with("case_sensitive = false")).await;
    let dan = Caller::new(&server, "client", "DAN@Example.com").await;
    check_refused(&dan, &[("email", "EVE@example.com")], TAKEN, EMAIL_TAKEN).await;
    server.stop().await;
}

#[tokio::test]
async fn where_case_counts_as_is_the_default_another_case_is_another_address() {
    let server = Server::with_pools(EMAIL).await;
    let dan = Caller::new(&server, "client", "dan@example.com").await;
    check_sent(&dan.update(&[("email", "EVE@example.com")]).await);
    check_no_sign_in(&server, "Eve@example.com").await;
    server.stop().await;
}

#[tokio::test]
async fn after_a_change_neither_address_signs_in_until_the_new_one_is_verified() {
    let server = Server::with_pools(EMAIL).await;
    let dan = Caller::new(&server, "client", "dan@example.com").await;
    check_sent(&dan.update(&[("email", "new@example.org")]).await);
    for name in ["dan@example.com", "new@example.org"] {
        check_no_sign_in(&server, name).await;
    }
    check_done(&dan.verify_newest("email", "new@example.org").await);
    Caller::new(&server, "client", "new@example.org").await;
    check_no_sign_in(&server, "dan@example.com").await;
    server.stop().await;
}

#[tokio::test]
async fn while_a_change_waits_for_its_code_the_old_address_signs_in() {
    let server = Server::with_pools(&email_pool_with(WAITS)).await;
    let dan = Caller::new(&server, "client", "dan@example.com").await;
    check_sent(&dan.update(&[("email", "new@example.org")]).await);
    Caller::new(&server, "client", "dan@example.com").await;
    check_no_sign_in(&server, "new@example.org").await;
    server.stop().await;
}

#[tokio::test]
async fn a_change_that_waits_is_refused_at_the_update_if_the_email_is_somebodys() {
    let server = Server::with_pools(&email_pool_with(WAITS)).await;
    let dan = Caller::new(&server, "client", "dan@example.com").await;
    check_refused(&dan, &[("email", "eve@example.com")], TAKEN, EMAIL_TAKEN).await;
    server.stop().await;
}

#[tokio::test]
async fn of_two_changes_that_wait_for_one_email_the_first_verified_gets_it() {
    let server = Server::with_pools(&email_pool_with(WAITS)).await;
    let dan = Caller::new(&server, "client", "dan@example.com").await;
    let eve = Caller::new(&server, "client", "eve@example.com").await;
    check_sent(&dan.update(&[("email", "new@example.org")]).await);
    check_sent(&eve.update(&[("email", "new@example.org")]).await);
    check_done(&eve.verify_newest("email", "eve@example.com").await);
    let refused = dan.verify_newest("email", "dan@example.com").await;
    check_exception(&refused, TAKEN, "An account with the email already exists.");
    assert_eq!(
        dan.attribute("email").await.as_deref(),
        Some("dan@example.com")
    );
    assert_eq!(
        dan.attribute("email_verified").await.as_deref(),
        Some("true")
    );
    server.stop().await;
}

#[tokio::test]
async fn an_email_that_its_user_has_left_is_free_again() {
    let server = Server::with_pools(EMAIL).await;
    let dan = Caller::new(&server, "client", "dan@example.com").await;
    let eve = Caller::new(&server, "client", "eve@example.com").await;
    check_sent(&dan.update(&[("email", "new@example.org")]).await);
    check_sent(&eve.update(&[("email", "dan@example.com")]).await);
    check_done(&eve.verify_newest("email", "dan@example.com").await);
    let eve = Caller::new(&server, "client", "dan@example.com").await;
    assert_eq!(
        eve.attribute("email").await.as_deref(),
        Some("dan@example.com")
    );
    server.stop().await;
}

#[tokio::test]
async fn who_signs_in_by_email_does_not_come_to_sign_in_by_a_phone_number() {
    let server = Server::with_pools(EITHER).await;
    let dan = Caller::new(&server, "client", "dan@example.com").await;
    check_sent(&dan.update(&[("phone_number", "+15555550199")]).await);
    check_done(&dan.verify_newest("phone_number", "dan@example.com").await);
    check_no_sign_in(&server, "+15555550199").await;
    Caller::new(&server, "client", "dan@example.com").await;
    server.stop().await;
}

#[tokio::test]
async fn the_email_that_a_user_signs_in_by_is_not_deleted() {
    let server = Server::with_pools(EMAIL).await;
    let dan = Caller::new(&server, "client", "dan@example.com").await;
    let message = "user.email: Required attribute cannot be deleted.\n";
    check_invalid(&dan, &[("nickname", "x"), ("email", "")], message).await;
    let message = "Invalid user attributes: email: Required attribute cannot be deleted.\n";
    let names = ["nickname", "email"];
    check_deletion_refused(&dan, &names, "InvalidParameterException", message).await;
    server.stop().await;
}

#[tokio::test]
async fn a_pool_that_is_created_without_a_word_about_case_lets_case_count() {
    let server = Server::start().await;
    let answer = server
        .pool("CreateUserPool", json!({ "PoolName": "new" }))
        .await;
    let id = &answer.body["UserPool"]["Id"];
    for (name, status) in [("dan", 200), ("DAN", 200), ("dan", 400)] {
        let user = json!({ "UserPoolId": id, "Username": name });
        let answer = server.pool("AdminCreateUser", user).await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    server.stop().await;
}
