//! What the answers say about the codes that were sent.

use super::{
    caller::Caller,
    dan_and_ann::{AT_ONCE, behaving, destinations, pool, sent},
    *,
};

fn details(destination: &str, medium: &str, attribute: &str) -> Value {
    json!({
        "Destination": destination,
        "DeliveryMedium": medium,
        "AttributeName": attribute,
    })
}

#[tokio::test]
async fn email_and_phone_number_together_have_an_entry_each_and_nothing_else_has_one() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    let answer = dan
        .update(&[
            ("phone_number", "+15555550199"),
            ("nickname", "Dan"),
            ("email", "new@example.org"),
        ])
        .await;
    let list = [
        details("+*******0199", "SMS", "phone_number"),
        details("n***@e***", "EMAIL", "email"),
    ];
    assert_eq!(answer.body, json!({ "CodeDeliveryDetailsList": list }));
    let all = destinations(&server).await;
    assert_eq!(all, ["+15555550199", "new@example.org"]);
    server.stop().await;
}

#[tokio::test]
async fn codes_that_went_out_together_verify_each_its_own_attribute() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    dan.update(&[
        ("email", "new@example.org"),
        ("phone_number", "+15555550199"),
    ])
    .await;
    let [(_, for_email), (_, for_number)] = &sent(&server).await[..] else {
        panic!("two messages");
    };
    for (name, other, code) in [
        ("email", for_number, for_email),
        ("phone_number", for_email, for_number),
    ] {
        let refused = dan.verify(name, other).await;
        assert_eq!(refused.body["__type"], "CodeMismatchException");
        assert_eq!(dan.verify(name, code).await.status, 200);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_code_that_was_asked_for_is_told_like_one_of_an_update_and_a_verification_tells_nothing()
{
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    for (name, expected) in [
        ("email", details("d***@e***", "EMAIL", "email")),
        (
            "phone_number",
            details("+*******0100", "SMS", "phone_number"),
        ),
    ] {
        let answer = dan.ask_for_code(name).await;
        assert_eq!(answer.body, json!({ "CodeDeliveryDetails": expected }));
        let answer = dan.verify(name, &server.code("dan").await).await;
        assert_eq!((answer.status, answer.body), (200, json!({})));
    }
    server.stop().await;
}

#[tokio::test]
async fn an_update_that_sends_nothing_has_no_list_or_an_empty_one_where_that_is_wanted() {
    let empty = json!({ "CodeDeliveryDetailsList": [] });
    for (setting, expected) in [
        ("no_deliveries = \"absent\"", json!({})),
        ("no_deliveries = \"empty\"", empty),
    ] {
        let server = Server::with_pools(&behaving(setting, &pool(AT_ONCE))).await;
        let dan = Caller::sign_in(&server, "dan").await;
        for nothing_to_send in [
            &[("nickname", "Dan")][..],
            &[("email", "dan@example.com")],
            &[("email", ""), ("phone_number", "")],
            &[],
        ] {
            let answer = dan.update(nothing_to_send).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            assert_eq!(answer.body, expected, "{nothing_to_send:?}");
        }
        let answer = dan.update(&[("email", "new@example.org")]).await;
        let list = &answer.body["CodeDeliveryDetailsList"];
        assert_eq!(*list, json!([details("n***@e***", "EMAIL", "email")]));
        server.stop().await;
    }
}

#[tokio::test]
async fn a_deleted_address_is_sent_nothing_whichever_operation_deletes_it() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    let answer = dan.update(&[("email", "")]).await;
    assert_eq!((answer.status, answer.body), (200, json!({})));
    let answer = dan.delete(&["phone_number"]).await;
    assert_eq!((answer.status, answer.body), (200, json!({})));
    assert!(destinations(&server).await.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn an_update_that_is_refused_sends_nothing() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    for bad in [("custom:none", "x"), ("phone_number", "5550199")] {
        let answer = dan.update(&[("email", "new@example.org"), bad]).await;
        assert_eq!(answer.status, 400);
    }
    assert_eq!(dan.attributes().await["email"], "dan@example.com");
    assert!(destinations(&server).await.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn a_destination_is_masked_as_cognito_masks_it() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    for (name, address, masked) in [
        ("email", "floci@example.com", "f***@e***"),
        ("email", "z@b.de", "z***@b***"),
        ("email", "alejandro.rosalez@example.co.uk", "a***@e***"),
        ("email", "Ünal@ümlaut.example", "Ü***@ü***"),
        ("phone_number", "+15555559934", "+*******9934"),
        ("phone_number", "+911234564114", "+********4114"),
        ("phone_number", "+5511912344516", "+*********4516"),
        ("phone_number", "+493012348920", "+********8920"),
        ("phone_number", "+123", "+123"),
    ] {
        let answer = dan.update(&[(name, address)]).await;
        let list = &answer.body["CodeDeliveryDetailsList"];
        assert_eq!(list[0]["Destination"], masked, "{}", answer.text);
    }
    server.stop().await;
}
