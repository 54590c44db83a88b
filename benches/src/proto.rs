//! The contract, as generated code.

#![allow(
    clippy::all,
    clippy::pedantic,
    missing_docs,
    reason = "generated; the comments stand in the contract"
)]

tonic::include_proto!("cognito.userattributes.v1");
