//! The `google.rpc` details of a status, kept small.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tonic::{
    Code, Status,
    metadata::{Ascii, MetadataMap, MetadataValue},
};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

use super::table::{Retry, Row};
use crate::{
    attributes::Violation,
    call::{Failure, Outcome},
    proto::{ErrorReason, Operation},
};

/// The domain of every `ErrorInfo` of this service.
pub const DOMAIN: &str = "userattributes.cognito";
/// The response metadata that carries the AWS request id, on success and on errors.
pub const REQUEST_ID_METADATA: &str = "x-amzn-requestid";

/// Delay in milliseconds after which gRPC's own retry comes back; -1 forbids it.
/// Source: [gRFC A6](https://github.com/grpc/proposal/blob/master/A6-client-retries.md#pushback)
const PUSHBACK_METADATA: &str = "grpc-retry-pushback-ms";
/// Longest message, in characters.
const MAX_MESSAGE: usize = 256;
/// Most violations in a `BadRequest`, the one that counts the rest included.
const MAX_VIOLATIONS: usize = 50;
/// Most bytes of violations. With the rest the details stay under 4 KiB: clients have lost a
/// status whose details were larger than their limit for metadata.
const MAX_VIOLATION_BYTES: usize = 2560;
/// What a violation takes on the wire besides its texts, in bytes.
const VIOLATION_OVERHEAD: usize = 8;

/// A status in the making.
pub(super) struct Details {
    code: Code,
    reason: ErrorReason,
    outcome: Outcome,
    callers_fault: bool,
    operation: Option<Operation>,
    aws_error_code: Option<String>,
    aws_request_id: Option<String>,
    violations: Vec<FieldViolation>,
    retry: Option<Retry>,
}

impl Details {
    pub(super) fn of(row: &Row) -> Self {
        Self {
            code: row.code,
            reason: row.reason,
            outcome: row.outcome,
            callers_fault: row.callers_fault,
            operation: None,
            aws_error_code: None,
            aws_request_id: None,
            violations: Vec::new(),
            retry: match row.outcome {
                Outcome::NotApplied => row.retry,
                // What may have been done isn't to be done again blindly.
                Outcome::Unknown => Some(Retry::Never),
            },
        }
    }

    pub(super) fn operation(self, operation: Option<Operation>) -> Self {
        Self { operation, ..self }
    }

    pub(super) fn aws(self, error_code: Option<String>, request_id: Option<String>) -> Self {
        Self {
            aws_error_code: error_code,
            aws_request_id: request_id,
            ..self
        }
    }

    /// As many violations as fit; the last entry says how many don't.
    pub(super) fn violations(mut self, violations: &[Violation]) -> Self {
        let mut bytes = 0;
        for (index, violation) in violations.iter().enumerate() {
            let left = violations.len() - index;
            let description = capped(&violation.description);
            bytes += violation.field.len() + description.len() + VIOLATION_OVERHEAD;
            let full = index + 1 == MAX_VIOLATIONS || bytes > MAX_VIOLATION_BYTES;
            if full && (left > 1 || bytes > MAX_VIOLATION_BYTES) {
                let rest = format!("and {left} more violations");
                self.violations.push(FieldViolation::new("", rest));
                break;
            }
            self.violations
                .push(FieldViolation::new(&violation.field, description));
        }
        self
    }

    pub(super) fn status(self, message: &str) -> Status {
        let Self {
            code,
            reason,
            outcome,
            callers_fault,
            operation,
            aws_error_code,
            aws_request_id,
            violations,
            retry,
        } = self;
        let failure = Failure {
            reason,
            outcome,
            callers_fault,
            fields: violations.iter().map(|it| it.field.clone()).collect(),
            aws_error_code,
            aws_request_id,
        };
        let mut details = ErrorDetails::new();
        details.set_error_info(reason.name(), DOMAIN, metadata(&failure, operation));
        let mut headers = request_id_metadata(failure.aws_request_id.as_deref());
        if let Some(id) = &failure.aws_request_id {
            details.set_request_info(id, "");
        }
        if !violations.is_empty() {
            details.set_bad_request(violations);
        }
        if let Some(retry) = retry {
            headers.insert(PUSHBACK_METADATA, pushback(retry));
            if let Retry::After(delay) = retry {
                details.set_retry_info(Some(delay));
            }
        }
        let mut status =
            Status::with_error_details_and_metadata(code, capped(message), details, headers);
        // For the log: it goes with the status and isn't sent.
        status.set_source(Arc::new(failure));
        status
    }
}

fn metadata(failure: &Failure, operation: Option<Operation>) -> HashMap<String, String> {
    let entries = [
        ("outcome", Some(failure.outcome.as_str())),
        ("operation", operation.map(Operation::name)),
        ("awsErrorCode", failure.aws_error_code.as_deref()),
        ("awsRequestId", failure.aws_request_id.as_deref()),
    ];
    let present = entries
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?.to_owned())));
    present.collect()
}

/// Response metadata with the AWS request id, where there is one.
pub fn request_id_metadata(request_id: Option<&str>) -> MetadataMap {
    let mut metadata = MetadataMap::new();
    if let Some(value) = request_id.and_then(|id| MetadataValue::try_from(id).ok()) {
        metadata.insert(REQUEST_ID_METADATA, value);
    }
    metadata
}

fn pushback(retry: Retry) -> MetadataValue<Ascii> {
    match retry {
        Retry::After(delay) => MetadataValue::from(millis(delay)),
        Retry::Never => MetadataValue::from(-1_i64),
    }
}

fn millis(delay: Duration) -> i64 {
    i64::try_from(delay.as_millis()).unwrap_or(i64::MAX)
}

fn capped(text: &str) -> String {
    match text.char_indices().nth(MAX_MESSAGE) {
        None => text.to_owned(),
        Some(_) => text.chars().take(MAX_MESSAGE - 1).chain(['…']).collect(),
    }
}
