//! The calls of the service.

use std::{error::Error as _, future, io, time::Duration};

use hyper_util::rt::TokioIo;
use tokio::time::timeout;
use tonic::{
    Request, Response, Status, TimeoutExpired,
    transport::{self, Channel, Uri},
};
use tower::service_fn;
use user_attributes::proto::{
    DeleteUserAttributesRequest, DeleteUserAttributesResponse,
    GetUserAttributeVerificationCodeRequest, GetUserAttributeVerificationCodeResponse,
    GetUserRequest, GetUserResponse, Operation, UpdateUserAttributesRequest,
    UpdateUserAttributesResponse, VerifyUserAttributeRequest, VerifyUserAttributeResponse,
    user_attributes_service_client::UserAttributesServiceClient,
};

use crate::{
    endpoint::Endpoint,
    error::{Error, ServiceError},
    tls::Tls,
    wire::{Noted, Trouble, Wire},
};

/// The server gives up after 20 seconds and says what it knows; this waits for that answer.
const DEADLINE: Duration = Duration::from_secs(25);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

type Client = UserAttributesServiceClient<Channel>;

/// A connection that is there, so that a failure from now on is an answer or the lack of one.
pub struct Connection {
    endpoint: Endpoint,
    client: Client,
    noted: Noted,
}

impl Connection {
    pub async fn open(endpoint: Endpoint, tls: Option<Tls>) -> Result<Self, Error> {
        let has_tls = tls.is_some();
        let wire = match timeout(CONNECT_TIMEOUT, Wire::to(&endpoint, tls)).await {
            Ok(Ok(wire)) => wire,
            Ok(Err(trouble)) => return Err(told(trouble, endpoint)),
            Err(_elapsed) if has_tls => {
                let silent = "the server doesn't answer, so it may have no TLS";
                return Err(Error::Tls(endpoint, silent.to_owned()));
            }
            Err(_elapsed) => return Err(Error::Unreachable(endpoint)),
        };
        let noted = wire.noted();
        // A second connection would be a second call.
        let mut wire = Some(TokioIo::new(wire));
        let once = service_fn(move |_: Uri| {
            let lost = || io::Error::from(io::ErrorKind::NotConnected);
            future::ready(wire.take().ok_or_else(lost))
        });
        // tonic itself has nothing to do with TLS: it is told the scheme as that of the requests.
        let channel =
            transport::Endpoint::from_static("http://wire").origin(endpoint.uri().clone());
        match (channel.connect_with_connector(once).await, noted.trouble()) {
            (Ok(channel), _) => Ok(Self {
                endpoint,
                client: Client::new(channel),
                noted,
            }),
            (Err(_), Some(trouble)) => Err(told(trouble, endpoint)),
            (Err(_), None) => Err(Error::Unreachable(endpoint)),
        }
    }

    pub async fn update_user_attributes(
        self,
        request: UpdateUserAttributesRequest,
    ) -> Result<UpdateUserAttributesResponse, Error> {
        let operation = Operation::UpdateUserAttributes;
        self.sent(operation, request, Client::update_user_attributes)
            .await
    }

    pub async fn verify_user_attribute(
        self,
        request: VerifyUserAttributeRequest,
    ) -> Result<VerifyUserAttributeResponse, Error> {
        let operation = Operation::VerifyUserAttribute;
        self.sent(operation, request, Client::verify_user_attribute)
            .await
    }

    pub async fn get_user_attribute_verification_code(
        self,
        request: GetUserAttributeVerificationCodeRequest,
    ) -> Result<GetUserAttributeVerificationCodeResponse, Error> {
        let operation = Operation::GetUserAttributeVerificationCode;
        self.sent(
            operation,
            request,
            Client::get_user_attribute_verification_code,
        )
        .await
    }

    pub async fn delete_user_attributes(
        self,
        request: DeleteUserAttributesRequest,
    ) -> Result<DeleteUserAttributesResponse, Error> {
        let operation = Operation::DeleteUserAttributes;
        self.sent(operation, request, Client::delete_user_attributes)
            .await
    }

    pub async fn get_user(self, request: GetUserRequest) -> Result<GetUserResponse, Error> {
        let operation = Operation::GetUser;
        self.sent(operation, request, Client::get_user).await
    }

    /// Sends once. A repeat could make Cognito send a second code.
    async fn sent<Q, R>(
        mut self,
        operation: Operation,
        request: Q,
        send: impl AsyncFnOnce(&mut Client, Request<Q>) -> Result<Response<R>, Status>,
    ) -> Result<R, Error> {
        let mut request = Request::new(request);
        request.set_timeout(DEADLINE);
        match send(&mut self.client, request).await {
            Ok(reply) => Ok(reply.into_inner()),
            Err(status) => Err(self.failure(operation.name(), &status)),
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
        match self.noted.trouble() {
            Some(trouble) => told(trouble, self.endpoint),
            None => Error::Broken(self.endpoint),
        }
    }
}

fn told(trouble: Trouble, endpoint: Endpoint) -> Error {
    match trouble {
        Trouble::Unreachable => Error::Unreachable(endpoint),
        Trouble::Encrypted => Error::Encrypted(endpoint),
        Trouble::Tls(why) => Error::Tls(endpoint, why),
    }
}
