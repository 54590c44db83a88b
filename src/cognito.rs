//! Amazon Cognito, as this service calls it. The only code that names the AWS SDK.
//!
//! The operations here are authorised by the access token in the request, so the client holds no
//! credentials, looks none up, signs nothing and needs no IAM role.
//!
//! A call reaches Cognito once: the SDK's retries are off, because it repeats what may have been
//! executed already, and a repeated update can send a second code. The client sets no deadline on
//! the answer; the caller of [`Client`] does, by dropping the call.

mod error;
mod sent;
mod settings;
mod transport;
mod trim;

use aws_sdk_cognitoidentityprovider as sdk;

pub use self::{
    error::{Cause, Error},
    settings::{Args, InvalidSettings, Upstream},
    transport::Progress,
};
use crate::{
    attributes::{AccessToken, Attribute, ClientMetadata, Update, Value},
    proto::Operation,
};

/// A client of one Region's Cognito, or of a stand-in at another address. Cheap to clone: the
/// clones share their connections.
#[derive(Clone, Debug)]
pub struct Client {
    sdk: sdk::Client,
}

/// Cognito's answer to a call that succeeded.
#[derive(Debug)]
pub struct Reply<T> {
    /// What Cognito answered.
    pub body: T,
    /// The AWS request id, where Cognito gave one.
    pub request_id: Option<String>,
}

/// A verification code that Cognito sent.
pub struct CodeDelivery {
    /// The masked address or number. It is still personal data.
    pub destination: String,
    /// What carried the code.
    pub medium: Medium,
    /// The attribute that the code verifies.
    pub attribute_name: String,
}

/// What carries a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// A text message.
    Sms,
    /// An e-mail.
    Email,
    /// None, or one that this version doesn't know.
    Unknown,
}

impl Client {
    /// A client of `upstream`. It connects when the first call is made.
    pub fn new(upstream: &Upstream) -> Self {
        let config = trim::config()
            .endpoint_resolver(upstream.fixed_endpoint())
            .http_client(transport::http_client())
            .build();
        Self {
            sdk: sdk::Client::from_conf(config),
        }
    }

    /// Sets or deletes attributes of the token's user, all or none, and returns the codes that
    /// Cognito sent. An absent list is an empty one.
    ///
    /// `progress` tells the caller, also of a call that it drops, whether anything may have been
    /// sent.
    ///
    /// # Errors
    ///
    /// If Cognito refuses the update, or no whole answer comes.
    ///
    /// Source: [UpdateUserAttributes](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html)
    pub async fn update_user_attributes(
        &self,
        update: Update,
        progress: &Progress,
    ) -> Result<Reply<Vec<CodeDelivery>>, Error> {
        let Update {
            attributes,
            access_token,
            client_metadata,
        } = update;
        let call = self
            .sdk
            .update_user_attributes()
            .set_user_attributes(Some(attributes.into_iter().map(to_attribute).collect()))
            .set_access_token(Some(AccessToken::reveal(access_token)))
            .set_client_metadata(to_client_metadata(client_metadata));

        progress.sending();
        let output = call
            .send()
            .await
            .map_err(|error| error::classify(Operation::UpdateUserAttributes, error))?;
        Ok(reply(output, |output| {
            output
                .code_delivery_details_list
                .unwrap_or_default()
                .into_iter()
                .map(from_code_delivery_details)
                .collect()
        }))
    }
}

fn reply<O: sdk::operation::RequestId, T>(output: O, body: impl FnOnce(O) -> T) -> Reply<T> {
    let request_id = output.request_id().map(str::to_owned);
    let body = body(output);
    Reply { body, request_id }
}

fn to_attribute(attribute: Attribute) -> sdk::types::AttributeType {
    let Attribute { name, value } = attribute;
    sdk::types::AttributeType::builder()
        .name(name)
        .set_value(value.map(Value::reveal))
        .build()
        .expect("the one required member, the name, is set")
}

/// Metadata that holds nothing is left out, as the AWS CLI does when it isn't given any.
fn to_client_metadata(
    metadata: ClientMetadata,
) -> Option<std::collections::HashMap<String, String>> {
    Some(metadata.reveal()).filter(|metadata| !metadata.is_empty())
}

fn from_code_delivery_details(details: sdk::types::CodeDeliveryDetailsType) -> CodeDelivery {
    CodeDelivery {
        destination: details.destination.unwrap_or_default(),
        medium: match details
            .delivery_medium
            .as_ref()
            .map(aws_sdk_cognitoidentityprovider::types::DeliveryMediumType::as_str)
        {
            Some("SMS") => Medium::Sms,
            Some("EMAIL") => Medium::Email,
            _ => Medium::Unknown,
        },
        attribute_name: details.attribute_name.unwrap_or_default(),
    }
}
