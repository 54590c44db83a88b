//! Many writers of one user at once, each on connections of its own: no write is lost, none is seen
//! half done.

use std::{collections::BTreeSet, fmt::Write as _, sync::Arc};

use tokio::task::JoinSet;

use super::{caller::Caller, *};

const WRITERS: usize = 64;
const ROUNDS: usize = 16;

/// What one writer has seen.
#[derive(Default)]
struct Seen {
    deliveries: usize,
    /// Addresses whose verification was answered as done.
    proved: BTreeSet<String>,
    /// Addresses that were shown as verified.
    shown_verified: BTreeSet<String>,
}

/// A pool in which each writer has an attribute, and all of them have two that always say the same.
fn pool() -> String {
    let mut file = String::from(
        r#"
[behaviour]
verifications_per_hour = 100000

[[pools]]
id = "us-east-1_Busy"
auto_verified_attributes = ["email"]
clients = [
    { id = "client", explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH"], all_attributes = true },
]
users = [{ username = "dan", password = "Passw0rd!" }]
"#,
    );
    let own = (0..WRITERS).map(own);
    for name in own.chain(["custom:left".to_owned(), "custom:right".to_owned()]) {
        writeln!(file, "[[pools.schema]]\nname = \"{name}\"").expect("a string grows");
    }
    file
}

/// The attribute that is this writer's alone.
fn own(writer: usize) -> String {
    format!("custom:own{writer}")
}

/// What a writer writes in a round, as nobody else ever does.
fn value(writer: usize, round: usize) -> String {
    format!("{writer}.{round}")
}

/// Seldom enough that some addresses are verified before the next one comes.
fn changes_email(writer: usize, round: usize) -> bool {
    writer.is_multiple_of(4) && (writer / 4 + round).is_multiple_of(8)
}

/// Writes, and reads back after each time.
async fn write(server: Arc<Server>, token: String, writer: usize) -> Seen {
    let dan = Caller {
        server: &server,
        token,
    };
    let mut seen = Seen::default();
    for round in 0..ROUNDS {
        let (own, value) = (own(writer), value(writer, round));
        let email = format!("{value}@example.org");
        let mut changes = vec![
            (own.as_str(), value.as_str()),
            ("custom:left", &value),
            ("custom:right", &value),
        ];
        let changes_email = changes_email(writer, round);
        if changes_email {
            changes.insert(2, ("email", &email));
        }
        let answer = dan.update(&changes).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let list = answer.body["CodeDeliveryDetailsList"].as_array();
        assert_eq!(list.map_or(0, Vec::len), usize::from(changes_email));
        seen.deliveries += usize::from(changes_email);
        if changes_email && prove(&dan, &email).await {
            seen.proved.insert(email);
        }

        let now = server.attributes(&dan.token).await;
        assert_eq!(now[&own], value, "nobody else writes it");
        assert_eq!(now["custom:left"], now["custom:right"], "a torn write");
        if now.get("email_verified").is_some_and(|it| it == "true") {
            seen.shown_verified.insert(now["email"].clone());
        }
    }
    seen
}

/// Whether the code that went to this address was still good when it was given back.
async fn prove(dan: &Caller<'_>, email: &str) -> bool {
    let outbox = dan.server.local("outbox").await;
    let messages = outbox["messages"].as_array().expect("a list");
    let sent = messages.iter().filter(|it| it["destination"] == email);
    let codes: Vec<_> = sent.map(|message| &message["code"]).collect();
    assert_eq!(codes.len(), 1, "one code for {email}");
    let members = json!({ "AttributeName": "email", "Code": codes[0] });
    let answer = dan.call("VerifyUserAttribute", members).await;
    answer.status == 200
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_writers_of_one_user_lose_nothing_and_tear_nothing() {
    let server = Arc::new(Server::with_pools(&pool()).await);
    let token = server.sign_in_as("client", "dan", "Passw0rd!").await;
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        writers.spawn(write(Arc::clone(&server), token.clone(), writer));
    }
    let all = writers.join_all().await;

    let last = ROUNDS - 1;
    let end = server.attributes(&token).await;
    for writer in 0..WRITERS {
        assert_eq!(end[&own(writer)], value(writer, last));
    }
    let lasts: Vec<_> = (0..WRITERS).map(|writer| value(writer, last)).collect();
    assert!(lasts.contains(&end["custom:left"]), "somebody's last value");
    assert_eq!(end["custom:left"], end["custom:right"]);

    let outbox = server.local("outbox?username=dan").await;
    let sent = outbox["messages"].as_array().map(Vec::len);
    assert_eq!(sent, Some(all.iter().map(|seen| seen.deliveries).sum()));

    let proved: BTreeSet<_> = all.iter().flat_map(|seen| &seen.proved).collect();
    let mut shown = all.iter().flat_map(|seen| &seen.shown_verified);
    assert!(
        shown.all(|email| proved.contains(email)),
        "shown as verified"
    );
    let is_verified = end["email_verified"] == "true";
    assert_eq!(is_verified, proved.contains(&end["email"]));
    Arc::into_inner(server)
        .expect("no writer is left")
        .stop()
        .await;
}
