//! `grpc.health.v1` for the whole server (`""`) and for the service by name.
//!
//! tonic-health's own service answers a watch of an unknown name with NOT_FOUND. By the protocol it
//! is told SERVICE_UNKNOWN and goes on.
//! Source: [health.proto](https://github.com/grpc/grpc-proto/blob/master/grpc/health/v1/health.proto)

use std::pin::Pin;

use tokio::sync::watch;
use tokio_stream::{Stream, StreamExt as _, wrappers::WatchStream};
use tonic::{Request, Response, Status, async_trait};
use tonic_health::pb::{
    HealthCheckRequest, HealthCheckResponse,
    health_check_response::ServingStatus,
    health_server::{Health as HealthService, HealthServer},
};

use crate::proto::user_attributes_service_server::SERVICE_NAME;

/// Largest request, in bytes. It holds a name.
const MAX_REQUEST: usize = 1024;

/// What health checks are told. NOT_SERVING until it is told otherwise.
#[derive(Clone, Debug)]
pub struct Health(watch::Sender<State>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    NotServing,
    Serving,
    /// Watches end, which would otherwise hold their connections open for ever.
    Over,
}

impl Default for Health {
    fn default() -> Self {
        Self(watch::Sender::new(State::NotServing))
    }
}

impl Health {
    /// Tells checks and watches whether calls are taken.
    pub fn set_serving(&self, serving: bool) {
        self.0.send_replace(if serving {
            State::Serving
        } else {
            State::NotServing
        });
    }

    /// Ends the watches. Checks are told NOT_SERVING.
    pub fn end_watches(&self) {
        self.0.send_replace(State::Over);
    }

    pub(super) fn service(&self) -> HealthServer<impl HealthService> {
        HealthServer::new(self.clone()).max_decoding_message_size(MAX_REQUEST)
    }
}

fn is_known(name: &str) -> bool {
    name.is_empty() || name == SERVICE_NAME
}

fn told(state: State) -> ServingStatus {
    match state {
        State::Serving => ServingStatus::Serving,
        State::NotServing | State::Over => ServingStatus::NotServing,
    }
}

fn response(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse {
        status: status.into(),
    }
}

type Statuses = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

#[async_trait]
impl HealthService for Health {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        if is_known(&request.get_ref().service) {
            let state = *self.0.borrow();
            Ok(Response::new(response(told(state))))
        } else {
            Err(Status::not_found("no service of this name is served here"))
        }
    }

    type WatchStream = Statuses;

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Statuses>, Status> {
        let is_known = is_known(&request.get_ref().service);
        let mut last = None;
        let statuses = WatchStream::new(self.0.subscribe())
            .take_while(|state| *state != State::Over)
            .filter_map(move |state| {
                let status = if is_known {
                    told(state)
                } else {
                    ServingStatus::ServiceUnknown
                };
                (last.replace(status) != Some(status)).then(|| Ok(response(status)))
            });
        Ok(Response::new(Box::pin(statuses)))
    }
}
