//! The gRPC listener: bind, then serve.
//!
//! The layers, outermost first, and why in this order:
//!
//! 1. `CallLayer` records each call, whatever the layers below answer, and a dropped one too.
//! 2. `CatchPanicLayer`: a panic in anything below becomes INTERNAL instead of a reset stream.
//! 3. `RefusalLayer`: what tonic refuses before a handler runs gets this contract's status.
//! 4. `DeadlineLayer`: around the handlers alone; health watches and reflection may last.

mod deadline;
mod health;
mod refusals;
#[cfg(test)]
mod tests;

use std::{any::Any, io, net::SocketAddr, time::Duration};

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::{
    body::Body,
    transport::server::{Server, TcpIncoming},
};
use tower_http::catch_panic::CatchPanicLayer;

pub use self::health::Health;
use self::{deadline::DeadlineLayer, refusals::RefusalLayer};
use crate::{
    proto::{
        FILE_DESCRIPTOR_SET,
        user_attributes_service_server::{UserAttributesService, UserAttributesServiceServer},
    },
    settings::{address, positive_time, time},
    status,
    telemetry::{CallLayer, CallsInFlight},
};

/// Largest message in either direction, in bytes. Client metadata may legally be large.
const MAX_MESSAGE: usize = 1024 * 1024;
/// Most calls at a time on one connection.
const MAX_STREAMS: u32 = 100;
/// Largest header list, in bytes.
const MAX_HEADERS: u32 = 16 * 1024;
/// A peer that is silent for this long is asked whether it is there,
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(30);
/// and has this long to say so.
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// Where and what to serve.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "gRPC")]
#[group(skip)] // clap would name each after its type, `Args`
pub struct Args {
    /// Address of the gRPC services, in plaintext HTTP/2
    #[arg(
        long,
        env = "USER_ATTRIBUTES_GRPC_ADDR",
        value_name = "ADDR",
        default_value = "127.0.0.1:50051",
        value_parser = address
    )]
    pub grpc_addr: SocketAddr,

    /// Whether to describe the services to clients that ask (grpc.reflection.v1)
    #[arg(
        long,
        env = "USER_ATTRIBUTES_REFLECTION",
        value_name = "BOOL",
        default_value_t = true,
        default_missing_value = "true",
        num_args = 0..=1,
        action = clap::ArgAction::Set
    )]
    pub reflection: bool,

    /// Longest time for an answer, also for a caller who gives more or none
    #[arg(
        long,
        env = "USER_ATTRIBUTES_MAX_DEADLINE",
        value_name = "TIME",
        default_value = "20s",
        value_parser = positive_time
    )]
    pub max_deadline: Duration,

    /// A caller who gives less time than this is refused at once
    #[arg(
        long,
        env = "USER_ATTRIBUTES_MIN_DEADLINE",
        value_name = "TIME",
        default_value = "60ms",
        value_parser = time
    )]
    pub min_deadline: Duration,
}

/// Every call would be refused.
#[derive(Debug, thiserror::Error)]
#[error(
    "--min-deadline (USER_ATTRIBUTES_MIN_DEADLINE) is {min:?}, above --max-deadline \
     (USER_ATTRIBUTES_MAX_DEADLINE), which is {max:?}: every call would be refused"
)]
pub struct InvalidDeadlines {
    min: Duration,
    max: Duration,
}

/// A listener that has its port.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    local_addr: SocketAddr,
    reflection: bool,
    max_deadline: Duration,
    min_deadline: Duration,
}

impl Args {
    /// Refuses settings that contradict each other.
    ///
    /// # Errors
    ///
    /// If no deadline would do.
    pub fn check(&self) -> Result<(), InvalidDeadlines> {
        let (min, max) = (self.min_deadline, self.max_deadline);
        if min > max {
            return Err(InvalidDeadlines { min, max });
        }
        Ok(())
    }

    /// Takes the port.
    ///
    /// # Errors
    ///
    /// If the address can't be taken.
    pub async fn bind(self) -> io::Result<Bound> {
        let listener = TcpListener::bind(self.grpc_addr).await?;
        Ok(Bound {
            local_addr: listener.local_addr()?,
            listener,
            reflection: self.reflection,
            max_deadline: self.max_deadline,
            min_deadline: self.min_deadline,
        })
    }
}

impl Bound {
    /// The address that was taken.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Serves until `stop`; from then on takes no connection, and returns when the last one is
    /// closed.
    ///
    /// # Errors
    ///
    /// If the listener or the descriptor set fails.
    pub async fn serve(
        self,
        service: impl UserAttributesService,
        health: Health,
        calls: CallsInFlight,
        stop: CancellationToken,
    ) -> anyhow::Result<()> {
        let service = UserAttributesServiceServer::new(service)
            .max_decoding_message_size(MAX_MESSAGE)
            .max_encoding_message_size(MAX_MESSAGE);
        let reflection = self.reflection.then(reflection).transpose()?;
        // tonic's own socket settings don't reach a listener that it is given.
        let incoming = TcpIncoming::from(self.listener)
            .with_nodelay(Some(true))
            .with_keepalive(Some(KEEPALIVE_INTERVAL));
        Server::builder()
            .max_concurrent_streams(MAX_STREAMS)
            .http2_max_header_list_size(MAX_HEADERS)
            .http2_keepalive_interval(Some(KEEPALIVE_INTERVAL))
            .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
            .layer(CallLayer::new(calls))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(RefusalLayer)
            .layer(DeadlineLayer {
                max: self.max_deadline,
                min: self.min_deadline,
            })
            .add_service(health.service())
            .add_optional_service(reflection)
            .add_service(service)
            .serve_with_incoming_shutdown(incoming, stop.cancelled_owned())
            .await?;
        Ok(())
    }
}

fn reflection() -> Result<
    tonic_reflection::server::v1::ServerReflectionServer<
        impl tonic_reflection::server::v1::ServerReflection,
    >,
    tonic_reflection::server::Error,
> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()
}

/// The panic itself has been logged when it happened.
fn panicked(_cause: Box<dyn Any + Send>) -> http::Response<Body> {
    status::internal(None).into_http()
}
