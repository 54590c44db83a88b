//! The service as its callers and operators meet it: over real sockets, on ports of its own.

mod cli;
mod connection;
mod contract;
mod deadlines;
mod deploy;
mod duplicates;
mod errors;
mod faults;
mod hangups;
mod life;
mod lifecycle;
mod local_pool;
mod operations;
mod quota;
mod random_faults;
mod readme;
mod refusals;
mod requests;
mod secrets;
mod service_config;
mod settings;
mod support;
mod update;
mod upstream;
