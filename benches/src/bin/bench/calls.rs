//! The calls: each differs from every other one, as users' do.

use user_attributes_benches::proto::{AttributeType, UpdateUserAttributesRequest};

/// What the calls have in common.
#[derive(Clone, Copy)]
pub struct Shape {
    /// Length of the access token, in bytes.
    pub token: usize,
    /// How many attributes are updated.
    pub attributes: usize,
    /// Whether each call has an id of its own.
    pub has_request_id: bool,
}

impl Shape {
    /// A token as Cognito's are, and one attribute.
    pub const USUAL: Self = Self {
        token: 1024,
        attributes: 1,
        has_request_id: false,
    };
    /// The same, with an id for each call.
    pub const WITH_REQUEST_ID: Self = Self {
        has_request_id: true,
        ..Self::USUAL
    };

    /// The call of this number.
    pub fn request(self, number: u64) -> UpdateUserAttributesRequest {
        let token = self.token;
        let attributes = 0..self.attributes;
        UpdateUserAttributesRequest {
            user_attributes: attributes.map(|index| attribute(index, number)).collect(),
            access_token: format!("{number:A<token$}"),
            request_id: if self.has_request_id {
                format!("0b5d1f4e-7c1a-4c6e-9a53-{number:012x}")
            } else {
                String::new()
            },
            ..UpdateUserAttributesRequest::default()
        }
    }
}

/// The first is the address, which tells the call's number.
fn attribute(index: usize, number: u64) -> AttributeType {
    let (name, value) = match index {
        0 => ("email".to_owned(), format!("{number}@example.org")),
        _ => (format!("custom:a{index}"), format!("value of {number}")),
    };
    let value = Some(value);
    AttributeType { name, value }
}

/// The number of the call that has this address.
pub fn number(email: &str) -> Option<u64> {
    email.strip_suffix("@example.org")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_tells_its_number_and_has_the_wanted_size() {
        let shape = Shape {
            token: 8192,
            attributes: 3,
            has_request_id: true,
        };
        let call = shape.request(17);
        assert_eq!(call.access_token.len(), 8192);
        assert_eq!(call.user_attributes.len(), 3);
        assert_eq!(call.request_id.len(), 36);
        let email = call.user_attributes[0].value.as_deref();
        assert_eq!(email.and_then(number), Some(17));
        assert_ne!(call.access_token, shape.request(18).access_token);
    }
}
