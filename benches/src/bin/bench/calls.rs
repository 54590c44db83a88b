//! The calls: each differs from every other one, as users' do.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use user_attributes_benches::proto::{AttributeType, UpdateUserAttributesRequest};

/// What the calls have in common.
#[derive(Clone, Copy)]
pub struct Shape {
    /// Length of the access token, in bytes.
    pub token: usize,
    /// How many attributes are updated.
    pub attributes: usize,
    /// Whether the token has claims, which the audit reads. Otherwise it only has their length.
    pub has_claims: bool,
    /// Whether each call has an id of its own.
    pub has_request_id: bool,
}

impl Shape {
    /// A token as long as Cognito's are, and one attribute.
    pub const USUAL: Self = Self {
        token: 1024,
        attributes: 1,
        has_claims: false,
        has_request_id: false,
    };
    /// The same, with an id for each call.
    pub const WITH_REQUEST_ID: Self = Self {
        has_request_id: true,
        ..Self::USUAL
    };
    /// The same as the usual one, with the claims of Cognito's tokens.
    pub const WITH_CLAIMS: Self = Self {
        has_claims: true,
        ..Self::USUAL
    };

    /// The call of this number.
    pub fn request(self, number: u64) -> UpdateUserAttributesRequest {
        let attributes = 0..self.attributes;
        UpdateUserAttributesRequest {
            user_attributes: attributes.map(|index| attribute(index, number)).collect(),
            access_token: self.access_token(number),
            request_id: if self.has_request_id {
                format!("0b5d1f4e-7c1a-4c6e-9a53-{number:012x}")
            } else {
                String::new()
            },
            ..UpdateUserAttributesRequest::default()
        }
    }

    /// A JWT if it has claims, with a signature that fills it.
    fn access_token(self, number: u64) -> String {
        let length = self.token;
        if !self.has_claims {
            return format!("{number:A<length$}");
        }
        let claims = format!(
            r#"{{"sub":"f08b3f0e-7001-70aa-8bf1-{number:012x}","iss":"https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI","client_id":"4pl3bn8s1kq9rdtgrp1u6ndo8p","origin_jti":"2d7ffbd6-0ea5-4a3f-9ba9-8b2d1b1b9a70","token_use":"access","scope":"aws.cognito.signin.user.admin","auth_time":1790000000,"exp":1790003600,"iat":1790000000,"jti":"c6b8b3a4-0f53-4d13-8b8e-6f5b1a2c3d4e","username":"dan"}}"#
        );
        let [head, claims] =
            [r#"{"alg":"RS256"}"#, &claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part));
        let token = format!("{head}.{claims}.");
        format!("{token:A<length$}")
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
            has_claims: false,
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

    #[test]
    fn a_token_with_claims_is_as_long_as_one_without() {
        let token = Shape::WITH_CLAIMS.request(17).access_token;
        assert_eq!(token.len(), Shape::USUAL.request(17).access_token.len());
        assert_eq!(token.split('.').count(), 3);
    }
}
