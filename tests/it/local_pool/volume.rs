//! Requests of a mebibyte: they are answered as small ones are, and as quickly as their size allows.

use std::time::Duration;

use tokio::time::timeout;

use super::{
    caller::{Caller, check_done, check_sent},
    *,
};

const MEBIBYTE: usize = 1024 * 1024;

/// For one answer of a debug build on a busy machine. What takes time with the square of a request's
/// size takes minutes.
const SOON: Duration = Duration::from_secs(10);

/// As many attributes as are a mebibyte of JSON.
fn mebibyte(attribute: impl Fn(usize) -> Value) -> Vec<Value> {
    let mut size = 0;
    let attributes = (0..).map(attribute);
    let all = attributes.take_while(|attribute| {
        size += attribute.to_string().len();
        size < MEBIBYTE
    });
    all.collect()
}

async fn update(caller: &Caller<'_>, attributes: &[Value]) -> PoolAnswer {
    let members = json!({ "UserAttributes": attributes });
    let answer = caller.call("UpdateUserAttributes", members);
    timeout(SOON, answer).await.expect("an answer soon")
}

/// Checks that the answer is this refusal, and returns its message, with a line or a clause for each
/// attribute that is wrong. It stands in the body alone: clients give up on a header that large.
#[track_caller]
fn check_told(answer: &PoolAnswer, code: &str) -> String {
    assert_eq!(answer.status, 400);
    assert_eq!(answer.body["__type"], code);
    assert_eq!(answer.headers.get("x-amzn-errormessage"), None);
    let message = answer.body["message"].as_str();
    message.expect("a message").to_owned()
}

#[tokio::test]
async fn of_thousands_of_values_for_a_few_names_the_last_ones_are_stored_and_one_code_is_sent() {
    let server = Server::start().await;
    let dan = Caller::new(&server, "localclient", "dan").await;
    let attributes = mebibyte(|index| match index % 3 {
        0 => json!({ "Name": "nickname", "Value": format!("{index}") }),
        1 => json!({ "Name": "custom:department", "Value": format!("{index}") }),
        _ => json!({ "Name": "email", "Value": format!("e{index}@example.org") }),
    });
    let last = |rest: usize| {
        (0..attributes.len())
            .rfind(|it| it % 3 == rest)
            .expect("some")
    };
    let answer = update(&dan, &attributes).await;
    assert_eq!(check_sent(&answer), [("email", "EMAIL", "e***@e***")]);
    let after = server.attributes(&dan.token).await;
    assert_eq!(after["nickname"], last(0).to_string());
    assert_eq!(after["custom:department"], last(1).to_string());
    assert_eq!(after["email"], format!("e{}@example.org", last(2)));
    let outbox = server.local("outbox").await;
    assert_eq!(outbox["messages"].as_array().map(Vec::len), Some(1));
    server.stop().await;
}

#[tokio::test]
async fn thousands_of_unknown_attributes_are_all_told() {
    let server = Server::start().await;
    let dan = Caller::new(&server, "localclient", "dan").await;
    let attributes = mebibyte(|index| json!({ "Name": format!("custom:{index}"), "Value": "x" }));
    let answer = update(&dan, &attributes).await;
    let message = check_told(&answer, "InvalidParameterException");
    let lines = attributes.iter().map(|attribute| {
        let name = attribute["Name"].as_str().unwrap_or_default();
        format!("user.{name}: Attribute does not exist in the schema.\n")
    });
    assert!(message == lines.collect::<String>());
    server.stop().await;
}

#[tokio::test]
async fn thousands_of_broken_forms_are_all_told() {
    let server = Server::start().await;
    let dan = Caller::new(&server, "localclient", "dan").await;
    let attributes = mebibyte(|_| json!({ "Name": "n".repeat(33), "Value": "x" }));
    let answer = update(&dan, &attributes).await;
    let message = check_told(&answer, "InvalidParameterException");
    let count = attributes.len();
    assert!(message.starts_with(&format!("{count} validation errors detected: Value 'nnn")));
    assert_eq!(message.matches("; Value ").count() + 1, count);
    server.stop().await;
}

#[tokio::test]
async fn thousands_of_names_to_delete_are_deleted() {
    let server = Server::start().await;
    let dan = Caller::new(&server, "localclient", "dan").await;
    let names = mebibyte(|index| match index % 2 {
        0 => json!("custom:department"),
        _ => json!("nickname"),
    });
    let members = json!({ "UserAttributeNames": names });
    let answer = timeout(SOON, dan.call("DeleteUserAttributes", members)).await;
    check_done(&answer.expect("an answer soon"));
    assert_eq!(dan.attribute("custom:department").await, None);
    server.stop().await;
}
