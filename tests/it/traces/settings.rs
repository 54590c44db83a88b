//! OpenTelemetry's variables.

use std::collections::BTreeSet;

use user_attributes::proto::Operation;

use super::{Traced, one_call, start, stop};
use crate::{
    readme,
    support::{
        calls::{self, call, good},
        collector::Collector,
        process,
        scripted::Scripted,
    },
};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
/// Values that can't be obeyed.
const BAD: [(&str, &str); 15] = [
    (ENDPOINT, "marked:4317"),
    ("OTEL_EXPORTER_OTLP_HEADERS", "authorization marked"),
    ("OTEL_EXPORTER_OTLP_TIMEOUT", "marked"),
    ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
    ("OTEL_TRACES_EXPORTER", "marked"),
    ("OTEL_RESOURCE_ATTRIBUTES", "marked"),
    ("OTEL_TRACES_SAMPLER", "marked"),
    ("OTEL_TRACES_SAMPLER_ARG", "marked"),
    ("OTEL_BSP_SCHEDULE_DELAY", "marked"),
    ("OTEL_BSP_MAX_QUEUE_SIZE", "-1"),
    ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "2049"),
    ("OTEL_BSP_EXPORT_TIMEOUT", "marked"),
    ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"),
    ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://a:marked@b"),
    ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "marked"),
];

#[tokio::test]
async fn without_an_endpoint_and_where_it_is_turned_off_nothing_is_traced() {
    let (cognito, collector) = (Scripted::new([good()]).await, Collector::new().await);
    let url = &*collector.url;
    let traces = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    for environment in [
        &[][..],
        &[(ENDPOINT, " "), (traces, url)],
        &[(traces, url)],
        &[(ENDPOINT, url), ("OTEL_SDK_DISABLED", "True")],
        &[(ENDPOINT, url), ("OTEL_TRACES_EXPORTER", "none")],
        &[
            (ENDPOINT, url),
            ("OTEL_SDK_DISABLED", "true"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ],
    ] {
        let process = start(&cognito, &[], environment).await;
        let client = calls::client(process.grpc_addr);
        call(&client, Operation::GetUser, "")
            .await
            .expect("an answer");
        let exit = stop(process).await;
        assert_eq!(exit.code, Some(0), "{}", exit.stderr);
        assert_eq!(collector.connections(), 0, "{environment:?}");
    }
}

#[tokio::test]
async fn a_blank_one_counts_as_unset() {
    let blank = [
        "OTEL_SDK_DISABLED",
        "OTEL_TRACES_EXPORTER",
        "OTEL_SERVICE_NAME",
        "OTEL_RESOURCE_ATTRIBUTES",
        "OTEL_TRACES_SAMPLER",
        "OTEL_TRACES_SAMPLER_ARG",
        "OTEL_BSP_MAX_QUEUE_SIZE",
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
        "OTEL_BSP_EXPORT_TIMEOUT",
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
        "OTEL_EXPORTER_OTLP_TIMEOUT",
    ];
    let mut environment = blank.map(|name| (name, "")).to_vec();
    environment.push(("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=a%2Cb,x-other=c"));
    let traced = Traced::with([good()], &[], &environment).await;
    traced.call(Operation::GetUser).await;
    let collector = traced.collector;
    let exit = stop(traced.process).await;
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);

    let spans = collector.all();
    let (server, _) = one_call(&spans);
    assert_eq!(server.resource["service.name"], "user-attributes-server");
    for (name, value) in [("x-tenant", "a,b"), ("x-other", "c")] {
        let metadata = collector.metadata();
        let values: Vec<_> = metadata.get_all(name).iter().collect();
        assert_eq!(values, [value]);
    }
}

#[tokio::test]
async fn the_name_of_the_service_and_its_attributes_are_told() {
    let environment = [
        ("OTEL_SERVICE_NAME", "mine"),
        ("OTEL_RESOURCE_ATTRIBUTES", "service.name=other, zone=a%2Fb"),
    ];
    let traced = Traced::with([good()], &[], &environment).await;
    traced.call(Operation::GetUser).await;
    for span in traced.end().await {
        assert_eq!(span.resource["service.name"], "mine");
        assert_eq!(span.resource["zone"], "a/b");
        assert_eq!(span.resource["service.version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(span.resource["telemetry.sdk.language"], "rust");
    }
}

#[tokio::test]
async fn a_sampler_that_takes_nothing_leaves_no_span() {
    for sampler in [
        &[("OTEL_TRACES_SAMPLER", "always_off")][..],
        &[
            ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
            ("OTEL_TRACES_SAMPLER_ARG", "0"),
        ],
    ] {
        let traced = Traced::with([good()], &[], sampler).await;
        traced.call(Operation::GetUser).await;
        assert!(traced.end().await.is_empty(), "{sampler:?}");
    }
}

#[tokio::test]
async fn a_bad_one_stops_the_start_and_is_named_but_its_value_is_not_shown() {
    for (name, value) in BAD {
        let environment = [
            (ENDPOINT, "http://127.0.0.1:1"),
            ("OTEL_TRACES_SAMPLER", "traceidratio"),
            (name, value),
        ];
        let exit = process::run(&["--region=eu-central-1"], &environment).await;
        assert_eq!(exit.code, Some(64), "{name}: {}", exit.stderr);
        assert!(exit.stderr.contains(name), "{name}: {}", exit.stderr);
        assert!(!exit.stderr.contains("marked"), "{name}: {}", exit.stderr);
    }
}

#[test]
fn the_documented_ones_are_those_that_are_read() {
    // Of these every value is good.
    let others = ["OTEL_SDK_DISABLED", "OTEL_SERVICE_NAME"];
    let read = BAD.into_iter().map(|(name, _)| name).chain(others);
    let read: BTreeSet<_> = read
        .filter(|name| !name.contains("_OTLP_TRACES_"))
        .collect();
    let first_cells = readme::rows("## Traces").filter_map(|row| row.split('|').nth(1));
    let documented: BTreeSet<_> = first_cells
        .map(|cell| cell.trim().trim_matches('`'))
        .filter(|name| name.starts_with("OTEL_"))
        .collect();
    assert_eq!(documented, read);
}
