//! The connection to Cognito: what is spoken over it, whom it trusts, and what one that goes silent
//! takes with it.

mod proxies;
mod settings;

use tokio::spawn;
use tonic::Code::{Unavailable, Unknown};
use user_attributes::proto::Operation::{self, GetUser, UpdateUserAttributes};

use crate::support::{
    calls::{self, Client, call, check_failed, good},
    front,
    scripted::{Answer, Scripted},
    tls::Form,
};

/// A client of a server in front of this Cognito, which gives an answer this time.
async fn server(cognito: &Scripted, form: &Form, limit: &str) -> (crate::support::Server, Client) {
    let limit = format!("--upstream-timeout={limit}");
    let flags: Vec<_> = form.trust().into_iter().chain([limit]).collect();
    let flags: Vec<_> = flags.iter().map(String::as_str).collect();
    let server = front::server(&cognito.url, &flags).await;
    let client = calls::client(server.grpc_addr);
    (server, client)
}

#[tokio::test]
async fn a_peer_that_would_rather_speak_http2_is_spoken_to_by_http1() {
    let form = Form::tls();
    let cognito = Scripted::speaking(&form, [good()]).await;
    let (server, client) = server(&cognito, &form, "10s").await;
    for operation in Operation::ALL {
        call(&client, operation, "").await.expect("an answer");
    }
    server.stop().await;
    let mut connections = cognito.connections().into_iter();
    assert!(connections.all(|it| it.as_deref() == Some("http/1.1")));
    let seen = cognito.seen();
    assert!(seen.iter().all(|it| it.request_line == "POST / HTTP/1.1"));
}

#[tokio::test]
async fn a_connection_that_goes_silent_takes_one_call_with_it() {
    for form in [Form::Plain, Form::tls()] {
        let cognito = Scripted::speaking(&form, [good(), Answer::Unread, good()]).await;
        let (server, client) = server(&cognito, &form, "2s").await;
        call(&client, GetUser, "").await.expect("an answer");
        let lost = {
            let client = client.clone();
            spawn(async move { call(&client, UpdateUserAttributes, "").await })
        };
        cognito.hit(2).await;
        // Calls go on while nobody knows yet, and afterwards.
        for _ in 0..5 {
            call(&client, GetUser, "").await.expect("an answer");
        }
        assert!(!lost.is_finished(), "it waits for its limit");
        let lost = lost.await.expect("no panic");
        check_failed(lost, Unknown, "UPSTREAM_OUTCOME_UNKNOWN", "unknown");
        for operation in Operation::ALL {
            call(&client, operation, "").await.expect("an answer");
        }
        server.stop().await;
        assert_eq!(cognito.connections().len(), 2);
    }
}

#[tokio::test]
async fn calls_at_the_same_time_have_a_connection_each() {
    let form = Form::tls();
    let cognito = Scripted::speaking(&form, [Answer::Hang]).await;
    let (server, client) = server(&cognito, &form, "300ms").await;
    let calls = Operation::ALL.map(|operation| {
        let client = client.clone();
        spawn(async move { call(&client, operation, "").await })
    });
    cognito.hit(Operation::ALL.len()).await;
    assert!(cognito.connections().len() >= Operation::ALL.len());
    for call in calls {
        call.await.expect("no panic").expect_err("silence");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_peer_whose_certificate_nobody_vouches_for_is_sent_nothing() {
    let (form, other) = (Form::tls(), Form::tls());
    let cognito = Scripted::speaking(&form, [good()]).await;
    let (server, client) = server(&cognito, &other, "10s").await;
    for operation in Operation::ALL {
        let refused = call(&client, operation, "").await;
        check_failed(refused, Unavailable, "UPSTREAM_UNREACHABLE", "not_applied");
    }
    server.stop().await;
    assert_eq!(cognito.hits(), 0);
}
