//! The calls of the service.

use std::{error::Error as _, time::Duration};

use tonic::{
    Request, Status, TimeoutExpired,
    transport::{self, Channel},
};
use user_attributes::proto::{
    UpdateUserAttributesRequest, UpdateUserAttributesResponse,
    user_attributes_service_client::UserAttributesServiceClient,
};

use crate::{
    endpoint::Endpoint,
    error::{Error, ServiceError},
};

/// The server gives up after 20 seconds and says what it knows; this waits for that answer.
const DEADLINE: Duration = Duration::from_secs(25);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection that is there, so that a failure from now on is an answer or the lack of one.
pub struct Connection {
    endpoint: Endpoint,
    client: UserAttributesServiceClient<Channel>,
}

impl Connection {
    pub async fn open(endpoint: Endpoint) -> Result<Self, Error> {
        let channel =
            transport::Endpoint::from(endpoint.uri().clone()).connect_timeout(CONNECT_TIMEOUT);
        match channel.connect().await {
            Ok(channel) => {
                let client = UserAttributesServiceClient::new(channel);
                Ok(Self { endpoint, client })
            }
            Err(_) => Err(Error::Unreachable(endpoint)),
        }
    }

    /// Sends once. A repeat could make Cognito send a second code.
    pub async fn update_user_attributes(
        mut self,
        request: UpdateUserAttributesRequest,
    ) -> Result<UpdateUserAttributesResponse, Error> {
        let mut request = Request::new(request);
        request.set_timeout(DEADLINE);
        match self.client.update_user_attributes(request).await {
            Ok(reply) => Ok(reply.into_inner()),
            Err(status) => Err(self.failure("UpdateUserAttributes", &status)),
        }
    }

    /// A status that this process made has a source; one that the server sent has none.
    fn failure(self, operation: &'static str, status: &Status) -> Error {
        let mut source = status.source();
        if source.is_none() {
            return Error::Service(Box::new(ServiceError::new(operation, status)));
        }
        while let Some(cause) = source {
            if cause.is::<TimeoutExpired>() {
                return Error::TimedOut(self.endpoint);
            }
            source = cause.source();
        }
        Error::Broken(self.endpoint)
    }
}
