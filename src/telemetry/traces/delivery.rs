//! Tells on the log that spans don't reach the collector: once when that begins, and once when it is
//! over, with how many were lost. Otherwise nobody would know why there are no traces.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{SpanData, SpanExporter},
};

/// An exporter whose failures are told.
#[derive(Debug)]
pub(super) struct Told<E> {
    inner: E,
    /// Since the last delivery.
    lost: AtomicUsize,
}

impl<E> Told<E> {
    pub fn new(inner: E) -> Self {
        Self {
            inner,
            lost: AtomicUsize::new(0),
        }
    }
}

impl<E: SpanExporter> SpanExporter for Told<E> {
    async fn export(&self, spans: Vec<SpanData>) -> OTelSdkResult {
        let count = spans.len();
        let result = self.inner.export(spans).await;
        // It is never called twice at a time.
        match &result {
            Ok(()) => {
                let lost = self.lost.swap(0, Ordering::Relaxed);
                if lost > 0 {
                    tracing::info!(lost, "spans are delivered again");
                }
            }
            // It says what the transport does, and the code of an answer without its text.
            Err(error) => {
                if self.lost.fetch_add(count, Ordering::Relaxed) == 0 {
                    tracing::warn!(%error, "spans aren't delivered");
                }
            }
        }
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}
