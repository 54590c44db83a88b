//! A typed gRPC service in front of Amazon Cognito's user-attribute operations.
//!
//! Amazon Cognito lets a signed-in user change attributes with a call of its own, over AWS JSON.
//! This crate serves that call to other services over gRPC: the contract stands in `proto/`, the
//! two binaries (`user-attributes-server`, and the client `user-attributes`) in `src/bin`.
//!
//! # The path of a request
//!
//! ```text
//! connection -> call::Call                        listener, then server: who calls, what, until when
//! bytes -> proto::UpdateUserAttributesRequest     server: its layers, then service
//!       -> attributes::Update                     or Violations, all at once
//!       -> changes::Changes                       a result that is known, or a flight,
//!                                                 which audit has on record
//!       -> Vec<cognito::CodeDelivery>             or cognito::Error
//!       -> proto::UpdateUserAttributesResponse
//! either error -> status -> tonic::Status, by `?`
//! ```
//!
//! # Who knows whom
//!
//! ```text
//! bin/server -> app -> server -> service -> changes -> cognito -> attributes -> proto
//!                |        |         \-----> status -> {cognito, attributes, call, proto}
//!                |        \-> listener, tls
//!                |-> admin -> listener
//!                |-> shutdown
//!                \-> local_pool                  (of ours it knows `settings` alone)
//! changes -> audit -> {attributes, telemetry}
//! admin, server, service, changes, cognito, tls -> telemetry -> call -> proto
//! whoever has settings -> settings               (which knows nothing of ours, as listener)
//! bin/cli -> {proto, settings}
//! ```
//!
//! # What holds everywhere
//!
//! - [`attributes`] and [`cognito`] don't name tonic: what a caller reads is [`status`]'s alone.
//! - Only [`cognito`] names the AWS SDK, and it has no AWS credentials: the caller's access token
//!   is all that Cognito asks for.
//! - Only [`app`] knows every part. Nothing of ours reads the environment but the settings that it
//!   flattens, and nothing is served before every port is taken.
//! - `local_pool` shares no type with [`cognito`]: they meet on the wire, so that they can't share
//!   a misreading of it.
//! - A [`call::Call`] is made once, by the outermost layer of [`server`], and its end is told there.
//!   [`telemetry`] is given plain values.
//! - What may have been executed is never repeated, unless it only reads. Only a `request_id` makes
//!   two changes the same change. A change that has been sent runs to its end, whether anybody waits
//!   or not, unless the process ends before.
//! - Whatever a caller does, there is a bound to what it can have: of calls, flights, bytes, streams
//!   and connections. What is refused for it was not sent.
//! - Access tokens, attribute values, client metadata, codes and destinations are in no log, no span,
//!   no metric, no line of the audit, no status text and no `Debug` output. Cognito's own texts reach
//!   the caller with them cut out.
//! - An error says in its `outcome` whether the update was made: `not_applied`, or `unknown`.

pub mod admin;
pub mod app;
pub mod attributes;
pub mod audit;
pub mod call;
pub mod changes;
pub mod cognito;
pub mod listener;
#[cfg(feature = "local-pool")]
pub mod local_pool;
pub mod proto;
pub mod server;
pub mod service;
pub mod settings;
pub mod shutdown;
pub mod status;
pub mod telemetry;
pub mod tls;
