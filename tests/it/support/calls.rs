//! One call of each operation, all of the same user.

use std::{collections::HashMap, net::SocketAddr};

use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use tonic::{Code, Request, Status, body::Body};
use user_attributes::proto::{
    DeleteUserAttributesRequest, GetUserAttributeVerificationCodeRequest, GetUserRequest,
    Operation, UpdateUserAttributesRequest, VerifyUserAttributeRequest,
    user_attributes_service_client::UserAttributesServiceClient,
};

use super::{
    Failure,
    scripted::{self, Answer},
    update,
};

/// A client without a timer of its own. On a busy machine tonic's can run out before an answer that
/// came in time is read.
pub type Client = UserAttributesServiceClient<legacy::Client<HttpConnector, Body>>;

/// A client of the server there, with one connection.
pub fn client(addr: SocketAddr) -> Client {
    let transport = legacy::Client::builder(TokioExecutor::new())
        .http2_only(true)
        .build_http();
    let origin = format!("http://{addr}").parse().expect("a URL");
    UserAttributesServiceClient::with_origin(transport, origin)
}

/// A good answer to whatever was asked.
pub fn good() -> Answer {
    let members = r#"{"Username":"dan","UserAttributes":[],"CodeDeliveryDetails":{}}"#;
    Answer::Bytes(scripted::json(200, members))
}

/// The same, when the test lets it go.
pub fn held() -> Answer {
    match good() {
        Answer::Bytes(bytes) => Answer::Held(bytes),
        other => other,
    }
}

/// An exception of Cognito's.
pub fn refusal(code: &str, message: &str) -> Answer {
    Answer::Bytes(scripted::exception(400, code, message))
}

pub fn throttled() -> Answer {
    refusal("TooManyRequestsException", "Rate exceeded")
}

/// Calls this operation, with this `grpc-timeout` if it isn't blank.
pub async fn call(client: &Client, operation: Operation, timeout: &str) -> Result<(), Status> {
    let mut client = client.clone();
    match operation {
        Operation::UpdateUserAttributes => {
            let request = within(timeout, nickname("Dan"));
            client.update_user_attributes(request).await.map(drop)
        }
        Operation::VerifyUserAttribute => {
            let request = within(timeout, verification("email", "123456"));
            client.verify_user_attribute(request).await.map(drop)
        }
        Operation::GetUserAttributeVerificationCode => {
            let request = within(timeout, code_request("email"));
            let call = client.get_user_attribute_verification_code(request);
            call.await.map(drop)
        }
        Operation::DeleteUserAttributes => {
            let request = within(timeout, deletion(&["nickname"]));
            client.delete_user_attributes(request).await.map(drop)
        }
        Operation::GetUser => client.get_user(within(timeout, query())).await.map(drop),
    }
}

/// What is told of the outcome once a request has left and no answer has come.
pub fn outcome_without_an_answer(operation: Operation) -> &'static str {
    if operation == Operation::GetUser {
        "not_applied"
    } else {
        "unknown"
    }
}

/// A request with this `grpc-timeout`, if it isn't blank.
pub fn within<T>(timeout: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    if !timeout.is_empty() {
        let timeout = timeout.parse().expect("ASCII");
        request.metadata_mut().insert("grpc-timeout", timeout);
    }
    request
}

/// Checks how a call failed, by code, reason and outcome.
#[track_caller]
pub fn check_failed<T>(result: Result<T, Status>, code: Code, reason: &str, outcome: &str) {
    let failure = Failure::of(&result.err().expect("a failure"));
    let told = (failure.code, &*failure.reason, &*failure.outcome);
    assert_eq!(told, (code, reason, outcome));
}

pub fn nickname(value: &str) -> UpdateUserAttributesRequest {
    update("token", &[("nickname", Some(value))])
}

pub fn verification(attribute_name: &str, code: &str) -> VerifyUserAttributeRequest {
    VerifyUserAttributeRequest {
        access_token: "token".to_owned(),
        attribute_name: attribute_name.to_owned(),
        code: code.to_owned(),
        request_id: String::new(),
    }
}

pub fn code_request(attribute_name: &str) -> GetUserAttributeVerificationCodeRequest {
    GetUserAttributeVerificationCodeRequest {
        access_token: "token".to_owned(),
        attribute_name: attribute_name.to_owned(),
        client_metadata: HashMap::new(),
        request_id: String::new(),
    }
}

pub fn deletion(names: &[&str]) -> DeleteUserAttributesRequest {
    DeleteUserAttributesRequest {
        user_attribute_names: names.iter().map(|&name| name.to_owned()).collect(),
        access_token: "token".to_owned(),
        request_id: String::new(),
    }
}

pub fn query() -> GetUserRequest {
    GetUserRequest {
        access_token: "token".to_owned(),
    }
}
