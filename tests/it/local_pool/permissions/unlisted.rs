//! An app client without lists, which keeps its users from nothing: the way by which some made
//! themselves administrators.

use super::{
    super::setup::{check_refused, create_client, done, text, with},
    *,
};

/// The reading of the API reference.
fn pool_of_standard() -> String {
    format!("[behaviour]\nunlisted_client_attributes = \"standard\"\n{POOL}")
}

/// Every standard attribute that a user writes, each with a value.
fn standard() -> impl Iterator<Item = (&'static str, &'static str)> {
    let all = PROFILE
        .into_iter()
        .chain(["address", "email", "phone_number"]);
    all.map(|name| match name {
        "birthdate" => (name, "1990-01-01"),
        "updated_at" => (name, "1700000000"),
        "email" => (name, "new@example.org"),
        "phone_number" => (name, "+15555550199"),
        _ => (name, "x"),
    })
}

async fn readable(caller: &Caller<'_>) -> Vec<String> {
    let mut names: Vec<_> = caller.attributes().await.into_keys().collect();
    names.sort();
    names
}

#[tokio::test]
async fn it_writes_and_reads_every_attribute_custom_ones_too() {
    let server = Server::with_pools(POOL).await;
    let dan = Caller::new(&server, "unlisted", "dan").await;
    for change in standard() {
        check_done(&dan.update(&[change]).await);
    }
    check_done(&dan.update(&[("custom:team", "administrators")]).await);
    let expected = standard().map(|(name, _)| name);
    let more = ["custom:team", "dev:custom:note", "sub"];
    let flags = ["email_verified", "phone_number_verified"];
    let mut expected: Vec<_> = expected.chain(more).chain(flags).collect();
    expected.sort_unstable();
    assert_eq!(readable(&dan).await, expected);
    assert_eq!(
        dan.attribute("custom:team").await.as_deref(),
        Some("administrators")
    );
    check_done(&dan.delete(&["custom:team"]).await);
    assert_eq!(dan.attribute("custom:team").await, None);
    server.stop().await;
}

#[tokio::test]
async fn what_is_immutable_is_told_as_such_and_can_be_given_at_the_sign_up() {
    let server = Server::with_pools(POOL).await;
    let dan = Caller::new(&server, "unlisted", "dan").await;
    let message = "user.custom:tenant: Attribute cannot be updated.\n";
    check_invalid(&dan, &[("custom:tenant", "x")], message).await;
    let sign_up = json!({
        "ClientId": "unlisted",
        "Username": "eve",
        "Password": "Passw0rd!",
        "UserAttributes": [
            { "Name": "given_name", "Value": "Eve" },
            { "Name": "custom:tenant", "Value": "acme" },
        ],
    });
    done(&server, "SignUp", sign_up).await;
    let eve = json!({ "UserPoolId": "us-east-1_Lists", "Username": "eve" });
    done(&server, "AdminConfirmSignUp", eve).await;
    let eve = Caller::new(&server, "unlisted", "eve").await;
    assert_eq!(
        eve.attribute("custom:tenant").await.as_deref(),
        Some("acme")
    );
    server.stop().await;
}

#[tokio::test]
async fn it_has_the_standard_attributes_alone_where_the_reference_is_followed() {
    let server = Server::with_pools(&pool_of_standard()).await;
    let dan = Caller::new(&server, "unlisted", "dan").await;
    for change in standard() {
        check_done(&dan.update(&[change]).await);
    }
    check_unauthorized(&dan, &["custom:team", "custom:tenant"], "x").await;
    check_unauthorized(&dan, &["custom:team"], "").await;
    let readable = readable(&dan).await;
    assert!(readable.iter().all(|name| !name.contains("custom:")));
    assert!(readable.iter().any(|name| name == "email"));
    let new = json!({ "UserAttributes": [{ "Name": "custom:team", "Value": "red" }] });
    let sign_up = json!({ "ClientId": "unlisted", "Username": "eve", "Password": "Passw0rd!" });
    let message = "A client attempted to write unauthorized attribute";
    let mut sign_up = with(sign_up, new);
    sign_up["UserAttributes"]
        .as_array_mut()
        .expect("a list")
        .push(json!({ "Name": "given_name", "Value": "Eve" }));
    check_refused(
        &server,
        "SignUp",
        sign_up,
        ("NotAuthorizedException", message),
    )
    .await;
    server.stop().await;
}

#[tokio::test]
async fn one_that_is_created_later_is_the_same() {
    for (file, writes) in [(POOL.to_owned(), true), (pool_of_standard(), false)] {
        let server = Server::with_pools(&file).await;
        let client = create_client(&server, "us-east-1_Lists", json!({})).await;
        let dan = Caller::new(&server, &text(&client["ClientId"]), "dan").await;
        if writes {
            check_done(&dan.update(&[("custom:team", "blue")]).await);
        } else {
            check_unauthorized(&dan, &["custom:team"], "blue").await;
        }
        server.stop().await;
    }
}

#[tokio::test]
async fn it_is_described_without_lists_and_marked_for_the_page() {
    for (file, marked) in [(POOL.to_owned(), true), (pool_of_standard(), false)] {
        let server = Server::with_pools(&file).await;
        let client = json!({ "UserPoolId": "us-east-1_Lists", "ClientId": "unlisted" });
        let answer = done(&server, "DescribeUserPoolClient", client).await;
        let client = &answer["UserPoolClient"];
        assert_eq!(client["ClientId"], "unlisted");
        assert_eq!(client.get("WriteAttributes"), None);
        assert_eq!(client.get("ReadAttributes"), None);
        let pools = server.local("pools").await;
        let clients = pools["pools"][0]["clients"].as_array().expect("a list");
        let all = clients
            .iter()
            .filter(|it| it["writes_everything"] == true)
            .map(|it| text(&it["id"]));
        let all: Vec<_> = all.collect();
        assert_eq!(all.contains(&"unlisted".to_owned()), marked);
        assert_eq!(all.len(), usize::from(marked), "{all:?}");
        server.stop().await;
    }
}
