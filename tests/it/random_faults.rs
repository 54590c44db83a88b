//! Ten thousand changes under random faults: Cognito sends a code for each that reached it, and never
//! a second one.

mod changes;

use std::{collections::BTreeSet, fmt::Write as _, sync::Arc};

use serde_json::Value;
use tokio::task::JoinSet;

use self::changes::{Fate, Worker};
use crate::support::{Server, calls};

const WORKERS: usize = 40;
const CHANGES: usize = 250;

/// A pool with a user for each worker. A new e-mail address gets a code at once.
fn pool() -> String {
    let mut file = String::from(
        r#"
[[pools]]
id = "us-east-1_Faulty"
auto_verified_attributes = ["email"]
clients = [
    { id = "client", explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH"], all_attributes = true },
]
"#,
    );
    for worker in 0..WORKERS {
        let user = format!("[[pools.users]]\nusername = \"u{worker}\"\npassword = \"Passw0rd!\"");
        writeln!(file, "{user}").expect("a string grows");
    }
    file
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_ten_thousand_changes_each_that_reached_cognito_sent_one_code() {
    let quick = [
        "--first-retry-delay=1ms",
        "--second-retry-delay=2ms",
        "--upstream-timeout=3s",
    ];
    let server = Arc::new(Server::with_pools_and(&pool(), &quick).await);
    let workers = run(&server).await;

    let fates: Vec<_> = workers.iter().flat_map(|worker| &worker.fates).collect();
    let with = |fate| fates.iter().filter(move |it| it.1 == fate).map(|it| &it.0);
    let sent = destinations(&server.local("outbox").await);
    let distinct: BTreeSet<_> = sent.iter().collect();
    assert_eq!(sent.len(), distinct.len(), "no second code for a change");
    assert!(with(Fate::Applied).all(|email| distinct.contains(email)));
    assert!(!with(Fate::NotApplied).any(|email| distinct.contains(email)));
    // The rest is what Cognito carried out without an answer.
    let lost: usize = workers.iter().map(|worker| worker.lost).sum();
    assert_eq!(sent.len(), with(Fate::Applied).count() + lost);
    assert!(with(Fate::Unknown).count() >= lost);
    let mended: usize = workers.iter().map(|worker| worker.mended).sum();
    assert!(mended > 0, "a repeat of what wasn't made is a real try");
    drop(workers);
    let server = Arc::into_inner(server).expect("the workers are gone");
    server.stop().await;
}

/// All changes, and as many more as it takes to meet every fault that was ordered.
async fn run(server: &Arc<Server>) -> Vec<Worker> {
    let client = calls::client(server.grpc_addr);
    let mut running = JoinSet::new();
    for number in 0..WORKERS {
        let worker = Worker::new(number, server, &client).await;
        running.spawn(worker.run(CHANGES));
    }
    let mut workers = running.join_all().await;
    while workers[0].change().await != Fate::Applied {}
    workers
}

/// The addresses that codes went to.
fn destinations(outbox: &Value) -> Vec<String> {
    let messages = outbox["messages"].as_array().expect("a list");
    let destination = |message: &Value| message["destination"].as_str().expect("text").to_owned();
    messages.iter().map(destination).collect()
}
