use std::net::SocketAddr;

use tokio::{task::JoinHandle, time::timeout};
use tonic::{Code, Request, Response, Status, async_trait, transport::Channel};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use tonic_types::StatusExt as _;

use super::*;
use crate::{
    proto::{
        DeleteUserAttributesRequest, DeleteUserAttributesResponse,
        GetUserAttributeVerificationCodeRequest, GetUserAttributeVerificationCodeResponse,
        GetUserRequest, GetUserResponse, UpdateUserAttributesRequest, UpdateUserAttributesResponse,
        VerifyUserAttributeRequest, VerifyUserAttributeResponse,
        user_attributes_service_client::UserAttributesServiceClient,
    },
    telemetry::Exposition,
};

/// A handler with a bug.
struct Panicking;

#[async_trait]
impl UserAttributesService for Panicking {
    async fn update_user_attributes(
        &self,
        _request: Request<UpdateUserAttributesRequest>,
    ) -> Result<Response<UpdateUserAttributesResponse>, Status> {
        panic!("a secret that nobody is told")
    }

    async fn verify_user_attribute(
        &self,
        _request: Request<VerifyUserAttributeRequest>,
    ) -> Result<Response<VerifyUserAttributeResponse>, Status> {
        unreachable!("not called")
    }

    async fn get_user_attribute_verification_code(
        &self,
        _request: Request<GetUserAttributeVerificationCodeRequest>,
    ) -> Result<Response<GetUserAttributeVerificationCodeResponse>, Status> {
        unreachable!("not called")
    }

    async fn delete_user_attributes(
        &self,
        _request: Request<DeleteUserAttributesRequest>,
    ) -> Result<Response<DeleteUserAttributesResponse>, Status> {
        unreachable!("not called")
    }

    async fn get_user(
        &self,
        _request: Request<GetUserRequest>,
    ) -> Result<Response<GetUserResponse>, Status> {
        panic!("a secret that nobody is told")
    }
}

struct Serving {
    channel: Channel,
    health: Health,
    in_flight: InFlight,
    exposition: Exposition,
    stop: Stop,
    running: JoinHandle<anyhow::Result<()>>,
}

impl Serving {
    async fn start() -> Self {
        let args = Args {
            grpc_addr: SocketAddr::from(([127, 0, 0, 1], 0)),
            reflection: false,
            max_deadline: Duration::from_secs(20),
            min_deadline: Duration::from_millis(60),
            max_in_flight: 8,
            max_connection_age: Duration::from_mins(1),
            max_connections: 8,
        };
        let bound = args.bind().expect("a free port");
        let channel = Channel::from_shared(format!("http://{}", bound.local_addr()));
        let health = Health::default();
        let stop = Stop::default();
        let (metrics, in_flight) = (Metrics::new([]), bound.in_flight());
        let exposition = Exposition::new(&metrics, in_flight.clone(), || 0, || 0);
        let running = bound.serve(Panicking, health.clone(), None, stop.clone(), metrics);
        let running = tokio::spawn(running);
        Self {
            channel: channel.expect("a URL").connect().await.expect("it listens"),
            health,
            in_flight,
            exposition,
            stop,
            running,
        }
    }

    async fn status_of(&self, service: &str) -> ServingStatus {
        let request = HealthCheckRequest {
            service: service.to_owned(),
        };
        let mut client = HealthClient::new(self.channel.clone());
        let answer = client.check(request).await.expect("a known name");
        answer.into_inner().status()
    }

    /// Waits until the metrics have this line: a call is counted when its answer has left.
    async fn counts(&self, line: &str) {
        let soon = async {
            while !self.exposition.text().lines().any(|it| it == line) {
                tokio::task::yield_now().await;
            }
        };
        let in_time = timeout(Duration::from_secs(10), soon).await;
        in_time.expect("it is counted");
    }

    async fn stop(self) {
        drop(self.channel);
        self.stop.drain.cancel();
        let ended = self.running.await.expect("no panic of the server's own");
        ended.expect("a clean end");
    }
}

#[tokio::test]
async fn a_panic_is_internal_and_the_connection_goes_on() {
    let serving = Serving::start().await;
    let mut client = UserAttributesServiceClient::new(serving.channel.clone());

    for _ in 0..2 {
        let request = UpdateUserAttributesRequest::default();
        let change = client.update_user_attributes(request).await.unwrap_err();
        let request = GetUserRequest::default();
        let read = client.get_user(request).await.unwrap_err();
        for (status, outcome) in [(change, "unknown"), (read, "not_applied")] {
            assert_eq!(status.code(), Code::Internal);
            assert!(!format!("{status:?}").contains("secret"));
            let info = status.get_details_error_info().expect("an ErrorInfo");
            assert_eq!(info.reason, "INTERNAL");
            assert_eq!(info.metadata["outcome"], outcome);
        }
    }
    let counted = r#"user_attributes_errors_total{reason="INTERNAL"} 4"#;
    serving.counts(counted).await;
    drop(client);
    serving.stop().await;
}

#[tokio::test]
async fn health_is_not_serving_until_it_is_told_so() {
    let serving = Serving::start().await;
    let names = ["", "cognito.userattributes.v1.UserAttributesService"];
    for name in names {
        assert_eq!(serving.status_of(name).await, ServingStatus::NotServing);
    }
    serving.health.set_serving(true);
    for name in names {
        assert_eq!(serving.status_of(name).await, ServingStatus::Serving);
    }
    serving.stop().await;
}

/// Of a whole process nobody sees this: connections and metrics go as soon as the drain is over.
#[tokio::test]
async fn a_call_that_comes_when_nothing_is_admitted_any_more_is_refused_and_counted() {
    let serving = Serving::start().await;
    serving.in_flight.close();
    let mut client = UserAttributesServiceClient::new(serving.channel.clone());
    let late = client.get_user(GetUserRequest::default()).await;
    let info = late.unwrap_err().get_details_error_info();
    assert_eq!(info.expect("an ErrorInfo").reason, "OVERLOADED");
    for counted in [
        r#"user_attributes_shed_total{reason="draining"} 1"#,
        r#"user_attributes_errors_total{reason="OVERLOADED"} 1"#,
    ] {
        serving.counts(counted).await;
    }
    drop(client);
    serving.stop().await;
}
