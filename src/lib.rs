//! A typed gRPC service in front of Amazon Cognito's user-attribute operations.
//!
//! Amazon Cognito lets a signed-in user change attributes with a call of its own, over AWS JSON.
//! This crate serves that call to other services over gRPC: the contract stands in `proto/`, the
//! two binaries (`user-attributes-server`, and the client `user-attributes`) in `src/bin`.
//!
//! # The path of a request
//!
//! ```text
//! bytes -> proto::UpdateUserAttributesRequest     server: layers, then service
//!       -> attributes::Update                     or Violations, all at once
//!       -> idempotency::Calls                     a result that is known, or a call
//!       -> Vec<cognito::CodeDelivery>             or cognito::Error
//!       -> proto::UpdateUserAttributesResponse
//! either error -> status -> tonic::Status, by `?`
//! ```
//!
//! # What holds everywhere
//!
//! - [`attributes`] and [`cognito`] don't name tonic: what a caller reads is [`status`]'s alone.
//! - Only [`cognito`] names the AWS SDK, and it has no AWS credentials: the caller's access token
//!   is all that Cognito asks for.
//! - Only [`app`] knows every part. Nothing reads the environment but the settings that it
//!   flattens, and nothing is served before every port is taken.
//! - `local_pool` shares no type with [`cognito`]: they meet on the wire, so that they can't share
//!   a misreading of it.
//! - What may have been executed is never repeated, but for the two operations whose repeat does no
//!   harm; a change that has been sent runs to its end, whether anybody waits or not.
//! - Access tokens, attribute values, client metadata, codes and destinations are in no log, no
//!   status text and no `Debug` output. Cognito's own texts reach the caller with them cut out.
//! - An error says in its `outcome` whether the update was made: `not_applied`, or `unknown`.

pub mod admin;
pub mod app;
pub mod attributes;
pub mod cognito;
pub mod idempotency;
#[cfg(feature = "local-pool")]
pub mod local_pool;
pub mod proto;
pub mod server;
pub mod service;
pub mod settings;
pub mod shutdown;
pub mod status;
pub mod telemetry;
