//! Attributes that an administrator sets and deletes.

use super::*;
use crate::local_pool::{
    caller::Caller,
    dan_and_ann::{AT_ONCE, ONCE_VERIFIED, destinations, pool},
    setup,
};

const EXAMPLE: &str = "us-east-1_Example";
const UPDATE: &str = "AdminUpdateUserAttributes";
const DELETE: &str = "AdminDeleteUserAttributes";

fn dan(members: Value) -> Value {
    with(json!({ "UserPoolId": EXAMPLE, "Username": "dan" }), members)
}

fn setting(pairs: &[(&str, &str)]) -> Value {
    dan(json!({ "UserAttributes": attributes(pairs) }))
}

async fn stored(server: &Server) -> Value {
    user(server, EXAMPLE, "dan").await.1
}

#[tokio::test]
async fn an_address_that_is_said_to_be_verified_is_stored_at_once_and_sends_nothing() {
    let change = [("email_verified", "True"), ("email", "new@example.org")];
    for kind in [AT_ONCE, ONCE_VERIFIED] {
        let server = Server::with_pools(&pool(kind)).await;
        let caller = Caller::sign_in(&server, "dan").await;
        caller.update(&[("email", "pending@example.org")]).await;
        let sent = destinations(&server).await.len();
        assert_eq!(done(&server, UPDATE, setting(&change)).await, json!({}));
        let after = stored(&server).await;
        assert_eq!(
            (&after["email"], &after["email_verified"]),
            (&json!("new@example.org"), &json!("True"))
        );
        assert_eq!(destinations(&server).await.len(), sent);
        // The code for the change that was pending is good for nothing.
        let answer = caller.verify_newest("email", "dan").await;
        assert_eq!(answer.body["__type"], "ExpiredCodeException");
        server.stop().await;
    }
}

#[tokio::test]
async fn another_address_has_to_be_verified_as_if_its_owner_had_changed_it() {
    let change = [("email", "new@example.org")];
    for (kind, meanwhile, flag) in [
        (AT_ONCE, "new@example.org", "false"),
        (ONCE_VERIFIED, "dan@example.com", "true"),
    ] {
        let server = Server::with_pools(&pool(kind)).await;
        let metadata = json!({ "ClientMetadata": { "k": "v" } });
        done(&server, UPDATE, with(setting(&change), metadata)).await;
        let after = stored(&server).await;
        assert_eq!(
            (&after["email"], &after["email_verified"]),
            (&json!(meanwhile), &json!(flag))
        );
        assert_eq!(destinations(&server).await, ["new@example.org"]);
        let events = server.local("triggers").await;
        let event = &events["events"][0];
        assert_eq!(event["triggerSource"], "CustomMessage_UpdateUserAttribute");
        assert_eq!(
            event["callerContext"]["clientId"],
            "CLIENT_ID_NOT_APPLICABLE"
        );
        assert_eq!(event["request"]["clientMetadata"], json!({ "k": "v" }));
        let caller = Caller::sign_in(&server, "dan").await;
        caller.verify_newest("email", "dan").await;
        assert_eq!(stored(&server).await["email"], "new@example.org");
        server.stop().await;
    }
}

#[tokio::test]
async fn the_lists_of_app_clients_bind_no_administrator() {
    let server = Server::with_pools(KINDS).await;
    let user = json!({ "UserPoolId": "us-east-1_Kinds", "Username": "dan" });
    let pairs = attributes(&[
        ("custom:secret", "new"),
        ("nickname", ""),
        ("family_name", ""),
    ]);
    done(
        &server,
        UPDATE,
        with(user.clone(), json!({ "UserAttributes": pairs })),
    )
    .await;
    let (_, after) = setup::user(&server, "us-east-1_Kinds", "dan").await;
    assert_eq!(after["custom:secret"], "new");
    assert_eq!(after.get("family_name"), None, "a blank value deletes");
    let names = json!({ "UserAttributeNames": ["custom:secret", "phone_number"] });
    assert_eq!(done(&server, DELETE, with(user, names)).await, json!({}));
    let (_, after) = setup::user(&server, "us-east-1_Kinds", "dan").await;
    assert_eq!(
        (after.get("custom:secret"), after.get("phone_number")),
        (None, None)
    );
    assert_eq!(after["phone_number_verified"], "false");
    server.stop().await;
}

#[tokio::test]
async fn what_the_schema_forbids_is_refused_and_changes_nothing() {
    let server = Server::with_pools(KINDS).await;
    let before = server.local("pools").await;
    let user = |members| {
        with(
            json!({ "UserPoolId": "us-east-1_Kinds", "Username": "dan" }),
            members,
        )
    };
    let set = |pairs: &[(&str, &str)]| user(json!({ "UserAttributes": attributes(pairs) }));
    let delete = |names: &[&str]| user(json!({ "UserAttributeNames": names }));
    for (operation, body, message) in [
        (
            UPDATE,
            set(&[("nickname", "D"), ("custom:role", "chief")]),
            "user.custom:role: Attribute cannot be updated.\n",
        ),
        (
            UPDATE,
            set(&[("custom:nope", "x")]),
            "user.custom:nope: Attribute does not exist in the schema.\n",
        ),
        (
            UPDATE,
            set(&[("sub", "x")]),
            "Cannot modify the non-mutable attribute sub",
        ),
        (
            UPDATE,
            set(&[("email_verified", "maybe")]),
            "user.email_verified: Boolean expected\n",
        ),
        (
            UPDATE,
            set(&[("email", "nope")]),
            "Invalid email address format.",
        ),
        (
            UPDATE,
            user(json!({ "UserAttributes": [{ "Name": "nickname" }] })),
            "Attribute value for nickname must not be null",
        ),
        (
            DELETE,
            delete(&["given_name"]),
            "Invalid user attributes: given_name: Required attribute cannot be deleted.\n",
        ),
        (
            DELETE,
            delete(&["custom:nope"]),
            "Invalid user attributes: user.custom:nope: Attribute does not exist in the schema.\n",
        ),
        (
            DELETE,
            delete(&["sub"]),
            "Cannot modify the non-mutable attribute sub",
        ),
    ] {
        check_refused(&server, operation, body, (INVALID, message)).await;
    }
    for operation in [UPDATE, DELETE] {
        let list = json!({ "UserAttributes": [], "UserAttributeNames": [] });
        let body = json!({ "UserPoolId": "us-east-1_Kinds", "Username": "nobody" });
        let nobody = ("UserNotFoundException", "User does not exist.");
        check_refused(&server, operation, with(body, list.clone()), nobody).await;
        let body = json!({ "UserPoolId": "us-east-1_None", "Username": "dan" });
        let none = (
            "ResourceNotFoundException",
            "User pool us-east-1_None does not exist.",
        );
        check_refused(&server, operation, with(body, list), none).await;
        let answer = server.pool(operation, json!({})).await;
        let message = answer.body["message"].as_str().expect("a text");
        assert!(
            message.starts_with("3 validation errors detected: "),
            "{message}"
        );
    }
    assert_eq!(server.local("pools").await, before);
    server.stop().await;
}

#[tokio::test]
async fn an_address_that_somebody_has_verified_as_an_alias_cant_be_given_to_another() {
    let server = Server::start().await;
    let members = json!({ "AliasAttributes": ["email"] });
    let (pool, _) = create_pool_and_client(&server, members).await;
    let verified = [("email", "x@example.com"), ("email_verified", "true")];
    create_user(&server, &pool, "first", attributes(&verified)).await;
    create_user(
        &server,
        &pool,
        "second",
        attributes(&[("email", "x@example.com")]),
    )
    .await;
    let refusal = (
        "AliasExistsException",
        "An account with the email already exists.",
    );
    for change in [&verified[..], &verified[1..]] {
        let body = json!({
            "UserPoolId": pool, "Username": "second", "UserAttributes": attributes(change),
        });
        check_refused(&server, UPDATE, body, refusal).await;
    }
    server.stop().await;
}
