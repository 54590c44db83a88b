//! Pools in which users have a name of their own, and aliases besides (`AliasAttributes`): an
//! address once it is verified, which is when it is found out whether it is another's.

use super::{
    caller::{Caller, check_done, check_no_sign_in, check_refused, check_sent},
    *,
};

/// Everything is an alias, and case doesn't count.
const ALIASES: &str = r#"
[[pools]]
id = "us-east-1_Aliases"
alias_attributes = ["email", "phone_number", "preferred_username"]
auto_verified_attributes = ["email", "phone_number"]
case_sensitive = false
clients = [{ id = "client", explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH"] }]

[[pools.users]]
username = "dan"
password = "Passw0rd!"
attributes = { email = "dan@example.com", email_verified = "true" }

[[pools.users]]
username = "eve"
password = "Passw0rd!"

[pools.users.attributes]
email = "eve@example.com"
email_verified = "true"
phone_number = "+15555550100"
phone_number_verified = "true"
preferred_username = "evie"
"#;

const TAKEN: &str = "AliasExistsException";

#[tokio::test]
async fn an_email_that_somebody_has_verified_is_taken_at_the_update_and_refused_at_its_verification()
 {
    let server = Server::with_pools(ALIASES).await;
    let dan = Caller::new(&server, "client", "dan").await;
    check_sent(&dan.update(&[("email", "eve@example.com")]).await);
    let refused = dan.verify_newest("email", "dan").await;
    check_exception(&refused, TAKEN, "An account with the email already exists.");
    let after = server.attributes(&dan.token).await;
    assert_eq!(after["email"], "eve@example.com");
    assert_eq!(after["email_verified"], "false");
    server.stop().await;
}

#[tokio::test]
async fn a_phone_number_that_somebody_has_verified_is_refused_at_its_verification() {
    let server = Server::with_pools(ALIASES).await;
    let dan = Caller::new(&server, "client", "dan").await;
    check_sent(&dan.update(&[("phone_number", "+15555550100")]).await);
    let refused = dan.verify_newest("phone_number", "dan").await;
    let message = "An account with the phone_number already exists.";
    check_exception(&refused, TAKEN, message);
    server.stop().await;
}

#[tokio::test]
async fn who_has_verified_an_email_keeps_it_whatever_others_try() {
    let server = Server::with_pools(ALIASES).await;
    let dan = Caller::new(&server, "client", "dan").await;
    check_sent(&dan.update(&[("email", "eve@example.com")]).await);
    assert_eq!(dan.verify_newest("email", "dan").await.status, 400);
    let eve = Caller::new(&server, "client", "eve@example.com").await;
    let answer = eve.call("GetUser", json!({})).await;
    assert_eq!(answer.body["Username"], "eve");
    assert_eq!(
        eve.attribute("email_verified").await.as_deref(),
        Some("true")
    );
    server.stop().await;
}

#[tokio::test]
async fn of_two_who_have_one_email_unverified_the_first_to_verify_gets_it() {
    let server = Server::with_pools(ALIASES).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let eve = Caller::new(&server, "client", "eve").await;
    check_sent(&dan.update(&[("email", "new@example.org")]).await);
    check_sent(&eve.update(&[("email", "new@example.org")]).await);
    check_done(&eve.verify_newest("email", "eve").await);
    let refused = dan.verify_newest("email", "dan").await;
    check_exception(&refused, TAKEN, "An account with the email already exists.");
    server.stop().await;
}

#[tokio::test]
async fn an_email_is_an_alias_again_once_it_is_verified() {
    let server = Server::with_pools(ALIASES).await;
    let dan = Caller::new(&server, "client", "dan@example.com").await;
    check_sent(&dan.update(&[("email", "new@example.org")]).await);
    for name in ["dan@example.com", "new@example.org"] {
        check_no_sign_in(&server, name).await;
    }
    check_done(&dan.verify_newest("email", "dan").await);
    Caller::new(&server, "client", "new@example.org").await;
    check_no_sign_in(&server, "dan@example.com").await;
    server.stop().await;
}

#[tokio::test]
async fn where_case_does_not_count_an_alias_has_none_either() {
    let server = Server::with_pools(ALIASES).await;
    let dan = Caller::new(&server, "client", "DAN").await;
    check_sent(&dan.update(&[("email", "EVE@Example.com")]).await);
    let refused = dan.verify_newest("email", "dan").await;
    check_exception(&refused, TAKEN, "An account with the email already exists.");
    Caller::new(&server, "client", "EVE@EXAMPLE.COM").await;
    Caller::new(&server, "client", "EVIE").await;
    server.stop().await;
}

#[tokio::test]
async fn where_case_counts_as_is_the_default_another_case_is_another_alias() {
    let server = Server::with_pools(&ALIASES.replace("case_sensitive = false", "")).await;
    let dan = Caller::new(&server, "client", "dan").await;
    for name in ["DAN", "EVE@example.com", "Evie"] {
        check_no_sign_in(&server, name).await;
    }
    check_done(&dan.update(&[("preferred_username", "Evie")]).await);
    check_sent(&dan.update(&[("email", "EVE@example.com")]).await);
    check_done(&dan.verify_newest("email", "dan").await);
    let user = Caller::new(&server, "client", "EVE@example.com").await;
    let answer = user.call("GetUser", json!({})).await;
    assert_eq!(answer.body["Username"], "dan");
    server.stop().await;
}

#[tokio::test]
async fn a_preferred_username_that_is_somebodys_is_refused_at_the_update() {
    let server = Server::with_pools(ALIASES).await;
    let dan = Caller::new(&server, "client", "dan").await;
    for name in ["evie", "EVIE", "eve"] {
        let changes = [("nickname", "Danny"), ("preferred_username", name)];
        let message = "An account with the given preferred_username already exists.";
        check_refused(&dan, &changes, TAKEN, message).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_preferred_username_signs_in_at_once_and_no_more_once_it_is_changed_or_deleted() {
    let server = Server::with_pools(ALIASES).await;
    let dan = Caller::new(&server, "client", "dan").await;
    check_done(&dan.update(&[("preferred_username", "danny")]).await);
    Caller::new(&server, "client", "danny").await;
    check_done(&dan.update(&[("preferred_username", "dd")]).await);
    check_no_sign_in(&server, "danny").await;
    Caller::new(&server, "client", "dd").await;
    check_done(&dan.update(&[("preferred_username", "")]).await);
    check_no_sign_in(&server, "dd").await;
    server.stop().await;
}

#[tokio::test]
async fn ones_own_names_are_not_taken() {
    let server = Server::with_pools(ALIASES).await;
    let eve = Caller::new(&server, "client", "eve").await;
    for name in ["evie", "Eve"] {
        check_done(&eve.update(&[("preferred_username", name)]).await);
    }
    server.stop().await;
}

#[tokio::test]
async fn where_nothing_is_an_alias_several_may_have_one_address_and_one_name() {
    let aliases = r#"alias_attributes = ["email", "phone_number", "preferred_username"]"#;
    let without_aliases = ALIASES.replace(aliases, "");
    let server = Server::with_pools(&without_aliases).await;
    let dan = Caller::new(&server, "client", "dan").await;
    check_done(&dan.update(&[("preferred_username", "evie")]).await);
    check_sent(&dan.update(&[("email", "eve@example.com")]).await);
    check_done(&dan.verify_newest("email", "dan").await);
    for name in ["eve@example.com", "evie"] {
        check_no_sign_in(&server, name).await;
    }
    server.stop().await;
}
