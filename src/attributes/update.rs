//! [UpdateUserAttributes](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html)

use super::{
    identified::Identified,
    limits::{MAX_VALUE, Names, change_fault, check_access_token, check_client_metadata, exceeds},
    request_id::RequestId,
    secret::{AccessToken, ClientMetadata, Value},
    violations::Violations,
};
use crate::proto::{self, Operation};

/// A valid update: one attribute or more, each name once, everything within the API's limits.
#[derive(Debug)]
pub struct Update {
    /// What to set or delete, in the caller's order.
    pub attributes: Vec<Attribute>,
    /// Whose attributes.
    pub access_token: AccessToken,
    /// What the Lambda triggers are given.
    pub client_metadata: ClientMetadata,
    /// What makes it safe to repeat.
    pub request_id: Option<RequestId>,
}

/// An attribute to set, or, with a blank value, to delete.
#[derive(Debug)]
pub struct Attribute {
    /// 1 to 32 characters.
    pub name: String,
    /// Up to 2,048 characters. `None` goes to Cognito as missing, which refuses it.
    pub value: Option<Value>,
}

impl Update {
    /// The attributes' names, in the caller's order. Names aren't secret.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.attributes
            .iter()
            .map(|attribute| attribute.name.as_str())
    }
}

impl Identified for Update {
    const OPERATION: Operation = Operation::UpdateUserAttributes;

    fn request_id(&self) -> Option<&RequestId> {
        self.request_id.as_ref()
    }

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn body(&self, part: &mut dyn FnMut(&[u8])) {
        // A pair of metadata can look like an attribute.
        part(&self.attributes.len().to_le_bytes());
        for Attribute { name, value } in &self.attributes {
            part(name.as_bytes());
            part(&[u8::from(value.is_some())]);
            if let Some(value) = value {
                value.feed(part);
            }
        }
        self.client_metadata.feed(part);
    }
}

impl TryFrom<proto::UpdateUserAttributesRequest> for Update {
    type Error = Violations;

    fn try_from(request: proto::UpdateUserAttributesRequest) -> Result<Self, Violations> {
        let proto::UpdateUserAttributesRequest {
            user_attributes,
            access_token,
            client_metadata,
            request_id,
        } = request;

        let mut violations = Violations::none(Operation::UpdateUserAttributes);
        check_attributes(&user_attributes, &mut violations);
        check_access_token(&access_token, &mut violations);
        check_client_metadata(&client_metadata, &mut violations);
        let request_id = RequestId::check(request_id, &mut violations);
        violations.or_else(|| Self {
            attributes: user_attributes.into_iter().map(attribute).collect(),
            access_token: AccessToken::new(access_token),
            client_metadata: ClientMetadata::new(client_metadata),
            request_id,
        })
    }
}

fn attribute(attribute: proto::AttributeType) -> Attribute {
    let proto::AttributeType { name, value } = attribute;
    Attribute {
        name,
        value: value.map(Value::new),
    }
}

fn check_attributes(attributes: &[proto::AttributeType], violations: &mut Violations) {
    if attributes.is_empty() {
        violations.add("user_attributes", "must hold at least one attribute");
    }
    let mut names = Names::default();
    for (index, proto::AttributeType { name, value }) in attributes.iter().enumerate() {
        let fault = change_fault(name);
        let field = || format!("user_attributes[{index}].name");
        names.check(name, fault, field, violations);
        if value
            .as_ref()
            .is_some_and(|value| exceeds(value, MAX_VALUE))
        {
            violations.add(
                format!("user_attributes[{index}].value"),
                format!("must have at most {MAX_VALUE} characters"),
            );
        }
    }
}
