//! Attempts to have Cognito carry out an operation, by what came of them.

use std::time::Instant;

use prometheus_client::metrics::counter::Counter;

use super::{histogram::Histogram, table::Table};
use crate::proto::Operation;

/// The codes that aren't AWS's, each at its place before those.
const OURS: [&str; 3] = ["OK", "lost", "_OTHER"];
const OK: usize = 0;
const LOST: usize = 1;
const OTHER: usize = 2;

/// All attempts.
#[derive(Debug)]
pub(super) struct Attempts {
    /// [`OURS`], then AWS's.
    codes: Vec<&'static str>,
    /// Of each operation, those of each code.
    pub total: Table<Counter>,
    /// One series, without labels.
    pub duration: Table<Histogram>,
}

/// One attempt. It is counted when it is dropped, as lost unless an answer was there before.
#[derive(Debug)]
#[must_use = "it lasts as long as this"]
pub struct Attempt<'a> {
    all: &'a Attempts,
    operation: Operation,
    begun: Instant,
    code: usize,
}

impl Attempts {
    pub fn new(aws_error_codes: impl IntoIterator<Item = &'static str>) -> Self {
        let codes: Vec<_> = OURS.into_iter().chain(aws_error_codes).collect();
        let labels = Operation::ALL.into_iter().flat_map(|operation| {
            let operation = ("operation", operation.name());
            codes
                .iter()
                .map(move |code| vec![operation, ("code", *code)])
        });
        let attempts = Self {
            total: Table::new(labels),
            duration: Table::new([Vec::new()]),
            codes,
        };
        attempts.duration.at(0);
        for operation in Operation::ALL {
            attempts.counter(operation, OK);
        }
        attempts
    }

    pub fn begin(&self, operation: Operation) -> Attempt<'_> {
        Attempt {
            all: self,
            operation,
            begun: Instant::now(),
            code: LOST,
        }
    }

    fn counter(&self, operation: Operation, code: usize) -> &Counter {
        self.total.at(operation as usize * self.codes.len() + code)
    }
}

impl Attempt<'_> {
    /// Its answer is a success that can be read.
    pub fn succeeded(&mut self) {
        self.code = OK;
    }

    /// Its answer is an error, with this code of AWS's if it has one.
    pub fn failed(&mut self, code: Option<&str>) {
        let aws = self.all.codes.iter().enumerate().skip(OURS.len());
        let mut known = aws.filter(|(_, known)| Some(**known) == code);
        self.code = known.next().map_or(OTHER, |(place, _)| place);
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        self.all.duration.at(0).observe(self.begun.elapsed());
        self.all.counter(self.operation, self.code).inc();
    }
}
