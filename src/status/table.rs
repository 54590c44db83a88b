//! What the contract promises of each failure of a call to Cognito.

use std::time::Duration;

use tonic::Code;

use super::Outcome;
use crate::{
    cognito::Cause,
    proto::{ErrorReason as Reason, Operation},
};

/// When a caller may try again after it was throttled. Cognito's rates are counted by the second.
const THROTTLE_DELAY: Duration = Duration::from_secs(1);

/// A failure, as the caller sees it.
pub(super) struct Row {
    pub(super) code: Code,
    pub(super) reason: Reason,
    pub(super) outcome: Outcome,
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
            message,
            prefer_cognitos_text: false,
            retry: None,
        }
    }

    fn or_cognitos_text(self) -> Self {
        Self {
            prefer_cognitos_text: true,
            ..self
        }
    }

    fn retry(self, retry: Retry) -> Self {
        Self {
            retry: Some(retry),
            ..self
        }
    }
}

impl Row {
    /// What becomes of a failure of this operation.
    pub(super) fn of(cause: Cause, operation: Operation) -> Self {
        match cause {
            Cause::InternalError | Cause::AnswerLost if operation.is_repeatable() => Self {
                code: Code::Unavailable,
                message: "Cognito failed, or its answer was lost: retry, a repeat does no harm",
                ..Self::from(cause)
            },
            _ => Self::from(cause),
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
        use Outcome::{NotApplied, Unknown};
        match cause {
            Cause::InvalidParameter => Self::new(InvalidArgument, Reason::InvalidParameter, NotApplied,
                "Cognito refused a parameter of the request").or_cognitos_text(),

            Cause::AccessTokenInvalid => Self::new(Unauthenticated, Reason::AccessTokenInvalid, NotApplied,
                "the access token is invalid: the user must sign in again").or_cognitos_text(),
            Cause::AccessTokenExpired => Self::new(Unauthenticated, Reason::AccessTokenExpired, NotApplied,
                "the access token has expired: refresh it").or_cognitos_text(),
            Cause::AccessTokenRevoked => Self::new(Unauthenticated, Reason::AccessTokenRevoked, NotApplied,
                "the access token has been revoked: the user must sign in again").or_cognitos_text(),
            Cause::UserDisabled => Self::new(Unauthenticated, Reason::UserDisabled, NotApplied,
                "the user is disabled").or_cognitos_text(),
            Cause::AccessTokenScopeMissing => Self::new(PermissionDenied, Reason::AccessTokenScopeMissing, NotApplied,
                "the access token lacks the scope aws.cognito.signin.user.admin").or_cognitos_text(),
            Cause::AttributeNotWritable => Self::new(PermissionDenied, Reason::AttributeNotWritable, NotApplied,
                "the app client may not write one of these attributes").or_cognitos_text(),
            Cause::Forbidden => Self::new(PermissionDenied, Reason::Forbidden, NotApplied,
                "a web application firewall refused the request: its rules must let this service through"),

            Cause::ResourceNotFound => Self::new(NotFound, Reason::ResourceNotFound, NotApplied,
                "the user pool or the app client of the access token doesn't exist"),
            Cause::UserNotFound => Self::new(NotFound, Reason::UserNotFound, NotApplied,
                "the user of the access token doesn't exist any more"),
            Cause::UserNotConfirmed => Self::new(FailedPrecondition, Reason::UserNotConfirmed, NotApplied,
                "the user hasn't confirmed the account yet"),
            Cause::PasswordResetRequired => Self::new(FailedPrecondition, Reason::PasswordResetRequired, NotApplied,
                "the user must reset the password first"),
            Cause::AliasExists => Self::new(AlreadyExists, Reason::AliasExists, NotApplied,
                "another user has this e-mail or phone number").or_cognitos_text(),
            Cause::OperationNotEnabled => Self::new(FailedPrecondition, Reason::OperationNotEnabled, NotApplied,
                "the operation isn't enabled in this Region"),

            Cause::CodeMismatch => Self::new(InvalidArgument, Reason::CodeMismatch, NotApplied,
                "the verification code is wrong"),
            Cause::ExpiredCode => Self::new(FailedPrecondition, Reason::CodeExpired, NotApplied,
                "there is no active verification code: none was sent, or it is used or old; ask for another one"),
            Cause::CodeDeliveryFailure => Self::new(FailedPrecondition, Reason::CodeDeliveryFailure, Unknown,
                "Cognito couldn't deliver the verification code; the value may have been changed: ask for another code"),

            Cause::UserLambdaValidation => Self::new(FailedPrecondition, Reason::UserLambdaValidation, Unknown,
                "a Lambda trigger of the user pool refused the request").or_cognitos_text(),
            Cause::UnexpectedLambda => Self::new(Internal, Reason::UnexpectedLambda, Unknown,
                "a Lambda trigger of the user pool failed: its operator must look at it"),
            Cause::InvalidLambdaResponse => Self::new(Internal, Reason::InvalidLambdaResponse, Unknown,
                "a Lambda trigger of the user pool gave an answer that Cognito can't use: its operator must look at it"),
            Cause::InvalidSmsRoleAccessPolicy => Self::new(Internal, Reason::InvalidSmsRoleAccessPolicy, Unknown,
                "the user pool's IAM role may not publish text messages: its operator must mend it"),
            Cause::InvalidSmsRoleTrustRelationship => Self::new(Internal, Reason::InvalidSmsRoleTrustRelationship, Unknown,
                "the user pool's IAM role for text messages doesn't trust Cognito: its operator must mend it"),
            Cause::InvalidEmailRoleAccessPolicy => Self::new(Internal, Reason::InvalidEmailRoleAccessPolicy, Unknown,
                "the user pool may not send e-mail with its identity: its operator must mend it"),

            Cause::TooManyRequests => Self::new(ResourceExhausted, Reason::TooManyRequests, NotApplied,
                "Cognito throttled the request, a quota of the AWS account is used up: retry after the delay")
                .retry(Retry::After(THROTTLE_DELAY)),
            Cause::LimitExceeded => Self::new(ResourceExhausted, Reason::LimitExceeded, NotApplied,
                "a limit of this user is used up and frees within hours: don't retry")
                .retry(Retry::Never),

            Cause::InternalError => Self::new(Internal, Reason::InternalError, Unknown,
                "Cognito failed; the change may have been made: read the user before a retry"),
            Cause::UnknownCode => Self::new(Code::Unknown, Reason::UnmodeledUpstreamError, Unknown,
                "Cognito answered with an error that this version doesn't know"),
            Cause::UnknownRefusal => Self::new(Code::Unknown, Reason::UnmodeledUpstreamError, NotApplied,
                "something between this service and Cognito refused the request"),
            Cause::Unreachable => Self::new(Unavailable, Reason::UpstreamUnreachable, NotApplied,
                "no connection to Cognito could be made: nothing was sent"),
            Cause::AnswerLost => Self::new(Code::Unknown, Reason::UpstreamOutcomeUnknown, Unknown,
                "Cognito's answer was lost or can't be read; the change may have been made: read the user before a retry"),
        }
    }
}
