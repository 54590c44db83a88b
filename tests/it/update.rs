//! `UpdateUserAttributes`, from a caller in another process's shoes to the pool and back.

use std::collections::HashMap;

use user_attributes::proto::{DeliveryMedium, UpdateUserAttributesRequest};

use crate::support::{Failure, Server, scripted::REQUEST_ID, update};

#[tokio::test]
async fn an_update_is_what_the_pool_has_afterwards() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let request = update(
        &token,
        &[
            ("nickname", Some("Dan")),
            ("custom:department", Some("R&D ✓")),
        ],
    );

    let reply = server.client().await.update_user_attributes(request).await;

    let reply = reply.expect("a valid update").into_inner();
    assert_eq!(reply.code_delivery_details_list, []);
    let attributes = server.attributes(&token).await;
    assert_eq!(attributes["nickname"], "Dan");
    assert_eq!(attributes["custom:department"], "R&D ✓");
    server.stop().await;
}

#[tokio::test]
async fn a_changed_email_and_phone_number_return_where_their_codes_went() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let request = update(
        &token,
        &[
            ("phone_number", Some("+15555550199")),
            ("email", Some("new@example.org")),
        ],
    );

    let reply = server.client().await.update_user_attributes(request).await;

    let reply = reply.expect("a valid update").into_inner();
    let deliveries: Vec<_> = reply
        .code_delivery_details_list
        .iter()
        .map(|it| {
            (
                it.attribute_name.as_str(),
                it.delivery_medium(),
                it.destination.as_str(),
            )
        })
        .collect();
    assert_eq!(
        deliveries,
        [
            ("phone_number", DeliveryMedium::Sms, "+*******0199"),
            ("email", DeliveryMedium::Email, "n***@e***"),
        ]
    );
    let attributes = server.attributes(&token).await;
    assert_eq!(attributes["email"], "new@example.org");
    assert_eq!(attributes["email_verified"], "false");
    server.stop().await;
}

#[tokio::test]
async fn the_same_email_again_sends_no_code() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let request = update(&token, &[("email", Some("dan@example.com"))]);

    let reply = server.client().await.update_user_attributes(request).await;

    let reply = reply.expect("a valid update").into_inner();
    assert_eq!(reply.code_delivery_details_list, []);
    server.stop().await;
}

#[tokio::test]
async fn a_blank_value_deletes_and_a_missing_one_is_refused_by_cognito() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let mut client = server.client().await;
    let set = update(&token, &[("nickname", Some("Dan"))]);
    client.update_user_attributes(set).await.expect("set");

    let missing = update(&token, &[("nickname", None)]);
    let status = client.update_user_attributes(missing).await.unwrap_err();
    assert_eq!(
        status.message(),
        "Attribute value for nickname must not be null"
    );
    assert_eq!(
        Failure::of(&status).aws_error_code.as_deref(),
        Some("InvalidParameterException")
    );
    assert_eq!(server.attributes(&token).await["nickname"], "Dan");

    let blank = update(&token, &[("nickname", Some(""))]);
    client.update_user_attributes(blank).await.expect("deleted");
    assert!(!server.attributes(&token).await.contains_key("nickname"));
    server.stop().await;
}

#[tokio::test]
async fn one_bad_attribute_leaves_all_of_them_unchanged() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let before = server.attributes(&token).await;
    let request = update(
        &token,
        &[("nickname", Some("Dan")), ("shoe_size", Some("44"))],
    );

    let status = server
        .client()
        .await
        .update_user_attributes(request)
        .await
        .unwrap_err();

    assert_eq!(Failure::of(&status).outcome, "not_applied");
    assert_eq!(server.attributes(&token).await, before);
    server.stop().await;
}

#[tokio::test]
async fn an_unknown_name_says_that_custom_attributes_need_their_prefix() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let request = update(
        &token,
        &[
            ("nickname", Some("Dan")),
            ("department", Some("x")),
            ("custom:none", Some("x")),
        ],
    );

    let status = server
        .client()
        .await
        .update_user_attributes(request)
        .await
        .unwrap_err();

    let failure = Failure::of(&status);
    assert_eq!(failure.reason, "INVALID_PARAMETER");
    assert_eq!(
        failure.fields,
        [
            (
                "user_attributes[1]".to_owned(),
                "Attribute does not exist in the schema. The name of a custom attribute must begin \
                 with custom:"
                    .to_owned()
            ),
            (
                "user_attributes[2]".to_owned(),
                "Attribute does not exist in the schema.".to_owned()
            ),
        ]
    );
    server.stop().await;
}

#[tokio::test]
async fn the_aws_request_id_comes_back_on_success_and_on_errors() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let mut client = server.client().await;

    let good = update(&token, &[("nickname", Some("Dan"))]);
    let reply = client
        .update_user_attributes(good)
        .await
        .expect("a valid update");
    let id = reply
        .metadata()
        .get("x-amzn-requestid")
        .expect("on success");
    assert_eq!(id.len(), REQUEST_ID.len());

    let bad = update("not.a.token", &[("nickname", Some("Dan"))]);
    let status = client.update_user_attributes(bad).await.unwrap_err();
    let id = status
        .metadata()
        .get("x-amzn-requestid")
        .expect("on errors");
    let id = id.to_str().expect("text").to_owned();
    assert_eq!(Failure::of(&status).aws_request_id, Some(id));
    server.stop().await;
}

#[tokio::test]
async fn updates_of_many_callers_at_once_are_all_made() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let client = server.client().await;
    let names = [
        "name",
        "given_name",
        "family_name",
        "middle_name",
        "nickname",
        "profile",
        "picture",
        "website",
        "gender",
        "zoneinfo",
        "locale",
        "address",
    ];
    let mut calls = tokio::task::JoinSet::new();
    for name in names {
        let (mut client, request) = (client.clone(), update(&token, &[(name, Some(name))]));
        calls.spawn(async move { client.update_user_attributes(request).await });
    }

    for reply in calls.join_all().await {
        reply.expect("a valid update");
    }

    let attributes: HashMap<_, _> = server.attributes(&token).await;
    for name in names {
        assert_eq!(attributes[name], name);
    }
    server.stop().await;
}

#[test]
fn debug_output_of_a_request_shows_names_and_nothing_else() {
    let request = UpdateUserAttributesRequest {
        client_metadata: HashMap::from([("key".to_owned(), "metadata".to_owned())]),
        ..update("token", &[("nickname", Some("Dan"))])
    };

    insta::assert_compact_debug_snapshot!(request, @r#"UpdateUserAttributesRequest { user_attributes: [AttributeType { name: "nickname", value: [redacted] }], access_token: [redacted], client_metadata: [redacted], request_id: "" }"#);
}
