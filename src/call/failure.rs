//! How a call failed, in plain values: for its line in the log, and for the metrics.

use crate::proto::ErrorReason;

/// Whether a change was made. In `ErrorInfo.metadata` it is `outcome`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was not: `not_applied`.
    NotApplied,
    /// It may have been: `unknown`.
    Unknown,
}

/// What a caller was told of a failure, besides its text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", reason.name())]
pub struct Failure {
    /// The reason in its `ErrorInfo`.
    pub reason: ErrorReason,
    /// Whether the change was made.
    pub outcome: Outcome,
    /// Whether the caller is at fault, although the code is one of the server's.
    pub callers_fault: bool,
    /// The fields of the request that were at fault, by their paths.
    pub fields: Vec<String>,
    /// The code of Cognito's own error, where it gave one.
    pub aws_error_code: Option<String>,
    /// The id of Cognito's answer, where it gave one.
    pub aws_request_id: Option<String>,
}

impl Outcome {
    /// As the contract spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotApplied => "not_applied",
            Self::Unknown => "unknown",
        }
    }
}
