//! `grpc.health.v1` for the whole server (`""`) and for the service by name.

use tonic_health::{
    ServingStatus,
    pb::health_server::{Health as HealthService, HealthServer},
    server::HealthReporter,
};

use crate::proto::user_attributes_service_server::SERVICE_NAME;

/// tonic-health has no switch for all names at once.
const NAMES: [&str; 2] = ["", SERVICE_NAME];

/// What health checks are told. NOT_SERVING until it is told otherwise.
#[derive(Clone, Debug)]
pub struct Health(HealthReporter);

impl Health {
    /// NOT_SERVING for each name. tonic-health's own start would be SERVING.
    pub async fn not_serving() -> Self {
        let health = Self(HealthReporter::new());
        health.set(ServingStatus::NotServing).await;
        health
    }

    /// Tells checks and watches whether calls are taken.
    pub async fn set_serving(&self, serving: bool) {
        self.set(if serving {
            ServingStatus::Serving
        } else {
            ServingStatus::NotServing
        })
        .await;
    }

    /// Ends the watches, which would hold their connections open for ever.
    pub async fn end_watches(&self) {
        for name in NAMES {
            self.0.clone().clear_service_status(name).await;
        }
    }

    pub(super) fn service(&self) -> HealthServer<impl HealthService> {
        HealthServer::new(tonic_health::server::HealthService::from_health_reporter(
            self.0.clone(),
        ))
    }

    async fn set(&self, status: ServingStatus) {
        for name in NAMES {
            self.0.clone().set_service_status(name, status).await;
        }
    }
}
