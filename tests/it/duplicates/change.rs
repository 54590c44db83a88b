//! The two changes that may have an id.

use std::collections::HashMap;

use tonic::Status;
use user_attributes::proto::{
    GetUserAttributeVerificationCodeRequest, Operation, UpdateUserAttributesRequest,
};

use crate::support::{
    calls::{Client, within},
    update,
};

/// A change, and how it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    pub operation: Operation,
    pub timeout: &'static str,
    id: &'static str,
    token: &'static str,
    /// The value that is set, or the attribute that the code is for.
    what: &'static str,
    metadata: Option<&'static str>,
}

pub const UPDATE: Change = change(Operation::UpdateUserAttributes);
pub const CODE: Change = change(Operation::GetUserAttributeVerificationCode);

const fn change(operation: Operation) -> Change {
    Change {
        operation,
        timeout: "",
        id: "",
        token: "token",
        what: "email",
        metadata: None,
    }
}

impl Change {
    pub const fn named(self, id: &'static str) -> Self {
        Self { id, ..self }
    }

    pub fn of(self, token: &'static str) -> Self {
        Self { token, ..self }
    }

    pub fn to(self, what: &'static str) -> Self {
        Self { what, ..self }
    }

    pub fn with_metadata(self, value: &'static str) -> Self {
        let metadata = Some(value);
        Self { metadata, ..self }
    }

    pub fn within(self, timeout: &'static str) -> Self {
        Self { timeout, ..self }
    }

    pub async fn call(self, mut client: Client) -> Result<(), Status> {
        let pair = |value: &str| ("key".to_owned(), value.to_owned());
        let client_metadata: HashMap<_, _> = self.metadata.map(pair).into_iter().collect();
        let request_id = self.id.to_owned();
        if self.operation == Operation::UpdateUserAttributes {
            let request = UpdateUserAttributesRequest {
                client_metadata,
                request_id,
                ..update(self.token, &[("nickname", Some(self.what))])
            };
            let call = client.update_user_attributes(within(self.timeout, request));
            call.await.map(drop)
        } else {
            let request = GetUserAttributeVerificationCodeRequest {
                access_token: self.token.to_owned(),
                attribute_name: self.what.to_owned(),
                client_metadata,
                request_id,
            };
            let request = within(self.timeout, request);
            let call = client.get_user_attribute_verification_code(request);
            call.await.map(drop)
        }
    }
}
