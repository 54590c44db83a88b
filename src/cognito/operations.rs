//! The operations, one method each.
//!
//! `progress` tells the caller, also of a call that it drops, whether anything may have been sent.

use std::collections::HashMap;

use aws_sdk_cognitoidentityprovider::{
    error::BuildError,
    operation::{
        delete_user_attributes::{DeleteUserAttributesInput, DeleteUserAttributesOutput},
        get_user::{GetUserInput, GetUserOutput},
        get_user_attribute_verification_code::{
            GetUserAttributeVerificationCodeInput, GetUserAttributeVerificationCodeOutput,
        },
        update_user_attributes::{UpdateUserAttributesInput, UpdateUserAttributesOutput},
        verify_user_attribute::{VerifyUserAttributeInput, VerifyUserAttributeOutput},
    },
    types,
};
use aws_smithy_schema::serde::SerializableStruct;
use http::HeaderMap;

use super::{
    Client, CodeDelivery, Error, Medium, Parts, Reply, User,
    aws_json::{AwsJson, Read},
    transport::Watched,
};
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
        let input = UpdateUserAttributesInput::builder()
            .set_user_attributes(Some(attributes.into_iter().map(to_attribute).collect()))
            .set_access_token(Some(AccessToken::reveal(access_token)))
            .set_client_metadata(to_client_metadata(client_metadata))
            .build();
        let (operation, read) = (
            Operation::UpdateUserAttributes,
            UpdateUserAttributesOutput::deserialize,
        );
        let reply = self.send(operation, input, read, progress).await?;
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
        let input = VerifyUserAttributeInput::builder()
            .access_token(AccessToken::reveal(access_token))
            .attribute_name(attribute_name)
            .code(Code::reveal(code))
            .build();
        let (operation, read) = (
            Operation::VerifyUserAttribute,
            VerifyUserAttributeOutput::deserialize,
        );
        let reply = self.send(operation, input, read, progress).await?;
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
        let input = GetUserAttributeVerificationCodeInput::builder()
            .access_token(AccessToken::reveal(access_token))
            .attribute_name(attribute_name)
            .set_client_metadata(to_client_metadata(client_metadata))
            .build();
        let (operation, read) = (
            Operation::GetUserAttributeVerificationCode,
            GetUserAttributeVerificationCodeOutput::deserialize,
        );
        let reply = self.send(operation, input, read, progress).await?;
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
        let input = DeleteUserAttributesInput::builder()
            .set_user_attribute_names(Some(names))
            .access_token(AccessToken::reveal(access_token))
            .build();
        let (operation, read) = (
            Operation::DeleteUserAttributes,
            DeleteUserAttributesOutput::deserialize,
        );
        let reply = self.send(operation, input, read, progress).await?;
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
        let input = GetUserInput::builder()
            .access_token(AccessToken::reveal(access_token))
            .build();
        let (operation, read) = (Operation::GetUser, GetUserOutput::deserialize);
        let reply = self.send(operation, input, read, progress).await?;
        reply.complete(operation, |output| {
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

impl Client {
    /// Sends a call, as often as the retry policy says, and reads its answer.
    async fn send<O>(
        &self,
        operation: Operation,
        input: Result<impl SerializableStruct, BuildError>,
        read: Read<O>,
        progress: &Progress,
    ) -> Result<Reply<O>, Error> {
        let Parts {
            aws_json,
            transport,
        } = &*self.0;
        let body = {
            // It holds the request a second time, which nobody needs while Cognito is waited for.
            let input = input.expect("the SDK requires no member of an input's builder");
            AwsJson::body(&input)
        };
        let request = || aws_json.request(operation, Watched::new(body.clone(), progress));
        let answer = transport.send(operation, progress, request).await;
        let (answer, mut attempt) =
            answer.map_err(|no_answer| Error::no_answer(operation, progress, no_answer))?;
        let request_id = request_id(answer.headers());
        if !answer.status().is_success() {
            let text = aws_json.text(&answer);
            let text = text.as_deref();
            return Err(Error::refusal(operation, &answer, text, request_id, &body));
        }
        match aws_json.output(&answer, read) {
            Ok(body) => {
                attempt.succeeded();
                Ok(Reply { body, request_id })
            }
            Err(_unreadable) => Err(Error::answer_lost(operation, request_id)),
        }
    }
}

/// AWS's own ids have 36 characters. What is longer, or isn't visible ASCII, is none: it could be
/// anything.
pub(super) fn request_id(headers: &HeaderMap) -> Option<String> {
    let names = ["x-amzn-requestid", "x-amz-request-id"];
    let id = names
        .into_iter()
        .find_map(|name| headers.get(name)?.to_str().ok())?;
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
