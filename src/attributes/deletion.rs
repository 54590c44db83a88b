//! [DeleteUserAttributes](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserAttributes.html)

use super::{
    limits::{Names, check_access_token, name_fault},
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
}

impl TryFrom<proto::DeleteUserAttributesRequest> for Deletion {
    type Error = Violations;

    fn try_from(request: proto::DeleteUserAttributesRequest) -> Result<Self, Violations> {
        let proto::DeleteUserAttributesRequest {
            user_attribute_names: names,
            access_token,
        } = request;

        let mut violations = Violations::none(Operation::DeleteUserAttributes);
        check_list(&names, &mut violations);
        check_access_token(&access_token, &mut violations);
        violations.or_else(|| Self {
            names,
            access_token: AccessToken::new(access_token),
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
        names.check(name, name_fault(name), field, violations);
    }
}
