//! What Cognito, and what stands before it, can answer, row by row.

use tonic::Code::{self, *};

use crate::support::scripted::{self, Answer};

/// What Cognito says when its own sender has sent as many e-mails as it may in a day.
pub const DAILY_LIMIT: &str = "Exceeded daily email limit for the operation or the account. If a \
    higher limit is required, please configure your user pool to use your own Amazon SES \
    configuration for sending email.";

/// An exception and its text, and what becomes of it.
#[derive(Clone, Copy)]
pub struct Row {
    pub exception: &'static str,
    pub text: &'static str,
    pub code: Code,
    pub reason: &'static str,
    pub outcome: &'static str,
    /// Whether the caller reads Cognito's text.
    pub verbatim: bool,
}

const fn row(
    exception: &'static str,
    text: &'static str,
    (code, reason, outcome): (Code, &'static str, &'static str),
) -> Row {
    let verbatim = false;
    Row {
        exception,
        text,
        code,
        reason,
        outcome,
        verbatim,
    }
}

const fn verbatim(row: Row) -> Row {
    Row {
        verbatim: true,
        ..row
    }
}

#[rustfmt::skip]
pub const EXCEPTIONS: &[Row] = &[
    verbatim(row("InvalidParameterException", "Invalid email address format.", (InvalidArgument, "INVALID_PARAMETER", "not_applied"))),
    verbatim(row("NotAuthorizedException", "Invalid Access Token", (Unauthenticated, "ACCESS_TOKEN_INVALID", "not_applied"))),
    verbatim(row("NotAuthorizedException", "Could not verify signature for Access Token", (Unauthenticated, "ACCESS_TOKEN_INVALID", "not_applied"))),
    verbatim(row("NotAuthorizedException", "A text that nobody has seen yet", (Unauthenticated, "ACCESS_TOKEN_INVALID", "not_applied"))),
    verbatim(row("NotAuthorizedException", "Access Token has expired", (Unauthenticated, "ACCESS_TOKEN_EXPIRED", "not_applied"))),
    verbatim(row("NotAuthorizedException", "Access Token has been revoked", (Unauthenticated, "ACCESS_TOKEN_REVOKED", "not_applied"))),
    verbatim(row("NotAuthorizedException", "User is disabled.", (Unauthenticated, "USER_DISABLED", "not_applied"))),
    verbatim(row("NotAuthorizedException", "User is disabled", (Unauthenticated, "USER_DISABLED", "not_applied"))),
    verbatim(row("NotAuthorizedException", "Access Token does not have required scopes", (PermissionDenied, "ACCESS_TOKEN_SCOPE_MISSING", "not_applied"))),
    verbatim(row("NotAuthorizedException", "A client attempted to write unauthorized attribute", (PermissionDenied, "ATTRIBUTE_NOT_WRITABLE", "not_applied"))),
    row("ForbiddenException", "Request not allowed due to WAF block.", (PermissionDenied, "FORBIDDEN", "not_applied")),
    row("ResourceNotFoundException", "x", (NotFound, "RESOURCE_NOT_FOUND", "not_applied")),
    row("UserNotFoundException", "User does not exist.", (NotFound, "USER_NOT_FOUND", "not_applied")),
    row("UserNotConfirmedException", "User is not confirmed.", (FailedPrecondition, "USER_NOT_CONFIRMED", "not_applied")),
    row("PasswordResetRequiredException", "Password reset required for the user", (FailedPrecondition, "PASSWORD_RESET_REQUIRED", "not_applied")),
    verbatim(row("AliasExistsException", "An account with the given email already exists.", (AlreadyExists, "ALIAS_EXISTS", "not_applied"))),
    row("OperationNotEnabledException", "x", (FailedPrecondition, "OPERATION_NOT_ENABLED", "not_applied")),
    row("CodeMismatchException", "x", (InvalidArgument, "CODE_MISMATCH", "not_applied")),
    row("ExpiredCodeException", "x", (FailedPrecondition, "CODE_EXPIRED", "not_applied")),
    row("CodeDeliveryFailureException", "x", (FailedPrecondition, "CODE_DELIVERY_FAILURE", "unknown")),
    verbatim(row("UserLambdaValidationException", "CustomMessage failed with error no.", (FailedPrecondition, "USER_LAMBDA_VALIDATION", "unknown"))),
    row("UnexpectedLambdaException", "x", (Internal, "UNEXPECTED_LAMBDA", "unknown")),
    row("InvalidLambdaResponseException", "x", (Internal, "INVALID_LAMBDA_RESPONSE", "unknown")),
    row("InvalidSmsRoleAccessPolicyException", "x", (Internal, "INVALID_SMS_ROLE_ACCESS_POLICY", "unknown")),
    row("InvalidSmsRoleTrustRelationshipException", "x", (Internal, "INVALID_SMS_ROLE_TRUST_RELATIONSHIP", "unknown")),
    row("InvalidEmailRoleAccessPolicyException", "x", (Internal, "INVALID_EMAIL_ROLE_ACCESS_POLICY", "unknown")),
    row("TooManyRequestsException", "Rate exceeded", (ResourceExhausted, "TOO_MANY_REQUESTS", "not_applied")),
    row("ThrottlingException", "Rate exceeded", (ResourceExhausted, "TOO_MANY_REQUESTS", "not_applied")),
    verbatim(row("LimitExceededException", "Attempt limit exceeded, please try after some time.", (ResourceExhausted, "LIMIT_EXCEEDED", "not_applied"))),
    verbatim(row("LimitExceededException", "The limit is not: Exceeded daily email limit", (ResourceExhausted, "LIMIT_EXCEEDED", "not_applied"))),
    verbatim(row("LimitExceededException", DAILY_LIMIT, (ResourceExhausted, "DELIVERY_LIMIT_EXCEEDED", "unknown"))),
    row("InternalErrorException", "x", (Internal, "INTERNAL_ERROR", "unknown")),
    row("SerializationException", "x", (Unknown, "UNMODELED_UPSTREAM_ERROR", "unknown")),
];

/// An answer that names no error of Cognito's, and what becomes of it.
pub type Nameless = (Answer, Code, &'static str, &'static str);

pub fn nameless() -> Vec<Nameless> {
    let html = |status| Answer::Bytes(scripted::html(status, "<html>proxy</html>"));
    let json = |status, body| Answer::Bytes(scripted::json(status, body));
    let huge = format!(r#"{{"x":"{}"}}"#, "x".repeat(1024 * 1024));
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"CodeDel".to_vec();
    vec![
        (html(403), PermissionDenied, "FORBIDDEN", "not_applied"),
        (html(405), PermissionDenied, "FORBIDDEN", "not_applied"),
        (
            html(429),
            ResourceExhausted,
            "TOO_MANY_REQUESTS",
            "not_applied",
        ),
        (
            html(404),
            Unknown,
            "UNMODELED_UPSTREAM_ERROR",
            "not_applied",
        ),
        (html(500), Internal, "INTERNAL_ERROR", "unknown"),
        (html(503), Internal, "INTERNAL_ERROR", "unknown"),
        (
            json(400, "{}"),
            Unknown,
            "UNMODELED_UPSTREAM_ERROR",
            "not_applied",
        ),
        (json(500, ""), Internal, "INTERNAL_ERROR", "unknown"),
        (
            json(200, "<html>"),
            Unknown,
            "UPSTREAM_OUTCOME_UNKNOWN",
            "unknown",
        ),
        (
            json(200, r#"{"CodeDeliveryDetailsList":"#),
            Unknown,
            "UPSTREAM_OUTCOME_UNKNOWN",
            "unknown",
        ),
        (
            json(200, &huge),
            Unknown,
            "UPSTREAM_OUTCOME_UNKNOWN",
            "unknown",
        ),
        (
            Answer::BytesThenClose(half),
            Unknown,
            "UPSTREAM_OUTCOME_UNKNOWN",
            "unknown",
        ),
        (
            Answer::BytesThenClose(Vec::new()),
            Unknown,
            "UPSTREAM_OUTCOME_UNKNOWN",
            "unknown",
        ),
        (
            Answer::BytesThenClose(b"SSH-2.0\r\n".to_vec()),
            Unknown,
            "UPSTREAM_OUTCOME_UNKNOWN",
            "unknown",
        ),
    ]
}
