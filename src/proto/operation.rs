//! The service's methods. Each has the name of the Cognito operation that it calls.

use super::user_attributes_service_server::SERVICE_NAME;

/// A method of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `DeleteUserAttributes`
    DeleteUserAttributes,
    /// `GetUser`
    GetUser,
    /// `GetUserAttributeVerificationCode`
    GetUserAttributeVerificationCode,
    /// `UpdateUserAttributes`
    UpdateUserAttributes,
    /// `VerifyUserAttribute`
    VerifyUserAttribute,
}

impl Operation {
    /// Every method.
    pub const ALL: [Self; 5] = [
        Self::DeleteUserAttributes,
        Self::GetUser,
        Self::GetUserAttributeVerificationCode,
        Self::UpdateUserAttributes,
        Self::VerifyUserAttribute,
    ];

    /// The name, as Cognito's API and the contract spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::DeleteUserAttributes => "DeleteUserAttributes",
            Self::GetUser => "GetUser",
            Self::GetUserAttributeVerificationCode => "GetUserAttributeVerificationCode",
            Self::UpdateUserAttributes => "UpdateUserAttributes",
            Self::VerifyUserAttribute => "VerifyUserAttribute",
        }
    }

    /// Whether it does no harm to do it twice: nothing is sent, and the end is the same.
    pub fn is_repeatable(self) -> bool {
        matches!(self, Self::DeleteUserAttributes | Self::GetUser)
    }

    /// The method that an HTTP/2 `:path` names, if it is one of this service's.
    pub fn at_path(path: &str) -> Option<Self> {
        let name = path
            .strip_prefix('/')?
            .strip_prefix(SERVICE_NAME)?
            .strip_prefix('/')?;
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}
