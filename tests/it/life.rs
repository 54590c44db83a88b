//! The whole life of a change through the five operations, as an application lives it.

use std::collections::HashMap;

use serde_json::json;
use tonic::{Code, transport::Channel};
use user_attributes::proto::{
    CodeDeliveryDetailsType, DeleteUserAttributesRequest, DeliveryMedium,
    GetUserAttributeVerificationCodeRequest, GetUserRequest, UpdateUserAttributesRequest,
    VerifyUserAttributeRequest, user_attributes_service_client::UserAttributesServiceClient,
};

use crate::support::{
    Failure, Server,
    calls::{code_request, deletion, verification},
    update,
};

/// A pool where a new e-mail address waits until it is verified.
const PENDING: &str = include_str!("data/pools.toml");

/// An application that has a user's access token.
struct Application {
    client: UserAttributesServiceClient<Channel>,
    token: String,
}

impl Application {
    async fn new(server: &Server, token: String) -> Self {
        let client = server.client().await;
        Self { client, token }
    }

    async fn update(
        &mut self,
        attributes: &[(&str, Option<&str>)],
    ) -> Result<Vec<CodeDeliveryDetailsType>, Failure> {
        let request = UpdateUserAttributesRequest {
            client_metadata: HashMap::from([("language".to_owned(), "de".to_owned())]),
            ..update(&self.token, attributes)
        };
        let reply = self.client.update_user_attributes(request).await;
        let reply = reply.map_err(|status| Failure::of(&status))?;
        Ok(reply.into_inner().code_delivery_details_list)
    }

    async fn resend(&mut self, attribute: &str) -> Result<CodeDeliveryDetailsType, Failure> {
        let request = GetUserAttributeVerificationCodeRequest {
            access_token: self.token.clone(),
            ..code_request(attribute)
        };
        let reply = self.client.get_user_attribute_verification_code(request);
        let reply = reply.await.map_err(|status| Failure::of(&status))?;
        Ok(reply.into_inner().code_delivery_details.expect("details"))
    }

    async fn verify(&mut self, attribute: &str, code: &str) -> Result<(), Failure> {
        let request = VerifyUserAttributeRequest {
            access_token: self.token.clone(),
            ..verification(attribute, code)
        };
        let reply = self.client.verify_user_attribute(request).await;
        reply.map(drop).map_err(|status| Failure::of(&status))
    }

    async fn delete(&mut self, names: &[&str]) {
        let request = DeleteUserAttributesRequest {
            access_token: self.token.clone(),
            ..deletion(names)
        };
        let reply = self.client.delete_user_attributes(request).await;
        reply.expect("deleted");
    }

    /// The user's attributes.
    async fn get(&mut self) -> HashMap<String, String> {
        let request = GetUserRequest {
            access_token: self.token.clone(),
        };
        let reply = self.client.get_user(request).await.expect("a user");
        let user = reply.into_inner();
        let attributes = user.user_attributes.into_iter();
        attributes
            .map(|it| (it.name, it.value.unwrap_or_default()))
            .collect()
    }
}

fn delivery(attribute: &str, medium: DeliveryMedium, masked: &str) -> CodeDeliveryDetailsType {
    CodeDeliveryDetailsType {
        destination: masked.to_owned(),
        delivery_medium: medium.into(),
        attribute_name: attribute.to_owned(),
    }
}

/// Checks what a call was refused with.
#[track_caller]
fn check_refused<T: std::fmt::Debug>(result: Result<T, Failure>, code: Code, reason: &str) {
    let failure = result.expect_err("a refusal");
    assert_eq!((failure.code, &*failure.reason), (code, reason));
}

#[tokio::test]
async fn a_change_is_made_sent_for_verified_and_taken_back() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let mut application = Application::new(&server, token).await;
    for (name, new, medium, masked) in [
        (
            "email",
            "new@example.org",
            DeliveryMedium::Email,
            "n***@e***",
        ),
        (
            "phone_number",
            "+15555550199",
            DeliveryMedium::Sms,
            "+*******0199",
        ),
    ] {
        let flag = format!("{name}_verified");
        let sent = delivery(name, medium, masked);
        let changes = [("nickname", Some("Dan")), (name, Some(new))];
        assert_eq!(application.update(&changes).await, Ok(vec![sent.clone()]));
        let first = server.code("dan").await;
        let user = application.get().await;
        assert_eq!((&*user[name], &*user[&flag]), (new, "false"));
        assert_eq!(application.update(&changes).await, Ok(vec![]), "as before");

        assert_eq!(application.resend(name).await, Ok(sent));
        let refused = application.verify(name, &first).await;
        check_refused(refused, Code::InvalidArgument, "CODE_MISMATCH");
        let second = server.code("dan").await;
        assert_eq!(application.verify(name, &second).await, Ok(()));
        let user = application.get().await;
        assert_eq!((&*user[name], &*user[&flag]), (new, "true"));
        let refused = application.verify(name, &second).await;
        check_refused(refused, Code::FailedPrecondition, "CODE_EXPIRED");

        application.delete(&[name, "nickname"]).await;
        let user = application.get().await;
        assert!(!user.contains_key(name) && !user.contains_key("nickname"));
        let refused = application.resend(name).await;
        check_refused(refused, Code::InvalidArgument, "INVALID_PARAMETER");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_change_that_has_to_be_verified_first_is_sent_for_by_making_it_again() {
    let server = Server::with_pools(PENDING).await;
    let token = server.sign_in_as("webapp", "dan", "passw0rd").await;
    let mut application = Application::new(&server, token).await;
    let change = [("email", Some("new@example.org"))];
    let sent = delivery("email", DeliveryMedium::Email, "n***@e***");
    assert_eq!(application.update(&change).await, Ok(vec![sent.clone()]));
    let user = application.get().await;
    assert_eq!(user["email"], "dan@example.com");
    assert_eq!(user["email_verified"], "true");

    let to_the_old = delivery("email", DeliveryMedium::Email, "d***@e***");
    assert_eq!(application.resend("email").await, Ok(to_the_old));
    assert_eq!(application.update(&change).await, Ok(vec![sent]));
    let code = server.code("dan").await;
    assert_eq!(application.verify("email", &code).await, Ok(()));
    let user = application.get().await;
    assert_eq!(user["email"], "new@example.org");
    assert_eq!(user["email_verified"], "true");
    server.stop().await;
}

#[tokio::test]
async fn the_callers_metadata_reaches_the_functions_that_make_and_send_messages() {
    let server = Server::with_pools(PENDING).await;
    let token = server.sign_in_as("webapp", "dan", "passw0rd").await;
    let mut application = Application::new(&server, token).await;
    let change = [("email", Some("new@example.org"))];
    application.update(&change).await.expect("a valid update");
    let events = server.local("triggers?username=dan").await;
    let events = events["events"].as_array().expect("a list");
    assert_eq!(events.len(), 2);
    for event in events {
        let metadata = &event["request"]["clientMetadata"];
        assert_eq!(*metadata, json!({ "language": "de" }));
    }
    server.stop().await;
}

#[tokio::test]
async fn after_a_lost_answer_the_user_shows_whether_the_change_was_made() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let mut application = Application::new(&server, token).await;
    let change = [("email", Some("new@example.org"))];
    for (fault, stored) in [
        ("close_before_read", "dan@example.com"),
        ("close_after_read", "new@example.org"),
    ] {
        let order = json!({ "operation": "UpdateUserAttributes", "fault": fault });
        assert_eq!(server.order("faults", order).await.status, 200);
        let lost = application.update(&change).await.expect_err("no answer");
        assert_eq!((lost.code, &*lost.outcome), (Code::Unknown, "unknown"));
        assert_eq!(application.get().await["email"], stored, "{fault}");
    }
    // One code went out: nothing has sent the change twice.
    let outbox = server.local("outbox").await;
    assert_eq!(outbox["messages"].as_array().expect("a list").len(), 1);
    let code = server.code("dan").await;
    assert_eq!(application.verify("email", &code).await, Ok(()));
    server.stop().await;
}

#[tokio::test]
async fn a_throttled_change_is_not_made_and_can_be_made_again() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let mut application = Application::new(&server, token).await;
    let order = json!({
        "operation": "UpdateUserAttributes",
        "fault": "TooManyRequestsException",
        "times": 6, // three attempts a call
    });
    assert_eq!(server.order("faults", order).await.status, 200);
    let change = [("phone_number", Some("+15555550199"))];
    for _ in 0..2 {
        let refused = application.update(&change).await;
        check_refused(refused, Code::ResourceExhausted, "TOO_MANY_REQUESTS");
        let user = application.get().await;
        assert_eq!(user["phone_number"], "+15555550100");
    }
    let sent = delivery("phone_number", DeliveryMedium::Sms, "+*******0199");
    assert_eq!(application.update(&change).await, Ok(vec![sent]));
    server.stop().await;
}

#[tokio::test]
async fn a_user_who_asks_too_often_is_refused_for_an_hour() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let mut application = Application::new(&server, token).await;
    for _ in 0..5 {
        application.resend("email").await.expect("sent");
    }
    let refused = application.resend("email").await;
    check_refused(refused, Code::ResourceExhausted, "LIMIT_EXCEEDED");
    for _ in 0..15 {
        let refused = application.verify("phone_number", "123456").await;
        check_refused(refused, Code::FailedPrecondition, "CODE_EXPIRED");
    }
    let refused = application.verify("phone_number", "123456").await;
    check_refused(refused, Code::ResourceExhausted, "LIMIT_EXCEEDED");

    let order = json!({ "advance_seconds": 3600 });
    assert_eq!(server.order("clock", order).await.status, 200);
    application.token = server.sign_in().await;
    application.resend("email").await.expect("sent");
    let code = server.code("dan").await;
    assert_eq!(application.verify("email", &code).await, Ok(()));
    server.stop().await;
}
