//! What is counted, for Prometheus.
//!
//! Every label but the path of a file is of a closed list, so nothing that a caller or Cognito makes
//! up adds a series. The path of a call finds its series by their places in tables, not by their
//! labels, and adds to a few atomic numbers.

mod attempt;
mod exposition;
mod histogram;
mod process;
mod read;
mod table;
mod tls;

use std::sync::Arc;

use prometheus_client::metrics::{counter::Counter, gauge::Gauge};
use tonic::Code;

pub use self::{
    attempt::Attempt,
    exposition::{CONTENT_TYPE, Exposition},
    tls::TlsFile,
};
use self::{
    attempt::Attempts,
    histogram::Histogram,
    table::{Labels, Table},
    tls::TlsFiles,
};
use crate::{
    call::{Call, Method, Shed},
    proto::{ErrorReason, Operation, code_name},
};

/// How many codes gRPC has. Their numbers begin at 0.
const CODES: usize = 17;

/// The counts of one server. Clones share them.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    calls: Table<Histogram>,
    errors: Table<Counter>,
    shed: Table<Counter>,
    attempts: Attempts,
    retries: Counter,
    flights: Gauge,
    completed_after_caller_left: Counter,
    answered_from_memory: Counter,
    codes_sent: Table<Counter>,
    tls: TlsFiles,
    tls_handshakes_failed: Counter,
}

/// A change under way. It counts until this is dropped.
#[derive(Debug)]
pub struct Flight(Gauge);

/// What carries a verification code. Its number is its place among the series.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "Cognito's names")]
pub enum CodeMedium {
    Sms,
    Email,
}

impl Metrics {
    /// Nothing counted yet. These of AWS's error codes have series of their own, once they come; all
    /// others share one.
    pub fn new(aws_error_codes: impl IntoIterator<Item = &'static str>) -> Self {
        let errors = Table::new(ErrorReason::all().map(|it| vec![("reason", it.name())]));
        let shed = Table::new(Shed::ALL.map(|reason| vec![("reason", reason.as_str())]));
        let codes_sent = Table::new(["SMS", "EMAIL"].map(|medium| vec![("medium", medium)]));
        let metrics = Self(Arc::new(Counts {
            calls: Table::new(labels_of_calls()),
            errors,
            shed,
            attempts: Attempts::new(aws_error_codes),
            retries: Counter::default(),
            flights: Gauge::default(),
            completed_after_caller_left: Counter::default(),
            answered_from_memory: Counter::default(),
            codes_sent,
            tls: TlsFiles::default(),
            tls_handshakes_failed: Counter::default(),
        }));
        metrics.begin_at_zero();
        metrics
    }

    /// A rate of what has never happened is zero, and not unknown.
    fn begin_at_zero(&self) {
        for operation in Operation::ALL {
            self.0
                .calls
                .at(place_of_call(Method::Operation(operation), Code::Ok));
        }
        for reason in ErrorReason::all().filter(|it| *it != ErrorReason::Unspecified) {
            self.error_counter(reason);
        }
        for reason in Shed::ALL {
            self.shed_counter(reason);
        }
        for medium in [CodeMedium::Sms, CodeMedium::Email] {
            self.0.codes_sent.at(medium as usize);
        }
    }

    /// A call is over, by this code, and for this reason if its caller got one of ours.
    pub fn call(&self, call: &Call, code: Code, reason: Option<ErrorReason>) {
        let series = self.0.calls.at(place_of_call(call.method(), code));
        series.observe(call.begun().elapsed());
        if let Some(reason) = reason {
            self.error_counter(reason).inc();
        }
        if let Some(reason) = call.shed_for() {
            self.shed(reason);
        }
    }

    /// The contract's numbers are the places.
    fn error_counter(&self, reason: ErrorReason) -> &Counter {
        self.0.errors.at(reason as usize)
    }

    /// There was no room.
    pub fn shed(&self, reason: Shed) {
        self.shed_counter(reason).inc();
    }

    fn shed_counter(&self, reason: Shed) -> &Counter {
        self.0.shed.at(reason as usize)
    }

    /// An attempt to have Cognito carry out an operation begins.
    pub fn attempt(&self, operation: Operation) -> Attempt<'_> {
        self.0.attempts.begin(operation)
    }

    /// An attempt that isn't the first begins.
    pub fn retry(&self) {
        self.0.retries.inc();
    }

    /// A change is under way.
    pub fn flight(&self) -> Flight {
        self.0.flights.inc();
        Flight(self.0.flights.clone())
    }

    /// A change has been completed whose callers had all left. Returns how many there have been.
    pub fn completed_after_caller_left(&self) -> u64 {
        self.0.completed_after_caller_left.inc() + 1
    }

    /// A change got the result that was remembered.
    pub fn answered_from_memory(&self) {
        self.0.answered_from_memory.inc();
    }

    /// Cognito has sent a verification code.
    pub fn code_sent(&self, medium: CodeMedium) {
        self.0.codes_sent.at(medium as usize).inc();
    }

    /// A handshake of a caller's has failed. Returns how many have.
    pub fn tls_handshake_failed(&self) -> u64 {
        self.0.tls_handshakes_failed.inc() + 1
    }

    /// The figures of a file of TLS's, which has the path of this setting's value. Its failed reloads
    /// are told from now on.
    pub fn tls_file(&self, path: &str) -> TlsFile {
        self.0.tls.file(path)
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// In the order of their places.
fn labels_of_calls() -> impl Iterator<Item = Labels> {
    let codes = || (0..).map(Code::from_i32).take(CODES);
    Method::all().flat_map(move |method| {
        // As OpenTelemetry writes it: without the slash that it begins with in HTTP/2.
        let path = method.path().and_then(|path| path.strip_prefix('/'));
        let method = path.unwrap_or("_OTHER");
        codes().map(move |code| {
            let code = code_name(code);
            vec![("rpc_method", method), ("rpc_status_code", code)]
        })
    })
}

fn place_of_call(method: Method, code: Code) -> usize {
    method.place() * CODES + code as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_has_its_labels() {
        let labels: Vec<_> = labels_of_calls().collect();
        for method in Method::all() {
            for code in (0..).map(Code::from_i32).take(CODES) {
                let labels = &labels[place_of_call(method, code)];
                let path = method.path().map_or("_OTHER", |path| &path[1..]);
                assert_eq!(labels[0], ("rpc_method", path));
                assert_eq!(labels[1], ("rpc_status_code", code_name(code)));
            }
        }
        for (place, reason) in Shed::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, place);
        }
    }
}
