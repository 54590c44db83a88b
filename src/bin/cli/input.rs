//! What each operation takes, and how its values become a request.

use secrecy::ExposeSecret as _;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use user_attributes::proto::{AttributeType, UpdateUserAttributesRequest};

use crate::{
    args::UpdateUserAttributes,
    error::Error,
    option,
    required::required,
    shape::{self, Member, Shape},
};

const USER_ATTRIBUTES: Shape = Shape::List(&ATTRIBUTE_TYPE);
const ATTRIBUTE_TYPE: Shape = Shape::Structure(&[
    Member {
        name: "Name",
        shape: Shape::Text { min: 1 },
        required: true,
    },
    Member {
        name: "Value",
        shape: Shape::TEXT,
        required: false,
    },
]);
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
