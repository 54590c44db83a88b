//! Every failure as a gRPC status, with `google.rpc` details. The one place that names codes and
//! reasons.
//!
//! `UNAVAILABLE` is given only where nothing was executed, or where a repeat is harmless; what may
//! have been executed gets another code.

mod details;
mod table;

use tonic::{Code, Status};

pub use self::details::{DOMAIN, REQUEST_ID_METADATA, request_id_metadata};
use self::{details::Details, table::Row};
use crate::{
    attributes::Violations,
    cognito::Error,
    proto::{ErrorReason as Reason, Operation},
};

/// Whether the change was made. In `ErrorInfo.metadata` it is `outcome`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was not: `not_applied`.
    NotApplied,
    /// It may have been: `unknown`.
    Unknown,
}

impl From<Violations> for Status {
    fn from(violations: Violations) -> Self {
        let list = violations.list();
        let first = list.first().map_or_else(String::new, |first| {
            format!("{} {}", first.field, first.description)
        });
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

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let mut row = Row::of(error.cause, error.operation);
        if error.earlier_attempt {
            row.outcome = Outcome::Unknown;
        }
        let cognitos = error.text.as_deref().filter(|_| row.prefer_cognitos_text);
        Details::of(&row)
            .operation(Some(error.operation))
            .aws(error.aws_error_code, error.request_id)
            .violations(&error.violations)
            .status(cognitos.unwrap_or(row.message))
    }
}

/// The request message is larger than this server reads.
pub fn request_too_large(operation: Option<Operation>) -> Status {
    own(
        &invalid(
            Reason::RequestTooLarge,
            "the request message is larger than 1 MiB (1048576 bytes)",
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
pub fn request_id_reused(operation: Operation) -> Status {
    own(
        &invalid(
            Reason::RequestIdReused,
            "request_id belongs to another call of the last 5 minutes: give each change one of its \
             own",
        ),
        Some(operation),
    )
}

/// The method or the message's encoding isn't known here.
pub fn unimplemented(operation: Option<Operation>) -> Status {
    let message = match operation {
        None => "this server doesn't have the method",
        Some(_) => "this server doesn't know the message's encoding: send it uncompressed",
    };
    let (code, reason) = (Code::Unimplemented, Reason::Unimplemented);
    own(
        &Row::new(code, reason, Outcome::NotApplied, message),
        operation,
    )
}

/// The time for an answer is over.
pub fn deadline_exceeded(operation: Option<Operation>, outcome: Outcome) -> Status {
    let message = match outcome {
        Outcome::NotApplied => "the deadline passed before anything was sent to Cognito",
        Outcome::Unknown if operation.is_some_and(Operation::is_repeatable) => {
            "the deadline passed before Cognito answered: retry, a repeat does no harm"
        }
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
    own(
        &Row::new(code, reason, Outcome::Unknown, message),
        operation,
    )
}

fn invalid(reason: Reason, message: &'static str) -> Row {
    Row::new(Code::InvalidArgument, reason, Outcome::NotApplied, message)
}

fn own(row: &Row, operation: Option<Operation>) -> Status {
    Details::of(row).operation(operation).status(row.message)
}
