//! [VerifyUserAttribute](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifyUserAttribute.html)

use super::{
    identified::Identified,
    limits::{check_access_token, check_code, check_name},
    request_id::RequestId,
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
    /// What makes it safe to repeat.
    pub request_id: Option<RequestId>,
}

impl Identified for Verification {
    const OPERATION: Operation = Operation::VerifyUserAttribute;

    fn request_id(&self) -> Option<&RequestId> {
        self.request_id.as_ref()
    }

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn body(&self, part: &mut dyn FnMut(&[u8])) {
        part(self.attribute_name.as_bytes());
        self.code.feed(part);
    }
}

impl TryFrom<proto::VerifyUserAttributeRequest> for Verification {
    type Error = Violations;

    fn try_from(request: proto::VerifyUserAttributeRequest) -> Result<Self, Violations> {
        let proto::VerifyUserAttributeRequest {
            access_token,
            attribute_name,
            code,
            request_id,
        } = request;

        let mut violations = Violations::none(Operation::VerifyUserAttribute);
        check_access_token(&access_token, &mut violations);
        check_name(&attribute_name, &mut violations);
        check_code(&code, &mut violations);
        let request_id = RequestId::check(request_id, &mut violations);
        violations.or_else(|| Self {
            access_token: AccessToken::new(access_token),
            attribute_name,
            code: Code::new(code),
            request_id,
        })
    }
}
