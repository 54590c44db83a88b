//! Every failure as a gRPC status, with `google.rpc` details. The one place that names codes and
//! reasons.
//!
//! `UNAVAILABLE` is given only where nothing was executed, or where a repeat is harmless; what may
//! have been executed gets another code.

mod details;
mod table;

use std::time::Duration;

use humantime::format_duration;
use tonic::{Code, Status};

pub use self::details::{DOMAIN, REQUEST_ID_METADATA, request_id_metadata};
use self::{
    details::Details,
    table::{Retry, Row},
};
use crate::{
    attributes::{Violation, Violations},
    call::{Failure, Outcome},
    cognito::Error,
    proto::{ErrorReason as Reason, Operation},
};

/// When a caller for whom there was no room may come back.
const OVERLOAD_DELAY: Duration = Duration::from_secs(1);

impl From<Violations> for Status {
    fn from(violations: Violations) -> Self {
        let list = violations.list();
        let first = list.first().map(Violation::to_string).unwrap_or_default();
        let message = match list.len() {
            0 | 1 => first,
            count => format!("{first} (and {} more)", count - 1),
        };
        Details::of(&invalid(Reason::InvalidParameter, ""))
            .operation(Some(violations.operation()))
            .violations(list)
            .status(&message)
    }
}

impl From<&Error> for Status {
    fn from(error: &Error) -> Self {
        let row = Row::of(error);
        let cognitos = error.text.as_deref().filter(|_| row.prefer_cognitos_text);
        Details::of(&row)
            .operation(Some(error.operation))
            .aws(error.aws_error_code.clone(), error.request_id.clone())
            .violations(&error.violations)
            .status(cognitos.unwrap_or(row.message))
    }
}

/// What a status of ours says, in plain values.
pub fn failure(status: &Status) -> Option<&Failure> {
    std::error::Error::source(status)?.downcast_ref()
}

/// The request isn't a call of gRPC's.
pub fn not_grpc(operation: Option<Operation>) -> Status {
    own(
        &invalid(
            Reason::RequestMalformed,
            "a call is a POST with content-type application/grpc or application/grpc+proto",
        ),
        operation,
    )
}

/// The request's headers are larger than this server takes.
pub fn metadata_too_large(operation: Option<Operation>) -> Status {
    own(
        &invalid(
            Reason::RequestTooLarge,
            "the metadata of the call is larger than 16 KiB (16384 bytes, with 32 for each entry)",
        ),
        operation,
    )
}

/// There is no room for the call.
pub fn overloaded(operation: Option<Operation>) -> Status {
    let message = "this server has as many calls as it can hold, or is being stopped: nothing was \
                   sent, retry after the delay";
    let (code, reason) = (Code::Unavailable, Reason::Overloaded);
    let row = Row::new(code, reason, Outcome::NotApplied, message);
    own(&row.retry(Retry::After(OVERLOAD_DELAY)), operation)
}

/// The change can't be put on record, which it has to be before it is made.
pub fn audit_unavailable(operation: Option<Operation>) -> Status {
    let message = "this server can't write its audit, without which it makes no change: nothing was \
                   sent, its operator must look at it";
    let (code, reason) = (Code::Unavailable, Reason::AuditUnavailable);
    own(
        &Row::new(code, reason, Outcome::NotApplied, message),
        operation,
    )
}

/// The request message is larger than this server reads.
pub fn request_too_large(operation: Option<Operation>) -> Status {
    own(
        &invalid(
            Reason::RequestTooLarge,
            "the request message is larger than 1 MiB (1048576 bytes), or has more than 16384 entries",
        ),
        operation,
    )
}

/// The request message can't be decoded.
pub fn message_malformed(operation: Option<Operation>) -> Status {
    own(
        &invalid(
            Reason::RequestMalformed,
            "the request message can't be decoded as this method's",
        ),
        operation,
    )
}

/// `grpc-timeout` can't be decoded.
pub fn timeout_malformed(operation: Option<Operation>) -> Status {
    own(
        &invalid(
            Reason::RequestMalformed,
            "grpc-timeout must be 1 to 8 digits and one of the units H M S m u n",
        ),
        operation,
    )
}

/// The `request_id` belongs to another change.
pub fn request_id_reused(operation: Option<Operation>) -> Status {
    let description =
        "belongs to another call of the last 5 minutes: give each change one of its own";
    let violation = Violation {
        field: "request_id".to_owned(),
        description: description.to_owned(),
    };
    Details::of(&invalid(Reason::RequestIdReused, ""))
        .operation(operation)
        .violations(std::slice::from_ref(&violation))
        .status(&violation.to_string())
}

/// The method or the message's encoding isn't known here, or the call has more than one message.
pub fn unimplemented(operation: Option<Operation>) -> Status {
    let message = match operation {
        None => "this server doesn't have the method",
        Some(_) => {
            "the call has more than one message, or one in an encoding that this server doesn't \
             know: send one message, uncompressed"
        }
    };
    let (code, reason) = (Code::Unimplemented, Reason::Unimplemented);
    let row = Row::new(code, reason, Outcome::NotApplied, message);
    own(&row.callers_fault(), operation)
}

/// The caller gives less time than this, the shortest that is taken.
pub fn deadline_too_short(operation: Option<Operation>, shortest: Duration) -> Status {
    let (code, reason) = (Code::DeadlineExceeded, Reason::DeadlineExceeded);
    let row = Row::new(code, reason, Outcome::NotApplied, "").callers_fault();
    let shortest = format_duration(shortest);
    Details::of(&row).operation(operation).status(&format!(
        "the deadline is shorter than the {shortest} that this server takes (--min-deadline), so nothing \
         was sent to Cognito"
    ))
}

/// The time for an answer is over. `may_be_sent` is of the request to Cognito.
pub fn deadline_exceeded(operation: Option<Operation>, may_be_sent: bool) -> Status {
    let is_read = operation.is_some_and(Operation::is_read);
    let outcome = if may_be_sent && !is_read {
        Outcome::Unknown
    } else {
        Outcome::NotApplied
    };
    let message = match outcome {
        Outcome::NotApplied if is_read => "the deadline passed before the answer was there",
        Outcome::NotApplied => "the deadline passed before anything was sent to Cognito",
        Outcome::Unknown => {
            "the deadline passed before Cognito answered; the change may have been made: read the \
             user before a retry"
        }
    };
    let (code, reason) = (Code::DeadlineExceeded, Reason::DeadlineExceeded);
    own(&Row::new(code, reason, outcome, message), operation)
}

/// A bug of ours. Nothing of its cause is told.
pub fn internal(operation: Option<Operation>) -> Status {
    let message = "unexpected error; the server's log has more";
    let (code, reason) = (Code::Internal, Reason::Internal);
    let outcome = if operation.is_some_and(Operation::is_read) {
        Outcome::NotApplied
    } else {
        Outcome::Unknown
    };
    own(&Row::new(code, reason, outcome, message), operation)
}

fn invalid(reason: Reason, message: &'static str) -> Row {
    Row::new(Code::InvalidArgument, reason, Outcome::NotApplied, message)
}

fn own(row: &Row, operation: Option<Operation>) -> Status {
    Details::of(row).operation(operation).status(row.message)
}
