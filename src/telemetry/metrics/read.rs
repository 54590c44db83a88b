//! Figures that are kept elsewhere, and read when somebody asks.

use prometheus_client::{
    encoding::{EncodeMetric, MetricEncoder, NoLabelSet},
    metrics::MetricType,
};

/// A figure, by what reads it.
pub(super) struct Read<F> {
    kind: MetricType,
    read: F,
}

impl<F: Fn() -> u64> Read<F> {
    /// One that goes up and down.
    pub fn gauge(read: F) -> Self {
        let kind = MetricType::Gauge;
        Self { kind, read }
    }

    /// One that only goes up.
    pub fn counter(read: F) -> Self {
        let kind = MetricType::Counter;
        Self { kind, read }
    }
}

impl<F: Fn() -> u64> EncodeMetric for Read<F> {
    fn encode(&self, mut encoder: MetricEncoder) -> std::fmt::Result {
        let value = (self.read)();
        match self.kind {
            MetricType::Counter => encoder.encode_counter::<NoLabelSet, _, f64>(&value, None),
            _ => encoder.encode_gauge(&value),
        }
    }

    fn metric_type(&self) -> MetricType {
        self.kind
    }
}

impl<F> std::fmt::Debug for Read<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Read").finish_non_exhaustive()
    }
}
