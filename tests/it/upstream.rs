//! What leaves for Cognito, byte for byte, and how its answers are read.

use std::collections::HashMap;

use serde_json::json;
use user_attributes::proto::{DeliveryMedium, Operation, UpdateUserAttributesResponse};

use crate::support::{
    Server, calls,
    scripted::{self, Answer, Scripted, Seen},
    update,
};

#[tokio::test]
async fn exactly_these_headers_leave() {
    for operation in Operation::ALL {
        let cognito = Scripted::new([calls::good()]).await;
        let server = Server::in_front_of(&cognito.url).await;
        let client = calls::client(server.grpc_addr);
        let answer = calls::call(&client, operation, "").await;
        answer.expect("success");
        check_headers(&cognito.seen().remove(0), operation);
        server.stop().await;
    }
}

fn check_headers(seen: &Seen, operation: Operation) {
    assert_eq!(seen.request_line, "POST / HTTP/1.1");
    let mut names: Vec<_> = seen.headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "content-length",
            "content-type",
            "host",
            "user-agent",
            "x-amz-target",
            "x-amz-user-agent"
        ]
    );
    let header = |name: &str| {
        let found = seen.headers.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| value.as_str()).expect("it was sent")
    };
    assert_eq!(header("content-type"), "application/x-amz-json-1.1");
    assert_eq!(
        header("x-amz-target"),
        format!("AWSCognitoIdentityProviderService.{}", operation.name())
    );
    assert_eq!(header("user-agent"), header("x-amz-user-agent"));
    let agent: Vec<_> = header("user-agent")
        .split(' ')
        .map(|part| part.split_once('/').expect("name/value").0)
        .collect();
    assert_eq!(
        agent,
        ["aws-sdk-rust", "ua", "api", "os", "lang", "md", "app"]
    );
}

#[tokio::test]
async fn the_request_leaves_as_the_caller_wrote_it() {
    let cognito = Scripted::new([Answer::Bytes(scripted::json(200, "{}"))]).await;
    let server = Server::in_front_of(&cognito.url).await;
    let mut request = update(
        "token",
        &[
            ("nickname", Some("Dan")),
            ("address", None),
            ("email", Some("")),
        ],
    );
    request.client_metadata = HashMap::from([("source".to_owned(), "\"é\"\n".to_owned())]);

    server
        .client()
        .await
        .update_user_attributes(request)
        .await
        .expect("success");

    assert_eq!(
        cognito.seen().remove(0).body,
        json!({
            "UserAttributes": [
                { "Name": "nickname", "Value": "Dan" },
                { "Name": "address" },
                { "Name": "email", "Value": "" },
            ],
            "AccessToken": "token",
            "ClientMetadata": { "source": "\"é\"\n" },
        })
    );
    server.stop().await;
}

#[tokio::test]
async fn an_absent_a_null_and_an_empty_list_are_the_same() {
    for body in [
        "{}",
        "",
        r#"{"CodeDeliveryDetailsList":null}"#,
        r#"{"CodeDeliveryDetailsList":[]}"#,
    ] {
        assert_eq!(
            reply_to(body).await.code_delivery_details_list,
            [],
            "{body}"
        );
    }
}

#[tokio::test]
async fn an_unknown_medium_and_missing_members_are_told_as_unspecified() {
    let body = r#"{"CodeDeliveryDetailsList":[
        {"Destination":"d***@e***","DeliveryMedium":"PIGEON","AttributeName":"email"},{}]}"#;

    let reply = reply_to(body).await;

    let [pigeon, empty] = &reply.code_delivery_details_list[..] else {
        panic!("two entries in {reply:?}");
    };
    assert_eq!(pigeon.delivery_medium(), DeliveryMedium::Unspecified);
    assert_eq!(pigeon.destination, "d***@e***");
    assert_eq!(empty.delivery_medium(), DeliveryMedium::Unspecified);
    assert_eq!(empty.attribute_name, "");
}

#[tokio::test]
async fn a_text_that_is_blank_or_a_secret_alone_is_not_the_callers_message() {
    for text in ["", " \n", "token", "token: Dan."] {
        let answer = scripted::exception(400, "NotAuthorizedException", text);
        let cognito = Scripted::new([Answer::Bytes(answer)]).await;
        let server = Server::in_front_of(&cognito.url).await;

        let request = update("token", &[("nickname", Some("Dan"))]);
        let reply = server.client().await.update_user_attributes(request).await;

        assert_eq!(
            reply.expect_err("a refusal").message(),
            "the access token is invalid: the user must sign in again",
            "{text:?}"
        );
        server.stop().await;
    }
}

async fn reply_to(body: &str) -> UpdateUserAttributesResponse {
    let cognito = Scripted::new([Answer::Bytes(scripted::json(200, body))]).await;
    let server = Server::in_front_of(&cognito.url).await;
    let request = update("token", &[("email", Some("d@example.com"))]);
    let reply = server.client().await.update_user_attributes(request).await;
    let reply = reply.expect("success").into_inner();
    server.stop().await;
    reply
}
