//! [DeleteUserAttributes](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserAttributes.html)

use super::{
    identified::Identified,
    limits::{Names, change_fault, check_access_token},
    request_id::RequestId,
    secret::AccessToken,
    violations::Violations,
};
use crate::proto::{self, Operation};

/// Attributes to delete: one or more, each name once.
#[derive(Debug)]
pub struct Deletion {
    /// 1 to 32 characters each, in the caller's order. Names aren't secret.
    pub names: Vec<String>,
    /// Whose attributes.
    pub access_token: AccessToken,
    /// What makes it safe to repeat.
    pub request_id: Option<RequestId>,
}

impl Identified for Deletion {
    const OPERATION: Operation = Operation::DeleteUserAttributes;

    fn request_id(&self) -> Option<&RequestId> {
        self.request_id.as_ref()
    }

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn body(&self, part: &mut dyn FnMut(&[u8])) {
        for name in &self.names {
            part(name.as_bytes());
        }
    }
}

impl TryFrom<proto::DeleteUserAttributesRequest> for Deletion {
    type Error = Violations;

    fn try_from(request: proto::DeleteUserAttributesRequest) -> Result<Self, Violations> {
        let proto::DeleteUserAttributesRequest {
            user_attribute_names: names,
            access_token,
            request_id,
        } = request;

        let mut violations = Violations::none(Operation::DeleteUserAttributes);
        check_list(&names, &mut violations);
        check_access_token(&access_token, &mut violations);
        let request_id = RequestId::check(request_id, &mut violations);
        violations.or_else(|| Self {
            names,
            access_token: AccessToken::new(access_token),
            request_id,
        })
    }
}

fn check_list(list: &[String], violations: &mut Violations) {
    if list.is_empty() {
        violations.add("user_attribute_names", "must hold at least one name");
    }
    let mut names = Names::default();
    for (index, name) in list.iter().enumerate() {
        let field = || format!("user_attribute_names[{index}]");
        names.check(name, change_fault(name), field, violations);
    }
}
