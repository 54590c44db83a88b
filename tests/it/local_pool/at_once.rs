//! A new address that is stored at once, as where nothing says otherwise.

use super::{
    caller::Caller,
    dan_and_ann::{AT_ONCE, destinations, other_than, pool, pool_by_email, signs_in},
    *,
};

/// Both kinds of address, and a new one of each.
const NEW: [(&str, &str); 2] = [
    ("email", "new@example.org"),
    ("phone_number", "+15555550199"),
];

#[tokio::test]
async fn a_new_address_is_stored_at_once_and_verified_by_its_code_alone() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    for (name, address) in NEW {
        let flag = format!("{name}_verified");
        dan.changes(name, address).await;
        let stored = dan.attributes().await;
        assert_eq!(stored[name], address);
        assert_eq!(stored[&flag], "false");

        let code = server.code("dan").await;
        dan.verify(name, &other_than(&code)).await;
        assert_eq!(dan.attributes().await[&flag], "false");
        dan.verify(name, &code).await;
        let stored = dan.attributes().await;
        assert_eq!(stored[name], address);
        assert_eq!(stored[&flag], "true");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_code_goes_to_the_new_address_and_so_does_one_that_is_asked_for() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    for (name, address) in NEW {
        dan.changes(name, address).await;
        let answer = dan.ask_for_code(name).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    let [(_, email), (_, number)] = NEW;
    assert_eq!(
        destinations(&server).await,
        [email, email, number, number].map(str::to_owned)
    );
    server.stop().await;
}

#[tokio::test]
async fn the_same_address_again_sends_nothing_be_it_verified_or_not() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    let again = dan.update(&[("email", "dan@example.com")]).await;
    assert_eq!(again.body, json!({}));
    assert_eq!(dan.attributes().await["email_verified"], "true");

    dan.changes("email", "new@example.org").await;
    let again = dan.update(&[("email", "new@example.org")]).await;
    assert_eq!((again.status, again.body), (200, json!({})));
    assert_eq!(dan.attributes().await["email_verified"], "false");
    assert_eq!(destinations(&server).await, ["new@example.org"]);

    let code = server.code("dan").await;
    assert_eq!(dan.verify("email", &code).await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn going_back_to_the_address_before_needs_a_code_too() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    dan.changes("email", "typo@example.org").await;
    let for_the_typo = server.code("dan").await;
    dan.changes("email", "dan@example.com").await;
    assert_eq!(dan.attributes().await["email_verified"], "false");

    let refused = dan.verify("email", &for_the_typo).await;
    assert_eq!(refused.body["__type"], "CodeMismatchException");
    let code = server.code("dan").await;
    assert_eq!(dan.verify("email", &code).await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn an_address_that_is_not_auto_verified_changes_unverified_and_sends_nothing() {
    let server = Server::with_pools(&pool("")).await;
    let dan = Caller::sign_in(&server, "dan").await;
    let answer = dan.update(&NEW).await;
    assert_eq!((answer.status, answer.body), (200, json!({})));
    let stored = dan.attributes().await;
    for (name, address) in NEW {
        assert_eq!(stored[name], address);
        assert_eq!(stored[&format!("{name}_verified")], "false");
    }
    assert!(destinations(&server).await.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn nobody_signs_in_by_the_new_alias_or_the_old_until_the_new_one_is_verified() {
    let keys = format!("{AT_ONCE}\nalias_attributes = [\"email\", \"phone_number\"]");
    let server = Server::with_pools(&pool(&keys)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    let old = ["dan@example.com", "+15555550100"];
    for ((name, new), old) in NEW.into_iter().zip(old) {
        assert!(signs_in(&server, old).await, "{old}");
        dan.changes(name, new).await;
        assert!(!signs_in(&server, old).await, "{old}");
        assert!(!signs_in(&server, new).await, "{new}");
        assert!(signs_in(&server, "dan").await, "by the user name");

        dan.verify(name, &server.code("dan").await).await;
        assert!(!signs_in(&server, old).await, "{old}");
        assert!(signs_in(&server, new).await, "{new}");
    }
    server.stop().await;
}

#[tokio::test]
async fn where_the_email_is_the_user_name_a_typo_in_it_locks_the_user_out() {
    let server = Server::with_pools(&pool_by_email(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan@example.com").await;
    dan.changes("email", "typo@example.org").await;
    assert!(!signs_in(&server, "dan@example.com").await);
    assert!(!signs_in(&server, "typo@example.org").await);

    // As long as the token lives there is a way back.
    dan.changes("email", "new@example.org").await;
    assert!(!signs_in(&server, "new@example.org").await);
    let code = server.code("new@example.org").await;
    assert_eq!(dan.verify("email", &code).await.status, 200);
    assert!(signs_in(&server, "new@example.org").await);
    assert!(!signs_in(&server, "dan@example.com").await);
    server.stop().await;
}

#[tokio::test]
async fn an_alias_that_somebody_else_has_verified_is_refused_when_it_is_verified() {
    let keys = format!("{AT_ONCE}\nalias_attributes = [\"email\"]");
    let server = Server::with_pools(&pool(&keys)).await;
    let ann = Caller::sign_in(&server, "ann").await;
    ann.changes("email", "dan@example.com").await;
    let code = server.code("ann").await;
    for _ in 0..2 {
        let refused = ann.verify("email", &code).await;
        let message = "An account with the email already exists.";
        check_exception(&refused, "AliasExistsException", message);
    }
    assert_eq!(ann.attributes().await["email_verified"], "false");
    assert!(signs_in(&server, "dan@example.com").await);

    let dan = Caller::sign_in(&server, "dan@example.com").await;
    dan.changes("email", "elsewhere@example.org").await;
    assert_eq!(ann.verify("email", &code).await.status, 200);
    let hers = Caller::sign_in(&server, "dan@example.com").await;
    assert_eq!(
        hers.attributes().await["sub"],
        ann.attributes().await["sub"]
    );
    server.stop().await;
}
