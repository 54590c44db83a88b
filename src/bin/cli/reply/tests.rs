use super::*;

fn pretty(reply: &Value) -> String {
    format!("{reply:#}")
}

fn delivery(destination: &str, medium: i32, name: &str) -> CodeDeliveryDetailsType {
    CodeDeliveryDetailsType {
        destination: destination.to_owned(),
        delivery_medium: medium,
        attribute_name: name.to_owned(),
    }
}

#[test]
fn an_empty_reply_has_no_members() {
    assert_eq!(
        update_user_attributes(UpdateUserAttributesResponse::default()),
        json!({})
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
    insta::assert_snapshot!(pretty(&update_user_attributes(reply)), @r#"
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

#[test]
fn a_code_that_was_sent_has_its_details_and_no_details_are_none() {
    let sent = |details| GetUserAttributeVerificationCodeResponse {
        code_delivery_details: details,
    };
    let details = delivery("+*******1234", DeliveryMedium::Sms.into(), "phone_number");
    insta::assert_snapshot!(pretty(&get_user_attribute_verification_code(sent(Some(details)))), @r#"
    {
      "CodeDeliveryDetails": {
        "Destination": "+*******1234",
        "DeliveryMedium": "SMS",
        "AttributeName": "phone_number"
      }
    }
    "#);
    assert_eq!(get_user_attribute_verification_code(sent(None)), json!({}));
}

#[test]
fn a_user_has_the_models_order_and_a_blank_value_but_no_missing_one() {
    let attribute = |name: &str, value: Option<&str>| AttributeType {
        name: name.to_owned(),
        value: value.map(str::to_owned),
    };
    let reply = GetUserResponse {
        username: "dan".to_owned(),
        user_attributes: vec![
            attribute("sub", Some("1-2")),
            attribute("nickname", Some("")),
            attribute("name", None),
        ],
        mfa_options: vec![MfaOptionType {
            delivery_medium: DeliveryMedium::Sms.into(),
            attribute_name: "phone_number".to_owned(),
        }],
        preferred_mfa_setting: "SMS_MFA".to_owned(),
        user_mfa_setting_list: vec!["SMS_MFA".to_owned(), "SOFTWARE_TOKEN_MFA".to_owned()],
    };
    insta::assert_snapshot!(pretty(&get_user(reply)), @r#"
    {
      "Username": "dan",
      "UserAttributes": [
        {
          "Name": "sub",
          "Value": "1-2"
        },
        {
          "Name": "nickname",
          "Value": ""
        },
        {
          "Name": "name"
        }
      ],
      "MFAOptions": [
        {
          "DeliveryMedium": "SMS",
          "AttributeName": "phone_number"
        }
      ],
      "PreferredMfaSetting": "SMS_MFA",
      "UserMFASettingList": [
        "SMS_MFA",
        "SOFTWARE_TOKEN_MFA"
      ]
    }
    "#);
}

#[test]
fn a_user_without_second_factors_and_readable_attributes_has_an_empty_list() {
    let reply = GetUserResponse {
        username: "dan".to_owned(),
        ..GetUserResponse::default()
    };
    insta::assert_snapshot!(pretty(&get_user(reply)), @r#"
    {
      "Username": "dan",
      "UserAttributes": []
    }
    "#);
}
