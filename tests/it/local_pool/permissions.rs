//! Who may write what, and who may read it: the lists of the app client that a token is of.

mod unlisted;

use super::{
    caller::{Caller, check_deletion_refused, check_done, check_invalid, check_refused},
    *,
};

const POOL: &str = r#"
[[pools]]
id = "us-east-1_Lists"

[[pools.schema]]
name = "given_name"
required = true

[[pools.schema]]
name = "custom:team"

[[pools.schema]]
name = "custom:tenant"
mutable = false

[[pools.schema]]
name = "dev:custom:note"

# Writes more than it reads.
[[pools.clients]]
id = "listed"
explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH"]
read_attributes = ["nickname"]
write_attributes = [
    "nickname", "custom:team", "custom:tenant", "dev:custom:note", "sub", "email_verified",
]

[[pools.clients]]
id = "unlisted"
explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH"]

[[pools.clients]]
id = "grouped"
explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH"]
read_attributes = ["oidc:profile"]
write_attributes = ["oidc:profile"]

[[pools.clients]]
id = "whole"
explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH"]
all_attributes = true

[[pools.users]]
username = "dan"
password = "Passw0rd!"

[pools.users.attributes]
given_name = "Dan"
nickname = "Danny"
email = "dan@example.com"
email_verified = "true"
"custom:team" = "red"
"dev:custom:note" = "vip"
"#;

/// What `oidc:profile` stands for.
const PROFILE: [&str; 14] = [
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
];

/// Checks that the client may not write these.
async fn check_unauthorized(caller: &Caller<'_>, names: &[&str], value: &str) {
    for name in names {
        let message = "A client attempted to write unauthorized attribute";
        check_refused(caller, &[(*name, value)], "NotAuthorizedException", message).await;
    }
}

#[tokio::test]
async fn the_tokens_app_client_decides_what_may_be_written() {
    let server = Server::with_pools(POOL).await;
    let listed = Caller::new(&server, "listed", "dan").await;
    let grouped = Caller::new(&server, "grouped", "dan").await;
    check_done(&listed.update(&[("custom:team", "blue")]).await);
    check_unauthorized(&grouped, &["custom:team"], "green").await;
    check_unauthorized(&listed, &["family_name", "email"], "x").await;
    check_done(&grouped.update(&[("family_name", "Doe")]).await);
    server.stop().await;
}

#[tokio::test]
async fn every_client_writes_the_required_attributes() {
    let server = Server::with_pools(POOL).await;
    let listed = Caller::new(&server, "listed", "dan").await;
    let whole = Caller::new(&server, "whole", "dan").await;
    check_done(&listed.update(&[("given_name", "Daniel")]).await);
    assert_eq!(
        whole.attribute("given_name").await.as_deref(),
        Some("Daniel")
    );
    server.stop().await;
}

#[tokio::test]
async fn a_group_in_a_list_stands_for_the_profiles_attributes_and_no_others() {
    let server = Server::with_pools(POOL).await;
    let dan = Caller::new(&server, "grouped", "dan").await;
    let changes = PROFILE.map(|name| match name {
        "birthdate" => (name, "1990-01-01"),
        "updated_at" => (name, "1700000000"),
        _ => (name, "x"),
    });
    check_done(&dan.update(&changes).await);
    let mut readable: Vec<_> = server.attributes(&dan.token).await.into_keys().collect();
    readable.sort();
    let mut expected: Vec<_> = PROFILE.into_iter().chain(["sub"]).collect();
    expected.sort_unstable();
    assert_eq!(readable, expected);
    check_unauthorized(
        &dan,
        &["email", "phone_number", "address", "custom:team"],
        "x",
    )
    .await;
    server.stop().await;
}

#[tokio::test]
async fn one_attribute_that_may_not_be_written_keeps_all_the_others_from_being_written() {
    let server = Server::with_pools(POOL).await;
    let dan = Caller::new(&server, "listed", "dan").await;
    let changes = [
        ("nickname", "D."),
        ("family_name", "Doe"),
        ("custom:team", "blue"),
    ];
    let message = "A client attempted to write unauthorized attribute";
    check_refused(&dan, &changes, "NotAuthorizedException", message).await;
    server.stop().await;
}

#[tokio::test]
async fn what_may_not_be_written_may_not_be_deleted_in_either_way() {
    let server = Server::with_pools(POOL).await;
    let dan = Caller::new(&server, "grouped", "dan").await;
    check_unauthorized(&dan, &["custom:team"], "").await;
    let message = "A client attempted to write unauthorized attribute";
    let names = ["nickname", "custom:team"];
    check_deletion_refused(&dan, &names, "NotAuthorizedException", message).await;
    server.stop().await;
}

#[tokio::test]
async fn no_list_makes_a_developers_attribute_writable() {
    let server = Server::with_pools(POOL).await;
    for client in ["listed", "unlisted", "whole"] {
        let dan = Caller::new(&server, client, "dan").await;
        for value in ["x", ""] {
            check_unauthorized(&dan, &["dev:custom:note"], value).await;
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn no_list_makes_the_identities_writable() {
    let server = Server::with_pools(POOL).await;
    for client in ["unlisted", "whole"] {
        let dan = Caller::new(&server, client, "dan").await;
        check_unauthorized(&dan, &["identities"], "[]").await;
        let message = "user.cognito:user_status: Attribute does not exist in the schema.\n";
        check_invalid(&dan, &[("cognito:user_status", "CONFIRMED")], message).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn no_list_makes_an_immutable_attribute_or_the_sub_or_a_verified_flag_writable() {
    let server = Server::with_pools(POOL).await;
    let dan = Caller::new(&server, "listed", "dan").await;
    let message = "user.custom:tenant: Attribute cannot be updated.\n";
    check_invalid(&dan, &[("custom:tenant", "x")], message).await;
    for name in ["sub", "email_verified"] {
        let message = format!("Cannot modify the non-mutable attribute {name}");
        check_invalid(&dan, &[(name, "true")], &message).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_write_can_succeed_and_not_be_readable_back() {
    let server = Server::with_pools(POOL).await;
    let listed = Caller::new(&server, "listed", "dan").await;
    let whole = Caller::new(&server, "whole", "dan").await;
    check_done(&listed.update(&[("custom:team", "blue")]).await);
    assert_eq!(listed.attribute("custom:team").await, None);
    assert_eq!(
        whole.attribute("custom:team").await.as_deref(),
        Some("blue")
    );
    server.stop().await;
}

#[tokio::test]
async fn get_user_shows_what_the_client_may_read_and_always_the_sub() {
    let server = Server::with_pools(POOL).await;
    for (client, readable) in [
        ("listed", &["nickname", "sub"][..]),
        ("grouped", &["given_name", "nickname", "sub"]),
    ] {
        let dan = Caller::new(&server, client, "dan").await;
        let mut names: Vec<_> = server.attributes(&dan.token).await.into_keys().collect();
        names.sort();
        assert_eq!(names, readable, "{client}");
    }
    server.stop().await;
}

#[tokio::test]
async fn get_user_tells_the_user_name_whatever_the_client_may_read() {
    let server = Server::with_pools(POOL).await;
    let dan = Caller::new(&server, "listed", "dan").await;
    let answer = dan.call("GetUser", json!({})).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["Username"], "dan");
    let members = answer.body.as_object().expect("an object");
    let members: Vec<_> = members.keys().collect();
    assert_eq!(members, ["UserAttributes", "Username"]);
    server.stop().await;
}
