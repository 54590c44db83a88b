//! What Cognito answers instead of a result.

/// An error as AWS JSON 1.1 carries it.
///
/// Its text can hold what the caller sent, so it is for the caller alone.
#[derive(PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct Exception {
    /// The exception's name, as in the [AWS reference].
    ///
    /// [AWS reference]: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html#API_UpdateUserAttributes_Errors
    pub code: &'static str,
    /// Cognito's own words, where it has any.
    pub message: Option<String>,
}

impl Exception {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: Some(message.into()),
        }
    }

    pub fn internal_error(message: impl Into<String>) -> Self {
        Self::new("InternalErrorException", message)
    }

    pub fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    pub fn not_authorized(message: impl Into<String>) -> Self {
        Self::new("NotAuthorizedException", message)
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
            code: "SerializationException",
            message: None,
        }
    }

    pub fn unknown_operation(message: impl Into<String>) -> Self {
        Self::new("UnknownOperationException", message)
    }

    pub fn user_not_found() -> Self {
        Self::new("UserNotFoundException", "User does not exist.")
    }
}
