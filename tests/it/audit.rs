//! The audit: one event a change, in the log or in a file of its own.

mod callers;
mod disk;
mod ends;
mod log;
mod names;
mod pipe;
mod required;
mod rotation;
mod settings;

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use rustix::process::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::timeout;
use user_attributes::proto::{Operation, UpdateUserAttributesRequest};

use crate::support::{
    calls::{self, Client},
    process::{Exit, Process},
    scripted::{Answer, PATIENCE, Scripted},
    update,
};

pub use self::disk::audit_unavailable;

const CHANGES: [Operation; 4] = [
    Operation::DeleteUserAttributes,
    Operation::GetUserAttributeVerificationCode,
    Operation::UpdateUserAttributes,
    Operation::VerifyUserAttribute,
];
const UPDATE: Operation = Operation::UpdateUserAttributes;

const REQUIRED: &str = "--audit-required";

/// What the log says of lines that are lost.
const NOT_WRITTEN: &str = "audit lines not written since the start";
const LOST: &str = "user_attributes_audit_lines_lost_total";

/// The real server, with its audit in a file, in front of a scripted Cognito.
struct Audited {
    process: Process,
    client: Client,
    cognito: Scripted,
    folder: TempDir,
}

impl Audited {
    async fn start(answers: impl IntoIterator<Item = Answer>, flags: &[&str]) -> Self {
        let cognito = Scripted::new(answers).await;
        let url = cognito.url.clone();
        Self::in_front_of(&url, cognito, flags).await
    }

    /// At this address, which needn't be the scripted one's.
    async fn in_front_of(url: &str, cognito: Scripted, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let endpoint = format!("--endpoint-url={url}");
        let file = format!("--audit-file={}", file_in(&folder).display());
        let process = Process::start(&[&[&*endpoint, &*file], flags].concat(), &[]).await;
        Self {
            client: calls::client(process.grpc_addr),
            process,
            cognito,
            folder,
        }
    }

    fn file(&self) -> PathBuf {
        file_in(&self.folder)
    }

    async fn call(&self, operation: Operation) -> Result<(), tonic::Status> {
        calls::call(&self.client, operation, "").await
    }

    /// Has a change sent whose caller leaves, and returns once the server has noticed.
    async fn leave(&mut self, operation: Operation) {
        let client = self.client.clone();
        let left = tokio::spawn(async move { calls::call(&client, operation, "").await });
        self.cognito.arrived().await;
        left.abort();
        assert_eq!(self.process.logged("call").await["code"], "CANCELLED");
    }

    /// Waits until the file has so many events.
    async fn written(&self, file: &Path, count: usize) -> Vec<Value> {
        let all = async {
            loop {
                let text = fs::read_to_string(file).unwrap_or_default();
                if text.matches('\n').count() >= count {
                    return events(file);
                }
                // A read has no event, and takes a moment.
                self.call(Operation::GetUser).await.expect("an answer");
            }
        };
        timeout(PATIENCE, all).await.expect("the events")
    }

    /// Ends the server, and returns its events.
    async fn end(self) -> Vec<Value> {
        self.end_by(&[Signal::TERM], 0).await.0
    }

    async fn end_by(mut self, signals: &[Signal], code: i32) -> (Vec<Value>, Exit) {
        self.process.signal(signals[0]);
        for signal in &signals[1..] {
            self.process.logged("draining").await;
            self.process.signal(*signal);
        }
        let exit = self.process.exit().await;
        assert_eq!(exit.code, Some(code), "{}", exit.stderr);
        (events(&file_in(&self.folder)), exit)
    }
}

/// A server in front of this Cognito with the test's own settings of its audit.
async fn process(cognito: &Scripted, flags: &[&str]) -> (Process, Client) {
    let endpoint = format!("--endpoint-url={}", cognito.url);
    let process = Process::start(&[&[&*endpoint], flags].concat(), &[]).await;
    let client = calls::client(process.grpc_addr);
    (process, client)
}

fn file_in(folder: &TempDir) -> PathBuf {
    folder.path().join("audit.jsonl")
}

/// The events of a file, each of which is one line.
fn events(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).expect("a file of text");
    assert!(text.is_empty() || text.ends_with('\n'), "{text}");
    let event = |line| serde_json::from_str(line).expect("one JSON object a line");
    text.lines().map(event).collect()
}

/// An access token of this user's, by this app client.
fn token(sub: &str, client_id: &str) -> String {
    let encode = |part: Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
    let header = encode(json!({"alg": "RS256", "kid": "key"}));
    let payload = encode(json!({
        "sub": sub,
        "iss": "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_pool",
        "client_id": client_id,
        "token_use": "access",
        "username": "dan",
    }));
    format!("{header}.{payload}.signature")
}

/// An update of the nickname by this token.
fn nickname_by(token: &str) -> UpdateUserAttributesRequest {
    update(token, &[("nickname", Some("Dan"))])
}

/// The names of an event's fields, in their order.
fn fields(event: &Value) -> Vec<&str> {
    let object = event.as_object().expect("an object");
    object.keys().map(String::as_str).collect()
}

/// Operation and outcome of each event.
fn outcomes(events: &[Value]) -> Vec<(&str, &str)> {
    events
        .iter()
        .map(|event| {
            (
                event["operation"].as_str().expect("an operation"),
                event["outcome"].as_str().unwrap_or("none"),
            )
        })
        .collect()
}
