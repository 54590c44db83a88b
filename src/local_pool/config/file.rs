//! The keys of the file, and what they are when they aren't there. Names are AWS's own, in snake
//! case.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::local_pool::{
    behaviour::Behaviour,
    clock::Seconds,
    contact::Contact,
    password::Policy,
    schema::number_limit,
    settings::{Alias, Senders},
    user::Status,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    #[serde(default)]
    pub behaviour: Behaviour,
    #[serde(default)]
    pub pools: Vec<Pool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    pub id: String,
    pub name: Option<String>,
    #[serde(default)]
    pub auto_verified_attributes: Vec<Contact>,
    #[serde(default)]
    pub attributes_require_verification_before_update: Vec<Contact>,
    #[serde(default)]
    pub username_attributes: Vec<Contact>,
    #[serde(default)]
    pub alias_attributes: Vec<Alias>,
    #[serde(default = "yes")]
    pub case_sensitive: bool,
    #[serde(default)]
    pub password_policy: Policy,
    pub email_verification_message: Option<String>,
    pub sms_verification_message: Option<String>,
    /// Which senders the pool has.
    #[serde(default)]
    pub lambda_config: Vec<Sender>,
    #[serde(default)]
    pub schema: Vec<Attribute>,
    #[serde(default)]
    pub clients: Vec<Client>,
    #[serde(default)]
    pub users: Vec<User>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Sender {
    CustomEmailSender,
    #[serde(rename = "CustomSMSSender")]
    CustomSmsSender,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    pub name: String,
    #[serde(rename = "attribute_data_type")]
    pub data_type: Option<DataType>,
    #[serde(default = "yes")]
    pub mutable: bool,
    #[serde(default)]
    pub required: bool,
    pub min_length: Option<usize>,
    pub max_length: Option<usize>,
    pub min_value: Option<Limit>,
    pub max_value: Option<Limit>,
}

/// A whole number, or a text of its digits where it is larger than TOML's numbers.
#[derive(Clone, PartialEq, PartialOrd)]
pub struct Limit(pub BigInt);

#[derive(Clone, Copy, Deserialize)]
pub enum DataType {
    Boolean,
    DateTime,
    Number,
    String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    pub id: String,
    pub name: Option<String>,
    pub secret: Option<Secret>,
    pub explicit_auth_flows: Option<Vec<String>>,
    pub read_attributes: Option<Vec<String>>,
    pub write_attributes: Option<Vec<String>>,
    /// Whether a list that isn't there has every mutable attribute, instead of the standard ones.
    #[serde(default)]
    pub all_attributes: bool,
    pub access_token_seconds: Option<Seconds>,
    pub id_token_seconds: Option<Seconds>,
    pub refresh_token_seconds: Option<Seconds>,
    #[serde(default)]
    pub prevent_user_existence_errors: bool,
    #[serde(default = "yes")]
    pub enable_token_revocation: bool,
}

/// What no message repeats, not even where it is of another type.
pub struct Secret(pub String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// As it would be given at the sign-up: an address in some pools.
    pub username: String,
    pub password: Option<Secret>,
    pub status: Option<Status>,
    #[serde(default = "yes")]
    pub enabled: bool,
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

impl Pool {
    pub fn senders(&self) -> Senders {
        Senders {
            email: self.lambda_config.contains(&Sender::CustomEmailSender),
            sms: self.lambda_config.contains(&Sender::CustomSmsSender),
        }
    }
}

impl DataType {
    /// The model's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Boolean => "Boolean",
            Self::DateTime => "DateTime",
            Self::Number => "Number",
            Self::String => "String",
        }
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(deserializer)? {
            toml::Value::String(secret) => Ok(Self(secret)),
            _ => Err(D::Error::custom("it must be a text, in quotes")),
        }
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let limit = match toml::Value::deserialize(deserializer)? {
            toml::Value::Integer(number) => Some(number.into()),
            toml::Value::String(digits) => number_limit(&digits),
            _ => None,
        };
        let refused = || D::Error::custom("it must be a whole number of up to 2^1023");
        limit.map(Self).ok_or_else(refused)
    }
}

fn yes() -> bool {
    true
}
