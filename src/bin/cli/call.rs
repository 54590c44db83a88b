//! The calls of the service.

use std::{error::Error as _, fmt, time::Duration};

use tonic::{
    Request, Status, TimeoutExpired,
    transport::{self, Channel, Uri},
};
use user_attributes::proto::{
    UpdateUserAttributesRequest, UpdateUserAttributesResponse,
    user_attributes_service_client::UserAttributesServiceClient,
};

use crate::error::{Error, ServiceError};

/// The server gives up after 20 seconds and says what it knows; this waits for that answer.
const DEADLINE: Duration = Duration::from_secs(25);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A URL of the service: scheme, host and port. Shown as the AWS CLI shows it, with a slash at the
/// end.
#[derive(Clone, Debug)]
pub struct Endpoint(Uri);

impl Endpoint {
    pub fn parse(url: &str) -> Result<Self, Error> {
        let uri: Uri = url
            .parse()
            .map_err(|_| refused("it must be a URL such as http://127.0.0.1:50051"))?;
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        match uri.scheme_str() {
            Some("http") if authority.contains('@') => Err(refused("it must not hold a user name")),
            Some("http") if uri.path() != "/" || uri.query().is_some() => {
                Err(refused("it must have no path and no query"))
            }
            Some("http") => Ok(Self(uri)),
            Some("https") => Err(refused("https isn't in this build; use http")),
            _ => Err(refused("it must begin with http://")),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The reason alone: the value may hold a password, or a word that belongs elsewhere.
fn refused(reason: &str) -> Error {
    Error::option("--endpoint", format!("Invalid endpoint: {reason}"))
}

/// A connection that is there, so that a failure from now on is an answer or the lack of one.
pub struct Connection {
    endpoint: Endpoint,
    client: UserAttributesServiceClient<Channel>,
}

impl Connection {
    pub async fn open(endpoint: Endpoint) -> Result<Self, Error> {
        let channel =
            transport::Endpoint::from(endpoint.0.clone()).connect_timeout(CONNECT_TIMEOUT);
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
