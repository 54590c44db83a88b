//! What each operation takes, and how its values become a request.

use secrecy::ExposeSecret as _;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use user_attributes::proto::{
    AttributeType, DeleteUserAttributesRequest, GetUserAttributeVerificationCodeRequest,
    GetUserRequest, UpdateUserAttributesRequest, VerifyUserAttributeRequest,
};

use crate::{
    args::{
        DeleteUserAttributes, GetUser, GetUserAttributeVerificationCode, UpdateUserAttributes,
        VerifyUserAttribute,
    },
    error::Error,
    option,
    required::required,
    shape::{self, Member, Shape},
};

const USER_ATTRIBUTES: Shape = Shape::List(&ATTRIBUTE_TYPE);
const ATTRIBUTE_TYPE: Shape = Shape::Structure(&[
    Member {
        name: "Name",
        shape: ATTRIBUTE_NAME,
        required: true,
    },
    Member {
        name: "Value",
        shape: Shape::TEXT,
        required: false,
    },
]);
const USER_ATTRIBUTE_NAMES: Shape = Shape::List(&ATTRIBUTE_NAME);
const ATTRIBUTE_NAME: Shape = Shape::Text { min: 1 };
const CODE: Shape = Shape::Text { min: 1 };
const CLIENT_METADATA: Shape = Shape::Map;

/// An `AttributeType` of the API's.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    name: String,
    /// A missing value isn't a blank one: a blank one deletes.
    #[serde(default)]
    value: Option<String>,
}

pub fn update_user_attributes(
    options: UpdateUserAttributes,
) -> Result<UpdateUserAttributesRequest, Error> {
    let UpdateUserAttributes {
        user_attributes,
        token,
        client_metadata,
    } = options;
    let token = token.read()?;
    let (attributes, token) = required(|missing| {
        (
            missing.or("--user-attributes", user_attributes),
            missing.or("--access-token", token),
        )
    })?;

    let attributes = option::parse("--user-attributes", &USER_ATTRIBUTES, &attributes)?;
    let metadata = metadata(client_metadata)?;
    shape::check(&[
        ("UserAttributes", &USER_ATTRIBUTES, &attributes),
        ("ClientMetadata", &CLIENT_METADATA, &metadata),
    ])?;

    let attributes: Vec<Attribute> = typed(attributes)?;
    Ok(UpdateUserAttributesRequest {
        user_attributes: attributes.into_iter().map(AttributeType::from).collect(),
        access_token: token.expose_secret().to_owned(),
        client_metadata: typed(metadata)?,
        request_id: String::new(),
    })
}

pub fn verify_user_attribute(
    options: VerifyUserAttribute,
) -> Result<VerifyUserAttributeRequest, Error> {
    let VerifyUserAttribute {
        token,
        attribute_name,
        code,
    } = options;
    let token = token.read()?;
    let (token, name, code) = required(|missing| {
        (
            missing.or("--access-token", token),
            missing.or("--attribute-name", attribute_name),
            missing.or("--code", code),
        )
    })?;

    let name = option::parse("--attribute-name", &ATTRIBUTE_NAME, &[name])?;
    let code = option::parse("--code", &CODE, &[code.expose_secret().to_owned()])?;
    shape::check(&[
        ("AttributeName", &ATTRIBUTE_NAME, &name),
        ("Code", &CODE, &code),
    ])?;

    Ok(VerifyUserAttributeRequest {
        access_token: token.expose_secret().to_owned(),
        attribute_name: typed(name)?,
        code: typed(code)?,
        request_id: String::new(),
    })
}

pub fn get_user_attribute_verification_code(
    options: GetUserAttributeVerificationCode,
) -> Result<GetUserAttributeVerificationCodeRequest, Error> {
    let GetUserAttributeVerificationCode {
        token,
        attribute_name,
        client_metadata,
    } = options;
    let token = token.read()?;
    let (token, name) = required(|missing| {
        (
            missing.or("--access-token", token),
            missing.or("--attribute-name", attribute_name),
        )
    })?;

    let name = option::parse("--attribute-name", &ATTRIBUTE_NAME, &[name])?;
    let metadata = metadata(client_metadata)?;
    shape::check(&[
        ("AttributeName", &ATTRIBUTE_NAME, &name),
        ("ClientMetadata", &CLIENT_METADATA, &metadata),
    ])?;

    Ok(GetUserAttributeVerificationCodeRequest {
        access_token: token.expose_secret().to_owned(),
        attribute_name: typed(name)?,
        client_metadata: typed(metadata)?,
        request_id: String::new(),
    })
}

pub fn delete_user_attributes(
    options: DeleteUserAttributes,
) -> Result<DeleteUserAttributesRequest, Error> {
    let DeleteUserAttributes {
        user_attribute_names,
        token,
    } = options;
    let token = token.read()?;
    let (names, token) = required(|missing| {
        (
            missing.or("--user-attribute-names", user_attribute_names),
            missing.or("--access-token", token),
        )
    })?;

    let names = option::parse("--user-attribute-names", &USER_ATTRIBUTE_NAMES, &names)?;
    shape::check(&[("UserAttributeNames", &USER_ATTRIBUTE_NAMES, &names)])?;

    Ok(DeleteUserAttributesRequest {
        user_attribute_names: typed(names)?,
        access_token: token.expose_secret().to_owned(),
        request_id: String::new(),
    })
}

pub fn get_user(options: GetUser) -> Result<GetUserRequest, Error> {
    let token = options.token.read()?;
    let token = required(|missing| missing.or("--access-token", token))?;
    Ok(GetUserRequest {
        access_token: token.expose_secret().to_owned(),
    })
}

impl From<Attribute> for AttributeType {
    fn from(Attribute { name, value }: Attribute) -> Self {
        Self { name, value }
    }
}

fn metadata(word: Option<String>) -> Result<Value, Error> {
    match word {
        None => Ok(Value::Object(Map::new())),
        Some(word) => option::parse("--client-metadata", &CLIENT_METADATA, &[word]),
    }
}

/// A checked value as a type of its shape's.
fn typed<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    serde_json::from_value(value).map_err(|error| Error::Parameter(error.to_string()))
}

#[cfg(test)]
mod tests;
