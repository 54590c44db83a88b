//! [GetUserAttributeVerificationCode](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAttributeVerificationCode.html)

use super::{
    limits::{check_access_token, check_client_metadata, check_name},
    secret::{AccessToken, ClientMetadata},
    violations::Violations,
};
use crate::proto::{self, Operation};

/// A wish for a code.
#[derive(Debug)]
pub struct CodeRequest {
    /// Whose attribute.
    pub access_token: AccessToken,
    /// The attribute to verify: 1 to 32 characters.
    pub attribute_name: String,
    /// What the Lambda triggers are given.
    pub client_metadata: ClientMetadata,
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
        } = request;

        let mut violations = Violations::none(Operation::GetUserAttributeVerificationCode);
        check_access_token(&access_token, &mut violations);
        check_name(&attribute_name, &mut violations);
        check_client_metadata(&client_metadata, &mut violations);
        violations.or_else(|| Self {
            access_token: AccessToken::new(access_token),
            attribute_name,
            client_metadata: ClientMetadata::new(client_metadata),
        })
    }
}
