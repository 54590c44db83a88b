//! The service's methods. Each has the name of the Cognito operation that it calls.

use super::user_attributes_service_server::SERVICE_NAME;

/// A method of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `UpdateUserAttributes`
    UpdateUserAttributes,
}

impl Operation {
    const ALL: [Self; 1] = [Self::UpdateUserAttributes];

    /// The name, as Cognito's API and the contract spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::UpdateUserAttributes => "UpdateUserAttributes",
        }
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
