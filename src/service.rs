//! The handlers: parse, call, convert.

use tonic::{Request, Response, Status, async_trait};

use crate::{
    attributes::Update,
    cognito::{Client, CodeDelivery, Medium, Progress, Reply},
    proto::{
        CodeDeliveryDetailsType, DeliveryMedium, UpdateUserAttributesRequest,
        UpdateUserAttributesResponse, user_attributes_service_server::UserAttributesService,
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
        let (_, mut extensions, request) = request.into_parts();
        let progress = extensions.remove::<Progress>().unwrap_or_default();

        let update = Update::try_from(request)?;
        telemetry::record_attributes(update.names());
        let reply = self
            .cognito
            .update_user_attributes(update, &progress)
            .await
            .inspect_err(telemetry::log_failure)?;
        Ok(response(reply, |deliveries| UpdateUserAttributesResponse {
            code_delivery_details_list: deliveries.into_iter().map(to_delivery).collect(),
        }))
    }
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
    let medium = match medium {
        Medium::Sms => DeliveryMedium::Sms,
        Medium::Email => DeliveryMedium::Email,
        Medium::Unknown => DeliveryMedium::Unspecified,
    };
    CodeDeliveryDetailsType {
        destination,
        delivery_medium: medium.into(),
        attribute_name,
    }
}
