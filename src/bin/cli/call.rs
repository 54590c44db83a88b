//! The call of the service.

use std::{error::Error as _, future, io, time::Duration};

use http::{Response as HttpResponse, header::CONTENT_TYPE};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::time::{Instant, timeout};
use tonic::{
    Request as Message, Status, TimeoutExpired,
    body::Body,
    transport::{self, Uri},
};
use tower::{ServiceBuilder, service_fn, util::BoxService};
use user_attributes::proto::{self, user_attributes_service_client::UserAttributesServiceClient};

use crate::{
    endpoint::Endpoint,
    error::{CallError, Change, Error, ServiceError, Trouble},
    limits::Limits,
    model::Operation,
    reply,
    request::Request,
    tls::Tls,
    wire::{Noted, Wire},
};

type Client = UserAttributesServiceClient<
    BoxService<http::Request<Body>, HttpResponse<Body>, transport::Error>,
>;

/// A connection that is there, so that a failure from now on is an answer or the lack of one.
pub struct Connection {
    endpoint: Endpoint,
    client: Client,
    noted: Noted,
    /// When the answer has to be there.
    end: Instant,
}

impl Connection {
    pub async fn open(
        endpoint: Endpoint,
        tls: Option<Tls>,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let end = Instant::now() + limits.answer;
        let has_tls = tls.is_some();
        let patience = limits.connect.min(limits.answer);
        let wire = match timeout(patience, Wire::to(&endpoint, tls)).await {
            Ok(Ok(wire)) => wire,
            Ok(Err(trouble)) => return Err(unsent(trouble, endpoint)),
            Err(_elapsed) if limits.connect > limits.answer => {
                return Err(unsent(Trouble::TimedOut, endpoint));
            }
            Err(_elapsed) if has_tls => {
                let silent = "the server doesn't answer, so it may have no TLS";
                return Err(unsent(Trouble::Tls(silent.to_owned()), endpoint));
            }
            Err(_elapsed) => return Err(unsent(Trouble::Unreachable, endpoint)),
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
        let Ok(channel) = channel.connect_with_connector(once).await else {
            let trouble = noted.trouble().unwrap_or(Trouble::Unreachable);
            return Err(unsent(trouble, endpoint));
        };
        let hears = noted.clone();
        let channel = ServiceBuilder::new()
            .map_response(move |response| {
                note_other_than_grpc(&response, &hears);
                response
            })
            .service(channel);
        Ok(Self {
            endpoint,
            client: Client::new(BoxService::new(channel)),
            noted,
            end,
        })
    }

    /// Sends once. A repeat could make Cognito send a second code.
    pub async fn send(
        mut self,
        operation: &Operation,
        request: Request,
        request_id: Option<String>,
    ) -> Result<Value, Error> {
        let (client, end) = (&mut self.client, self.end);
        let answer = match request {
            Request::UpdateUserAttributes(it) => client
                .update_user_attributes(until(end, it))
                .await
                .map(|reply| reply::update_user_attributes(reply.into_inner())),
            Request::VerifyUserAttribute(it) => client
                .verify_user_attribute(until(end, it))
                .await
                .map(|reply| reply::verify_user_attribute(reply.into_inner())),
            Request::GetUserAttributeVerificationCode(it) => client
                .get_user_attribute_verification_code(until(end, it))
                .await
                .map(|reply| reply::get_user_attribute_verification_code(reply.into_inner())),
            Request::DeleteUserAttributes(it) => client
                .delete_user_attributes(until(end, it))
                .await
                .map(|reply| reply::delete_user_attributes(reply.into_inner())),
            Request::GetUser(it) => client
                .get_user(until(end, it))
                .await
                .map(|reply| reply::get_user(reply.into_inner())),
        };
        let operation = operation.method;
        let change = request_id.map(|request_id| Change {
            operation,
            request_id,
        });
        answer.map_err(|status| self.failure(operation, &status, change))
    }

    /// A status that this process made has a source, or comes of what isn't gRPC.
    fn failure(
        self,
        operation: proto::Operation,
        status: &Status,
        change: Option<Change>,
    ) -> Error {
        let noted = self.noted.trouble();
        if status.source().is_none() && noted.is_none() {
            return Error::Service(Box::new(ServiceError::new(operation, status, change)));
        }
        let mut source = status.source();
        let mut trouble = noted.unwrap_or(Trouble::Broken);
        while let Some(cause) = source {
            if cause.is::<TimeoutExpired>() {
                trouble = Trouble::TimedOut;
            }
            source = cause.source();
        }
        let may_be_sent = matches!(
            trouble,
            Trouble::Broken | Trouble::NotGrpc(_) | Trouble::TimedOut
        );
        Error::Call(Box::new(CallError {
            endpoint: self.endpoint,
            trouble,
            change: change.filter(|_| may_be_sent),
        }))
    }
}

/// A failure before the request has left.
fn unsent(trouble: Trouble, endpoint: Endpoint) -> Error {
    Error::Call(Box::new(CallError {
        endpoint,
        trouble,
        change: None,
    }))
}

fn until<T>(end: Instant, message: T) -> Message<T> {
    let mut message = Message::new(message);
    let rest = end.saturating_duration_since(Instant::now());
    // gRPC knows no time of nothing at all.
    message.set_timeout(rest.max(Duration::from_millis(1)));
    message
}

fn note_other_than_grpc(response: &HttpResponse<Body>, noted: &Noted) {
    let kind = response.headers().get(CONTENT_TYPE);
    if !kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc")) {
        noted.note(Trouble::NotGrpc(response.status().as_u16()));
    }
}
