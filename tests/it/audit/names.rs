//! Who and what an event names, and what it never holds.

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use user_attributes::proto::{GetUserAttributeVerificationCodeRequest, VerifyUserAttributeRequest};

use super::*;
use crate::support::{
    calls::{code_request, good, refusal, verification},
    scripted::{self, REQUEST_ID},
};

const KEY: &str = "thirty-two bytes or more are a key";

#[tokio::test]
async fn a_change_has_one_event_with_all_that_is_known_of_it_and_a_read_has_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let key_file = folder.path().join("key");
    fs::write(&key_file, format!("{KEY}\n")).expect("a file");
    let key_file = format!("--audit-key-file={}", key_file.display());
    let audited = Audited::start([good()], &[&key_file]).await;
    let request = UpdateUserAttributesRequest {
        request_id: "of-the-message".to_owned(),
        ..update(
            &token("sub-of-dan", "4pl3client"),
            &[("email", Some("d@e.f")), ("dan@example.com", Some("x"))],
        )
    };
    let call = audited.client.clone().update_user_attributes(request).await;
    call.expect("an answer");
    audited.call(Operation::GetUser).await.expect("an answer");
    let mut events = audited.end().await;

    assert_eq!(events.len(), 1, "{events:?}");
    let event = events[0].as_object_mut().expect("an object");
    let names = [
        "timestamp",
        "operation",
        "attributes",
        "outcome",
        "request_id",
        "aws_request_id",
        "sub_hmac",
        "client_id",
        "claims_verified",
    ];
    assert_eq!(event.keys().collect::<Vec<_>>(), names);
    let text = |field: &str| event[field].as_str().expect("text").to_owned();
    let (timestamp, request_id) = (text("timestamp"), text("request_id"));
    let time = humantime::parse_rfc3339(&timestamp).expect("RFC 3339");
    assert!(
        time.elapsed().expect("the past") < PATIENCE * 6,
        "{timestamp}"
    );
    assert!(!request_id.is_empty() && request_id != "of-the-message");
    event.retain(|field, _| field != "timestamp" && field != "request_id");
    let expected = json!({
        "operation": "UpdateUserAttributes",
        "attributes": ["email", "_OTHER"],
        "outcome": "applied",
        "aws_request_id": REQUEST_ID,
        "sub_hmac": hash("sub-of-dan"),
        "client_id": "4pl3client",
        "claims_verified": true,
    });
    assert_eq!(events[0], expected);
}

fn hash(sub: &str) -> String {
    let key = hmac::Key::new(HMAC_SHA256, KEY.as_bytes());
    let tag = hmac::sign(&key, sub.as_bytes());
    let digits = tag.as_ref().iter().map(|byte| format!("{byte:02x}"));
    digits.collect()
}

#[tokio::test]
async fn each_operation_that_changes_has_an_event_with_the_id_of_its_call() {
    let mut audited = Audited::start([good()], &[]).await;
    let mut ids = Vec::new();
    for operation in CHANGES {
        audited.call(operation).await.expect("an answer");
        ids.push(audited.process.logged("call").await["request_id"].take());
    }
    let events = audited.end().await;
    let applied = CHANGES.map(|operation| (operation.name(), "applied"));
    assert_eq!(outcomes(&events), applied);
    let told: Vec<_> = events.iter().map(|it| it["request_id"].clone()).collect();
    assert_eq!(told, ids);
}

#[tokio::test]
async fn a_token_that_is_no_jwt_names_nobody() {
    let audited = Audited::start([good()], &[]).await;
    for token in ["token", "a.b.c", "e30.e30.sig", "..", &token("", "a b")] {
        let call = audited.client.clone();
        let call = call
            .clone()
            .update_user_attributes(nickname_by(token))
            .await;
        call.expect("an answer");
    }
    for event in audited.end().await {
        let fields = fields(&event);
        assert!(!fields.contains(&"sub_hmac"), "{event}");
        assert!(!fields.contains(&"client_id"), "{event}");
    }
}

/// The hashes of two users, one of whom comes twice, by servers with these flags.
async fn hashes(flags: &[&str]) -> Vec<Value> {
    let audited = Audited::start([good()], flags).await;
    for sub in ["dan", "ann", "dan"] {
        let request = nickname_by(&token(sub, "client"));
        let call = audited.client.clone().update_user_attributes(request).await;
        call.expect("an answer");
    }
    let events = audited.end().await;
    events
        .into_iter()
        .map(|mut it| it["sub_hmac"].take())
        .collect()
}

#[tokio::test]
async fn a_user_has_one_hash_under_one_key_and_another_at_each_start_without_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let key_file = folder.path().join("key");
    fs::write(&key_file, KEY).expect("a file");
    let key_file = format!("--audit-key-file={}", key_file.display());
    let (one, other) = (hashes(&[]).await, hashes(&[]).await);
    let (kept, again) = (hashes(&[&key_file]).await, hashes(&[&key_file]).await);
    assert_eq!(kept, again);
    assert_ne!(one[0], other[0]);
    for all in [&one, &other, &kept] {
        assert_eq!(all[0], all[2]);
        assert_ne!(all[0], all[1]);
    }
}

#[tokio::test]
async fn the_claims_are_verified_only_where_cognitos_answer_proves_it() {
    let refused = |text: &str| refusal("NotAuthorizedException", text);
    for (answer, verified) in [
        (good(), true),
        (refusal("CodeMismatchException", "x"), true),
        (refusal("AliasExistsException", "x"), true),
        (refusal("UserLambdaValidationException", "x"), true),
        (
            refused("A client attempted to write unauthorized attribute"),
            true,
        ),
        (refused("Invalid Access Token"), false),
        (refused("Access Token has expired"), false),
        (refused("Access Token has been revoked"), false),
        (refusal("InvalidParameterException", "x"), false),
        (refusal("TooManyRequestsException", "x"), false),
        (refusal("SomeNewException", "x"), false),
        (
            Answer::Bytes(scripted::exception(500, "InternalErrorException", "x")),
            false,
        ),
        (Answer::Bytes(scripted::html(200, "<html>")), false),
        (Answer::Bytes(scripted::html(403, "<html>")), false),
        (Answer::CloseUnread, false),
    ] {
        let case = format!("{answer:?}");
        let audited = Audited::start([answer], &["--first-retry-delay=0s"]).await;
        let request = nickname_by(&token("dan", "client"));
        let _ = audited.client.clone().update_user_attributes(request).await;
        let events = audited.end().await;
        assert_eq!(events.len(), 1, "{case}: {events:?}");
        assert_eq!(events[0]["claims_verified"], verified, "{case}: {events:?}");
        assert_eq!(events[0]["client_id"], "client", "{case}");
    }
}

#[tokio::test]
async fn no_value_token_code_or_destination_is_in_the_file_or_in_the_log() {
    const MARK: &str = "marked";
    let sub = "marked-sub";
    let token = format!("{}marked", token(sub, "client"));
    let told = json!({
        "CodeDeliveryDetailsList": [{"Destination": "m***@marked", "DeliveryMedium": "EMAIL", "AttributeName": "email"}],
        "CodeDeliveryDetails": {"Destination": "m***@marked", "DeliveryMedium": "EMAIL", "AttributeName": "email"},
    });
    for answer in [
        scripted::json(200, &told.to_string()),
        scripted::exception(400, "UserLambdaValidationException", "marked"),
    ] {
        for to_file in [true, false] {
            let cognito = Scripted::new([Answer::Bytes(answer.clone())]).await;
            let folder = tempfile::tempdir().expect("a folder");
            let endpoint = format!("--endpoint-url={}", cognito.url);
            let file = format!("--audit-file={}", file_in(&folder).display());
            let flags = [&*endpoint, "--audit-required", &*file];
            let flags = if to_file { &flags[..] } else { &flags[..1] };
            let process = Process::start(flags, &[("RUST_LOG", "trace")]).await;
            let mut client = calls::client(process.grpc_addr);
            let pairs = [("marked-key".to_owned(), "marked-value".to_owned())];
            let request = UpdateUserAttributesRequest {
                client_metadata: pairs.clone().into(),
                request_id: "marked-id".to_owned(),
                ..update(
                    &token,
                    &[
                        ("email", Some("marked@example.com")),
                        ("marked", Some("marked")),
                    ],
                )
            };
            let _ = client.update_user_attributes(request).await;
            let _ = client
                .verify_user_attribute(VerifyUserAttributeRequest {
                    access_token: token.clone(),
                    ..verification("email", "marked-code")
                })
                .await;
            let _ = client
                .get_user_attribute_verification_code(GetUserAttributeVerificationCodeRequest {
                    access_token: token.clone(),
                    client_metadata: pairs.into(),
                    ..code_request("email")
                })
                .await;
            process.signal(Signal::TERM);
            let exit = process.exit().await;
            let text = fs::read_to_string(file_in(&folder)).unwrap_or_default() + &exit.stderr;
            let hashes = text.matches("sub_hmac").count();
            assert_eq!(hashes, if to_file { 6 } else { 3 }, "{text}");
            assert!(!text.contains(MARK), "{text}");
            for part in token.split('.') {
                assert!(!text.contains(part), "{text}");
            }
        }
    }
}
