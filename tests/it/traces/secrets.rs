//! No span holds a secret, and no log what a collector is told besides.

use std::collections::HashMap;

use serde_json::json;
use user_attributes::proto::{
    GetUserAttributeVerificationCodeRequest, GetUserRequest, UpdateUserAttributesRequest,
    VerifyUserAttributeRequest,
};

use super::{Traced, stop, with_metadata};
use crate::support::{
    calls::{code_request, verification},
    scripted::{self, Answer},
    update,
};

/// In every secret below, and in nothing else.
const MARK: &str = "marked";

#[tokio::test]
async fn nothing_secret_of_requests_and_answers_is_in_a_span() {
    let echo = "marked-token marked@example.com marked-code marked-key=marked-value";
    let told = json!({
        "CodeDeliveryDetails": {"Destination": echo, "DeliveryMedium": "EMAIL", "AttributeName": "email"},
        "CodeDeliveryDetailsList": [{"Destination": echo, "DeliveryMedium": "EMAIL", "AttributeName": "email"}],
        "Username": echo, "UserAttributes": [{"Name": "email", "Value": echo}],
    });
    let mut answers = vec![
        scripted::json(200, &told.to_string()),
        scripted::json(200, echo),
        scripted::html(403, echo),
        scripted::html(500, echo),
        echo.as_bytes().to_vec(),
        format!("HTTP/1.1 400 {echo}\r\nx-amzn-errortype: {echo}\r\nx-amzn-requestid: {echo}\r\ncontent-length: 0\r\n\r\n")
            .into_bytes(),
    ];
    for code in [
        echo,
        "NotAuthorizedException",
        "UserLambdaValidationException",
    ] {
        answers.push(scripted::exception(400, code, echo));
    }
    for answer in answers {
        let traced = Traced::new([Answer::BytesThenClose(answer)]).await;
        call_all(&traced).await;
        let spans = traced.end().await;
        assert_eq!(spans.iter().filter(|span| span.is_server()).count(), 4);
        for span in spans {
            let text = format!("{:?} {:?}", span.whole, span.resource).to_lowercase();
            assert!(!text.contains(MARK), "{text}");
        }
    }
}

async fn call_all(traced: &Traced) {
    let mut client = traced.client.clone();
    let access_token = "marked-token".to_owned();
    let client_metadata = HashMap::from([("marked-key".to_owned(), "marked-value".to_owned())]);
    let update = UpdateUserAttributesRequest {
        client_metadata: client_metadata.clone(),
        ..update(&access_token, &[("email", Some("marked@example.com"))])
    };
    let verification = VerifyUserAttributeRequest {
        access_token: access_token.clone(),
        ..verification("email", "marked-code")
    };
    let code_request = GetUserAttributeVerificationCodeRequest {
        access_token: access_token.clone(),
        client_metadata,
        ..code_request("email")
    };
    let metadata = [
        ("authorization", "Bearer marked"),
        ("baggage", "user=marked"),
        ("traceparent", "marked"),
        ("user-agent", "marked"),
    ];
    // What the answers are is another test's.
    let _ = client
        .update_user_attributes(with_metadata(update, &metadata))
        .await;
    let _ = client
        .verify_user_attribute(with_metadata(verification, &metadata))
        .await;
    let _ = client
        .get_user_attribute_verification_code(with_metadata(code_request, &metadata))
        .await;
    let query = GetUserRequest { access_token };
    let _ = client.get_user(with_metadata(query, &metadata)).await;
}

#[tokio::test]
async fn the_collectors_password_is_sent_to_it_and_in_no_log() {
    let environment = [
        (
            "OTEL_EXPORTER_OTLP_HEADERS",
            "authorization=Bearer%20marked",
        ),
        ("RUST_LOG", "trace"),
    ];
    let traced = Traced::with([], &[], &environment).await;
    let mut client = traced.client.clone();
    let refused = client.get_user(GetUserRequest::default()).await;
    refused.expect_err("a token is missing");
    let collector = traced.collector;
    let exit = stop(traced.process).await;
    assert_eq!(collector.all().len(), 1, "{}", exit.stderr);
    let password = collector.metadata();
    let password = password.get("authorization").expect("it is sent");
    assert_eq!(password, "Bearer marked");
    assert!(!exit.stderr.contains(MARK), "{}", exit.stderr);
}
