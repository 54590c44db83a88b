//! What Cognito's API allows in a request, checked before anything is sent.
//!
//! A proto request becomes an [`Update`], which is valid by construction, or all of its
//! [`Violations`] at once. The limits are those of the API's service model (2016-04-18); lengths
//! are counted in Unicode scalar values. What only the user pool can know (its schema, who may
//! write what) is left to Cognito.
//!
//! Source: [UpdateUserAttributes](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html),
//! [AttributeType](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AttributeType.html).

mod secret;
mod violations;

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use regex::Regex;

pub use self::{
    secret::{AccessToken, ClientMetadata, Value},
    violations::{Violation, Violations},
};
use crate::proto::{self, Operation};

/// Longest attribute name, in Unicode scalar values.
const MAX_NAME: usize = 32;
/// Longest attribute value, in Unicode scalar values.
const MAX_VALUE: usize = 2048;
/// Longest key and longest value of the client metadata, in Unicode scalar values.
const MAX_METADATA: usize = 131_072;
/// Attributes that Cognito alone may change. With `*_verified` a user would vouch for himself.
const NOT_MUTABLE: [&str; 3] = ["sub", "email_verified", "phone_number_verified"];

/// A valid update: one attribute or more, each name once, everything within the API's limits.
#[derive(Debug)]
pub struct Update {
    /// What to set or delete, in the caller's order.
    pub attributes: Vec<Attribute>,
    /// Whose attributes.
    pub access_token: AccessToken,
    /// What the Lambda triggers are given.
    pub client_metadata: ClientMetadata,
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

impl TryFrom<proto::UpdateUserAttributesRequest> for Update {
    type Error = Violations;

    fn try_from(request: proto::UpdateUserAttributesRequest) -> Result<Self, Violations> {
        let proto::UpdateUserAttributesRequest {
            user_attributes,
            access_token,
            client_metadata,
        } = request;

        let mut violations = Violations::none(Operation::UpdateUserAttributes);
        check_attributes(&user_attributes, &mut violations);
        check_access_token(&access_token, &mut violations);
        check_client_metadata(&client_metadata, &mut violations);
        violations.or_else(|| Self {
            attributes: user_attributes.into_iter().map(attribute).collect(),
            access_token: AccessToken::new(access_token),
            client_metadata: ClientMetadata::new(client_metadata),
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
    let mut seen = HashSet::with_capacity(attributes.len());
    for (index, proto::AttributeType { name, value }) in attributes.iter().enumerate() {
        if let Some(description) = name_fault(name) {
            violations.add(format!("user_attributes[{index}].name"), description);
        } else if !seen.insert(name.as_str()) {
            violations.add(
                format!("user_attributes[{index}].name"),
                format!("{name} stands in the list more than once"),
            );
        }
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

/// What is wrong with an attribute's name. A name that breaks a limit isn't repeated: it may be a
/// value that stands in the wrong place.
fn name_fault(name: &str) -> Option<String> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\A[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+\z").expect("the pattern is constant")
    });

    if name.is_empty() {
        Some("must not be empty".to_owned())
    } else if exceeds(name, MAX_NAME) {
        Some(format!("must have at most {MAX_NAME} characters"))
    } else if !NAME.is_match(name) {
        Some(
            "must consist of letters, marks, symbols, numbers, punctuation, spaces, tabs and line \
             breaks"
                .to_owned(),
        )
    } else if NOT_MUTABLE.contains(&name) {
        Some(format!("{name} can't be changed by the user"))
    } else {
        None
    }
}

fn check_access_token(token: &str, violations: &mut Violations) {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_=.".contains(&byte);
    if token.is_empty() {
        violations.add("access_token", "must not be empty");
    } else if !token.bytes().all(allowed) {
        violations.add(
            "access_token",
            "must consist of the characters A-Z a-z 0-9 - _ = . alone",
        );
    }
}

/// Keys are as secret as values: a violation counts them and names none.
fn check_client_metadata(metadata: &HashMap<String, String>, violations: &mut Violations) {
    for (what, count) in [
        (
            "keys",
            metadata
                .keys()
                .filter(|key| exceeds(key, MAX_METADATA))
                .count(),
        ),
        (
            "values",
            metadata
                .values()
                .filter(|value| exceeds(value, MAX_METADATA))
                .count(),
        ),
    ] {
        if count > 0 {
            violations.add(
                "client_metadata",
                format!("{what} must have at most {MAX_METADATA} characters; too long: {count}"),
            );
        }
    }
}

/// Whether a text has more than `limit` Unicode scalar values. Most texts are shorter in bytes
/// already and aren't counted.
fn exceeds(text: &str, limit: usize) -> bool {
    text.len() > limit && text.chars().count() > limit
}
