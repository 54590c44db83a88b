//! Replies as the AWS CLI prints them: JSON, members in the API model's order, four spaces, and
//! nothing at all for an empty reply.

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};
use user_attributes::proto::{
    CodeDeliveryDetailsType, DeliveryMedium, UpdateUserAttributesResponse,
};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateUserAttributes {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    code_delivery_details_list: Vec<CodeDeliveryDetails>,
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

pub fn update_user_attributes(reply: UpdateUserAttributesResponse) -> String {
    let list = reply.code_delivery_details_list.into_iter();
    printed(&UpdateUserAttributes {
        code_delivery_details_list: list.map(CodeDeliveryDetails::from).collect(),
    })
}

impl From<CodeDeliveryDetailsType> for CodeDeliveryDetails {
    fn from(details: CodeDeliveryDetailsType) -> Self {
        let delivery_medium = match details.delivery_medium() {
            DeliveryMedium::Sms => Some("SMS"),
            DeliveryMedium::Email => Some("EMAIL"),
            DeliveryMedium::Unspecified => None,
        };
        let CodeDeliveryDetailsType {
            destination,
            delivery_medium: _,
            attribute_name,
        } = details;
        Self {
            destination,
            delivery_medium,
            attribute_name,
        }
    }
}

fn printed(reply: &impl Serialize) -> String {
    let mut text = Vec::new();
    let formatter = PrettyFormatter::with_indent(b"    ");
    reply
        .serialize(&mut Serializer::with_formatter(&mut text, formatter))
        .expect("strings and lists are always JSON");
    match text.as_slice() {
        b"{}" => String::new(),
        text => format!("{}\n", String::from_utf8_lossy(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(destination: &str, medium: i32, name: &str) -> CodeDeliveryDetailsType {
        CodeDeliveryDetailsType {
            destination: destination.to_owned(),
            delivery_medium: medium,
            attribute_name: name.to_owned(),
        }
    }

    #[test]
    fn an_empty_reply_prints_nothing() {
        assert_eq!(
            update_user_attributes(UpdateUserAttributesResponse::default()),
            ""
        );
    }

    #[test]
    fn members_are_in_the_models_order_and_an_unknown_medium_is_left_out() {
        let reply = UpdateUserAttributesResponse {
            code_delivery_details_list: vec![
                delivery("j***@é***", DeliveryMedium::Email.into(), "email"),
                delivery("+*******1234", DeliveryMedium::Sms.into(), "phone_number"),
                delivery("?", 99, "email"),
            ],
        };
        insta::assert_snapshot!(update_user_attributes(reply), @r#"
        {
            "CodeDeliveryDetailsList": [
                {
                    "Destination": "j***@é***",
                    "DeliveryMedium": "EMAIL",
                    "AttributeName": "email"
                },
                {
                    "Destination": "+*******1234",
                    "DeliveryMedium": "SMS",
                    "AttributeName": "phone_number"
                },
                {
                    "Destination": "?",
                    "AttributeName": "email"
                }
            ]
        }
        "#);
    }
}
