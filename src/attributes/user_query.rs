//! [GetUser](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html)

use super::{limits::check_access_token, secret::AccessToken, violations::Violations};
use crate::proto::{self, Operation};

/// A request to read a user.
#[derive(Debug)]
pub struct UserQuery {
    /// Which user.
    pub access_token: AccessToken,
}

impl TryFrom<proto::GetUserRequest> for UserQuery {
    type Error = Violations;

    fn try_from(request: proto::GetUserRequest) -> Result<Self, Violations> {
        let proto::GetUserRequest { access_token } = request;

        let mut violations = Violations::none(Operation::GetUser);
        check_access_token(&access_token, &mut violations);
        violations.or_else(|| Self {
            access_token: AccessToken::new(access_token),
        })
    }
}
