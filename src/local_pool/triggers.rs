//! The events that Cognito hands to Lambda functions when it sends a code.
//!
//! `CustomMessage` is told for every pool, as if each had such a function; a sender only where the
//! pool's `LambdaConfig` has it. A sender's `code` is Base64 of the code itself: the ciphertext that
//! Cognito sends needs a key of AWS KMS.
//!
//! Source: the developer guide on [custom messages] and [custom senders].
//!
//! [custom messages]: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-message.html
//! [custom senders]: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-sender-triggers.html

use std::iter;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};

use super::{
    clock::{Seconds, rfc3339},
    contact::Contact,
    outbox::{Event, Message, Outbox},
    request::Entries,
    settings::{CODE_PARAMETER, Settings},
    user::User,
};

/// What happened, the part of `triggerSource` after the trigger's name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Source {
    AdminCreateUser,
    ForgotPassword,
    ResendCode,
    SignUp,
    UpdateUserAttribute,
    VerifyUserAttribute,
}

/// A code on its way to a user.
pub struct Delivery<'a> {
    pub settings: &'a Settings,
    pub user: &'a User,
    /// The app client that asked for it; an administrator has none.
    pub client_id: Option<&'a str>,
    pub contact: Contact,
    pub address: &'a str,
    pub code: &'a str,
    pub source: Source,
    pub metadata: &'a Entries<'a>,
}

impl Outbox {
    /// Sends the message, with its events, and returns its `CodeDeliveryDetailsType`.
    pub fn deliver(&mut self, delivery: &Delivery<'_>, now: Seconds) -> Value {
        let time = rfc3339(now);
        let payloads = iter::once(delivery.custom_message()).chain(delivery.custom_sender());
        for payload in payloads {
            self.trigger(Event {
                time: time.clone(),
                destination: delivery.address.to_owned(),
                payload,
            });
        }
        let Delivery {
            settings,
            user,
            contact,
            address,
            code,
            source,
            ..
        } = *delivery;
        self.send(Message {
            time,
            user_pool_id: settings.id.clone(),
            username: user.username.clone(),
            attribute_name: contact.attribute(),
            delivery_medium: contact.medium(),
            destination: address.to_owned(),
            code: code.to_owned(),
            text: match source {
                Source::AdminCreateUser => {
                    let address = user.signs_in_by.and_then(|contact| user.address(contact));
                    let name = address.unwrap_or(&user.username);
                    settings.messages.invitation(contact, name, code)
                }
                _ => settings.messages.text(contact, code),
            },
            sub: user.sub().to_owned(),
            contact,
            source,
            used: false,
        });
        contact.delivery_details(address)
    }
}

impl Delivery<'_> {
    fn custom_message(&self) -> Value {
        let invitation = self.source == Source::AdminCreateUser;
        let mut request = json!({
            "userAttributes": self.user_attributes(),
            "codeParameter": CODE_PARAMETER,
            "linkParameter": "{##Click Here##}",
            "usernameParameter": invitation.then_some("{username}"),
        });
        self.add_metadata(&mut request);
        let response = json!({ "smsMessage": null, "emailMessage": null, "emailSubject": null });
        self.event("CustomMessage", &request, &response)
    }

    fn custom_sender(&self) -> Option<Value> {
        let senders = self.settings.senders;
        let (trigger, kind) = match self.contact {
            Contact::Email if senders.email => ("CustomEmailSender", "customEmailSenderRequestV1"),
            Contact::PhoneNumber if senders.sms => ("CustomSMSSender", "customSMSSenderRequestV1"),
            _ => return None,
        };
        let mut request = json!({ "type": kind, "code": BASE64_STANDARD.encode(self.code) });
        self.add_metadata(&mut request);
        request["userAttributes"] = self.user_attributes();
        Some(self.event(trigger, &request, &json!({})))
    }

    fn event(&self, trigger: &str, request: &Value, response: &Value) -> Value {
        json!({
            "version": "1",
            "triggerSource": format!("{trigger}_{}", self.source.name()),
            "region": self.settings.region(),
            "userPoolId": self.settings.id,
            "userName": self.user.username,
            "callerContext": {
                "awsSdkVersion": "aws-sdk-unknown-unknown",
                "clientId": self.client_id.unwrap_or("CLIENT_ID_NOT_APPLICABLE"),
            },
            "request": request,
            "response": response,
        })
    }

    /// Every value is a text. The address is the one that the code goes to, also where it isn't
    /// stored yet.
    fn user_attributes(&self) -> Value {
        let stored = self.user.attributes.iter();
        let mut all: Map<String, Value> = stored
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        all.insert(
            "cognito:user_status".to_owned(),
            self.user.status.name().into(),
        );
        all.insert(self.contact.attribute().to_owned(), self.address.into());
        Value::Object(all)
    }

    /// Absent where none was sent.
    fn add_metadata(&self, request: &mut Value) {
        if !self.metadata.is_empty() {
            let metadata = self.metadata.iter();
            request["clientMetadata"] = metadata
                .map(|(key, value)| ((*key).to_owned(), Value::from(*value)))
                .collect();
        }
    }
}

impl Source {
    fn name(self) -> &'static str {
        match self {
            Self::AdminCreateUser => "AdminCreateUser",
            Self::ForgotPassword => "ForgotPassword",
            Self::ResendCode => "ResendCode",
            Self::SignUp => "SignUp",
            Self::UpdateUserAttribute => "UpdateUserAttribute",
            Self::VerifyUserAttribute => "VerifyUserAttribute",
        }
    }
}
