//! What went wrong in a call, told apart by what a caller would do about it.

use std::error::Error as StdError;

use http::Response;
use tokio_util::bytes::Bytes;

use super::{
    code::{THROTTLING, error_code, is_throttling},
    sent::{Request, says_anything},
    transport::NoAnswer,
    violations::violations,
};
use crate::{
    attributes::Violation,
    call::{Outcome, Progress},
    proto::Operation,
};

/// A call that failed.
#[derive(Debug, thiserror::Error)]
#[error("{} failed: {cause:?}", operation.name())]
pub struct Error {
    /// What was called.
    pub operation: Operation,
    /// Why it failed.
    pub cause: Cause,
    /// The code of Cognito's own error, where it gave one.
    pub aws_error_code: Option<String>,
    /// The AWS request id, where Cognito gave one.
    pub request_id: Option<String>,
    /// Cognito's text without the secrets of the request. It is for the caller, never for a log.
    pub text: Option<String>,
    /// What is certainly at fault, by the text or the operation, each at its path in the request.
    pub violations: Vec<Violation>,
    /// What the transport said, for the log. Cognito's answers aren't in it.
    #[source]
    pub source: Option<Box<dyn StdError + Send + Sync>>,
}

/// Why a call failed: Cognito's exceptions, by its names; NotAuthorizedException by what it is
/// about; and what happens without an answer of Cognito's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "Cognito's names; the contract's ErrorReason explains each"
)]
pub enum Cause {
    AccessTokenExpired,
    AccessTokenInvalid,
    AccessTokenRevoked,
    AccessTokenScopeMissing,
    AliasExists,
    AttributeNotWritable,
    CodeDeliveryFailure,
    CodeMismatch,
    DeliveryLimitExceeded,
    ExpiredCode,
    Forbidden,
    InternalError,
    InvalidEmailRoleAccessPolicy,
    InvalidLambdaResponse,
    InvalidParameter,
    InvalidSmsRoleAccessPolicy,
    InvalidSmsRoleTrustRelationship,
    LimitExceeded,
    OperationNotEnabled,
    PasswordResetRequired,
    ResourceNotFound,
    TooManyRequests,
    UnexpectedLambda,
    UserDisabled,
    UserLambdaValidation,
    UserNotConfirmed,
    UserNotFound,
    /// An error with a code that this version doesn't know.
    UnknownCode,
    /// An error of 400 to 499 without any code: a proxy's, not Cognito's.
    UnknownRefusal,
    /// No connection was made: nothing was sent.
    Unreachable,
    /// The request may have been sent, and its answer was lost or can't be read.
    AnswerLost,
}

impl Error {
    /// No answer came.
    pub(super) fn no_answer(operation: Operation, progress: &Progress, source: NoAnswer) -> Self {
        let cause = if progress.may_be_sent() {
            Cause::AnswerLost
        } else {
            Cause::Unreachable
        };
        Self {
            source: Some(source),
            ..Self::without_text(operation, cause, None)
        }
    }

    /// An answer that came and says too little.
    pub(super) fn answer_lost(operation: Operation, request_id: Option<String>) -> Self {
        Self::without_text(operation, Cause::AnswerLost, request_id)
    }

    /// An answer that isn't a success, its text, and the body of the request that it answers. By the
    /// code's text, not by the SDK's types: codes exist that no version of the model has, and the
    /// retry policy has read the same text.
    pub(super) fn refusal(
        operation: Operation,
        answer: &Response<Bytes>,
        text: Option<&str>,
        request_id: Option<String>,
        sent: &[u8],
    ) -> Self {
        let status = answer.status().as_u16();
        let code = error_code(answer);
        let cause = match &code {
            Some(code) => from_code(code, status, text.unwrap_or_default()),
            None => from_status(status),
        };
        let mut error = Self::without_text(operation, cause, request_id);
        error.aws_error_code = code;
        if let (Some(text), Some(request)) = (text, Request::of(sent)) {
            error.text = Some(request.cut(text)).filter(|text| says_anything(text));
            let clean = error.text.as_deref().unwrap_or("is refused by Cognito");
            error.violations = violations(operation, cause, text, clean, &request);
        }
        error
    }

    fn without_text(operation: Operation, cause: Cause, request_id: Option<String>) -> Self {
        Self {
            operation,
            cause,
            aws_error_code: None,
            request_id,
            text: None,
            violations: Vec::new(),
            source: None,
        }
    }

    /// Whether the change was made. What only reads changes nothing.
    pub fn outcome(&self) -> Outcome {
        if self.operation.is_read() {
            Outcome::NotApplied
        } else {
            self.cause.outcome()
        }
    }

    /// Whether this proves that Cognito took the access token for a good one: it looks at the token
    /// before it does anything, and this comes of what it did for the token's user or app client.
    pub fn is_token_good(&self) -> bool {
        matches!(
            self.cause,
            // What the app client may do.
            Cause::AttributeNotWritable
            // What another user has already, or a code of this user's.
            | Cause::AliasExists
            | Cause::CodeMismatch
            | Cause::ExpiredCode
            // A message that was to go to this user.
            | Cause::CodeDeliveryFailure
            | Cause::DeliveryLimitExceeded
            | Cause::InvalidEmailRoleAccessPolicy
            | Cause::InvalidSmsRoleAccessPolicy
            | Cause::InvalidSmsRoleTrustRelationship
            // A Lambda trigger that was told of this user.
            | Cause::InvalidLambdaResponse
            | Cause::UnexpectedLambda
            | Cause::UserLambdaValidation
        )
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let texts = [&self.aws_error_code, &self.request_id, &self.text];
        let texts = texts.into_iter().flatten().map(String::len);
        size_of::<Self>() + texts.sum::<usize>()
    }
}

impl Cause {
    /// Whether a change that failed by this was made.
    pub fn outcome(self) -> Outcome {
        match self {
            // What Cognito does after the change was made, or perhaps before: code and Lambda.
            Self::CodeDeliveryFailure
            | Self::DeliveryLimitExceeded
            | Self::InvalidEmailRoleAccessPolicy
            | Self::InvalidLambdaResponse
            | Self::InvalidSmsRoleAccessPolicy
            | Self::InvalidSmsRoleTrustRelationship
            | Self::UnexpectedLambda
            | Self::UserLambdaValidation
            // What nobody knows.
            | Self::AnswerLost
            | Self::InternalError
            | Self::UnknownCode => Outcome::Unknown,
            _ => Outcome::NotApplied,
        }
    }
}

/// Cognito's exceptions, but for throttling's, and what each is. Two stand for several things, which
/// their texts tell apart.
#[rustfmt::skip] // One exception, one line.
const EXCEPTIONS: [(&str, Cause); 20] = [
    ("AliasExistsException", Cause::AliasExists),
    ("CodeDeliveryFailureException", Cause::CodeDeliveryFailure),
    ("CodeMismatchException", Cause::CodeMismatch),
    ("ExpiredCodeException", Cause::ExpiredCode),
    ("ForbiddenException", Cause::Forbidden),
    ("InternalErrorException", Cause::InternalError),
    ("InvalidEmailRoleAccessPolicyException", Cause::InvalidEmailRoleAccessPolicy),
    ("InvalidLambdaResponseException", Cause::InvalidLambdaResponse),
    ("InvalidParameterException", Cause::InvalidParameter),
    ("InvalidSmsRoleAccessPolicyException", Cause::InvalidSmsRoleAccessPolicy),
    ("InvalidSmsRoleTrustRelationshipException", Cause::InvalidSmsRoleTrustRelationship),
    ("LimitExceededException", Cause::LimitExceeded),
    ("NotAuthorizedException", Cause::AccessTokenInvalid),
    ("OperationNotEnabledException", Cause::OperationNotEnabled),
    ("PasswordResetRequiredException", Cause::PasswordResetRequired),
    ("ResourceNotFoundException", Cause::ResourceNotFound),
    ("UnexpectedLambdaException", Cause::UnexpectedLambda),
    ("UserLambdaValidationException", Cause::UserLambdaValidation),
    ("UserNotConfirmedException", Cause::UserNotConfirmed),
    ("UserNotFoundException", Cause::UserNotFound),
];

/// The error codes that this version knows.
pub fn known_codes() -> impl Iterator<Item = &'static str> {
    EXCEPTIONS
        .map(|(code, _)| code)
        .into_iter()
        .chain(THROTTLING)
}

fn from_code(code: &str, status: u16, text: &str) -> Cause {
    let known = EXCEPTIONS.iter().find(|(known, _)| *known == code);
    match known.map(|(_, cause)| *cause) {
        Some(Cause::LimitExceeded) => from_limit_exceeded(text),
        Some(Cause::AccessTokenInvalid) => from_not_authorized(text),
        Some(cause) => cause,
        None if is_throttling(code) => Cause::TooManyRequests,
        None if status >= 500 => Cause::InternalError,
        None => Cause::UnknownCode,
    }
}

/// Cognito has one exception for a bad token and for an attribute that the app client may not
/// write. A caller must sign its user out for the first alone; only the text tells them apart.
fn from_not_authorized(text: &str) -> Cause {
    match text.trim().trim_end_matches('.') {
        "Access Token has expired" => Cause::AccessTokenExpired,
        "Access Token has been revoked" => Cause::AccessTokenRevoked,
        "Access Token does not have required scopes" => Cause::AccessTokenScopeMissing,
        "A client attempted to write unauthorized attribute" => Cause::AttributeNotWritable,
        "User is disabled" => Cause::UserDisabled,
        _ => Cause::AccessTokenInvalid,
    }
}

/// One exception stands for a limit of the user's, and for the e-mails that the account may send in
/// a day. The latter is met after the change may have been made.
fn from_limit_exceeded(text: &str) -> Cause {
    if text.trim_start().starts_with("Exceeded daily email limit") {
        Cause::DeliveryLimitExceeded
    } else {
        Cause::LimitExceeded
    }
}

/// An answer without an error code isn't Cognito's but a proxy's or a firewall's, or it is broken.
fn from_status(status: u16) -> Cause {
    match status {
        // AWS WAF blocks with 403 and asks for a CAPTCHA with 405.
        403 | 405 => Cause::Forbidden,
        429 => Cause::TooManyRequests,
        400..=499 => Cause::UnknownRefusal,
        500.. => Cause::InternalError,
        _ => Cause::AnswerLost,
    }
}
