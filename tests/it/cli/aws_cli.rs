//! What the AWS CLI 2.36.7 did with each of these command lines, done by this client in front of
//! the real server. The record has the line, its files, Cognito's answer, and what came of it: the
//! bodies that reached Cognito, standard output, the exit code and the error's code.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use regex::Regex;
use serde::Deserialize;
use serde_json::{Map, Value};
use tempfile::TempDir;

use super::*;
use crate::support::scripted::{self, Answer, Scripted};

const RECORDS: &str = include_str!("../data/aws_cli.jsonl");

/// Where this client differs by intent, and why.
const DIFFERENCES: [(&str, &str); 8] = [
    ("240f5b6b", "The server refuses an update of nothing."),
    ("14d703fe", "The server refuses an update of nothing."),
    ("113bcffa", "The server refuses a deletion of nothing."),
    (
        "6b59337a",
        "The server refuses an attribute that is there twice.",
    ),
    ("eb4f6c61", "The server refuses a code with white space."),
    ("451492f3", "The server refuses a token with white space."),
    (
        "6764db3d",
        "An empty list and none are the same in the contract.",
    ),
    (
        "1aba9bc5",
        "An empty list and none are the same in the contract.",
    ),
];

#[derive(Deserialize)]
struct Record {
    id: String,
    operation: String,
    args: Vec<String>,
    /// Texts by name. `{DIR}` in the other members is the folder that has them.
    files: Map<String, Value>,
    reply: Reply,
    sent: Vec<Value>,
    stdout: String,
    exit: i32,
    error: Option<String>,
}

/// What Cognito answered, or would have.
#[derive(Deserialize)]
struct Reply {
    status: u16,
    body: Value,
}

/// What came of a command line.
#[derive(Debug, PartialEq)]
struct Outcome {
    sent: Vec<Value>,
    stdout: String,
    exit: i32,
    error: Option<String>,
}

#[tokio::test]
async fn every_command_line_ends_as_the_aws_clis_or_differs_for_a_reason() {
    let records: Vec<Record> = RECORDS
        .lines()
        .map(|line| serde_json::from_str(line).expect("a record"))
        .collect();
    let next = AtomicUsize::new(0);
    // Each of these has a Cognito of its own, which knows whose request it has got.
    let (a, b, c) = tokio::join!(
        run(&records, &next),
        run(&records, &next),
        run(&records, &next)
    );
    let differing = [a, b, c].concat();

    let expected = |id: &str| DIFFERENCES.iter().any(|(it, _)| *it == id);
    let surprises: Vec<_> = differing.iter().filter(|(id, _)| !expected(id)).collect();
    let count = surprises.len();
    let told: Vec<_> = surprises.iter().map(|(_, told)| told.as_str()).collect();
    assert!(surprises.is_empty(), "{count} differ:\n{}", told.join("\n"));
    for (id, reason) in DIFFERENCES {
        let still = differing.iter().any(|(it, _)| it == id);
        assert!(still, "{id} doesn't differ any more: {reason}");
    }
}

/// Takes one record after another, and tells which came out differently.
async fn run(records: &[Record], next: &AtomicUsize) -> Vec<(String, String)> {
    let cognito = Scripted::new([]).await;
    let server = Server::in_front_of(&cognito.url).await;
    let mut differing = Vec::new();
    while let Some(record) = records.get(next.fetch_add(1, Ordering::Relaxed)) {
        let folder = tempfile::tempdir().expect("a folder");
        let expected = record.outcome(folder.path());
        let outcome = record.play(&cognito, &server, &folder).await;
        if outcome != expected {
            let (id, args) = (&record.id, &record.args);
            let told = format!("{id} {args:?}\n   aws: {expected:?}\n  ours: {outcome:?}");
            differing.push((id.clone(), told));
        }
    }
    server.stop().await;
    differing
}

impl Record {
    fn outcome(&self, folder: &Path) -> Outcome {
        let sent = serde_json::to_string(&self.sent).expect("JSON");
        Outcome {
            sent: serde_json::from_str(&placed(&sent, folder)).expect("JSON"),
            stdout: placed(&self.stdout, folder),
            exit: self.exit,
            error: self.error.clone(),
        }
    }

    async fn play(&self, cognito: &Scripted, server: &Server, folder: &TempDir) -> Outcome {
        for (name, text) in &self.files {
            let text = text.as_str().expect("a text");
            fs::write(folder.path().join(name), text).expect("a file");
        }
        let Reply { status, body } = &self.reply;
        let answer = scripted::json(*status, &body.to_string());
        cognito.script([Answer::Bytes(answer)]);
        let before = cognito.seen().len();

        let mut words = vec![self.operation.clone()];
        words.extend(self.args.iter().map(|word| placed(word, folder.path())));
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let url = server.grpc_url();
        let printed = client(&words, &[("USER_ATTRIBUTES_ENDPOINT", &url)]).await;

        let seen = cognito.seen();
        Outcome {
            sent: seen[before..].iter().map(|it| it.body.clone()).collect(),
            stdout: printed.stdout,
            exit: printed.code.expect("an end of its own"),
            error: error_code(&printed.stderr),
        }
    }
}

fn placed(text: &str, folder: &Path) -> String {
    text.replace("{DIR}", folder.to_str().expect("a path of text"))
}

/// The code in the AWS CLI's form of an error.
pub fn error_code(stderr: &str) -> Option<String> {
    let form = Regex::new(r"An error occurred \((\w+)\)").expect("a pattern");
    form.captures(stderr).map(|found| found[1].to_owned())
}
