//! What the contract promises of each failure of a call to Cognito.

use std::time::Duration;

use tonic::Code;

use crate::{
    call::Outcome,
    cognito::{Cause, Error},
    proto::ErrorReason as Reason,
};

/// When a caller may try again after it was throttled. Cognito's rates are counted by the second.
const THROTTLE_DELAY: Duration = Duration::from_secs(1);

/// A failure, as the caller sees it.
pub(super) struct Row {
    pub(super) code: Code,
    pub(super) reason: Reason,
    pub(super) outcome: Outcome,
    /// Whether the caller is at fault, although the code is one of the server's.
    pub(super) callers_fault: bool,
    /// What happened and what to do.
    pub(super) message: &'static str,
    /// Whether Cognito's own text, where it gave one, says it better.
    pub(super) prefer_cognitos_text: bool,
    pub(super) retry: Option<Retry>,
}

/// What to say about coming back, where there is something to say.
#[derive(Clone, Copy)]
pub(super) enum Retry {
    After(Duration),
    Never,
}

impl Row {
    pub(super) fn new(code: Code, reason: Reason, outcome: Outcome, message: &'static str) -> Self {
        Self {
            code,
            reason,
            outcome,
            callers_fault: false,
            message,
            prefer_cognitos_text: false,
            retry: None,
        }
    }

    pub(super) fn callers_fault(self) -> Self {
        Self {
            callers_fault: true,
            ..self
        }
    }

    fn or_cognitos_text(self) -> Self {
        Self {
            prefer_cognitos_text: true,
            ..self
        }
    }

    pub(super) fn retry(self, retry: Retry) -> Self {
        Self {
            retry: Some(retry),
            ..self
        }
    }
}

impl Row {
    /// What becomes of a failure.
    pub(super) fn of(error: &Error) -> Self {
        let row = Self::from(error.cause);
        match error.cause {
            Cause::InternalError | Cause::AnswerLost if error.operation.is_read() => Self {
                code: Code::Unavailable,
                outcome: Outcome::NotApplied,
                message: "Cognito failed, or its answer was lost: retry, a read changes nothing",
                ..row
            },
            _ => Self {
                outcome: error.outcome(),
                ..row
            },
        }
    }
}

impl From<Cause> for Row {
    #[rustfmt::skip] // One row, one paragraph.
    fn from(cause: Cause) -> Self {
        use Code::{
            AlreadyExists, FailedPrecondition, Internal, InvalidArgument, NotFound,
            PermissionDenied, ResourceExhausted, Unauthenticated, Unavailable,
        };
        let row = |code, reason, message| Self::new(code, reason, cause.outcome(), message);
        match cause {
            Cause::InvalidParameter => row(InvalidArgument, Reason::InvalidParameter,
                "Cognito refused a parameter of the request").or_cognitos_text(),

            Cause::AccessTokenInvalid => row(Unauthenticated, Reason::AccessTokenInvalid,
                "the access token is invalid: the user must sign in again").or_cognitos_text(),
            Cause::AccessTokenExpired => row(Unauthenticated, Reason::AccessTokenExpired,
                "the access token has expired: refresh it").or_cognitos_text(),
            Cause::AccessTokenRevoked => row(Unauthenticated, Reason::AccessTokenRevoked,
                "the access token has been revoked: the user must sign in again").or_cognitos_text(),
            Cause::UserDisabled => row(Unauthenticated, Reason::UserDisabled,
                "the user is disabled").or_cognitos_text(),
            Cause::AccessTokenScopeMissing => row(PermissionDenied, Reason::AccessTokenScopeMissing,
                "the access token lacks the scope aws.cognito.signin.user.admin").or_cognitos_text(),
            Cause::AttributeNotWritable => row(PermissionDenied, Reason::AttributeNotWritable,
                "the app client may not write one of these attributes").or_cognitos_text(),
            Cause::Forbidden => row(PermissionDenied, Reason::Forbidden,
                "a web application firewall refused the request: its rules must let this service through"),

            Cause::ResourceNotFound => row(NotFound, Reason::ResourceNotFound,
                "the user pool or the app client of the access token doesn't exist"),
            Cause::UserNotFound => row(NotFound, Reason::UserNotFound,
                "the user of the access token doesn't exist any more"),
            Cause::UserNotConfirmed => row(FailedPrecondition, Reason::UserNotConfirmed,
                "the user hasn't confirmed the account yet"),
            Cause::PasswordResetRequired => row(FailedPrecondition, Reason::PasswordResetRequired,
                "the user must reset the password first"),
            Cause::AliasExists => row(AlreadyExists, Reason::AliasExists,
                "another user has this e-mail or phone number").or_cognitos_text(),
            Cause::OperationNotEnabled => row(FailedPrecondition, Reason::OperationNotEnabled,
                "the operation isn't enabled in this Region"),

            Cause::CodeMismatch => row(InvalidArgument, Reason::CodeMismatch,
                "the verification code is wrong"),
            Cause::ExpiredCode => row(FailedPrecondition, Reason::CodeExpired,
                "there is no active verification code: none was sent, or it is used or old; ask for another one"),
            Cause::CodeDeliveryFailure => row(FailedPrecondition, Reason::CodeDeliveryFailure,
                "Cognito couldn't deliver the verification code; the value may have been changed: ask for another code"),

            Cause::UserLambdaValidation => row(FailedPrecondition, Reason::UserLambdaValidation,
                "a Lambda trigger of the user pool refused the request").or_cognitos_text(),
            Cause::UnexpectedLambda => row(Internal, Reason::UnexpectedLambda,
                "a Lambda trigger of the user pool failed: its operator must look at it"),
            Cause::InvalidLambdaResponse => row(Internal, Reason::InvalidLambdaResponse,
                "a Lambda trigger of the user pool gave an answer that Cognito can't use: its operator must look at it"),
            Cause::InvalidSmsRoleAccessPolicy => row(Internal, Reason::InvalidSmsRoleAccessPolicy,
                "the user pool's IAM role may not publish text messages: its operator must mend it"),
            Cause::InvalidSmsRoleTrustRelationship => row(Internal, Reason::InvalidSmsRoleTrustRelationship,
                "the user pool's IAM role for text messages doesn't trust Cognito: its operator must mend it"),
            Cause::InvalidEmailRoleAccessPolicy => row(Internal, Reason::InvalidEmailRoleAccessPolicy,
                "the user pool may not send e-mail with its identity: its operator must mend it"),

            Cause::TooManyRequests => row(ResourceExhausted, Reason::TooManyRequests,
                "Cognito throttled the request, a quota of the AWS account is used up: retry after the delay")
                .retry(Retry::After(THROTTLE_DELAY)),
            Cause::LimitExceeded => row(ResourceExhausted, Reason::LimitExceeded,
                "a limit of this user is used up and frees within hours: don't retry")
                .or_cognitos_text().retry(Retry::Never),
            Cause::DeliveryLimitExceeded => row(ResourceExhausted, Reason::DeliveryLimitExceeded,
                "the AWS account has sent as many e-mails today as it may; the change may have been made: its operator must look at it")
                .or_cognitos_text().retry(Retry::Never),

            Cause::InternalError => row(Internal, Reason::InternalError,
                "Cognito failed; the change may have been made: read the user before a retry"),
            Cause::UnknownCode => row(Code::Unknown, Reason::UnmodeledUpstreamError,
                "Cognito answered with an error that this version doesn't know"),
            Cause::UnknownRefusal => row(Code::Unknown, Reason::UnmodeledUpstreamError,
                "something between this service and Cognito refused the request"),
            Cause::Unreachable => row(Unavailable, Reason::UpstreamUnreachable,
                "no connection to Cognito could be made: nothing was sent"),
            Cause::AnswerLost => row(Code::Unknown, Reason::UpstreamOutcomeUnknown,
                "Cognito's answer was lost or can't be read; the change may have been made: read the user before a retry"),
        }
    }
}
