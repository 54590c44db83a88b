//! [GetUserAttributeVerificationCode](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAttributeVerificationCode.html)

use super::{
    identified::Identified,
    limits::{check_access_token, check_client_metadata, check_name},
    request_id::RequestId,
    secret::{AccessToken, ClientMetadata},
    violations::Violations,
};
use crate::proto::{self, Operation};

/// A request for a verification code.
#[derive(Debug)]
pub struct CodeRequest {
    /// Whose attribute.
    pub access_token: AccessToken,
    /// The attribute to verify: 1 to 32 characters.
    pub attribute_name: String,
    /// What the Lambda triggers are given.
    pub client_metadata: ClientMetadata,
    /// What makes it safe to repeat.
    pub request_id: Option<RequestId>,
}

impl Identified for CodeRequest {
    const OPERATION: Operation = Operation::GetUserAttributeVerificationCode;

    fn request_id(&self) -> Option<&RequestId> {
        self.request_id.as_ref()
    }

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn body(&self, part: &mut dyn FnMut(&[u8])) {
        part(self.attribute_name.as_bytes());
        self.client_metadata.feed(part);
    }
}

impl TryFrom<proto::GetUserAttributeVerificationCodeRequest> for CodeRequest {
    type Error = Violations;

    fn try_from(
        request: proto::GetUserAttributeVerificationCodeRequest,
    ) -> Result<Self, Violations> {
        let proto::GetUserAttributeVerificationCodeRequest {
            access_token,
            attribute_name,
            client_metadata,
            request_id,
        } = request;

        let mut violations = Violations::none(Operation::GetUserAttributeVerificationCode);
        check_access_token(&access_token, &mut violations);
        check_name(&attribute_name, &mut violations);
        check_client_metadata(&client_metadata, &mut violations);
        let request_id = RequestId::check(request_id, &mut violations);
        violations.or_else(|| Self {
            access_token: AccessToken::new(access_token),
            attribute_name,
            client_metadata: ClientMetadata::new(client_metadata),
            request_id,
        })
    }
}
