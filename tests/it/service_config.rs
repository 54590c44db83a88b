//! The service config that clients load has gRPC repeat nothing whose repeat does harm.
//! `tests/clients/go` holds what a client makes of it.

use std::{collections::BTreeSet, time::Duration};

use clap::CommandFactory as _;
use prost_reflect::DescriptorPool;
use serde::Deserialize;
use serde_json::Value;
use user_attributes::{
    app::Args,
    proto::{FILE_DESCRIPTOR_SET, Operation},
};

const SERVICE: &str = "cognito.userattributes.v1.UserAttributesService";

/// The members that are known here, and no others: gRPC reads over a name that is spelt wrong.
///
/// Source: [service_config.proto](https://github.com/grpc/grpc-proto/blob/master/grpc/service_config/service_config.proto)
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ServiceConfig {
    load_balancing_config: Value,
    health_check_config: HealthCheckConfig,
    retry_throttling: RetryThrottling,
    method_config: Vec<MethodConfig>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct HealthCheckConfig {
    service_name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RetryThrottling {
    max_tokens: u32,
    token_ratio: f64,
}

/// It has no `hedgingPolicy`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct MethodConfig {
    name: Vec<Name>,
    timeout: String,
    retry_policy: Option<RetryPolicy>,
}

/// One without a method would be of all that aren't named.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    service: String,
    method: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RetryPolicy {
    max_attempts: u32,
    initial_backoff: String,
    max_backoff: String,
    backoff_multiplier: f64,
    retryable_status_codes: Vec<String>,
}

impl ServiceConfig {
    fn shipped() -> Self {
        serde_json::from_str(include_str!("../../proto/service_config.json"))
            .expect("a service config")
    }

    /// Each method with what is configured for it.
    fn methods(&self) -> impl Iterator<Item = (&str, &MethodConfig)> {
        self.method_config.iter().flat_map(|config| {
            let names = config.name.iter();
            names.map(move |name| (name.method.as_str(), config))
        })
    }
}

/// gRPC's JSON has seconds alone.
fn seconds(text: &str) -> Duration {
    let digits = text.strip_suffix('s').expect("seconds");
    Duration::from_secs_f64(digits.parse().expect("a number"))
}

#[test]
fn it_names_every_method_of_the_contract_once() {
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("a descriptor set");
    let service = pool.get_service_by_name(SERVICE).expect("the service");
    let real: Vec<_> = service.methods().map(|it| it.name().to_owned()).collect();

    let config = ServiceConfig::shipped();
    let named: Vec<_> = config.methods().map(|(name, _)| name.to_owned()).collect();

    assert_eq!(named.len(), real.len());
    assert_eq!(BTreeSet::from_iter(named), BTreeSet::from_iter(real));
    for name in config.method_config.iter().flat_map(|it| &it.name) {
        assert_eq!(name.service, SERVICE);
    }
}

#[test]
fn it_repeats_nothing_but_what_a_repeat_cannot_harm() {
    let config = ServiceConfig::shipped();
    for (name, method) in config.methods() {
        let operation = Operation::ALL
            .into_iter()
            .find(|operation| operation.name() == name)
            .expect("an operation");
        let policy = method.retry_policy.as_ref();
        assert_eq!(policy.is_some(), operation.is_read(), "{name}");
        let Some(policy) = policy else { continue };
        assert_eq!(policy.retryable_status_codes, ["UNAVAILABLE"]);
        assert_eq!(policy.max_attempts, 3);
        assert!(policy.backoff_multiplier >= 1.0);
        assert!(seconds(&policy.initial_backoff) > Duration::ZERO);
        assert!(seconds(&policy.max_backoff) <= Duration::from_secs(1));
    }
}

#[test]
fn its_timeouts_are_longer_than_the_servers_own() {
    // grpcio and C++ end calls almost that much early.
    let early = Duration::from_secs(2);
    let command = Args::command();
    let max_deadline = command
        .get_arguments()
        .find(|arg| arg.get_long() == Some("max-deadline"))
        .and_then(|arg| arg.get_default_values().first()?.to_str())
        .map(seconds)
        .expect("a default");
    let config = ServiceConfig::shipped();
    for (name, method) in config.methods() {
        assert!(seconds(&method.timeout) > max_deadline + early, "{name}");
    }
}

#[test]
fn it_spreads_calls_over_healthy_servers_and_stops_to_repeat_when_most_fail() {
    let config = ServiceConfig::shipped();
    assert_eq!(
        config.load_balancing_config,
        serde_json::json!([{ "round_robin": {} }])
    );
    assert_eq!(config.health_check_config.service_name, SERVICE);
    // gRPC's own limits: 1 to 1000, and above 0.
    assert!((1..=1000).contains(&config.retry_throttling.max_tokens));
    assert!(config.retry_throttling.token_ratio > 0.0);
}
