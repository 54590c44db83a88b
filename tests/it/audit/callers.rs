//! Which caller an event names: the one that its certificate proves.

use super::*;
use crate::support::{
    ca::{Ca, Files, Pair, client},
    calls::good,
};

const BILLING: &str = "spiffe://example.com/ns/billing/sa/api";

/// Has a change made over TLS, and returns the lines that its call and its event have.
async fn told(ca: &Ca, flags: &[&str], shown: Option<&Pair>) -> [Value; 2] {
    let files = Files::of(&ca.server());
    let [cert, key] = files.key_pair();
    let mut audited = Audited::start([good()], &[&[&*cert, &*key], flags].concat()).await;
    let mut client = client(audited.process.grpc_addr.port(), ca, shown);
    let change = client.update_user_attributes(nickname_by(&token("dan", "client")));
    change.await.expect("an answer");
    let line = audited.process.logged("call").await;
    let mut events = audited.end().await;
    assert_eq!(events.len(), 1, "{events:?}");
    [line, events.remove(0)]
}

#[tokio::test]
async fn an_event_and_the_line_of_its_call_name_whom_the_certificate_names_and_else_nobody() {
    let ca = Ca::new();
    let authority = Files::new(&[("ca.crt", &ca.pem())]);
    let client_ca = authority.flag("--tls-client-ca", "ca.crt");
    let mutual = &[&*client_ca][..];
    let billing = ca.client(&["billing.example.com", BILLING]);
    let (web, nameless) = (ca.client(&["web.example.com"]), ca.client(&[]));
    for (flags, shown, caller) in [
        (mutual, Some(&billing), Some(BILLING)),
        (mutual, Some(&web), Some("web.example.com")),
        (mutual, Some(&nameless), None),
        // Nobody has asked for it.
        (&[], Some(&billing), None),
        (&[], None, None),
    ] {
        for line in told(&ca, flags, shown).await {
            let told = line.get("caller").map(|it| it.as_str().expect("a text"));
            assert_eq!(told, caller, "{line}");
        }
    }
}
