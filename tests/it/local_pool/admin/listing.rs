//! Users that are listed and looked for.

use super::*;

const LIST: &str = "ListUsers";

/// A pool with four users, and its id.
async fn four_users(server: &Server) -> String {
    let (pool, _) = create_pool_and_client(server, json!({})).await;
    for (name, given_name, email) in [
        ("ann", "Ann", "ann@example.com"),
        ("bob", "Bo\"b", "bob@example.org"),
        ("cat", "Cat\\", "cat@example.com"),
        ("dan", "Dan", "dan@example.org"),
    ] {
        let pairs = [("given_name", given_name), ("email", email)];
        create_user(server, &pool, name, attributes(&pairs)).await;
    }
    let dan = json!({ "UserPoolId": pool, "Username": "dan" });
    done(server, "AdminDisableUser", dan).await;
    let bob = json!({ "UserPoolId": pool, "Username": "bob", "Password": "Passw0rd!" });
    done(server, "AdminSetUserPassword", bob).await;
    pool
}

async fn list(server: &Server, pool: &str, members: Value) -> Value {
    done(server, LIST, with(json!({ "UserPoolId": pool }), members)).await
}

fn names(answer: &Value) -> Vec<&str> {
    let users = answer["Users"].as_array().expect("a list").iter();
    users
        .map(|user| user["Username"].as_str().expect("a text"))
        .collect()
}

#[tokio::test]
async fn each_user_is_told_as_an_administrator_sees_one() {
    let server = Server::start().await;
    let pool = four_users(&server).await;
    let answer = list(&server, &pool, json!({})).await;
    assert_eq!(names(&answer), ["ann", "bob", "cat", "dan"]);
    assert_eq!(answer.get("PaginationToken"), None);
    let dan = json!({ "UserPoolId": pool, "Username": "dan" });
    let mut dan = done(&server, "AdminGetUser", dan).await;
    dan["Attributes"] = dan["UserAttributes"].take();
    dan.as_object_mut().expect("a map").remove("UserAttributes");
    assert_eq!(answer["Users"][3], dan);
    server.stop().await;
}

#[tokio::test]
async fn a_filter_finds_what_is_or_begins_with_a_text() {
    let server = Server::start().await;
    let pool = four_users(&server).await;
    let all = list(&server, &pool, json!({})).await;
    let attributes = all["Users"][0]["Attributes"].as_array().expect("a list");
    let sub = attributes
        .iter()
        .find(|it| it["Name"] == "sub")
        .expect("it");
    let sub = format!("sub = \"{}\"", text(&sub["Value"]));
    for (filter, found) in [
        ("", &["ann", "bob", "cat", "dan"][..]),
        ("email = \"ann@example.com\"", &["ann"]),
        ("email=\"ann@example.com\"", &["ann"]),
        ("email = \"ann@\"", &[]),
        ("email ^= \"ann@\"", &["ann"]),
        ("email ^= \"\"", &["ann", "bob", "cat", "dan"]),
        ("username ^= \"b\"", &["bob"]),
        ("username = \"BOB\"", &[]),
        (r#"given_name = "Bo\"b""#, &["bob"]),
        (r#"given_name = "Cat\\""#, &["cat"]),
        ("family_name = \"Doe\"", &[]),
        ("status = \"Disabled\"", &["dan"]),
        ("status = \"disabled\"", &[]),
        ("status = \"Enabled\"", &["ann", "bob", "cat"]),
        ("cognito:user_status = \"force_change_password\"", &["bob"]),
        ("cognito:user_status ^= \"CONF\"", &["ann", "cat", "dan"]),
        (&sub, &["ann"]),
    ] {
        let answer = list(&server, &pool, json!({ "Filter": filter })).await;
        assert_eq!(names(&answer), found, "{filter}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_filter_that_is_none_or_looks_for_what_cant_be_searched_is_refused() {
    let server = Server::start().await;
    let pool = four_users(&server).await;
    for (filter, message) in [
        ("foo", "Error while parsing filter."),
        ("email = ann@example.com", "Error while parsing filter."),
        ("email = \"a\"b\"", "Error while parsing filter."),
        ("email > \"a\"", "Error while parsing filter."),
        ("email = \"a\" name = \"b\"", "Error while parsing filter."),
        (
            "custom:department = \"x\"",
            "Invalid search attribute: custom:department",
        ),
        ("nickname = \"x\"", "Invalid search attribute: nickname"),
    ] {
        let body = json!({ "UserPoolId": pool, "Filter": filter });
        check_refused(&server, LIST, body, (INVALID, message)).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_long_list_comes_in_parts() {
    let server = Server::start().await;
    let pool = four_users(&server).await;
    let first = list(&server, &pool, json!({ "Limit": 3 })).await;
    assert_eq!(names(&first), ["ann", "bob", "cat"]);
    let rest = json!({ "Limit": 3, "PaginationToken": first["PaginationToken"] });
    let rest = list(&server, &pool, rest).await;
    assert_eq!(names(&rest), ["dan"]);
    assert_eq!(rest.get("PaginationToken"), None);
    let all = list(&server, &pool, json!({ "Limit": 4 })).await;
    assert_eq!(all.get("PaginationToken"), None);
    let body = json!({ "UserPoolId": pool, "PaginationToken": "~" });
    check_refused(&server, LIST, body, (INVALID, "Invalid pagination token.")).await;
    let body = json!({ "UserPoolId": pool, "Limit": 61 });
    let message = "1 validation error detected: Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60";
    check_refused(&server, LIST, body, (INVALID, message)).await;
    server.stop().await;
}

#[tokio::test]
async fn attributes_can_be_chosen_that_every_user_of_the_answer_has() {
    let server = Server::start().await;
    let pool = four_users(&server).await;
    let members = json!({ "AttributesToGet": ["email"], "Filter": "username = \"ann\"" });
    let answer = list(&server, &pool, members).await;
    let email = json!([{ "Name": "email", "Value": "ann@example.com" }]);
    assert_eq!(answer["Users"][0]["Attributes"], email);
    let missing = "One or more requested attributes do not exist in user pool.";
    for (name, message) in [
        ("nickname", missing),
        ("custom:nope", missing),
        ("sub", "Input fails to satisfy the constraints."),
    ] {
        let body = json!({ "UserPoolId": pool, "AttributesToGet": [name] });
        check_refused(&server, LIST, body, (INVALID, message)).await;
    }
    server.stop().await;
}
