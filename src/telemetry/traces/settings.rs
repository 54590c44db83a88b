//! Whether and how to trace, by OpenTelemetry's own variables of the environment.
//!
//! The SDK reads most of them itself, but takes a default for what it doesn't understand, and says so
//! nowhere. Here a bad one stops the start, as any other setting does. No message shows a value:
//! headers, and an address, can hold a secret.
//!
//! Source: [OpenTelemetry](https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/),
//! [OTLP](https://opentelemetry.io/docs/specs/otel/protocol/exporter/)

mod text;

use std::{collections::BTreeMap, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue, Uri, uri::Scheme};
use opentelemetry::KeyValue;
use opentelemetry_sdk::{Resource, resource::TelemetryResourceDetector, trace::Sampler};

use self::text::Variables;
use crate::settings::Environment;

const SERVICE_NAME: &str = "service.name";
const DEFAULT_SERVICE_NAME: &str = "user-attributes-server";

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
const HEADERS: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    "OTEL_EXPORTER_OTLP_HEADERS",
];
const TIMEOUT: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
    "OTEL_EXPORTER_OTLP_TIMEOUT",
];
const PROTOCOL: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
    "OTEL_EXPORTER_OTLP_PROTOCOL",
];
const QUEUE: &str = "OTEL_BSP_MAX_QUEUE_SIZE";
const BATCH: &str = "OTEL_BSP_MAX_EXPORT_BATCH_SIZE";
const SAMPLER: &str = "OTEL_TRACES_SAMPLER";
const SAMPLER_ARG: &str = "OTEL_TRACES_SAMPLER_ARG";
const RESOURCE: &str = "OTEL_RESOURCE_ATTRIBUTES";

/// Longest time of a setting, in milliseconds: a day.
const LONGEST: u64 = 24 * 60 * 60 * 1000;
/// Most spans that may wait. The room for them is taken at the start, some 400 bytes for each.
const MOST_SPANS: u64 = 65_536;

/// How to trace.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(super) collector: Collector,
    pub(super) batches: Batches,
    pub(super) sampler: Sampler,
    pub(super) resource: Resource,
}

/// Where spans go.
#[derive(Clone, Debug)]
pub(super) struct Collector {
    pub url: String,
    pub is_tls: bool,
    /// Where the address comes from.
    pub variable: &'static str,
    /// Marked as sensitive, so that no `Debug` output shows them.
    pub headers: HeaderMap,
    /// For the delivery of a batch.
    pub timeout: Duration,
}

/// How spans are gathered on their way.
#[derive(Clone, Debug)]
pub(super) struct Batches {
    pub queue: usize,
    pub batch: usize,
    pub delay: Duration,
}

impl Settings {
    /// What the environment says: `None` if nothing is to be traced. A sentence for each variable
    /// that can't be obeyed is added to `problems`.
    pub fn of_environment(environment: &Environment, problems: &mut Vec<String>) -> Option<Self> {
        let variables = &mut Variables::new(environment, problems);
        let is_disabled = variables
            .get("OTEL_SDK_DISABLED")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"));
        if is_disabled || variables.get(ENDPOINT).is_none() || !is_exported(variables)? {
            return None;
        }
        let protocol = protocol(variables);
        let collector = collector(variables);
        let batches = batches(variables);
        let sampler = sampler(variables);
        let resource = resource(variables);
        protocol?;
        Some(Self {
            collector: collector?,
            batches: batches?,
            sampler: sampler?,
            resource: resource?,
        })
    }
}

fn is_exported(variables: &mut Variables<'_>) -> Option<bool> {
    const EXPORTER: &str = "OTEL_TRACES_EXPORTER";
    match variables.get(EXPORTER).unwrap_or("otlp") {
        "otlp" => Some(true),
        "none" => Some(false),
        _ => variables.refuse(EXPORTER, "it must be otlp or none"),
    }
}

/// There is one, so nothing follows from it but whether it is that.
fn protocol(variables: &mut Variables<'_>) -> Option<()> {
    match variables.first(PROTOCOL) {
        None | Some((_, "grpc")) => Some(()),
        Some((name, _)) => variables.refuse(name, "it must be grpc"),
    }
}

fn collector(variables: &mut Variables<'_>) -> Option<Collector> {
    const MUST: &str = "it must be an http:// or https:// address without a password in it";
    let (variable, url) = variables.first([TRACES_ENDPOINT, ENDPOINT])?;
    let uri = url.parse::<Uri>().ok();
    let uri = uri.filter(|uri| {
        let is_http = [Scheme::HTTP, Scheme::HTTPS].map(Some);
        is_http.contains(&uri.scheme().cloned()) && !url.contains('@')
    });
    let uri = match uri {
        Some(uri) => Some(uri),
        None => variables.refuse(variable, MUST),
    };
    let headers = headers(variables);
    let timeout = variables.number(TIMEOUT, 10_000, LONGEST);
    // The SDK's thread doesn't look at this one. The shorter one is the bound.
    let export = variables.number(["OTEL_BSP_EXPORT_TIMEOUT"], 30_000, LONGEST);
    Some(Collector {
        is_tls: uri?.scheme() == Some(&Scheme::HTTPS),
        url: url.to_owned(),
        variable,
        headers: headers?,
        timeout: Duration::from_millis(timeout?.min(export?)),
    })
}

fn headers(variables: &mut Variables<'_>) -> Option<HeaderMap> {
    let Some((variable, list)) = variables.first(HEADERS) else {
        return Some(HeaderMap::new());
    };
    let headers = text::pairs(list).map(|pair| {
        let (name, value) = pair?;
        let name = HeaderName::try_from(name).ok()?;
        let mut value = HeaderValue::try_from(value).ok()?;
        value.set_sensitive(true);
        Some((name, value))
    });
    match headers.collect() {
        Some(headers) => Some(headers),
        None => variables.refuse(variable, "it must be a list such as name=value,name=value"),
    }
}

fn batches(variables: &mut Variables<'_>) -> Option<Batches> {
    let delay = variables.number(["OTEL_BSP_SCHEDULE_DELAY"], 5_000, LONGEST);
    let queue = variables.number([QUEUE], 2_048, MOST_SPANS)?;
    let batch = variables.number([BATCH], queue.min(512), queue)?;
    Some(Batches {
        queue: usize::try_from(queue).ok()?,
        batch: usize::try_from(batch).ok()?,
        delay: Duration::from_millis(delay?),
    })
}

fn sampler(variables: &mut Variables<'_>) -> Option<Sampler> {
    let parent_based = |root| Sampler::ParentBased(Box::new(root));
    match variables.get(SAMPLER).unwrap_or("parentbased_always_on") {
        "always_on" => Some(Sampler::AlwaysOn),
        "always_off" => Some(Sampler::AlwaysOff),
        "traceidratio" => ratio(variables),
        "parentbased_always_on" => Some(parent_based(Sampler::AlwaysOn)),
        "parentbased_always_off" => Some(parent_based(Sampler::AlwaysOff)),
        "parentbased_traceidratio" => ratio(variables).map(parent_based),
        _ => variables.refuse(
            SAMPLER,
            "it must be always_on, always_off or traceidratio, or one of these behind parentbased_",
        ),
    }
}

fn ratio(variables: &mut Variables<'_>) -> Option<Sampler> {
    let ratio = variables.get(SAMPLER_ARG).map_or(Ok(1.0), str::parse);
    match ratio {
        Ok(ratio @ 0.0..=1.0) => Some(Sampler::TraceIdRatioBased(ratio)),
        _ => variables.refuse(SAMPLER_ARG, "it must be a number from 0 to 1"),
    }
}

fn resource(variables: &mut Variables<'_>) -> Option<Resource> {
    let list = variables.get(RESOURCE).unwrap_or_default();
    let Some(mut attributes) = text::pairs(list).collect::<Option<BTreeMap<_, _>>>() else {
        return variables.refuse(
            RESOURCE,
            "it must be a list such as name=value,name=value, percent-encoded",
        );
    };
    if let Some(name) = variables.get("OTEL_SERVICE_NAME") {
        attributes.insert(SERVICE_NAME.to_owned(), name.to_owned());
    }
    attributes.retain(|name, value| name != SERVICE_NAME || !value.is_empty());
    for (name, value) in [
        (SERVICE_NAME, DEFAULT_SERVICE_NAME),
        ("service.version", env!("CARGO_PKG_VERSION")),
    ] {
        let attribute = attributes.entry(name.to_owned());
        attribute.or_insert_with(|| value.to_owned());
    }
    let attributes = attributes
        .into_iter()
        .map(|(name, value)| KeyValue::new(name, value));
    let resource = Resource::builder_empty()
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_attributes(attributes);
    Some(resource.build())
}

#[cfg(test)]
mod tests;
