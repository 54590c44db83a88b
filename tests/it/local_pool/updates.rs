//! Updates that are carried out: what is stored, what is sent, and what they answer.

use super::{
    caller::{Caller, check_done, check_invalid, check_refused, check_sent},
    *,
};

#[tokio::test]
async fn a_change_without_an_address_answers_nothing_and_is_stored() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    check_done(
        &dan.update(&[("nickname", "Danny"), ("custom:code", "xyz")])
            .await,
    );
    assert_eq!(dan.attribute("nickname").await.as_deref(), Some("Danny"));
    assert_eq!(dan.attribute("custom:code").await.as_deref(), Some("xyz"));
    server.stop().await;
}

#[tokio::test]
async fn a_value_is_stored_to_the_letter() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let full = "✓".repeat(2048);
    for value in [
        " ",
        " a b ",
        "line\nline\r\n",
        "\"{}\\\u{7}",
        "👩‍💻 é e\u{301}",
        "null",
        &full,
    ] {
        check_done(&dan.update(&[("custom:note", value)]).await);
        assert_eq!(dan.attribute("custom:note").await.as_deref(), Some(value));
    }
    server.stop().await;
}

#[tokio::test]
async fn an_update_changes_what_it_names_and_nothing_else() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let mut expected = server.attributes(&dan.token).await;
    expected.insert("nickname".to_owned(), "Danny".to_owned());
    check_done(&dan.update(&[("nickname", "Danny")]).await);
    assert_eq!(server.attributes(&dan.token).await, expected);
    server.stop().await;
}

#[tokio::test]
async fn a_blank_value_deletes_whatever_the_least_length_is() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let names = [
        "family_name",
        "address",
        "picture",
        "phone_number",
        "email",
        "custom:code",
    ];
    check_done(&dan.update(&names.map(|name| (name, ""))).await);
    let left = server.attributes(&dan.token).await;
    for name in names {
        assert!(!left.contains_key(name), "{name}");
    }
    assert_eq!(left["given_name"], "Dan");
    server.stop().await;
}

#[tokio::test]
async fn a_blank_value_of_what_there_is_not_deletes_nothing() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let before = server.attributes(&dan.token).await;
    check_done(&dan.update(&[("nickname", ""), ("custom:flag", "")]).await);
    assert_eq!(server.attributes(&dan.token).await, before);
    server.stop().await;
}

#[tokio::test]
async fn nothing_is_changed_and_nothing_sent_if_one_of_many_is_bad() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let good = [
        ("nickname", "Danny"),
        ("family_name", ""),
        ("email", "new@example.org"),
        ("phone_number", "+15555550199"),
    ];
    for (bad, message) in [
        (
            "custom:none",
            "user.custom:none: Attribute does not exist in the schema.\n",
        ),
        (
            "custom:role",
            "user.custom:role: Attribute cannot be updated.\n",
        ),
        (
            "custom:code",
            "user.custom:code: String must be no shorter than 3 characters\n",
        ),
        ("sub", "Cannot modify the non-mutable attribute sub"),
    ] {
        let changes = [&good[..], &[(bad, "x")]].concat();
        check_invalid(&dan, &changes, message).await;
    }
    let changes = [&good[..], &[("custom:secret", "x")]].concat();
    let message = "A client attempted to write unauthorized attribute";
    check_refused(&dan, &changes, "NotAuthorizedException", message).await;
    server.stop().await;
}

#[tokio::test]
async fn an_empty_list_changes_nothing() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let before = server.attributes(&dan.token).await;
    check_done(&dan.update(&[("", ""); 0]).await);
    assert_eq!(server.attributes(&dan.token).await, before);
    server.stop().await;
}

#[tokio::test]
async fn of_one_name_twice_the_last_counts_and_one_code_is_sent() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    let changes = [
        ("email", "one@example.org"),
        ("nickname", "Danny"),
        ("email", "two@example.net"),
        ("nickname", ""),
    ];
    let answer = dan.update(&changes).await;
    assert_eq!(check_sent(&answer), [("email", "EMAIL", "t***@e***")]);
    assert_eq!(
        dan.attribute("email").await.as_deref(),
        Some("two@example.net")
    );
    assert_eq!(dan.attribute("nickname").await, None);
    let outbox = server.local("outbox").await;
    assert_eq!(outbox["messages"].as_array().map(Vec::len), Some(1));
    server.stop().await;
}

#[tokio::test]
async fn client_metadata_may_be_null_or_empty() {
    let server = Server::with_pools(KINDS).await;
    let dan = Caller::new(&server, "client", "dan").await;
    for metadata in [
        Value::Null,
        json!({}),
        json!({ "": "" }),
        json!({ "k": null }),
    ] {
        let change = json!({ "Name": "nickname", "Value": "Danny" });
        let members = json!({ "UserAttributes": [change], "ClientMetadata": metadata });
        check_done(&dan.call("UpdateUserAttributes", members).await);
    }
    server.stop().await;
}
