//! Changes: whose callers have left, that come again, and the codes that they have sent.

use user_attributes::proto::Operation::{GetUserAttributeVerificationCode, UpdateUserAttributes};

use super::attempts;
use crate::{
    duplicates::change::{CODE, UPDATE},
    support::{
        calls::call,
        front::Front,
        scrape::{scrape, settles},
        scripted::{self, Answer},
    },
};

const LEFT: &str = "user_attributes_completed_after_caller_left_total";
const REMEMBERED: &str = "user_attributes_answered_from_memory_total";
const SMS: &str = r#"user_attributes_codes_sent_total{medium="SMS"}"#;
const EMAIL: &str = r#"user_attributes_codes_sent_total{medium="EMAIL"}"#;

/// Cognito has sent a code by each of these.
fn sent(media: &[&str]) -> Vec<u8> {
    let delivery = |medium: &&str| {
        serde_json::json!({
            "AttributeName": "x", "DeliveryMedium": medium, "Destination": "x"})
    };
    let list: Vec<_> = media.iter().map(delivery).collect();
    let answer = serde_json::json!({
        "CodeDeliveryDetailsList": list, "CodeDeliveryDetails": list.first() });
    scripted::json(200, &answer.to_string())
}

#[tokio::test]
async fn each_code_that_cognito_has_sent_is_counted_by_what_carried_it() {
    let front = Front::new([]).await;
    let both = sent(&["SMS", "EMAIL", "EMAIL", "PIGEON"]);
    front.cognito.script([Answer::Bytes(both)]);
    let result = call(&front.client, UpdateUserAttributes, "").await;
    result.expect("an answer");
    front.cognito.script([Answer::Bytes(sent(&["SMS"]))]);
    let result = call(&front.client, GetUserAttributeVerificationCode, "").await;
    result.expect("an answer");
    let scrape = scrape(front.server.admin_addr).await;
    let codes = scrape.beginning("user_attributes_codes_sent_total");
    assert_eq!(codes, [(EMAIL, 2.0), (SMS, 2.0)].into());
    front.stop().await;
}

#[tokio::test]
async fn a_result_that_is_remembered_is_counted_and_the_code_that_was_sent_for_it_only_once() {
    let front = Front::new([Answer::Bytes(sent(&["EMAIL"]))]).await;
    for change in [UPDATE, CODE].map(|change| change.named("id")) {
        for _ in 0..3 {
            let call = change.call(front.client.clone());
            call.await.expect("the one answer");
        }
        assert_eq!(front.sent(change.operation), 1);
    }
    let scrape = scrape(front.server.admin_addr).await;
    assert_eq!(scrape.get(REMEMBERED), Some(4.0));
    assert_eq!(scrape.get(EMAIL), Some(2.0));
    assert_eq!(scrape.get(LEFT), Some(0.0));
    let ok = attempts(UpdateUserAttributes, "OK");
    assert_eq!(scrape.get(&ok), Some(1.0));
    front.stop().await;
}

#[tokio::test]
async fn a_change_whose_caller_has_left_is_counted_and_so_is_its_code() {
    let front = Front::new([Answer::Held(sent(&["SMS"]))]).await;
    let client = front.client.clone();
    let left = tokio::spawn(async move { call(&client, UpdateUserAttributes, "").await });
    front.cognito.hit(1).await;
    left.abort();
    let gone = super::own(UpdateUserAttributes, "CANCELLED");
    let scrape = settles(front.server.admin_addr, &[(&gone, 1.0)]).await;
    assert_eq!((scrape.get(LEFT), scrape.get(SMS)), (Some(0.0), Some(0.0)));
    front.cognito.release();
    settles(front.server.admin_addr, &[(LEFT, 1.0), (SMS, 1.0)]).await;
    front.stop().await;
}
