//! The lines of the log, each written in one place: how a call ended, and what nobody else is told.

use std::error::Error;

use tracing::Level;

use super::written::Line;
use crate::{
    call::{Call, Failure, Outcome, Progress},
    proto::Operation,
};

/// The codes that say that the server's side is at fault.
pub(super) const OURS_TO_MEND: [&str; 6] = [
    "UNKNOWN",
    "DEADLINE_EXCEEDED",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
];

/// Logs a call that is over: by which code, and why. Health checks and reflection are at DEBUG.
pub fn call(call: &Call, code: &'static str, failure: Option<&Failure>) {
    let callers_fault = failure.is_some_and(|it| it.callers_fault);
    let level = if call.method().operation().is_none() {
        Level::DEBUG
    } else if OURS_TO_MEND.contains(&code) && !callers_fault {
        Level::WARN
    } else {
        Level::INFO
    };
    let id = call.take_aws_request_id();
    let failed_id = failure.and_then(|failure| failure.aws_request_id.as_deref());
    let attributes = call.attributes();
    let line = Line {
        method: call.method().name(),
        code,
        reason: failure.map(|it| it.reason.name()),
        fields: failure.map_or(&[], |it| &it.fields),
        outcome: failure.map(|it| it.outcome.as_str()),
        aws_error_code: failure.and_then(|it| it.aws_error_code.as_deref()),
        aws_request_id: id.as_deref().or(failed_id),
        request_id: call.request_id(),
        attributes: &attributes,
        duration: call.begun().elapsed(),
        peer: call.caller().peer(),
        caller: call.caller().san(),
        trace_id: call.trace_id(),
    };
    line.write(level);
}

/// Logs what the transport says of a request that got no answer. Cognito's own answers stand in the
/// line of the call, without their texts.
pub fn no_answer(
    operation: Operation,
    progress: &Progress,
    source: Option<Box<dyn Error + Send + Sync>>,
) {
    let Some(source) = source else { return };
    let mut cause = source.to_string();
    let mut next = source.source();
    while let Some(error) = next {
        cause = format!("{cause}: {error}");
        next = error.source();
    }
    tracing::warn!(
        method = operation.name(),
        request_id = progress.request_id(),
        trace_id = progress.trace_id(),
        cause,
        "no answer from Cognito"
    );
}

/// Logs the result of a change whose callers had all left, as nobody else is told. There have been so
/// many since the start.
pub fn unheard(
    operation: Operation,
    progress: &Progress,
    code: &'static str,
    failure: Option<&Failure>,
    count: u64,
) {
    tracing::info!(
        method = operation.name(),
        code,
        reason = failure.map(|it| it.reason.name()),
        outcome = failure.map(|it| it.outcome).map(Outcome::as_str),
        request_id = progress.request_id(),
        trace_id = progress.trace_id(),
        count,
        "ended after caller left"
    );
}

/// Logs a change that the end of the process cuts: it was sent, and its answer is lost.
pub fn cut(operation: Operation, progress: &Progress) {
    tracing::error!(
        method = operation.name(),
        outcome = Outcome::Unknown.as_str(),
        request_id = progress.request_id(),
        trace_id = progress.trace_id(),
        "change cut off by the end of the process"
    );
}
