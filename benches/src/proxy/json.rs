//! The call as Cognito's JSON has it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::proto::{
    CodeDeliveryDetailsType, DeliveryMedium, UpdateUserAttributesRequest,
    UpdateUserAttributesResponse,
};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Update<'a> {
    access_token: &'a str,
    user_attributes: Vec<Attribute<'a>>,
    #[serde(skip_serializing_if = "HashMap::is_empty")]
    client_metadata: &'a HashMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    code_delivery_details_list: Vec<CodeDelivery>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CodeDelivery {
    destination: String,
    delivery_medium: Medium,
    attribute_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Medium {
    Sms,
    Email,
}

impl<'a> From<&'a UpdateUserAttributesRequest> for Update<'a> {
    fn from(message: &'a UpdateUserAttributesRequest) -> Self {
        let attributes = message.user_attributes.iter();
        Self {
            access_token: &message.access_token,
            user_attributes: attributes
                .map(|attribute| Attribute {
                    name: &attribute.name,
                    value: attribute.value.as_deref(),
                })
                .collect(),
            client_metadata: &message.client_metadata,
        }
    }
}

impl From<Answer> for UpdateUserAttributesResponse {
    fn from(answer: Answer) -> Self {
        let deliveries = answer.code_delivery_details_list.into_iter();
        Self {
            code_delivery_details_list: deliveries.map(Into::into).collect(),
        }
    }
}

impl From<CodeDelivery> for CodeDeliveryDetailsType {
    fn from(delivery: CodeDelivery) -> Self {
        let medium = match delivery.delivery_medium {
            Medium::Sms => DeliveryMedium::Sms,
            Medium::Email => DeliveryMedium::Email,
        };
        Self {
            destination: delivery.destination,
            delivery_medium: medium.into(),
            attribute_name: delivery.attribute_name,
        }
    }
}
