//! Checked parameters as a request of the contract's.

use std::collections::HashMap;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use user_attributes::proto::{
    self, AttributeType, DeleteUserAttributesRequest, GetUserAttributeVerificationCodeRequest,
    GetUserRequest, UpdateUserAttributesRequest, VerifyUserAttributeRequest,
};

use crate::{error::Error, model::Operation};

/// One of each operation.
pub enum Request {
    UpdateUserAttributes(UpdateUserAttributesRequest),
    VerifyUserAttribute(VerifyUserAttributeRequest),
    GetUserAttributeVerificationCode(GetUserAttributeVerificationCodeRequest),
    DeleteUserAttributes(DeleteUserAttributesRequest),
    GetUser(GetUserRequest),
}

/// The members of every operation. What one doesn't take stays blank.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct Members {
    user_attributes: Vec<Attribute>,
    user_attribute_names: Vec<String>,
    access_token: String,
    attribute_name: String,
    code: String,
    client_metadata: HashMap<String, String>,
}

/// An `AttributeType` of the API's.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    name: String,
    /// A missing value isn't a blank one: a blank one deletes.
    #[serde(default)]
    value: Option<String>,
}

impl Request {
    /// A read takes no id.
    pub fn new(
        operation: &Operation,
        parameters: Value,
        request_id: Option<String>,
    ) -> Result<Self, Error> {
        let Members {
            user_attributes,
            user_attribute_names,
            access_token,
            attribute_name,
            code,
            client_metadata,
        } = typed(parameters)?;
        let request_id = request_id.unwrap_or_default();
        Ok(match operation.method {
            proto::Operation::UpdateUserAttributes => {
                Self::UpdateUserAttributes(UpdateUserAttributesRequest {
                    user_attributes: user_attributes.into_iter().map(Into::into).collect(),
                    access_token,
                    client_metadata,
                    request_id,
                })
            }
            proto::Operation::VerifyUserAttribute => {
                Self::VerifyUserAttribute(VerifyUserAttributeRequest {
                    access_token,
                    attribute_name,
                    code,
                    request_id,
                })
            }
            proto::Operation::GetUserAttributeVerificationCode => {
                Self::GetUserAttributeVerificationCode(GetUserAttributeVerificationCodeRequest {
                    access_token,
                    attribute_name,
                    client_metadata,
                    request_id,
                })
            }
            proto::Operation::DeleteUserAttributes => {
                Self::DeleteUserAttributes(DeleteUserAttributesRequest {
                    user_attribute_names,
                    access_token,
                    request_id,
                })
            }
            proto::Operation::GetUser => Self::GetUser(GetUserRequest { access_token }),
        })
    }
}

impl From<Attribute> for AttributeType {
    fn from(Attribute { name, value }: Attribute) -> Self {
        Self { name, value }
    }
}

/// The error can't come after the checks, and must not repeat a value.
fn typed<T: DeserializeOwned>(parameters: Value) -> Result<T, Error> {
    serde_json::from_value(parameters)
        .map_err(|_| Error::Parameter("the parameters aren't of the operation's types".to_owned()))
}
