//! A new address that is stored once it is verified: the pool's
//! `AttributesRequireVerificationBeforeUpdate`.

use super::{
    caller::Caller,
    dan_and_ann::{
        ONCE_VERIFIED, behaving, destinations, other_than, pool, pool_by_email, sent, signs_in,
    },
    *,
};

/// Both kinds of address, each with dan's and a new one.
const CHANGES: [(&str, &str, &str); 2] = [
    ("email", "dan@example.com", "new@example.org"),
    ("phone_number", "+15555550100", "+15555550199"),
];

#[tokio::test]
async fn the_old_address_stays_stored_and_verified_until_the_new_one_is_verified() {
    let server = Server::with_pools(&pool(ONCE_VERIFIED)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    let flag = |name: &str| format!("{name}_verified");
    for (name, old, new) in CHANGES {
        let answer = dan.update(&[(name, new)]).await;
        let list = answer.body["CodeDeliveryDetailsList"].as_array();
        assert_eq!(list.expect("a list").len(), 1);
        assert_eq!(list.expect("a list")[0]["AttributeName"], name);
        let code = server.code("dan").await;
        dan.verify(name, &other_than(&code)).await;
        let stored = dan.attributes().await;
        assert_eq!((&*stored[name], &*stored[&flag(name)]), (old, "true"));

        let answer = dan.verify(name, &code).await;
        assert_eq!((answer.status, answer.body), (200, json!({})));
        let stored = dan.attributes().await;
        assert_eq!((&*stored[name], &*stored[&flag(name)]), (new, "true"));
    }
    server.stop().await;
}

#[tokio::test]
async fn an_address_that_was_never_verified_stays_so_until_the_new_one_is() {
    let server = Server::with_pools(&pool(ONCE_VERIFIED)).await;
    let ann = Caller::sign_in(&server, "ann").await;
    ann.changes("email", "new@example.org").await;
    let stored = ann.attributes().await;
    assert_eq!(stored["email"], "ann@example.com");
    assert_eq!(stored["email_verified"], "false");

    ann.verify("email", &server.code("ann").await).await;
    let stored = ann.attributes().await;
    assert_eq!(stored["email"], "new@example.org");
    assert_eq!(stored["email_verified"], "true");
    server.stop().await;
}

#[tokio::test]
async fn everybody_signs_in_by_the_old_address_until_the_new_one_is_verified() {
    let aliases = format!("{ONCE_VERIFIED}\nalias_attributes = [\"email\"]");
    for file in [pool(&aliases), pool_by_email(ONCE_VERIFIED)] {
        let server = Server::with_pools(&file).await;
        let dan = Caller::sign_in(&server, "dan@example.com").await;
        dan.changes("email", "new@example.org").await;
        assert!(signs_in(&server, "dan@example.com").await);
        assert!(!signs_in(&server, "new@example.org").await);

        let [(_, code)] = &sent(&server).await[..] else {
            panic!("one message");
        };
        assert_eq!(dan.verify("email", code).await.status, 200);
        assert!(!signs_in(&server, "dan@example.com").await);
        assert!(signs_in(&server, "new@example.org").await);
        server.stop().await;
    }
}

#[tokio::test]
async fn a_code_that_is_asked_for_goes_to_the_old_address_and_leaves_the_new_one_pending() {
    let server = Server::with_pools(&pool(ONCE_VERIFIED)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    dan.changes("email", "new@example.org").await;
    let answer = dan.ask_for_code("email").await;
    let details = &answer.body["CodeDeliveryDetails"];
    assert_eq!(details["Destination"], "d***@e***");
    let all = destinations(&server).await;
    assert_eq!(all, ["new@example.org", "dan@example.com"]);

    let answer = dan.verify("email", &server.code("dan").await).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(dan.attributes().await["email"], "dan@example.com");

    dan.changes("email", "new@example.org").await;
    dan.verify("email", &server.code("dan").await).await;
    assert_eq!(dan.attributes().await["email"], "new@example.org");
    server.stop().await;
}

#[tokio::test]
async fn a_code_to_the_old_address_stores_the_new_one_where_that_is_wanted() {
    let setting = "code_to_old_address_applies_pending = true";
    let server = Server::with_pools(&behaving(setting, &pool(ONCE_VERIFIED))).await;
    let dan = Caller::sign_in(&server, "dan").await;
    dan.changes("email", "new@example.org").await;
    dan.ask_for_code("email").await;
    let [_, (address, code)] = &sent(&server).await[..] else {
        panic!("two messages");
    };
    assert_eq!(address, "dan@example.com");
    dan.verify("email", code).await;
    let stored = dan.attributes().await;
    assert_eq!(stored["email"], "new@example.org");
    assert_eq!(stored["email_verified"], "true");
    server.stop().await;
}

#[tokio::test]
async fn the_same_new_address_again_is_how_to_have_another_code_sent_there() {
    let server = Server::with_pools(&pool(ONCE_VERIFIED)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    for _ in 0..2 {
        let answer = dan.update(&[("email", "new@example.org")]).await;
        let list = &answer.body["CodeDeliveryDetailsList"];
        assert_eq!(list[0]["Destination"], "n***@e***");
    }
    let all = destinations(&server).await;
    assert_eq!(all, ["new@example.org", "new@example.org"]);
    dan.verify("email", &server.code("dan").await).await;
    assert_eq!(dan.attributes().await["email"], "new@example.org");
    server.stop().await;
}

#[tokio::test]
async fn no_api_shows_an_address_that_is_pending_but_the_page_of_this_pool_may() {
    let keys = format!("{ONCE_VERIFIED}\nalias_attributes = [\"email\"]");
    let server = Server::with_pools(&pool(&keys)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    dan.changes("email", "new@example.org").await;
    let in_pool = json!({ "UserPoolId": "us-east-1_Example", "Username": "dan" });
    for answer in [
        dan.call("GetUser", json!({})).await,
        server.pool("AdminGetUser", in_pool).await,
    ] {
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.text.contains("dan@example.com"));
        assert!(!answer.text.contains("new@example.org"), "{}", answer.text);
    }
    let pools = server.local("pools").await;
    let users = pools["pools"][0]["users"].as_array().expect("a list");
    let dan = users.iter().find(|user| user["username"] == "dan");
    let pending = &dan.expect("dan")["pending"];
    assert_eq!(*pending, json!({ "email": "new@example.org" }));
    server.stop().await;
}

#[tokio::test]
async fn another_new_address_takes_the_place_of_the_one_before_and_ends_its_code() {
    // Whether a new code ends older ones for the *same* address is another matter.
    for ends in [true, false] {
        let setting = format!("new_code_ends_older = {ends}");
        let server = Server::with_pools(&behaving(&setting, &pool(ONCE_VERIFIED))).await;
        let ann = Caller::sign_in(&server, "ann").await;
        ann.changes("email", "first@example.org").await;
        let first = server.code("ann").await;
        ann.changes("email", "second@example.org").await;
        let refused = ann.verify("email", &first).await;
        assert_eq!(refused.body["__type"], "CodeMismatchException");
        let stored = ann.attributes().await;
        assert_eq!(stored["email"], "ann@example.com");
        assert_eq!(stored["email_verified"], "false");

        ann.verify("email", &server.code("ann").await).await;
        assert_eq!(ann.attributes().await["email"], "second@example.org");
        server.stop().await;
    }
}

#[tokio::test]
async fn setting_or_deleting_what_is_stored_ends_the_change_and_its_code() {
    let server = Server::with_pools(&pool(ONCE_VERIFIED)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    for ending in ["dan@example.com", ""] {
        dan.changes("email", "new@example.org").await;
        let code = server.code("dan").await;
        let before = destinations(&server).await.len();
        let answer = dan.update(&[("email", ending)]).await;
        assert_eq!((answer.status, answer.body), (200, json!({})));
        assert_eq!(destinations(&server).await.len(), before);
        let refused = dan.verify("email", &code).await;
        assert_eq!(refused.body["__type"], "ExpiredCodeException", "{ending:?}");
    }
    assert!(!dan.attributes().await.contains_key("email"));
    server.stop().await;
}

#[tokio::test]
async fn a_first_address_waits_too_and_until_then_there_is_none_to_send_a_code_to() {
    let server = Server::with_pools(&pool(ONCE_VERIFIED)).await;
    let ann = Caller::sign_in(&server, "ann").await;
    ann.changes("phone_number", "+15555550199").await;
    assert!(!ann.attributes().await.contains_key("phone_number"));
    let refused = ann.ask_for_code("phone_number").await;
    let message = "User does not have a valid registered phone number";
    check_exception(&refused, "InvalidParameterException", message);

    ann.verify("phone_number", &server.code("ann").await).await;
    let stored = ann.attributes().await;
    assert_eq!(stored["phone_number"], "+15555550199");
    assert_eq!(stored["phone_number_verified"], "true");
    server.stop().await;
}

#[tokio::test]
async fn one_kind_of_address_can_wait_while_the_other_does_not() {
    let keys = r#"
        auto_verified_attributes = ["email", "phone_number"]
        attributes_require_verification_before_update = ["email"]"#;
    let server = Server::with_pools(&pool(keys)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    let new = CHANGES.map(|(name, _, new)| (name, new));
    let answer = dan.update(&new).await;
    let list = &answer.body["CodeDeliveryDetailsList"];
    assert_eq!(list.as_array().expect("a list").len(), 2);
    let stored = dan.attributes().await;
    assert_eq!(stored["email"], "dan@example.com");
    assert_eq!(stored["email_verified"], "true");
    assert_eq!(stored["phone_number"], "+15555550199");
    assert_eq!(stored["phone_number_verified"], "false");
    server.stop().await;
}

#[tokio::test]
async fn a_new_address_that_becomes_somebody_elses_meanwhile_is_refused_when_it_is_verified() {
    let aliases = format!("{ONCE_VERIFIED}\nalias_attributes = [\"email\"]");
    let names = ["dan", "ann"];
    let addresses = ["dan@example.com", "ann@example.com"];
    for (file, [dan, ann]) in [
        (pool(&aliases), names),
        (pool_by_email(ONCE_VERIFIED), addresses),
    ] {
        let server = Server::with_pools(&file).await;
        let dan = Caller::sign_in(&server, dan).await;
        let ann = Caller::sign_in(&server, ann).await;
        ann.changes("email", "new@example.org").await;
        dan.changes("email", "new@example.org").await;
        let [(_, hers), (_, his)] = &sent(&server).await[..] else {
            panic!("two messages");
        };
        assert_eq!(dan.verify("email", his).await.status, 200);
        let refused = ann.verify("email", hers).await;
        let message = "An account with the email already exists.";
        check_exception(&refused, "AliasExistsException", message);
        assert_eq!(ann.attributes().await["email"], "ann@example.com");
        server.stop().await;
    }
}

#[tokio::test]
async fn what_waits_for_its_code_has_to_be_auto_verified() {
    let server = Server::start().await;
    let waiting = json!({ "AttributesRequireVerificationBeforeUpdate": ["email"] });
    let pool = json!({
        "PoolName": "p",
        "AutoVerifiedAttributes": ["phone_number"],
        "UserAttributeUpdateSettings": waiting,
    });
    let refused = server.pool("CreateUserPool", pool).await;
    let message = "All attributes in AttributesRequireVerificationBeforeUpdate must exist in \
                   AutoVerifiedAttributes";
    check_exception(&refused, "InvalidParameterException", message);
    server.stop().await;
}
