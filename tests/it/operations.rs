//! The operations besides the update: what leaves, what comes back, what is refused here.

pub mod failures;

use std::collections::HashMap;

use serde_json::json;
use tonic::{Code, Status};
use user_attributes::proto::{
    AttributeType, CodeDeliveryDetailsType, DeleteUserAttributesRequest, DeliveryMedium,
    GetUserAttributeVerificationCodeRequest, GetUserRequest, GetUserResponse, MfaOptionType,
    VerifyUserAttributeRequest,
};

use crate::support::{
    Failure, Server,
    calls::{code_request, deletion, query, verification},
    scripted::{self, Answer, REQUEST_ID, Scripted},
};

/// A server in front of a Cognito that always answers this.
pub async fn answering(answer: Answer) -> (Scripted, Server) {
    let cognito = Scripted::new([answer]).await;
    let server = Server::in_front_of(&cognito.url).await;
    (cognito, server)
}

pub fn json_answer(body: &serde_json::Value) -> Answer {
    Answer::Bytes(scripted::json(200, &body.to_string()))
}

/// Checks what the one request so far asked for.
#[track_caller]
pub fn check_sent(cognito: &Scripted, operation: &str, body: &serde_json::Value) {
    let [seen] = &cognito.seen()[..] else {
        panic!("one request: {:?}", cognito.seen());
    };
    let target = format!("AWSCognitoIdentityProviderService.{operation}");
    assert!(seen.headers.contains(&("x-amz-target".to_owned(), target)));
    assert!(!seen.headers.iter().any(|(name, _)| name == "authorization"));
    assert_eq!(seen.body, *body);
}

#[tokio::test]
async fn a_code_goes_to_cognito_as_it_came() {
    let (cognito, server) = answering(json_answer(&json!({}))).await;
    let request = verification("email", "012 345".replace(' ', "").as_str());
    let reply = server
        .client()
        .await
        .verify_user_attribute(request)
        .await
        .expect("verified");
    assert_eq!(
        reply.metadata().get("x-amzn-requestid").expect("an id"),
        REQUEST_ID
    );
    let body = json!({"AccessToken": "token", "AttributeName": "email", "Code": "012345"});
    check_sent(&cognito, "VerifyUserAttribute", &body);
    server.stop().await;
}

#[tokio::test]
async fn a_wish_for_a_code_returns_where_the_code_went() {
    let details = json!({"Destination": "+*******0100", "DeliveryMedium": "SMS", "AttributeName": "phone_number"});
    let (cognito, server) =
        answering(json_answer(&json!({ "CodeDeliveryDetails": details }))).await;
    let request = GetUserAttributeVerificationCodeRequest {
        client_metadata: HashMap::from([("k".to_owned(), "v".to_owned())]),
        ..code_request("phone_number")
    };
    let mut client = server.client().await;
    let reply = client
        .get_user_attribute_verification_code(request)
        .await
        .expect("sent");
    assert_eq!(
        reply.into_inner().code_delivery_details,
        Some(CodeDeliveryDetailsType {
            destination: "+*******0100".to_owned(),
            delivery_medium: DeliveryMedium::Sms.into(),
            attribute_name: "phone_number".to_owned(),
        })
    );
    let body = json!({"AccessToken": "token", "AttributeName": "phone_number", "ClientMetadata": {"k": "v"}});
    check_sent(&cognito, "GetUserAttributeVerificationCode", &body);
    server.stop().await;
}

#[tokio::test]
async fn names_to_delete_go_to_cognito_in_their_order() {
    let (cognito, server) = answering(json_answer(&json!({}))).await;
    let request = deletion(&["nickname", "custom:department"]);
    server
        .client()
        .await
        .delete_user_attributes(request)
        .await
        .expect("deleted");
    let body =
        json!({"UserAttributeNames": ["nickname", "custom:department"], "AccessToken": "token"});
    check_sent(&cognito, "DeleteUserAttributes", &body);
    server.stop().await;
}

#[tokio::test]
async fn a_user_is_read_with_everything_that_cognito_tells() {
    let answer = json!({
        "Username": "dan",
        "UserAttributes": [{"Name": "sub", "Value": "1-2"}, {"Name": "nickname"}],
        "MFAOptions": [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}],
        "PreferredMfaSetting": "SMS_MFA",
        "UserMFASettingList": ["SMS_MFA", "SOFTWARE_TOKEN_MFA"],
    });
    let (cognito, server) = answering(json_answer(&answer)).await;
    let reply = server
        .client()
        .await
        .get_user(query())
        .await
        .expect("a user");
    let attribute = |name: &str, value: Option<&str>| AttributeType {
        name: name.to_owned(),
        value: value.map(str::to_owned),
    };
    assert_eq!(
        reply.into_inner(),
        GetUserResponse {
            username: "dan".to_owned(),
            user_attributes: vec![attribute("sub", Some("1-2")), attribute("nickname", None)],
            mfa_options: vec![MfaOptionType {
                delivery_medium: DeliveryMedium::Sms.into(),
                attribute_name: "phone_number".to_owned(),
            }],
            preferred_mfa_setting: "SMS_MFA".to_owned(),
            user_mfa_setting_list: vec!["SMS_MFA".to_owned(), "SOFTWARE_TOKEN_MFA".to_owned()],
        }
    );
    check_sent(&cognito, "GetUser", &json!({"AccessToken": "token"}));
    server.stop().await;
}

#[tokio::test]
async fn an_answer_without_what_the_api_requires_counts_as_lost() {
    let (_cognito, server) = answering(json_answer(&json!({}))).await;
    let mut client = server.client().await;
    let code = client
        .get_user_attribute_verification_code(code_request("email"))
        .await;
    let failure = Failure::of(&code.unwrap_err());
    assert_eq!(
        (failure.code, failure.reason.as_str()),
        (Code::Unknown, "UPSTREAM_OUTCOME_UNKNOWN")
    );
    assert_eq!(failure.aws_request_id.as_deref(), Some(REQUEST_ID));
    let user = Failure::of(&client.get_user(query()).await.unwrap_err());
    assert_eq!(
        (user.code, user.reason.as_str()),
        (Code::Unavailable, "UPSTREAM_OUTCOME_UNKNOWN")
    );
    server.stop().await;
}

#[tokio::test]
async fn each_name_that_cognito_wont_delete_becomes_a_violation_at_its_path() {
    for text in [
        "Invalid user attributes: custom:b: Required attribute cannot be deleted.\n",
        "Invalid user attributes: user.custom:b: Attribute does not exist in the schema.\n",
    ] {
        let exception = scripted::exception(400, "InvalidParameterException", text);
        let (_cognito, server) = answering(Answer::Bytes(exception)).await;
        let request = deletion(&["a", "custom:b"]);
        let status = server
            .client()
            .await
            .delete_user_attributes(request)
            .await
            .unwrap_err();
        assert_eq!(status.message(), text);
        assert_eq!(
            Failure::of(&status).field_paths(),
            ["user_attribute_names[1]"]
        );
        server.stop().await;
    }
}

#[tokio::test]
async fn a_request_that_breaks_a_limit_is_refused_by_field_with_nothing_sent() {
    let (cognito, server) = answering(json_answer(&json!({}))).await;
    let mut client = server.client().await;
    let long = "x".repeat(2049);
    let name = "x".repeat(33);
    let mut refused: Vec<(Status, &[&str])> = Vec::new();
    for (request, fields) in [
        (
            VerifyUserAttributeRequest::default(),
            &["access_token", "attribute_name", "code"][..],
        ),
        (verification(&name, "1"), &["attribute_name"]),
        (verification("email", &long), &["code"]),
        (verification("email", "12 34"), &["code"]),
        (verification("email", "1\n"), &["code"]),
    ] {
        refused.push((
            client.verify_user_attribute(request).await.unwrap_err(),
            fields,
        ));
    }
    let mut metadata = code_request("email");
    metadata
        .client_metadata
        .insert("k".to_owned(), "x".repeat(131_073));
    for (request, fields) in [
        (
            GetUserAttributeVerificationCodeRequest::default(),
            &["access_token", "attribute_name"][..],
        ),
        (code_request("e\u{0}mail"), &["attribute_name"]),
        (metadata, &["client_metadata"]),
    ] {
        let status = client
            .get_user_attribute_verification_code(request)
            .await
            .unwrap_err();
        refused.push((status, fields));
    }
    for (request, fields) in [
        (
            DeleteUserAttributesRequest::default(),
            &["user_attribute_names", "access_token"][..],
        ),
        (
            deletion(&["a", "", "a"]),
            &["user_attribute_names[1]", "user_attribute_names[2]"],
        ),
        (
            deletion(&["sub", "a", "email_verified"]),
            &["user_attribute_names[0]", "user_attribute_names[2]"],
        ),
    ] {
        refused.push((
            client.delete_user_attributes(request).await.unwrap_err(),
            fields,
        ));
    }
    let blank = GetUserRequest::default();
    refused.push((client.get_user(blank).await.unwrap_err(), &["access_token"]));

    for (status, fields) in refused {
        let failure = Failure::of(&status);
        assert_eq!(failure.reason, "INVALID_PARAMETER");
        assert_eq!(failure.field_paths(), fields, "{failure:?}");
    }
    assert!(cognito.seen().is_empty());
    server.stop().await;
}
