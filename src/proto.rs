//! The contract of `proto/`, as generated code: messages, the service's trait and client, and the
//! encoded descriptor set.
//!
//! The generated `Debug` shows `[redacted]` for each field that the contract marks
//! `debug_redact`: access token, attribute values, client metadata, destinations.

mod code;
mod codec;
mod operation;
mod reason;

pub use self::{
    code::code_name,
    codec::{OneMessageCodec, OneMessageDecoder},
    generated::*,
    operation::Operation,
};

/// The encoded `google.protobuf.FileDescriptorSet` of the contract, comments and options included.
pub const FILE_DESCRIPTOR_SET: &[u8] =
    include_bytes!(concat!(env!("OUT_DIR"), "/descriptor_set.bin"));

#[allow(
    clippy::all,
    clippy::pedantic,
    missing_docs,
    reason = "generated; the comments stand in the contract"
)]
mod generated {
    tonic::include_proto!("cognito.userattributes.v1");

    include!(concat!(env!("OUT_DIR"), "/debug.rs"));
}
