//! Traces over OTLP: a span for each call, and below it one for each attempt to call Cognito.
//!
//! They are made by hand, with the SDK's own tracer: a bridge from `tracing` costs several times as
//! much, also for what isn't sampled. A caller's W3C trace goes on here, and ends here: Cognito is
//! told nothing of it.
//!
//! Spans wait in a queue of the SDK's, which a thread of its own empties. What finds the queue full is
//! dropped, so no call waits for a collector.
//!
//! Names and attributes are those of OpenTelemetry's semantic conventions, version 1.45.
//! Source: [RPC spans](https://github.com/open-telemetry/semantic-conventions/blob/v1.45.0/docs/rpc/rpc-spans.md)

mod delivery;
mod parent;
mod settings;
mod spans;

use std::{sync::OnceLock, time::Duration};

use opentelemetry::{InstrumentationScope, trace::TracerProvider as _};
use opentelemetry_otlp::{
    ExporterBuildError, SpanExporter, WithExportConfig as _, WithTonicConfig as _,
};
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, SdkTracer, SdkTracerProvider,
};
use tokio::{task::spawn_blocking, time::timeout};
use tonic::{metadata::MetadataMap, transport::ClientTlsConfig};

use self::delivery::Told;
pub use self::{
    settings::Settings,
    spans::{ClientSpan, ServerSpan},
};

/// How long the end of the process waits for the spans that are left, whatever the collector does.
const FLUSH: Duration = Duration::from_secs(2);

/// What makes spans, from [`Settings::start`] on.
static TRACER: OnceLock<SdkTracer> = OnceLock::new();

/// Spans are made and sent until this is told to end.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

/// The collector can't be called as the settings say.
#[derive(Debug, thiserror::Error)]
#[error("can't send traces to the address in {endpoint}: {source}")]
pub struct InvalidExporter {
    /// The variable that holds the address.
    endpoint: &'static str,
    source: ExporterBuildError,
}

impl Settings {
    /// Makes a span of every call from now on. Once a process, and inside of a runtime: the
    /// connection to the collector lives there. It is made when the first spans are sent.
    ///
    /// # Errors
    ///
    /// If the address can't be called, for want of certificates to trust for instance.
    pub fn start(self) -> Result<Traces, InvalidExporter> {
        let Self {
            collector,
            batches,
            sampler,
            resource,
        } = self;
        let mut exporter = SpanExporter::builder()
            .with_tonic()
            .with_endpoint(collector.url)
            .with_timeout(collector.timeout)
            .with_metadata(MetadataMap::from_headers(collector.headers));
        if collector.is_tls {
            // The exporter's own choice trusts nobody.
            exporter = exporter.with_tls_config(ClientTlsConfig::new().with_enabled_roots());
        }
        let exporter = exporter.build().map_err(|source| InvalidExporter {
            endpoint: collector.variable,
            source,
        })?;
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(batches.queue)
            .with_max_export_batch_size(batches.batch)
            .with_scheduled_delay(batches.delay)
            .build();
        let processor = BatchSpanProcessor::builder(Told::new(exporter))
            .with_batch_config(batches)
            .build();
        let provider = SdkTracerProvider::builder()
            .with_span_processor(processor)
            .with_sampler(sampler)
            .with_resource(resource)
            .build();
        let scope = InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
            .with_version(env!("CARGO_PKG_VERSION"))
            .build();
        let _ = TRACER.set(provider.tracer_with_scope(scope));
        Ok(Traces(provider))
    }
}

impl Traces {
    /// Sends the spans that are left, as long as that takes no more than two seconds. None are made
    /// any more.
    pub async fn end(self) {
        // It blocks, and the exporter needs the runtime meanwhile.
        let end = spawn_blocking(move || self.0.shutdown_with_timeout(FLUSH));
        // That it succeeds doesn't say that they were delivered: `Told` says so.
        if !matches!(timeout(FLUSH, end).await, Ok(Ok(Ok(())))) {
            tracing::warn!("spans were lost at the end: the collector didn't take them in time");
        }
    }
}
