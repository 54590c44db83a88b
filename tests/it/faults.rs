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
    tls::Form,
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

/// A fault, and what it did to the operations that change something, and to the one that reads.
pub struct Row {
    pub fault: &'static str,
    pub change: Observed,
    pub read: Observed,
}

/// Every fault under every operation, of a Cognito that is spoken to in this form.
pub async fn observed(form: &Form) -> Vec<Row> {
    let mut tasks = JoinSet::new();
    for (number, fault) in faults().into_iter().enumerate() {
        let bench = Bench {
            form: form.clone(),
            fault,
        };
        tasks.spawn(async move { (number, bench.row().await) });
    }
    let mut rows = tasks.join_all().await;
    rows.sort_by_key(|(number, _)| *number);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// One fault, and the form in which Cognito is spoken to.
struct Bench {
    form: Form,
    fault: Fault,
}

impl Bench {
    async fn row(&self) -> Row {
        let (changes, read): (Vec<_>, Vec<_>) = match &self.fault.way {
            Way::Answer(answer) => self.under(answer).await,
            Way::Handshake(answer) => self.without_a_connection(answer).await,
            Way::Refused => self.refused().await,
        }
        .into_iter()
        .partition(|(operation, _)| !operation.is_read());
        Row {
            fault: self.fault.name,
            change: self.one(changes),
            read: self.one(read),
        }
    }

    /// The faults make no difference between operations of a kind.
    fn one(&self, observed: Vec<(Operation, Observed)>) -> Observed {
        let mut all: BTreeSet<_> = observed.into_iter().map(|(_, it)| it).collect();
        assert_eq!(all.len(), 1, "{}: {all:?}", self.fault.name);
        all.pop_first().expect("one")
    }

    /// Each operation while Cognito has the fault, and when it has it but once.
    async fn under(&self, answer: &Answer) -> Vec<(Operation, Observed)> {
        let cognito = Scripted::speaking(&self.form, [answer.clone()]).await;
        let server = self.server(&cognito.url).await;
        let client = calls::client(server.grpc_addr);
        let mut all = Vec::new();
        for operation in Operation::ALL {
            cognito.script([answer.clone()]);
            let lasting = observe(&client, operation, &cognito).await;
            self.check_passing(answer, &client, operation, &cognito, &lasting)
                .await;
            all.push((operation, lasting));
        }
        server.stop().await;
        all
    }

    /// Where the fault may be met again, a call doesn't see one that passes; elsewhere it fails as
    /// if it lasted, and the next call is a good one.
    async fn check_passing(
        &self,
        answer: &Answer,
        client: &Client,
        operation: Operation,
        cognito: &Scripted,
        lasting: &Observed,
    ) {
        let case = format!("{}: {operation:?}", self.fault.name);
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
    async fn without_a_connection(&self, answer: &Answer) -> Vec<(Operation, Observed)> {
        let cognito = Scripted::new([answer.clone()]).await;
        let server = self.server(&cognito.url.replace("http:", "https:")).await;
        let client = calls::client(server.grpc_addr);
        let mut all = Vec::new();
        for operation in Operation::ALL {
            let handshakes = observe(&client, operation, &cognito).await;
            let name = self.fault.name;
            assert_eq!(handshakes.sent, ATTEMPTS, "{name}: {operation:?}");
            let sent = cognito.seen().len();
            all.push((operation, Observed { sent, ..handshakes }));
        }
        server.stop().await;
        all
    }

    /// Each operation while connections are refused; when they are taken again, a call is a good
    /// one.
    async fn refused(&self) -> Vec<(Operation, Observed)> {
        let address = Refusing::speaking(&self.form);
        let server = self.server(&address.url).await;
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

    /// A server that doesn't wait long before it tries again, nor for what won't come.
    async fn server(&self, url: &str) -> Server {
        let (connect, answer) = match &self.fault.way {
            Way::Handshake(_) if self.fault.is_silent => ("500ms", "20s"),
            _ if self.fault.is_silent => ("20s", "500ms"),
            _ => ("20s", "20s"),
        };
        let mut flags = vec![
            format!("--endpoint-url={url}"),
            format!("--connect-timeout={connect}"),
            format!("--upstream-timeout={answer}"),
            "--first-retry-delay=1ms".to_owned(),
            "--second-retry-delay=2ms".to_owned(),
        ];
        flags.extend(self.form.trust());
        let flags: Vec<_> = flags.iter().map(String::as_str).collect();
        Server::with(&flags).await
    }
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

#[tokio::test]
async fn what_may_have_been_executed_is_sent_once_and_the_readme_says_what_becomes_of_each_call() {
    check_observed(&Form::Plain).await;
}

#[tokio::test]
async fn with_tls_the_same_becomes_of_each_call() {
    check_observed(&Form::tls()).await;
}

async fn check_observed(form: &Form) {
    let rows = observed(form).await;
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
        let [read, read_sent] = cells(&row.read);
        let cells = [row.fault, &change, &change_sent, &read, &read_sent];
        format!("| {} |\n", cells.join(" | "))
    });
    let real: String = rows.collect();
    let documented: String = crate::readme::rows("## What becomes of a call").collect();
    assert_eq!(documented, real);
}
