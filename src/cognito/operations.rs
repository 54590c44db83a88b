//! The operations, one method each.
//!
//! `progress` tells the caller, also of a call that it drops, whether anything may have been sent.

use std::collections::HashMap;

use aws_sdk_cognitoidentityprovider::{
    error::{ProvideErrorMetadata, SdkError},
    operation::RequestId,
    types,
};
use aws_smithy_runtime_api::http::Response;

use super::{Client, CodeDelivery, Error, Medium, Reply, User, error, transport::watched};
use crate::{
    attributes::{
        AccessToken, Attribute, ClientMetadata, Code, CodeRequest, Deletion, Update, UserQuery,
        Value, Verification,
    },
    call::Progress,
    proto::Operation,
};

/// Longest AWS request id, in characters.
const MAX_REQUEST_ID: usize = 128;

impl Client {
    /// Sets or deletes attributes of the token's user, all or none, and returns the codes that
    /// Cognito sent. An absent list is an empty one.
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
            request_id: _,
        } = update;
        let call = self
            .sdk
            .update_user_attributes()
            .set_user_attributes(Some(attributes.into_iter().map(to_attribute).collect()))
            .set_access_token(Some(AccessToken::reveal(access_token)))
            .set_client_metadata(to_client_metadata(client_metadata));
        let reply = sent(Operation::UpdateUserAttributes, progress, call.send()).await?;
        Ok(reply.map(|output| {
            let list = output.code_delivery_details_list.unwrap_or_default();
            list.into_iter().map(from_code_delivery_details).collect()
        }))
    }

    /// Gives a verification code back.
    ///
    /// # Errors
    ///
    /// If Cognito refuses the code, or no whole answer comes.
    ///
    /// Source: [VerifyUserAttribute](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifyUserAttribute.html)
    pub async fn verify_user_attribute(
        &self,
        verification: Verification,
        progress: &Progress,
    ) -> Result<Reply<()>, Error> {
        let Verification {
            access_token,
            attribute_name,
            code,
            request_id: _,
        } = verification;
        let call = self
            .sdk
            .verify_user_attribute()
            .access_token(AccessToken::reveal(access_token))
            .attribute_name(attribute_name)
            .code(Code::reveal(code));
        let reply = sent(Operation::VerifyUserAttribute, progress, call.send()).await?;
        Ok(reply.map(drop))
    }

    /// Has a code sent for the value that an attribute has.
    ///
    /// # Errors
    ///
    /// If Cognito refuses to send one, or no whole answer comes.
    ///
    /// Source: [GetUserAttributeVerificationCode](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAttributeVerificationCode.html)
    pub async fn get_user_attribute_verification_code(
        &self,
        request: CodeRequest,
        progress: &Progress,
    ) -> Result<Reply<CodeDelivery>, Error> {
        let CodeRequest {
            access_token,
            attribute_name,
            client_metadata,
            request_id: _,
        } = request;
        let call = self
            .sdk
            .get_user_attribute_verification_code()
            .access_token(AccessToken::reveal(access_token))
            .attribute_name(attribute_name)
            .set_client_metadata(to_client_metadata(client_metadata));
        let operation = Operation::GetUserAttributeVerificationCode;
        let reply = sent(operation, progress, call.send()).await?;
        reply.complete(operation, |output| {
            output.code_delivery_details.map(from_code_delivery_details)
        })
    }

    /// Deletes attributes of the token's user, all or none.
    ///
    /// # Errors
    ///
    /// If Cognito refuses the deletion, or no whole answer comes.
    ///
    /// Source: [DeleteUserAttributes](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserAttributes.html)
    pub async fn delete_user_attributes(
        &self,
        deletion: Deletion,
        progress: &Progress,
    ) -> Result<Reply<()>, Error> {
        let Deletion {
            names,
            access_token,
            request_id: _,
        } = deletion;
        let call = self
            .sdk
            .delete_user_attributes()
            .set_user_attribute_names(Some(names))
            .access_token(AccessToken::reveal(access_token));
        let reply = sent(Operation::DeleteUserAttributes, progress, call.send()).await?;
        Ok(reply.map(drop))
    }

    /// Reads the token's user.
    ///
    /// # Errors
    ///
    /// If Cognito refuses the token, or no whole answer comes.
    ///
    /// Source: [GetUser](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html)
    pub async fn get_user(
        &self,
        query: UserQuery,
        progress: &Progress,
    ) -> Result<Reply<User>, Error> {
        let UserQuery { access_token } = query;
        let call = self
            .sdk
            .get_user()
            .access_token(AccessToken::reveal(access_token));
        let reply = sent(Operation::GetUser, progress, call.send()).await?;
        reply.complete(Operation::GetUser, |output| {
            // The SDK makes a missing name a blank one.
            (!output.username.is_empty()).then(|| User {
                username: output.username,
                attributes: output
                    .user_attributes
                    .into_iter()
                    .map(|attribute| (attribute.name, attribute.value))
                    .collect(),
                mfa_options: output
                    .mfa_options
                    .unwrap_or_default()
                    .into_iter()
                    .map(|option| {
                        let attribute = option.attribute_name.unwrap_or_default();
                        (medium(option.delivery_medium.as_ref()), attribute)
                    })
                    .collect(),
                preferred_mfa_setting: output.preferred_mfa_setting,
                mfa_settings: output.user_mfa_setting_list.unwrap_or_default(),
            })
        })
    }
}

/// Sends a call, as often as the retry policy says.
async fn sent<O, E>(
    operation: Operation,
    progress: &Progress,
    call: impl Future<Output = Result<O, SdkError<E, Response>>>,
) -> Result<Reply<O>, Error>
where
    O: RequestId,
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let output = watched(progress.clone(), call)
        .await
        .map_err(|error| error::classify(operation, progress, error))?;
    Ok(Reply {
        request_id: bounded(output.request_id()),
        body: output,
    })
}

/// AWS's own ids have 36 characters. What is longer, or isn't visible ASCII, is none: it could be
/// anything.
pub(super) fn bounded(request_id: Option<&str>) -> Option<String> {
    let id = request_id?;
    let is_id = id.len() <= MAX_REQUEST_ID && id.bytes().all(|byte| byte.is_ascii_graphic());
    is_id.then(|| id.to_owned())
}

impl<O> Reply<O> {
    /// The same reply with another body.
    pub fn map<T>(self, body: impl FnOnce(O) -> T) -> Reply<T> {
        Reply {
            body: body(self.body),
            request_id: self.request_id,
        }
    }

    /// An answer without a member that the API requires counts as a lost one.
    fn complete<T>(
        self,
        operation: Operation,
        body: impl FnOnce(O) -> Option<T>,
    ) -> Result<Reply<T>, Error> {
        let Self {
            body: output,
            request_id,
        } = self;
        match body(output) {
            Some(body) => Ok(Reply { body, request_id }),
            None => Err(Error::answer_lost(operation, request_id)),
        }
    }
}

fn to_attribute(attribute: Attribute) -> types::AttributeType {
    let Attribute { name, value } = attribute;
    types::AttributeType::builder()
        .name(name)
        .set_value(value.map(Value::reveal))
        .build()
        .expect("the one required member, the name, is set")
}

/// Metadata that holds nothing is left out, as the AWS CLI does when it isn't given any.
fn to_client_metadata(metadata: ClientMetadata) -> Option<HashMap<String, String>> {
    Some(metadata.reveal()).filter(|metadata| !metadata.is_empty())
}

fn from_code_delivery_details(details: types::CodeDeliveryDetailsType) -> CodeDelivery {
    CodeDelivery {
        destination: details.destination.unwrap_or_default(),
        medium: medium(details.delivery_medium.as_ref()),
        attribute_name: details.attribute_name.unwrap_or_default(),
    }
}

fn medium(medium: Option<&types::DeliveryMediumType>) -> Medium {
    match medium.map(types::DeliveryMediumType::as_str) {
        Some("SMS") => Medium::Sms,
        Some("EMAIL") => Medium::Email,
        _ => Medium::Unknown,
    }
}
