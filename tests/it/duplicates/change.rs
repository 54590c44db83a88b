//! The changes, all of which may have an id.

use std::collections::HashMap;

use tonic::Status;
use user_attributes::proto::{
    DeleteUserAttributesRequest, GetUserAttributeVerificationCodeRequest, Operation,
    UpdateUserAttributesRequest, VerifyUserAttributeRequest,
};

use crate::support::{
    calls::{Client, code_request, deletion, verification, within},
    update,
};

/// A change, and how it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    pub operation: Operation,
    pub timeout: &'static str,
    id: &'static str,
    token: &'static str,
    /// The value that is set, or the attribute that the change is about.
    what: &'static str,
    /// A value of the metadata, the code that is given back, or another name to delete.
    more: Option<&'static str>,
}

pub const UPDATE: Change = change(Operation::UpdateUserAttributes);
pub const VERIFICATION: Change = change(Operation::VerifyUserAttribute);
pub const CODE: Change = change(Operation::GetUserAttributeVerificationCode);
pub const DELETION: Change = change(Operation::DeleteUserAttributes);
pub const ALL: [Change; 4] = [UPDATE, VERIFICATION, CODE, DELETION];

const fn change(operation: Operation) -> Change {
    Change {
        operation,
        timeout: "",
        id: "",
        token: "token",
        what: "email",
        more: None,
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

    pub fn with(self, more: &'static str) -> Self {
        let more = Some(more);
        Self { more, ..self }
    }

    pub fn within(self, timeout: &'static str) -> Self {
        Self { timeout, ..self }
    }

    pub async fn call(self, mut client: Client) -> Result<(), Status> {
        let pair = |value: &str| ("key".to_owned(), value.to_owned());
        let client_metadata: HashMap<_, _> = self.more.map(pair).into_iter().collect();
        let (access_token, request_id) = (self.token.to_owned(), self.id.to_owned());
        match self.operation {
            Operation::UpdateUserAttributes => {
                let request = UpdateUserAttributesRequest {
                    client_metadata,
                    request_id,
                    ..update(self.token, &[("nickname", Some(self.what))])
                };
                let call = client.update_user_attributes(within(self.timeout, request));
                call.await.map(drop)
            }
            Operation::VerifyUserAttribute => {
                let request = VerifyUserAttributeRequest {
                    access_token,
                    request_id,
                    ..verification(self.what, self.more.unwrap_or("123456"))
                };
                let call = client.verify_user_attribute(within(self.timeout, request));
                call.await.map(drop)
            }
            Operation::GetUserAttributeVerificationCode => {
                let request = GetUserAttributeVerificationCodeRequest {
                    access_token,
                    client_metadata,
                    request_id,
                    ..code_request(self.what)
                };
                let request = within(self.timeout, request);
                let call = client.get_user_attribute_verification_code(request);
                call.await.map(drop)
            }
            Operation::DeleteUserAttributes => {
                let names: Vec<_> = [self.what].into_iter().chain(self.more).collect();
                let request = DeleteUserAttributesRequest {
                    access_token,
                    request_id,
                    ..deletion(&names)
                };
                let call = client.delete_user_attributes(within(self.timeout, request));
                call.await.map(drop)
            }
            Operation::GetUser => unreachable!("it changes nothing"),
        }
    }
}
