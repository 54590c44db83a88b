//! [VerifyUserAttribute](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifyUserAttribute.html)

use super::{
    limits::{check_access_token, check_code, check_name},
    secret::{AccessToken, Code},
    violations::Violations,
};
use crate::proto::{self, Operation};

/// A code that a user gives back.
#[derive(Debug)]
pub struct Verification {
    /// Whose attribute.
    pub access_token: AccessToken,
    /// The attribute that the code was sent for: 1 to 32 characters.
    pub attribute_name: String,
    /// 1 to 2,048 characters, no white space.
    pub code: Code,
}

impl TryFrom<proto::VerifyUserAttributeRequest> for Verification {
    type Error = Violations;

    fn try_from(request: proto::VerifyUserAttributeRequest) -> Result<Self, Violations> {
        let proto::VerifyUserAttributeRequest {
            access_token,
            attribute_name,
            code,
        } = request;

        let mut violations = Violations::none(Operation::VerifyUserAttribute);
        check_access_token(&access_token, &mut violations);
        check_name(&attribute_name, &mut violations);
        check_code(&code, &mut violations);
        violations.or_else(|| Self {
            access_token: AccessToken::new(access_token),
            attribute_name,
            code: Code::new(code),
        })
    }
}
