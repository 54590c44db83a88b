//! The messages that Cognito would have sent, for a test or a person to read.

use std::time::SystemTime;

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    caller::Caller,
    dan_and_ann::{AT_ONCE, ONCE_VERIFIED, pool, pool_by_email},
    *,
};

async fn messages(server: &Server, filter: &str) -> Vec<Value> {
    let outbox = server.local(&format!("outbox{filter}")).await;
    let messages = outbox["messages"].as_array();
    let messages = messages.unwrap_or_else(|| panic!("a list in {outbox}"));
    messages.clone()
}

/// As the pool tells a time, in seconds since 1970.
fn utc(seconds: u64) -> String {
    let seconds = i64::try_from(seconds).expect("not that far away");
    let time = OffsetDateTime::from_unix_timestamp(seconds).expect("a time");
    time.format(&Rfc3339).expect("a text")
}

/// Checks that a message is from a time between these two, in seconds since 1970.
#[track_caller]
fn check_time(message: &Value, from: u64, to: u64) {
    let time = message["time"].as_str().expect("a text");
    assert_eq!(time.len(), "2026-01-31T12:00:00Z".len());
    // Such texts are in the order of their times.
    assert!((&*utc(from)..=&*utc(to)).contains(&time), "{message}");
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.expect("after 1970").as_secs()
}

#[tokio::test]
async fn a_message_tells_to_whom_where_how_and_with_which_code_it_went_and_nothing_else() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    assert_eq!(server.local("outbox").await, json!({ "messages": [] }));
    let dan = Caller::sign_in(&server, "dan").await;
    for (name, address, medium) in [
        ("email", "new@example.org", "EMAIL"),
        ("phone_number", "+15555550199", "SMS"),
    ] {
        let before = now();
        dan.changes(name, address).await;
        let messages = messages(&server, "").await;
        let message = messages.last().expect("a message");
        check_time(message, before, now());
        let code = message["code"].as_str().expect("a text");
        assert_eq!(code.len(), 6);
        let expected = json!({
            "time": message["time"],
            "user_pool_id": "us-east-1_Example",
            "username": "dan",
            "attribute_name": name,
            "delivery_medium": medium,
            "destination": address,
            "code": code,
            "text": format!("Your verification code is {code}."),
            "state": "current",
        });
        assert_eq!(*message, expected);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_time_of_a_message_is_the_pools() {
    let server = Server::with_pools(&pool(AT_ONCE)).await;
    let dan = Caller::sign_in(&server, "dan").await;
    let year = 365 * 24 * 3600;
    let before = now();
    for _ in 0..2 {
        server
            .order("clock", json!({ "advance_seconds": year }))
            .await;
    }
    let dan_then = Caller::sign_in(&server, "dan").await;
    assert_eq!(dan.ask_for_code("email").await.status, 400, "it is old");
    dan_then.changes("email", "new@example.org").await;
    let [message] = &messages(&server, "").await[..] else {
        panic!("one message");
    };
    check_time(message, before + 2 * year, now() + 2 * year);
    server.stop().await;
}

#[tokio::test]
async fn a_pools_own_texts_are_sent_with_the_code_in_its_place() {
    let texts = r#"
        email_verification_message = "{####}? Yes, {####}: héllo"
        sms_verification_message = "Code: {####}""#;
    let server = Server::with_pools(&pool(&format!("{AT_ONCE}{texts}"))).await;
    let dan = Caller::sign_in(&server, "dan").await;
    dan.ask_for_code("email").await;
    dan.ask_for_code("phone_number").await;
    let [email, sms] = &messages(&server, "").await[..] else {
        panic!("two messages");
    };
    let code = |message: &Value| message["code"].as_str().expect("a text").to_owned();
    let expected = format!("{0}? Yes, {0}: héllo", code(email));
    assert_eq!(email["text"], expected);
    assert_eq!(sms["text"], format!("Code: {}", code(sms)));
    server.stop().await;
}

#[tokio::test]
async fn messages_are_newest_last_and_those_of_a_pool_and_of_a_user_can_be_picked() {
    let server = Server::with_pools(EXAMPLE).await;
    let dan = server.sign_in_as("webapp", "dan", "passw0rd").await;
    let eve = server
        .sign_in_as("mobileapp", "eve@example.com", "Passw0rd!")
        .await;
    for (token, name) in [(&dan, "email"), (&eve, "email"), (&dan, "phone_number")] {
        let body = json!({ "AccessToken": token, "AttributeName": name });
        let answer = server.pool("GetUserAttributeVerificationCode", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    let eves_id = server.attributes(&eve).await["sub"].clone();
    let [email, eves, sms] = &messages(&server, "").await[..] else {
        panic!("three messages");
    };
    assert_eq!(email["attribute_name"], "email");
    assert_eq!(sms["attribute_name"], "phone_number");
    assert_eq!(eves["username"], *eves_id, "the pool's own name");
    assert_eq!(eves["destination"], "eve@example.com");

    let dans = vec![email.clone(), sms.clone()];
    let eves = vec![eves.clone()];
    for (filter, expected) in [
        ("?username=dan", &dans),
        ("?user_pool_id=eu-central-1_Example", &dans),
        ("?user_pool_id=eu-central-1_Example&username=dan", &dans),
        ("?username=eve@example.com", &eves),
        ("?username=eve%40example.com", &eves),
        (&format!("?username={eves_id}"), &eves),
        ("?user_pool_id=eu-central-1_ByEmail", &eves),
        ("?user_pool_id=eu-central-1_ByEmail&username=dan", &vec![]),
        ("?user_pool_id=eu-central-1_None", &vec![]),
        ("?username=nobody", &vec![]),
        ("?username=", &vec![]),
    ] {
        assert_eq!(messages(&server, filter).await, *expected, "{filter}");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_newest_of_a_list_can_be_asked_for_and_are_told_with_how_many_there_are() {
    let server = Server::with_pools(EXAMPLE).await;
    let from = now();
    let token = server.sign_in_as("webapp", "dan", "passw0rd").await;
    let dan = Caller {
        server: &server,
        token,
    };
    for name in ["email", "phone_number", "email"] {
        assert_eq!(dan.ask_for_code(name).await.status, 200);
    }
    for (path, list) in [("outbox", "messages"), ("triggers", "events")] {
        let whole = server.local(path).await;
        assert!(whole.get("total").is_none(), "{whole}");
        let all = whole[list].as_array().expect("a list");
        let total = all.len();
        assert!(total >= 3, "{whole}");
        for (newest, expected) in [
            (0, &[][..]),
            (2, &all[total - 2..]),
            (total, all),
            (total + 1, all),
        ] {
            let answer = server.local(&format!("{path}?newest={newest}")).await;
            assert_eq!(answer[list], json!(expected));
            assert_eq!(answer["total"], total);
            if list == "events" {
                let times = answer["times"].as_array().expect("a list");
                assert_eq!(times.len(), expected.len(), "each has its time");
                assert!(
                    times
                        .iter()
                        .all(|it| (from..=now()).any(|at| *it == utc(at)))
                );
            }
        }
        let nobodys = server
            .local(&format!("{path}?newest=2&username=nobody"))
            .await;
        assert_eq!((&nobodys[list], &nobodys["total"]), (&json!([]), &json!(0)));
        for wrong in ["-1", "some", ""] {
            let request = Request::get(format!("/_local/{path}?newest={wrong}"));
            let request = request.body(String::new()).expect("a request");
            assert_eq!(server.pool_raw(request).await.status, 400, "{wrong}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_user_who_signs_in_by_email_is_found_by_the_stored_one_be_it_verified_or_not() {
    for (keys, found_by, not_by) in [
        (AT_ONCE, "new@example.org", "dan@example.com"),
        (ONCE_VERIFIED, "dan@example.com", "new@example.org"),
    ] {
        let server = Server::with_pools(&pool_by_email(keys)).await;
        let dan = Caller::sign_in(&server, "dan@example.com").await;
        dan.changes("email", "new@example.org").await;
        let [message] = &messages(&server, &format!("?username={found_by}")).await[..] else {
            panic!("one message");
        };
        assert_eq!(message["destination"], "new@example.org");
        let none = messages(&server, &format!("?username={not_by}")).await;
        assert!(none.is_empty(), "{none:?}");
        server.stop().await;
    }
}

#[tokio::test]
async fn a_filter_that_does_not_exist_is_refused_rather_than_taken_for_no_filter() {
    let server = Server::start().await;
    for list in ["outbox", "triggers", "pools"] {
        let request = Request::get(format!("/_local/{list}?user=dan"));
        let request = request.body(String::new()).expect("a request");
        let answer = server.pool_raw(request).await;
        assert_eq!(answer.status, 400);
        assert!(answer.body["error"].is_string(), "{}", answer.text);
        assert!(
            answer.text.contains("unknown field `user`"),
            "{}",
            answer.text
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn a_part_of_a_name_or_address_finds_users_and_what_they_were_sent_in_whatever_case() {
    let server = Server::with_pools(&pool_by_email(ONCE_VERIFIED)).await;
    let dan = Caller::sign_in(&server, "dan@example.com").await;
    let ann = Caller::sign_in(&server, "ann@example.com").await;
    dan.changes("email", "New@Example.org").await;
    assert_eq!(ann.ask_for_code("email").await.status, 200);
    let dans_id = dan.attributes().await["sub"].clone();
    for (search, users, sent) in [
        ("", 2, 2),
        ("EXAMPLE.com", 2, 2),
        ("dan%40", 1, 1),
        ("new%40example", 0, 1),
        ("nn%40", 1, 1),
        (&*dans_id, 1, 1),
        ("5550100", 1, 1),
        ("nobody", 0, 0),
    ] {
        let length = |list: &Value| list.as_array().expect("a list").len();
        let pools = server.local(&format!("pools?search={search}")).await;
        assert_eq!(length(&pools["pools"][0]["users"]), users, "{search}");
        let messages = messages(&server, &format!("?search={search}")).await;
        assert_eq!(messages.len(), sent, "{search}");
        let triggers = server.local(&format!("triggers?search={search}")).await;
        assert_eq!(length(&triggers["events"]), sent, "{search}");
    }
    let both = messages(&server, "?search=example&username=ann@example.com").await;
    assert_eq!(both.len(), 1);
    server.stop().await;
}
