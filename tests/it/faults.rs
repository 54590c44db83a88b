//! The fault bench: what becomes of each operation under each fault of Cognito's, or of the way to
//! it, and how often Cognito is asked. The README's table is what comes out of it.

mod kinds;

use std::collections::BTreeSet;

use tokio::task::JoinSet;
use user_attributes::proto::{Operation, code_name};

use self::kinds::{Fault, Way, faults};
use crate::support::{
    Failure, Server,
    calls::{self, Client, call, good},
    scripted::{Answer, Scripted},
    unreachable::Refusing,
};

/// Attempts in all, where there may be more than one.
const ATTEMPTS: usize = 3;

/// What one operation came to while a fault lasted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Observed {
    pub code: &'static str,
    pub reason: String,
    pub outcome: String,
    /// How many requests reached Cognito.
    pub sent: usize,
}

/// A fault, and what it did to the operations that change something and mustn't be repeated, and to
/// the two that may be.
pub struct Row {
    pub fault: &'static str,
    pub change: Observed,
    pub repeatable: Observed,
}

/// Every fault under every operation.
pub async fn observed() -> Vec<Row> {
    let mut tasks = JoinSet::new();
    for (number, fault) in faults().into_iter().enumerate() {
        tasks.spawn(async move { (number, row(&fault).await) });
    }
    let mut rows = tasks.join_all().await;
    rows.sort_by_key(|(number, _)| *number);
    rows.into_iter().map(|(_, row)| row).collect()
}

async fn row(fault: &Fault) -> Row {
    let (changes, repeatable): (Vec<_>, Vec<_>) = match &fault.way {
        Way::Answer(answer) => under(fault, answer).await,
        Way::Handshake(answer) => without_a_connection(fault, answer).await,
        Way::Refused => refused(fault).await,
    }
    .into_iter()
    .partition(|(operation, _)| !operation.is_repeatable());
    Row {
        fault: fault.name,
        change: one(fault, changes),
        repeatable: one(fault, repeatable),
    }
}

/// The faults make no difference between operations of a kind.
fn one(fault: &Fault, observed: Vec<(Operation, Observed)>) -> Observed {
    let mut all: BTreeSet<_> = observed.into_iter().map(|(_, it)| it).collect();
    assert_eq!(all.len(), 1, "{}: {all:?}", fault.name);
    all.pop_first().expect("one")
}

/// Each operation while Cognito has the fault, and when it has it but once.
async fn under(fault: &Fault, answer: &Answer) -> Vec<(Operation, Observed)> {
    let cognito = Scripted::new([answer.clone()]).await;
    let server = quick(&cognito.url, fault).await;
    let client = calls::client(server.grpc_addr);
    let mut all = Vec::new();
    for operation in Operation::ALL {
        cognito.script([answer.clone()]);
        let lasting = observe(&client, operation, &cognito).await;
        check_passing(fault, answer, &client, operation, &cognito, &lasting).await;
        all.push((operation, lasting));
    }
    server.stop().await;
    all
}

/// Where the fault may be met again, a call doesn't see one that passes; elsewhere it fails as if it
/// lasted, and the next call is a good one.
async fn check_passing(
    fault: &Fault,
    answer: &Answer,
    client: &Client,
    operation: Operation,
    cognito: &Scripted,
    lasting: &Observed,
) {
    let case = format!("{}: {operation:?}", fault.name);
    cognito.script([answer.clone(), good()]);
    if lasting.sent == ATTEMPTS {
        let before = cognito.hits();
        let passed = call(client, operation, "").await;
        passed.unwrap_or_else(|status| panic!("{case}: {status:?}"));
        assert_eq!(cognito.hits() - before, 2, "{case}");
    } else {
        let once = observe(client, operation, cognito).await;
        assert_eq!(once, *lasting, "{case}");
        let next = call(client, operation, "").await;
        next.unwrap_or_else(|status| panic!("{case}: {status:?}"));
    }
}

/// Each operation while no connection can be completed.
async fn without_a_connection(fault: &Fault, answer: &Answer) -> Vec<(Operation, Observed)> {
    let cognito = Scripted::new([answer.clone()]).await;
    let server = quick(&cognito.url.replace("http:", "https:"), fault).await;
    let client = calls::client(server.grpc_addr);
    let mut all = Vec::new();
    for operation in Operation::ALL {
        let handshakes = observe(&client, operation, &cognito).await;
        assert_eq!(handshakes.sent, ATTEMPTS, "{}: {operation:?}", fault.name);
        let sent = cognito.seen().len();
        all.push((operation, Observed { sent, ..handshakes }));
    }
    server.stop().await;
    all
}

/// Each operation while connections are refused; when they are taken again, a call is a good one.
async fn refused(fault: &Fault) -> Vec<(Operation, Observed)> {
    let address = Refusing::new();
    let server = quick(&address.url, fault).await;
    let client = calls::client(server.grpc_addr);
    let nobody = Scripted::new([]).await;
    let mut all = Vec::new();
    for operation in Operation::ALL {
        all.push((operation, observe(&client, operation, &nobody).await));
    }
    let cognito = address.recover([good()]);
    for operation in Operation::ALL {
        let next = call(&client, operation, "").await;
        next.unwrap_or_else(|status| panic!("{operation:?}: {status:?}"));
    }
    assert_eq!(cognito.hits(), Operation::ALL.len());
    server.stop().await;
    all
}

async fn observe(client: &Client, operation: Operation, cognito: &Scripted) -> Observed {
    let before = cognito.hits();
    let failed = call(client, operation, "").await;
    let failure = Failure::of(&failed.expect_err("a fault"));
    assert_eq!(failure.operation.as_deref(), Some(operation.name()));
    Observed {
        code: code_name(failure.code),
        reason: failure.reason,
        outcome: failure.outcome,
        sent: cognito.hits() - before,
    }
}

/// A server that doesn't wait long before it tries again, nor for what won't come.
async fn quick(url: &str, fault: &Fault) -> Server {
    let limit = if fault.is_silent { "500ms" } else { "20s" };
    Server::with(&[
        &format!("--endpoint-url={url}"),
        &format!("--upstream-timeout={limit}"),
        &format!("--connect-timeout={limit}"),
        "--first-retry-delay=1ms",
        "--second-retry-delay=2ms",
    ])
    .await
}

#[tokio::test]
async fn what_may_have_been_executed_is_sent_once_and_the_readme_says_what_becomes_of_each_call() {
    let rows = observed().await;
    for row in &rows {
        let Row { fault, change, .. } = row;
        assert!(change.outcome != "unknown" || change.sent == 1, "{fault}");
    }
    let cells = |it: &Observed| {
        let Observed {
            code,
            reason,
            outcome,
            sent,
        } = it;
        [format!("{code} `{reason}`, {outcome}"), sent.to_string()]
    };
    let rows = rows.iter().map(|row| {
        let [change, change_sent] = cells(&row.change);
        let [repeatable, repeatable_sent] = cells(&row.repeatable);
        let cells = [
            row.fault,
            &change,
            &change_sent,
            &repeatable,
            &repeatable_sent,
        ];
        format!("| {} |\n", cells.join(" | "))
    });
    let real: String = rows.collect();
    let documented: String = crate::readme::rows("## What becomes of a call").collect();
    assert_eq!(documented, real);
}
