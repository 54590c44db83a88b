//! The handlers: parse, call, convert.

use std::sync::Arc;

use prost::Message as _;
use tonic::{Code, Request, Response, Status, async_trait};

use crate::{
    attributes::{CodeRequest, Deletion, Update, UserQuery, Verification, public_name},
    audit::Audit,
    call::{Call, Progress},
    changes::{Answer, Change, Changes, Failed, Keys, NoAnswer},
    cognito::{Client, CodeDelivery, Medium, User},
    proto::{
        AttributeType, CodeDeliveryDetailsType, DeleteUserAttributesRequest,
        DeleteUserAttributesResponse, DeliveryMedium, GetUserAttributeVerificationCodeRequest,
        GetUserAttributeVerificationCodeResponse, GetUserRequest, GetUserResponse, MfaOptionType,
        Operation, UpdateUserAttributesRequest, UpdateUserAttributesResponse,
        VerifyUserAttributeRequest, VerifyUserAttributeResponse, code_name,
        user_attributes_service_server::UserAttributesService,
    },
    status,
    telemetry::{self, Metrics},
};

/// The service of the contract, in front of one Cognito.
pub struct Service {
    cognito: Client,
    changes: Changes,
}

impl Service {
    /// The service in front of `cognito`.
    pub fn new(cognito: Client, keys: Keys, audit: Audit, metrics: Metrics) -> Self {
        Self {
            changes: Changes::new(cognito.clone(), keys, audit, metrics, unheard),
            cognito,
        }
    }
}

#[async_trait]
impl UserAttributesService for Service {
    async fn update_user_attributes(
        &self,
        request: Request<UpdateUserAttributesRequest>,
    ) -> Result<Response<UpdateUserAttributesResponse>, Status> {
        let (call, request) = parts(request)?;
        let update = Update::try_from(request)?;
        call.set_attributes(update.names().map(public_name));
        let answer = self.changes.make(Change::Update(update), &call).await;
        changed(&call, &answer, |deliveries| UpdateUserAttributesResponse {
            code_delivery_details_list: deliveries.iter().map(to_delivery).collect(),
        })
    }

    async fn verify_user_attribute(
        &self,
        request: Request<VerifyUserAttributeRequest>,
    ) -> Result<Response<VerifyUserAttributeResponse>, Status> {
        let (call, request) = parts(request)?;
        let verification = Verification::try_from(request)?;
        call.set_attributes([public_name(&verification.attribute_name)]);
        let change = Change::Verification(verification);
        let answer = self.changes.make(change, &call).await;
        changed(&call, &answer, |_| VerifyUserAttributeResponse {})
    }

    async fn get_user_attribute_verification_code(
        &self,
        request: Request<GetUserAttributeVerificationCodeRequest>,
    ) -> Result<Response<GetUserAttributeVerificationCodeResponse>, Status> {
        let (call, request) = parts(request)?;
        let code_request = CodeRequest::try_from(request)?;
        call.set_attributes([public_name(&code_request.attribute_name)]);
        let change = Change::CodeRequest(code_request);
        let answer = self.changes.make(change, &call).await;
        changed(&call, &answer, |deliveries| {
            GetUserAttributeVerificationCodeResponse {
                code_delivery_details: deliveries.first().map(to_delivery),
            }
        })
    }

    async fn delete_user_attributes(
        &self,
        request: Request<DeleteUserAttributesRequest>,
    ) -> Result<Response<DeleteUserAttributesResponse>, Status> {
        let (call, request) = parts(request)?;
        let deletion = Deletion::try_from(request)?;
        call.set_attributes(deletion.names.iter().map(|name| public_name(name)));
        let change = Change::Deletion(deletion);
        let answer = self.changes.make(change, &call).await;
        changed(&call, &answer, |_| DeleteUserAttributesResponse {})
    }

    async fn get_user(
        &self,
        request: Request<GetUserRequest>,
    ) -> Result<Response<GetUserResponse>, Status> {
        let (call, request) = parts(request)?;
        let query = UserQuery::try_from(request)?;
        // A caller who leaves wants no answer any more: the read goes with its call.
        let progress = Progress::of(&call);
        match self.cognito.get_user(query, &progress).await {
            Ok(reply) => {
                let user = to_user(reply.body);
                // It may wait long for its reader, and a read that is refused can be made again.
                call.add_bytes(user.encoded_len()).map_err(|no_room| {
                    call.shed(no_room.into());
                    status::overloaded(call.method().operation())
                })?;
                Ok(response(&call, reply.request_id.as_deref(), user))
            }
            Err(mut error) => {
                telemetry::no_answer(error.operation, &progress, error.source.take());
                Err(Status::from(&error))
            }
        }
    }
}

/// The call that the outermost layer made, and its message. One that wasn't admitted goes no further.
fn parts<T>(request: Request<T>) -> Result<(Call, T), Status> {
    let (_, mut extensions, message) = request.into_parts();
    let call: Call = extensions.remove().expect("the outermost layer made it");
    match call.permit() {
        Some(_) => Ok((call, message)),
        None => Err(status::overloaded(call.method().operation())),
    }
}

fn changed<M>(
    call: &Call,
    answer: &Result<Arc<Answer>, NoAnswer>,
    message: impl FnOnce(&[CodeDelivery]) -> M,
) -> Result<Response<M>, Status> {
    let operation = call.method().operation();
    match answer.as_deref() {
        Ok(Ok(reply)) => Ok(response(
            call,
            reply.request_id.as_deref(),
            message(&reply.body),
        )),
        Ok(Err(failed)) => Err(refused(failed, operation)),
        Err(NoAnswer::Reused) => Err(status::request_id_reused(operation)),
        Err(NoAnswer::Panicked) => Err(status::internal(operation)),
    }
}

fn refused(failed: &Failed, operation: Option<Operation>) -> Status {
    match failed {
        Failed::Call(error) => error.into(),
        Failed::Unaudited(_) => status::audit_unavailable(operation),
    }
}

fn response<M>(call: &Call, aws_request_id: Option<&str>, message: M) -> Response<M> {
    call.set_aws_request_id(aws_request_id);
    let mut response = Response::new(message);
    *response.metadata_mut() = status::request_id_metadata(aws_request_id);
    response
}

/// Nobody was left to hear this answer.
fn unheard(operation: Operation, progress: &Progress, answer: &Answer, count: u64) {
    match answer {
        Ok(_) => telemetry::unheard(operation, progress, code_name(Code::Ok), None, count),
        Err(failed) => {
            let status = refused(failed, Some(operation));
            let code = code_name(status.code());
            telemetry::unheard(operation, progress, code, status::failure(&status), count);
        }
    }
}

fn to_delivery(delivery: &CodeDelivery) -> CodeDeliveryDetailsType {
    let CodeDelivery {
        destination,
        medium,
        attribute_name,
    } = delivery;
    CodeDeliveryDetailsType {
        destination: destination.clone(),
        delivery_medium: to_medium(*medium).into(),
        attribute_name: attribute_name.clone(),
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
