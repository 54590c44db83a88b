//! The handlers: parse, call, convert.

use std::time::Instant;

use tonic::{Request, Response, Status, async_trait, metadata::MetadataMap};

use crate::{
    attributes::{CodeRequest, Deletion, Update, UserQuery, Verification},
    cognito::{Cause, Client, CodeDelivery, Error, Medium, Progress, Reply, User},
    idempotency::{Calls, Finished, Keys, NoResult},
    proto::{
        AttributeType, CodeDeliveryDetailsType, DeleteUserAttributesRequest,
        DeleteUserAttributesResponse, DeliveryMedium, GetUserAttributeVerificationCodeRequest,
        GetUserAttributeVerificationCodeResponse, GetUserRequest, GetUserResponse, MfaOptionType,
        Operation, UpdateUserAttributesRequest, UpdateUserAttributesResponse,
        VerifyUserAttributeRequest, VerifyUserAttributeResponse,
        user_attributes_service_server::UserAttributesService,
    },
    status,
    telemetry::{self, CallsInFlight},
};

/// The service of the contract, in front of one Cognito.
#[derive(Debug)]
pub struct Service {
    cognito: Client,
    keys: Keys,
    updates: Calls<Answer<UpdateUserAttributesResponse>>,
    verifications: Calls<Answer<VerifyUserAttributeResponse>>,
    code_requests: Calls<Answer<GetUserAttributeVerificationCodeResponse>>,
    deletions: Calls<Answer<DeleteUserAttributesResponse>>,
}

/// What a change came to: a message with its metadata, or a status.
type Answer<M> = Result<(M, MetadataMap), Status>;

impl Service {
    /// The service in front of `cognito`. Changes that outlive their callers count in `in_flight`.
    pub fn new(cognito: Client, keys: Keys, in_flight: &CallsInFlight) -> Self {
        Self {
            cognito,
            keys,
            updates: Calls::new(in_flight.clone(), telemetry::log_unheard),
            verifications: Calls::new(in_flight.clone(), telemetry::log_unheard),
            code_requests: Calls::new(in_flight.clone(), telemetry::log_unheard),
            deletions: Calls::new(in_flight.clone(), telemetry::log_unheard),
        }
    }
}

#[async_trait]
impl UserAttributesService for Service {
    async fn update_user_attributes(
        &self,
        request: Request<UpdateUserAttributesRequest>,
    ) -> Result<Response<UpdateUserAttributesResponse>, Status> {
        let (request, caller) = parts(request);
        let update = Update::try_from(request)?;
        telemetry::record_attributes(update.names());
        let identity = self.keys.identity(&update);
        let cognito = self.cognito.clone();
        let call = self
            .updates
            .run(Some(identity), &caller, |progress| async move {
                let reply = cognito.update_user_attributes(update, &progress).await;
                finished(reply, |deliveries| UpdateUserAttributesResponse {
                    code_delivery_details_list: deliveries.into_iter().map(to_delivery).collect(),
                })
            });
        response(call.await, Operation::UpdateUserAttributes)
    }

    async fn verify_user_attribute(
        &self,
        request: Request<VerifyUserAttributeRequest>,
    ) -> Result<Response<VerifyUserAttributeResponse>, Status> {
        let (request, caller) = parts(request);
        let verification = Verification::try_from(request)?;
        telemetry::record_attributes([verification.attribute_name.as_str()]);
        let cognito = self.cognito.clone();
        let call = self
            .verifications
            .run(None, &caller, |progress| async move {
                let reply = cognito.verify_user_attribute(verification, &progress).await;
                finished(reply, |()| VerifyUserAttributeResponse {})
            });
        response(call.await, Operation::VerifyUserAttribute)
    }

    async fn get_user_attribute_verification_code(
        &self,
        request: Request<GetUserAttributeVerificationCodeRequest>,
    ) -> Result<Response<GetUserAttributeVerificationCodeResponse>, Status> {
        let (request, caller) = parts(request);
        let code_request = CodeRequest::try_from(request)?;
        telemetry::record_attributes([code_request.attribute_name.as_str()]);
        let identity = self.keys.identity(&code_request);
        let cognito = self.cognito.clone();
        let call = self
            .code_requests
            .run(Some(identity), &caller, |progress| async move {
                let reply = cognito
                    .get_user_attribute_verification_code(code_request, &progress)
                    .await;
                finished(reply, |delivery| GetUserAttributeVerificationCodeResponse {
                    code_delivery_details: Some(to_delivery(delivery)),
                })
            });
        response(call.await, Operation::GetUserAttributeVerificationCode)
    }

    async fn delete_user_attributes(
        &self,
        request: Request<DeleteUserAttributesRequest>,
    ) -> Result<Response<DeleteUserAttributesResponse>, Status> {
        let (request, caller) = parts(request);
        let deletion = Deletion::try_from(request)?;
        telemetry::record_attributes(deletion.names.iter().map(String::as_str));
        let cognito = self.cognito.clone();
        let call = self.deletions.run(None, &caller, |progress| async move {
            let reply = cognito.delete_user_attributes(deletion, &progress).await;
            finished(reply, |()| DeleteUserAttributesResponse {})
        });
        response(call.await, Operation::DeleteUserAttributes)
    }

    async fn get_user(
        &self,
        request: Request<GetUserRequest>,
    ) -> Result<Response<GetUserResponse>, Status> {
        let (request, progress) = parts(request);
        // Whoever reads and leaves wants nothing any more: the call goes with its caller.
        let call = self
            .cognito
            .get_user(UserQuery::try_from(request)?, &progress);
        let read = finished(call.await, to_user).value;
        response(Ok(read), Operation::GetUser)
    }
}

/// The message, and what tells the layers how far the call has got.
fn parts<T>(request: Request<T>) -> (T, Progress) {
    let (_, mut extensions, message) = request.into_parts();
    let progress = extensions.remove();
    (
        message,
        progress.unwrap_or_else(|| Progress::new(Instant::now())),
    )
}

fn finished<T, M>(
    reply: Result<Reply<T>, Error>,
    to_message: impl FnOnce(T) -> M,
) -> Finished<Answer<M>> {
    match reply {
        Ok(Reply { body, request_id }) => {
            let metadata = status::request_id_metadata(request_id.as_deref());
            Finished {
                value: Ok((to_message(body), metadata)),
                remember: true,
            }
        }
        Err(error) => {
            telemetry::log_failure(&error);
            Finished {
                // What wasn't executed is a real try the next time.
                remember: !matches!(error.cause, Cause::TooManyRequests | Cause::Unreachable),
                value: Err(error.into()),
            }
        }
    }
}

fn response<M>(
    answer: Result<Answer<M>, NoResult>,
    operation: Operation,
) -> Result<Response<M>, Status> {
    let answer = answer.unwrap_or_else(|none| {
        Err(match none {
            NoResult::Reused => status::request_id_reused(operation),
            NoResult::Panicked => status::internal(Some(operation)),
        })
    });
    let (message, metadata) = answer?;
    let mut response = Response::new(message);
    *response.metadata_mut() = metadata;
    Ok(response)
}

fn to_delivery(delivery: CodeDelivery) -> CodeDeliveryDetailsType {
    let CodeDelivery {
        destination,
        medium,
        attribute_name,
    } = delivery;
    CodeDeliveryDetailsType {
        destination,
        delivery_medium: to_medium(medium).into(),
        attribute_name,
    }
}

fn to_medium(medium: Medium) -> DeliveryMedium {
    match medium {
        Medium::Sms => DeliveryMedium::Sms,
        Medium::Email => DeliveryMedium::Email,
        Medium::Unknown => DeliveryMedium::Unspecified,
    }
}

fn to_user(user: User) -> GetUserResponse {
    let attribute = |(name, value)| AttributeType { name, value };
    let mfa_option = |(medium, attribute_name)| MfaOptionType {
        delivery_medium: to_medium(medium).into(),
        attribute_name,
    };
    GetUserResponse {
        username: user.username,
        user_attributes: user.attributes.into_iter().map(attribute).collect(),
        mfa_options: user.mfa_options.into_iter().map(mfa_option).collect(),
        preferred_mfa_setting: user.preferred_mfa_setting.unwrap_or_default(),
        user_mfa_setting_list: user.mfa_settings,
    }
}
