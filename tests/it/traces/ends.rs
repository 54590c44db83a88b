//! How calls and attempts end.

use serde_json::Value;
use tokio::spawn;
use user_attributes::proto::Operation;

use super::{Traced, one_call};
use crate::{
    duplicates::change::UPDATE,
    support::{
        calls::{call, good, held, refusal},
        scripted::{self, Answer},
        unreachable::Refusing,
    },
};

#[tokio::test]
async fn a_call_is_an_error_if_the_servers_side_is_at_fault_and_an_attempt_if_it_failed() {
    use Operation::{GetUser, UpdateUserAttributes as Update};
    let bytes = |bytes| Answer::Bytes(bytes);
    for (operation, answer, code, is_error, error) in [
        (
            Update,
            refusal("NotAuthorizedException", "Invalid Access Token"),
            "UNAUTHENTICATED",
            false,
            "NotAuthorizedException",
        ),
        (
            Update,
            bytes(scripted::html(500, "<html>")),
            "INTERNAL",
            true,
            "500",
        ),
        (
            Update,
            Answer::BytesThenClose(Vec::new()),
            "UNKNOWN",
            true,
            "no_answer",
        ),
        (
            GetUser,
            bytes(scripted::json(200, "{")),
            "UNAVAILABLE",
            true,
            "unreadable",
        ),
        (Update, Answer::Hang, "UNKNOWN", true, "timeout"),
    ] {
        let short = ["--upstream-timeout=300ms"];
        let flags = if error == "timeout" { &short[..] } else { &[] };
        let traced = Traced::with([answer], flags, &[]).await;
        traced.call(operation).await;
        let spans = traced.end().await;

        let (server, clients) = one_call(&spans);
        assert_eq!(server.attribute("rpc.status_code"), code);
        assert_eq!(server.is_error, is_error, "{code}");
        let kind = if is_error { code } else { "" };
        assert_eq!(server.attribute("error.type"), kind);
        for client in clients {
            assert_eq!(client.attribute("error.type"), error);
            assert_eq!(client.attribute("rpc.status_code"), "", "{error}");
            assert!(client.is_error, "{error}");
        }
    }
}

#[tokio::test]
async fn an_attempt_that_was_not_sent_says_so() {
    let cognito = Refusing::new();
    let flag = format!("--endpoint-url={}", cognito.url);
    let traced = Traced::with([], &[&flag], &[]).await;
    traced.call(Operation::UpdateUserAttributes).await;
    let spans = traced.end().await;

    let (server, clients) = one_call(&spans);
    assert_eq!(server.attribute("rpc.status_code"), "UNAVAILABLE");
    let errors: Vec<_> = clients
        .iter()
        .map(|it| it.attribute("error.type"))
        .collect();
    assert_eq!(errors, ["not_sent"; 3]);
}

#[tokio::test]
async fn a_call_that_is_given_up_is_cancelled_and_a_read_ends_with_it() {
    let mut traced = Traced::new([Answer::Hang]).await;
    leave(&mut traced, Operation::GetUser).await;
    let spans = traced.end().await;

    let (server, clients) = one_call(&spans);
    assert_eq!(server.attribute("rpc.status_code"), "CANCELLED");
    assert!(!server.is_error, "that is the caller's affair");
    let [client] = clients[..] else {
        panic!("one attempt in {spans:?}");
    };
    assert_eq!(client.attribute("rpc.status_code"), "CANCELLED");
    assert_eq!(client.attribute("error.type"), "CANCELLED");
    assert!(client.is_error);
}

#[tokio::test]
async fn a_change_that_was_sent_goes_on_and_its_span_too() {
    let mut traced = Traced::new([held()]).await;
    let call = leave(&mut traced, Operation::DeleteUserAttributes).await;
    traced.cognito.release();
    let ended = traced.process.logged("ended after caller left").await;
    assert!(call["trace_id"].is_string(), "{call}");
    assert_eq!(ended["trace_id"], call["trace_id"]);
    let spans = traced.end().await;

    let (server, clients) = one_call(&spans);
    assert_eq!(server.attribute("rpc.status_code"), "CANCELLED");
    assert_eq!(clients[0].attribute("rpc.status_code"), "OK");
    assert_eq!(clients[0].parent, server.id);
    assert!(clients[0].whole.end_time_unix_nano > server.whole.end_time_unix_nano);
}

/// Begins a call, and leaves once it has been sent. Returns its line in the log.
async fn leave(traced: &mut Traced, operation: Operation) -> Value {
    let client = traced.client.clone();
    let left = spawn(async move { call(&client, operation, "").await });
    traced.cognito.arrived().await;
    left.abort();
    let line = traced.process.logged("call").await;
    assert_eq!(line["code"], "CANCELLED");
    line
}

#[tokio::test]
async fn the_one_attempt_of_several_calls_belongs_to_the_first() {
    let traced = Traced::new([held(), good()]).await;
    let change = UPDATE.named("id");
    let first = spawn(change.call(traced.client.clone()));
    traced.cognito.arrived().await;
    let second = spawn(change.call(traced.client.clone()));
    // The second one has been taken up when one that comes after it is answered.
    let client = traced.client.clone();
    let after = spawn(async move { call(&client, Operation::GetUser, "").await });
    after.await.expect("no panic").expect("an answer");
    traced.cognito.release();
    for change in [first, second] {
        change.await.expect("no panic").expect("the one answer");
    }
    let spans = traced.end().await;

    let updates = spans
        .iter()
        .filter(|span| span.name.ends_with("/UpdateUserAttributes"));
    let (servers, clients): (Vec<_>, Vec<_>) = updates.partition(|span| span.is_server());
    assert_eq!((servers.len(), clients.len()), (2, 1), "{spans:?}");
    let first = servers
        .iter()
        .min_by_key(|span| span.whole.start_time_unix_nano);
    assert_eq!(Some(&clients[0].parent), first.map(|span| &span.id));
}
