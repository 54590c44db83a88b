//! The events for Lambda functions: what each operation runs, and what the function would get.

use super::{
    caller::Caller,
    dan_and_ann::{AT_ONCE, ONCE_VERIFIED, behaving, pool, pool_by_email},
    *,
};

const WITH_SENDERS: &str = r#"lambda_config = ["CustomEmailSender", "CustomSMSSender"]"#;

/// The events so far, oldest first.
async fn events(server: &Server, filter: &str) -> Vec<Value> {
    let list = server.local(&format!("triggers{filter}")).await;
    let events = list["events"].as_array();
    events.unwrap_or_else(|| panic!("a list in {list}")).clone()
}

fn sources(events: &[Value]) -> Vec<&str> {
    let sources = events.iter().map(|event| event["triggerSource"].as_str());
    sources.map(|it| it.expect("a text")).collect()
}

/// Checks an event but for its `request`, which is returned.
#[track_caller]
fn check_event(event: &Value, source: &str, response: &Value) -> Value {
    let expected = json!({
        "version": "1",
        "triggerSource": source,
        "region": "us-east-1",
        "userPoolId": "us-east-1_Example",
        "userName": "dan",
        "callerContext": { "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "client" },
        "request": event["request"],
        "response": response,
    });
    assert_eq!(*event, expected);
    event["request"].clone()
}

/// What `CustomMessage` gets, the same for every operation but for its source.
#[track_caller]
fn check_custom_message(event: &Value, source: &str, attributes: &Value) {
    let no_answer_yet = json!({ "smsMessage": null, "emailMessage": null, "emailSubject": null });
    let request = check_event(event, source, &no_answer_yet);
    let expected = json!({
        "userAttributes": attributes,
        "codeParameter": "{####}",
        "linkParameter": "{##Click Here##}",
        "usernameParameter": null,
        "clientMetadata": { "k": "v", "language": "de" },
    });
    assert_eq!(request, expected);
}

#[track_caller]
fn check_sender(event: &Value, source: &str, kind: &str, code: &str, attributes: &Value) {
    let request = check_event(event, source, &json!({}));
    let expected = json!({
        "type": kind,
        "code": base64(code),
        "clientMetadata": { "k": "v", "language": "de" },
        "userAttributes": attributes,
    });
    assert_eq!(request, expected);
}

fn base64(text: &str) -> String {
    use ::base64::{Engine as _, prelude::BASE64_STANDARD};
    BASE64_STANDARD.encode(text)
}

#[tokio::test]
async fn a_changed_address_and_one_that_a_code_is_asked_for_run_a_message_and_a_sender() {
    let server = Server::with_pools(&pool(&format!("{AT_ONCE}\n{WITH_SENDERS}"))).await;
    let dan = Caller::sign_in(&server, "dan").await;
    let metadata = json!({ "ClientMetadata": { "k": "v", "language": "de" } });
    let sub = dan.attributes().await["sub"].clone();
    let mut attributes = json!({
        "sub": sub,
        "cognito:user_status": "CONFIRMED",
        "email": "dan@example.com",
        "email_verified": "true",
        "phone_number": "+15555550100",
        "phone_number_verified": "true",
    });
    for (name, new, sender, kind) in [
        (
            "email",
            "new@example.org",
            "CustomEmailSender",
            "customEmailSenderRequestV1",
        ),
        (
            "phone_number",
            "+15555550199",
            "CustomSMSSender",
            "customSMSSenderRequestV1",
        ),
    ] {
        attributes[name] = new.into();
        attributes[format!("{name}_verified")] = "false".into();
        let mut ask = metadata.clone();
        ask["AttributeName"] = name.into();
        let before = events(&server, "").await.len();

        dan.update_with(&[(name, new)], metadata.clone()).await;
        let for_update = server.code("dan").await;
        dan.call("GetUserAttributeVerificationCode", ask).await;
        let for_request = server.code("dan").await;

        let events = events(&server, "").await;
        let [message, send, again, send_again] = &events[before..] else {
            panic!("four events: {events:?}");
        };
        let of = |trigger: &str, operation: &str| format!("{trigger}_{operation}UserAttribute");
        check_custom_message(message, &of("CustomMessage", "Update"), &attributes);
        let source = of(sender, "Update");
        check_sender(send, &source, kind, &for_update, &attributes);
        check_custom_message(again, &of("CustomMessage", "Verify"), &attributes);
        let source = of(sender, "Verify");
        check_sender(send_again, &source, kind, &for_request, &attributes);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_metadata_is_absent_where_none_was_sent() {
    let server = Server::with_pools(&pool(&format!("{AT_ONCE}\n{WITH_SENDERS}"))).await;
    let dan = Caller::sign_in(&server, "dan").await;
    dan.changes("email", "new@example.org").await;
    dan.update_with(
        &[("email", "other@example.org")],
        json!({ "ClientMetadata": {} }),
    )
    .await;
    dan.ask_for_code("email").await;
    let events = events(&server, "").await;
    assert_eq!(events.len(), 6);
    for event in events {
        let request = event["request"].as_object().expect("a map");
        assert!(!request.contains_key("clientMetadata"), "{event}");
    }
    server.stop().await;
}

#[tokio::test]
async fn every_attribute_is_a_text_in_an_event_and_a_custom_one_is_there_too() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let update = json!({
        "AccessToken": token,
        "UserAttributes": [
            { "Name": "updated_at", "Value": "1700000000" },
            { "Name": "custom:department", "Value": "R&D" },
            { "Name": "email", "Value": "new@example.org" },
        ],
    });
    assert_eq!(
        server.pool("UpdateUserAttributes", update).await.status,
        200
    );
    let [event] = &events(&server, "").await[..] else {
        panic!("one event");
    };
    let attributes = &event["request"]["userAttributes"];
    assert_eq!(attributes["updated_at"], "1700000000");
    assert_eq!(attributes["custom:department"], "R&D");
    assert_eq!(attributes["email_verified"], "false");
    let all = attributes.as_object().expect("a map");
    assert!(all.values().all(Value::is_string), "{attributes}");
    server.stop().await;
}

#[tokio::test]
async fn an_event_has_the_address_that_the_code_goes_to_be_it_stored_or_not() {
    let keys = format!("{ONCE_VERIFIED}\n{WITH_SENDERS}");
    let server = Server::with_pools(&pool(&keys)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    dan.changes("email", "new@example.org").await;
    dan.ask_for_code("email").await;
    let events = events(&server, "").await;
    let told: Vec<_> = events
        .iter()
        .map(|event| &event["request"]["userAttributes"])
        .map(|it| (it["email"].as_str(), it["email_verified"].as_str()))
        .collect();
    let (new, old) = (Some("new@example.org"), Some("dan@example.com"));
    let verified = Some("true");
    assert_eq!(
        told,
        [
            (new, verified),
            (new, verified),
            (old, verified),
            (old, verified)
        ]
    );
    server.stop().await;
}

#[tokio::test]
async fn a_sender_runs_for_its_own_medium_in_a_pool_that_has_it() {
    for (keys, expected) in [
        ("", &["CustomMessage", "CustomMessage"][..]),
        (
            r#"lambda_config = ["CustomEmailSender"]"#,
            &["CustomMessage", "CustomEmailSender", "CustomMessage"],
        ),
        (
            r#"lambda_config = ["CustomSMSSender"]"#,
            &["CustomMessage", "CustomMessage", "CustomSMSSender"],
        ),
    ] {
        let server = Server::with_pools(&pool(&format!("{AT_ONCE}\n{keys}"))).await;
        let dan = Caller::sign_in(&server, "dan").await;
        dan.update(&[
            ("email", "new@example.org"),
            ("phone_number", "+15555550199"),
        ])
        .await;
        let events = events(&server, "").await;
        let expected: Vec<_> = expected
            .iter()
            .map(|trigger| format!("{trigger}_UpdateUserAttribute"))
            .collect();
        assert_eq!(sources(&events), expected);
        server.stop().await;
    }
}

#[tokio::test]
async fn what_sends_no_code_runs_nothing() {
    let keys = format!("{AT_ONCE}\n{WITH_SENDERS}");
    let server = Server::with_pools(&pool(&keys)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    dan.changes("email", "new@example.org").await;
    let before = events(&server, "").await;
    let code = server.code("dan").await;

    // A verification has no metadata: what is sent all the same goes nowhere.
    let verification = json!({
        "AttributeName": "email",
        "Code": code,
        "ClientMetadata": { "k": "v" },
    });
    let verify = async || {
        let answer = dan.call("VerifyUserAttribute", verification.clone());
        answer.await.status
    };
    assert_eq!([verify().await, verify().await], [200, 400]);
    assert_eq!(dan.ask_for_code("nickname").await.status, 400);
    dan.changes("nickname", "Dan").await;
    dan.changes("email", "new@example.org").await;
    dan.changes("phone_number", "").await;
    let refused = [("email", "other@example.org"), ("custom:none", "x")];
    assert_eq!(dan.update(&refused).await.status, 400);
    assert_eq!(dan.delete(&["email", "nickname"]).await.status, 200);
    assert_eq!(dan.ask_for_code("email").await.status, 400);
    assert_eq!(dan.call("GetUser", json!({})).await.status, 200);
    assert_eq!(events(&server, "").await, before);
    server.stop().await;
}

#[tokio::test]
async fn an_address_that_is_not_auto_verified_and_a_request_over_the_limit_run_nothing() {
    let file = behaving("code_requests_per_hour = 0", &pool(WITH_SENDERS));
    let server = Server::with_pools(&file).await;
    let dan = Caller::sign_in(&server, "dan").await;
    dan.changes("email", "new@example.org").await;
    assert_eq!(dan.ask_for_code("email").await.status, 400);
    assert!(events(&server, "").await.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn events_are_listed_newest_last_by_pool_and_by_either_name_of_a_user() {
    let server = Server::with_pools(&pool_by_email(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan@example.com").await;
    let ann = Caller::sign_in(&server, "ann@example.com").await;
    dan.ask_for_code("email").await;
    ann.ask_for_code("email").await;
    dan.changes("phone_number", "+15555550199").await;
    let [first, hers, last] = &events(&server, "").await[..] else {
        panic!("three events");
    };
    assert_eq!(first["triggerSource"], "CustomMessage_VerifyUserAttribute");
    assert_eq!(last["triggerSource"], "CustomMessage_UpdateUserAttribute");
    let id = first["userName"].as_str().expect("a text");
    assert_eq!(id, dan.attributes().await["sub"], "the pool's own name");

    let his = vec![first.clone(), last.clone()];
    for (filter, expected) in [
        ("?username=dan@example.com", &his[..]),
        (&format!("?username={id}"), &his),
        ("?username=ann@example.com", std::slice::from_ref(hers)),
        (
            "?user_pool_id=us-east-1_Example&username=dan@example.com",
            &his,
        ),
        (
            "?user_pool_id=us-east-1_Other&username=dan@example.com",
            &[],
        ),
        ("?user_pool_id=us-east-1_Other", &[]),
        ("?username=nobody", &[]),
    ] {
        assert_eq!(events(&server, filter).await, expected, "{filter}");
    }
    assert_eq!(
        events(&server, "?user_pool_id=us-east-1_Example")
            .await
            .len(),
        3
    );
    server.stop().await;
}
