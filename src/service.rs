//! The handlers: parse, call, convert.

use tonic::{Request, Response, Status, async_trait};

use crate::{
    attributes::{CodeRequest, Deletion, Update, UserQuery, Verification},
    cognito::{Client, CodeDelivery, Medium, Progress, Reply, User},
    proto::{
        AttributeType, CodeDeliveryDetailsType, DeleteUserAttributesRequest,
        DeleteUserAttributesResponse, DeliveryMedium, GetUserAttributeVerificationCodeRequest,
        GetUserAttributeVerificationCodeResponse, GetUserRequest, GetUserResponse, MfaOptionType,
        UpdateUserAttributesRequest, UpdateUserAttributesResponse, VerifyUserAttributeRequest,
        VerifyUserAttributeResponse, user_attributes_service_server::UserAttributesService,
    },
    status, telemetry,
};

/// The service of the contract, in front of one Cognito.
#[derive(Debug)]
pub struct Service {
    cognito: Client,
}

impl Service {
    /// The service in front of `cognito`.
    pub fn new(cognito: Client) -> Self {
        Self { cognito }
    }
}

#[async_trait]
impl UserAttributesService for Service {
    async fn update_user_attributes(
        &self,
        request: Request<UpdateUserAttributesRequest>,
    ) -> Result<Response<UpdateUserAttributesResponse>, Status> {
        let (request, progress) = parts(request);
        let update = Update::try_from(request)?;
        telemetry::record_attributes(update.names());
        let call = self.cognito.update_user_attributes(update, &progress);
        let reply = call.await.inspect_err(telemetry::log_failure)?;
        Ok(response(reply, |deliveries| UpdateUserAttributesResponse {
            code_delivery_details_list: deliveries.into_iter().map(to_delivery).collect(),
        }))
    }

    async fn verify_user_attribute(
        &self,
        request: Request<VerifyUserAttributeRequest>,
    ) -> Result<Response<VerifyUserAttributeResponse>, Status> {
        let (request, progress) = parts(request);
        let verification = Verification::try_from(request)?;
        telemetry::record_attributes([verification.attribute_name.as_str()]);
        let call = self.cognito.verify_user_attribute(verification, &progress);
        let reply = call.await.inspect_err(telemetry::log_failure)?;
        Ok(response(reply, |()| VerifyUserAttributeResponse {}))
    }

    async fn get_user_attribute_verification_code(
        &self,
        request: Request<GetUserAttributeVerificationCodeRequest>,
    ) -> Result<Response<GetUserAttributeVerificationCodeResponse>, Status> {
        let (request, progress) = parts(request);
        let code_request = CodeRequest::try_from(request)?;
        telemetry::record_attributes([code_request.attribute_name.as_str()]);
        let call = self
            .cognito
            .get_user_attribute_verification_code(code_request, &progress);
        let reply = call.await.inspect_err(telemetry::log_failure)?;
        Ok(response(reply, |delivery| {
            GetUserAttributeVerificationCodeResponse {
                code_delivery_details: Some(to_delivery(delivery)),
            }
        }))
    }

    async fn delete_user_attributes(
        &self,
        request: Request<DeleteUserAttributesRequest>,
    ) -> Result<Response<DeleteUserAttributesResponse>, Status> {
        let (request, progress) = parts(request);
        let deletion = Deletion::try_from(request)?;
        telemetry::record_attributes(deletion.names.iter().map(String::as_str));
        let call = self.cognito.delete_user_attributes(deletion, &progress);
        let reply = call.await.inspect_err(telemetry::log_failure)?;
        Ok(response(reply, |()| DeleteUserAttributesResponse {}))
    }

    async fn get_user(
        &self,
        request: Request<GetUserRequest>,
    ) -> Result<Response<GetUserResponse>, Status> {
        let (request, progress) = parts(request);
        let call = self
            .cognito
            .get_user(UserQuery::try_from(request)?, &progress);
        let reply = call.await.inspect_err(telemetry::log_failure)?;
        Ok(response(reply, to_user))
    }
}

/// The message, and what tells the layers how far the call has got.
fn parts<T>(request: Request<T>) -> (T, Progress) {
    let (_, mut extensions, message) = request.into_parts();
    (message, extensions.remove().unwrap_or_default())
}

fn response<T, M>(reply: Reply<T>, to_message: impl FnOnce(T) -> M) -> Response<M> {
    let Reply { body, request_id } = reply;
    let mut response = Response::new(to_message(body));
    *response.metadata_mut() = status::request_id_metadata(request_id.as_deref());
    response
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
