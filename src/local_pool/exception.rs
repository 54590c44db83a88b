//! What Cognito answers instead of a result.

use std::borrow::Cow;

/// An error as AWS JSON 1.1 carries it.
///
/// Its text can hold what the caller sent, so it is for the caller alone.
#[derive(PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct Exception {
    /// The exception's name, as in the [AWS reference].
    ///
    /// [AWS reference]: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html
    pub code: Cow<'static, str>,
    /// Cognito's own words, where it has any.
    pub message: Option<String>,
}

impl Exception {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code: Cow::Borrowed(code),
            message: Some(message.into()),
        }
    }

    /// One that a test asks for. Where it names no text, Cognito's own where that is known.
    pub fn injected(code: &str, message: Option<&str>) -> Self {
        let known = match code {
            "CodeMismatchException" => Self::code_mismatch().message,
            "ExpiredCodeException" => Self::expired_code().message,
            "ForbiddenException" => Some("Request not allowed due to WAF block.".to_owned()),
            "LimitExceededException" => Self::limit_exceeded().message,
            "PasswordResetRequiredException" => Self::password_reset_required().message,
            "TooManyRequestsException" => Some("Rate exceeded".to_owned()),
            "UserNotConfirmedException" => Self::user_not_confirmed().message,
            "UserNotFoundException" => Self::user_not_found().message,
            _ => None,
        };
        Self {
            code: Cow::Owned(code.to_owned()),
            message: message.map(str::to_owned).or(known),
        }
    }

    /// `name` is `email`, `phone_number` or `preferred_username`; at an update.
    pub fn alias_exists(name: &str) -> Self {
        let message = format!("An account with the given {name} already exists.");
        Self::new("AliasExistsException", message)
    }

    /// The same at a verification.
    pub fn verified_alias_exists(name: &str) -> Self {
        let message = format!("An account with the {name} already exists.");
        Self::new("AliasExistsException", message)
    }

    pub fn code_mismatch() -> Self {
        let message = "Invalid verification code provided, please try again.";
        Self::new("CodeMismatchException", message)
    }

    /// No code was sent, or it is used, or it is old: Cognito doesn't tell which.
    pub fn expired_code() -> Self {
        let message = "Invalid code provided, please request a code again.";
        Self::new("ExpiredCodeException", message)
    }

    pub fn internal_error(message: impl Into<String>) -> Self {
        Self::new("InternalErrorException", message)
    }

    pub fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    pub fn invalid_password(message: impl Into<String>) -> Self {
        Self::new("InvalidPasswordException", message)
    }

    pub fn limit_exceeded() -> Self {
        let message = "Attempt limit exceeded, please try after some time.";
        Self::new("LimitExceededException", message)
    }

    pub fn not_authorized(message: impl Into<String>) -> Self {
        Self::new("NotAuthorizedException", message)
    }

    pub fn password_reset_required() -> Self {
        let message = "Password reset required for the user";
        Self::new("PasswordResetRequiredException", message)
    }

    pub fn resource_not_found(message: impl Into<String>) -> Self {
        Self::new("ResourceNotFoundException", message)
    }

    /// A member of another type than the model's.
    pub fn serialization(message: impl Into<String>) -> Self {
        Self::new("SerializationException", message)
    }

    /// A body that is no JSON object: Cognito says no more than that.
    pub fn not_json() -> Self {
        Self {
            code: Cow::Borrowed("SerializationException"),
            message: None,
        }
    }

    /// Of `RevokeToken`, which has no `NotAuthorizedException`.
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new("UnauthorizedException", message)
    }

    pub fn unknown_operation(message: impl Into<String>) -> Self {
        Self::new("UnknownOperationException", message)
    }

    pub fn unsupported_operation(message: impl Into<String>) -> Self {
        Self::new("UnsupportedOperationException", message)
    }

    pub fn unsupported_token_type() -> Self {
        Self::new("UnsupportedTokenTypeException", "Unsupported token type")
    }

    pub fn unsupported_user_state(message: impl Into<String>) -> Self {
        Self::new("UnsupportedUserStateException", message)
    }

    pub fn user_not_confirmed() -> Self {
        Self::new("UserNotConfirmedException", "User is not confirmed.")
    }

    pub fn user_not_found() -> Self {
        Self::new("UserNotFoundException", "User does not exist.")
    }

    /// The same where an app client names the user, without a token.
    pub fn user_of_client_not_found() -> Self {
        let message = "Username/client id combination not found.";
        Self::new("UserNotFoundException", message)
    }

    pub fn username_exists(message: impl Into<String>) -> Self {
        Self::new("UsernameExistsException", message)
    }
}
