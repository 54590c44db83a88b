//! The gRPC listener: bind, then serve.
//!
//! The layers of each connection, outermost first, and why in this order:
//!
//! 1. `RecordLayer` makes the call and tells how it ended, whatever the layers below answer.
//! 2. `RefusalLayer`: what isn't gRPC goes no further; a panic in anything below, and what tonic
//!    refuses, get this contract's status.
//! 3. `DeadlineLayer`: the time runs while a message arrives, too.
//! 4. `AdmissionLayer`: next to the handlers, as a call is admitted when its message is there.

mod admission;
mod arriving;
mod connection;
mod deadline;
mod health;
mod record;
mod reflection;
mod refusals;
mod request_body;
mod streams;
#[cfg(test)]
mod tests;

use std::{io, net::SocketAddr, pin::Pin, sync::Arc, time::Duration};

use humantime::format_duration;
use tonic::service::Routes;
use tower::ServiceBuilder;

use self::{
    admission::AdmissionLayer, arriving::Arriving, connection::Age, deadline::DeadlineLayer,
    record::RecordLayer, refusals::RefusalLayer, request_body::Room,
};
pub use self::{connection::Stop, health::Health};
use crate::{
    call::{Bytes, Caller, InFlight, Shed},
    listener::{Connections, Listener},
    proto::user_attributes_service_server::{UserAttributesService, UserAttributesServiceServer},
    settings::{address, count, positive_time, time},
    telemetry::Metrics,
    tls::{Accepted, Acceptor},
};

/// Largest message in either direction, in bytes. Client metadata may legally be large.
const MAX_MESSAGE: usize = 1024 * 1024;
/// Most calls at a time on one connection.
const MAX_STREAMS: u32 = 100;

/// Where and what to serve.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "gRPC")]
#[group(skip)] // clap would name each after its type, `Args`
pub struct Args {
    /// Address of the gRPC services, in plaintext HTTP/2, or in TLS with --tls-cert
    #[arg(
        long,
        env = "USER_ATTRIBUTES_GRPC_ADDR",
        value_name = "ADDR",
        default_value = "127.0.0.1:50051",
        value_parser = address
    )]
    pub grpc_addr: SocketAddr,

    /// Whether to describe the services to clients that ask (grpc.reflection.v1, v1alpha)
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

    /// Most calls, and changes that outlive theirs, at a time; further ones are refused with
    /// OVERLOADED
    #[arg(
        long,
        env = "USER_ATTRIBUTES_MAX_IN_FLIGHT",
        value_name = "COUNT",
        default_value = "512",
        value_parser = count
    )]
    pub max_in_flight: usize,

    /// Most connections at a time; further ones are closed at once
    #[arg(
        long,
        env = "USER_ATTRIBUTES_MAX_CONNECTIONS",
        value_name = "COUNT",
        default_value = "2000",
        value_parser = count
    )]
    pub max_connections: usize,

    /// How long a connection lives, give or take a tenth, before its peer is told to make a new one
    #[arg(
        long,
        env = "USER_ATTRIBUTES_MAX_CONNECTION_AGE",
        value_name = "TIME",
        default_value = "10m",
        value_parser = positive_time
    )]
    pub max_connection_age: Duration,
}

/// Every call would be refused.
#[derive(Debug, thiserror::Error)]
#[error(
    "--min-deadline (USER_ATTRIBUTES_MIN_DEADLINE) is {}, above --max-deadline \
     (USER_ATTRIBUTES_MAX_DEADLINE), which is {}: every call would be refused",
    format_duration(*.min),
    format_duration(*.max),
)]
pub struct InvalidDeadlines {
    min: Duration,
    max: Duration,
}

/// A listener that has its port.
#[derive(Debug)]
pub struct Bound {
    listener: Listener,
    args: Args,
    in_flight: InFlight,
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
    pub fn bind(self) -> io::Result<Bound> {
        Ok(Bound {
            listener: Listener::bind(self.grpc_addr, self.max_connections, 1)?,
            in_flight: InFlight::calls(self.max_in_flight),
            args: self,
        })
    }
}

impl Bound {
    /// The address that was taken.
    pub fn local_addr(&self) -> SocketAddr {
        self.listener.local_addr()
    }

    /// The calls and flights that aren't over.
    pub fn in_flight(&self) -> InFlight {
        self.in_flight.clone()
    }

    /// The connections that it has.
    pub fn connections(&self) -> Connections {
        self.listener.connections()
    }

    /// Serves until it has to stop, and returns when the last connection is over.
    ///
    /// # Errors
    ///
    /// If the descriptor set fails.
    pub async fn serve(
        self,
        service: impl UserAttributesService,
        health: Health,
        tls: Option<Acceptor>,
        stop: Stop,
        metrics: Metrics,
    ) -> anyhow::Result<()> {
        let service = UserAttributesServiceServer::new(service)
            .max_decoding_message_size(MAX_MESSAGE)
            .max_encoding_message_size(MAX_MESSAGE);
        let mut routes = Routes::new(health.service()).add_service(service);
        if self.args.reflection {
            routes = reflection::add_to(routes)?;
        }
        let routes = routes.prepare();
        let deadline = DeadlineLayer {
            max: self.args.max_deadline,
            min: self.args.min_deadline,
            in_flight: self.in_flight.clone(),
        };
        let admission = AdmissionLayer {
            in_flight: self.in_flight,
            streams: InFlight::streams(self.args.max_connections),
            bytes: Bytes::default(),
            arriving: Arriving::default(),
        };
        let age = Age::new(self.args.max_connection_age, self.args.max_deadline);
        let (counts, room) = (metrics.clone(), Room::default());
        let stack = move |peer, san| {
            let caller = Arc::new(Caller::new(peer, san));
            let metrics = metrics.clone();
            ServiceBuilder::new()
                .layer(RecordLayer { caller, metrics })
                .layer(RefusalLayer)
                .layer(deadline.clone())
                .layer(admission.clone())
                .service(routes.clone())
        };
        // Each in a box of its own size: one without TLS takes less than one with it.
        let serve = |stream, peer| -> Pin<Box<dyn Future<Output = ()> + Send>> {
            let (stack, stop, room) = (stack.clone(), stop.clone(), room.clone());
            let Some(tls) = tls.clone() else {
                let service = stack(peer, None);
                return Box::pin(connection::serve(stream, service, age, stop, room));
            };
            let counts = counts.clone();
            Box::pin(async move {
                let accepted = tokio::select! {
                    accepted = tls.accept(stream, peer, &counts) => accepted,
                    // Its first call would only be sent elsewhere.
                    () = stop.drain.cancelled() => None,
                };
                if let Some(Accepted { stream, san }) = accepted {
                    connection::serve(stream, stack(peer, san), age, stop, room).await;
                }
            })
        };
        let refused = || counts.shed(Shed::Connections);
        self.listener.run(stop.drain.clone(), serve, refused).await;
        Ok(())
    }
}
