//! Replies as the API has them: members by its names, in its order.

use serde::Serialize;
use serde_json::{Value, json};
use user_attributes::proto::{
    AttributeType, CodeDeliveryDetailsType, DeleteUserAttributesResponse, DeliveryMedium,
    GetUserAttributeVerificationCodeResponse, GetUserResponse, MfaOptionType,
    UpdateUserAttributesResponse, VerifyUserAttributeResponse,
};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateUserAttributes {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    code_delivery_details_list: Vec<CodeDeliveryDetails>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GetUserAttributeVerificationCode {
    #[serde(skip_serializing_if = "Option::is_none")]
    code_delivery_details: Option<CodeDeliveryDetails>,
}

/// The API requires the first two; the others may be absent.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GetUser {
    username: String,
    user_attributes: Vec<Attribute>,
    #[serde(rename = "MFAOptions", skip_serializing_if = "Vec::is_empty")]
    mfa_options: Vec<MfaOption>,
    #[serde(skip_serializing_if = "String::is_empty")]
    preferred_mfa_setting: String,
    #[serde(rename = "UserMFASettingList", skip_serializing_if = "Vec::is_empty")]
    user_mfa_setting_list: Vec<String>,
}

/// A missing value isn't a blank one.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

/// A member that the server doesn't know is left out, as Cognito does.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CodeDeliveryDetails {
    #[serde(skip_serializing_if = "String::is_empty")]
    destination: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery_medium: Option<&'static str>,
    #[serde(skip_serializing_if = "String::is_empty")]
    attribute_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct MfaOption {
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery_medium: Option<&'static str>,
    #[serde(skip_serializing_if = "String::is_empty")]
    attribute_name: String,
}

pub fn update_user_attributes(reply: UpdateUserAttributesResponse) -> Value {
    let list = reply.code_delivery_details_list.into_iter();
    json!(UpdateUserAttributes {
        code_delivery_details_list: list.map(CodeDeliveryDetails::from).collect(),
    })
}

pub fn verify_user_attribute(VerifyUserAttributeResponse {}: VerifyUserAttributeResponse) -> Value {
    json!({})
}

pub fn get_user_attribute_verification_code(
    reply: GetUserAttributeVerificationCodeResponse,
) -> Value {
    json!(GetUserAttributeVerificationCode {
        code_delivery_details: reply.code_delivery_details.map(CodeDeliveryDetails::from),
    })
}

pub fn delete_user_attributes(
    DeleteUserAttributesResponse {}: DeleteUserAttributesResponse,
) -> Value {
    json!({})
}

pub fn get_user(reply: GetUserResponse) -> Value {
    let GetUserResponse {
        username,
        user_attributes,
        mfa_options,
        preferred_mfa_setting,
        user_mfa_setting_list,
    } = reply;
    json!(GetUser {
        username,
        user_attributes: user_attributes.into_iter().map(Attribute::from).collect(),
        mfa_options: mfa_options.into_iter().map(MfaOption::from).collect(),
        preferred_mfa_setting,
        user_mfa_setting_list,
    })
}

impl From<AttributeType> for Attribute {
    fn from(AttributeType { name, value }: AttributeType) -> Self {
        Self { name, value }
    }
}

impl From<CodeDeliveryDetailsType> for CodeDeliveryDetails {
    fn from(details: CodeDeliveryDetailsType) -> Self {
        Self {
            delivery_medium: medium(details.delivery_medium()),
            destination: details.destination,
            attribute_name: details.attribute_name,
        }
    }
}

impl From<MfaOptionType> for MfaOption {
    fn from(option: MfaOptionType) -> Self {
        Self {
            delivery_medium: medium(option.delivery_medium()),
            attribute_name: option.attribute_name,
        }
    }
}

fn medium(medium: DeliveryMedium) -> Option<&'static str> {
    match medium {
        DeliveryMedium::Sms => Some("SMS"),
        DeliveryMedium::Email => Some("EMAIL"),
        DeliveryMedium::Unspecified => None,
    }
}

#[cfg(test)]
mod tests;
