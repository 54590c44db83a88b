//! The `google.rpc` details of a status, kept small.

use std::{collections::HashMap, time::Duration};

use tonic::{
    Code, Status,
    metadata::{Ascii, MetadataMap, MetadataValue},
};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

use super::{
    Outcome,
    table::{Retry, Row},
};
use crate::{
    attributes::Violation,
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
    metadata: HashMap<String, String>,
    request_id: Option<String>,
    violations: Vec<FieldViolation>,
    retry: Option<Retry>,
}

impl Details {
    pub(super) fn of(row: &Row) -> Self {
        let outcome = match row.outcome {
            Outcome::NotApplied => "not_applied",
            Outcome::Unknown => "unknown",
        };
        Self {
            code: row.code,
            reason: row.reason,
            outcome: row.outcome,
            metadata: HashMap::from([("outcome".to_owned(), outcome.to_owned())]),
            request_id: None,
            violations: Vec::new(),
            retry: row.retry,
        }
    }

    /// With what follows from the operation: what may have been done isn't to be done again blindly,
    /// unless a repeat does no harm.
    pub(super) fn operation(mut self, operation: Option<Operation>) -> Self {
        let harmless = operation.is_some_and(Operation::is_repeatable);
        if self.outcome == Outcome::Unknown && !harmless {
            self.retry = Some(Retry::Never);
        }
        self.metadata("operation", operation.map(|it| it.name().to_owned()))
    }

    pub(super) fn aws(self, error_code: Option<String>, request_id: Option<String>) -> Self {
        let mut details = self
            .metadata("awsErrorCode", error_code)
            .metadata("awsRequestId", request_id.clone());
        details.request_id = request_id;
        details
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
            outcome: _,
            metadata,
            request_id,
            violations,
            retry,
        } = self;
        let mut details = ErrorDetails::new();
        details.set_error_info(reason_name(reason), DOMAIN, metadata);
        let mut headers = request_id_metadata(request_id.as_deref());
        if let Some(request_id) = request_id {
            details.set_request_info(request_id, "");
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
        Status::with_error_details_and_metadata(code, capped(message), details, headers)
    }

    fn metadata(mut self, key: &str, value: Option<String>) -> Self {
        if let Some(value) = value {
            self.metadata.insert(key.to_owned(), value);
        }
        self
    }
}

/// Response metadata with the AWS request id, where there is one.
pub fn request_id_metadata(request_id: Option<&str>) -> MetadataMap {
    let mut metadata = MetadataMap::new();
    if let Some(value) = request_id.and_then(|id| MetadataValue::try_from(id).ok()) {
        metadata.insert(REQUEST_ID_METADATA, value);
    }
    metadata
}

/// The reason without the prefix that the enum's scope demands.
fn reason_name(reason: ErrorReason) -> &'static str {
    let name = reason.as_str_name();
    name.strip_prefix("ERROR_REASON_").unwrap_or(name)
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
