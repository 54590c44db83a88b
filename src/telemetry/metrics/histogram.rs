//! How long things took.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use prometheus_client::{
    encoding::{EncodeMetric, MetricEncoder, NoLabelSet},
    metrics::{MetricType, TypedMetric},
};

/// The upper bounds of the buckets, in seconds: OpenTelemetry's for RPCs, and two more, as a call has
/// 20 seconds by default.
/// Source: [RPC metrics](https://opentelemetry.io/docs/specs/semconv/rpc/rpc-metrics/)
const BOUNDS: [f64; 16] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 20.0, 30.0,
];

/// Times in buckets. The library's own histogram takes a lock that all calls would share; this one
/// has none, so that a scrape can miss a part of what is added meanwhile.
#[derive(Debug, Default)]
pub(super) struct Histogram {
    /// How many are in each bucket and not in the one before. The last has no bound.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    nanoseconds: AtomicU64,
}

impl Histogram {
    /// Adds a time.
    pub fn observe(&self, time: Duration) {
        let seconds = time.as_secs_f64();
        let bucket = BOUNDS.iter().position(|bound| seconds <= *bound);
        let bucket = &self.buckets[bucket.unwrap_or(BOUNDS.len())];
        bucket.fetch_add(1, Ordering::Relaxed);
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
    }
}

impl TypedMetric for Histogram {
    const TYPE: MetricType = MetricType::Histogram;
}

impl EncodeMetric for Histogram {
    fn encode(&self, mut encoder: MetricEncoder) -> std::fmt::Result {
        let bounds = BOUNDS.into_iter().chain([f64::INFINITY]);
        let counts = self.buckets.iter().map(|it| it.load(Ordering::Relaxed));
        let buckets: Vec<_> = bounds.zip(counts).collect();
        let count = buckets.iter().map(|(_, count)| count).sum();
        let sum = Duration::from_nanos(self.nanoseconds.load(Ordering::Relaxed));
        encoder.encode_histogram::<NoLabelSet>(sum.as_secs_f64(), count, &buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        Self::TYPE
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::{encoding::prometheus_text, registry::Registry};

    use super::*;

    #[test]
    fn a_time_is_in_the_bucket_whose_bound_it_reaches_and_in_all_above() {
        let histogram = Histogram::default();
        for milliseconds in [5, 6, 40_000] {
            histogram.observe(Duration::from_millis(milliseconds));
        }
        let mut registry = Registry::default();
        registry.register("time", "Time", histogram);
        let mut text = String::new();
        prometheus_text::encode(&mut text, &registry).expect("a text");
        for line in [
            r#"time_bucket{le="0.005"} 1"#,
            r#"time_bucket{le="0.01"} 2"#,
            r#"time_bucket{le="30"} 2"#,
            r#"time_bucket{le="+Inf"} 3"#,
            "time_sum 40.011",
            "time_count 3",
        ] {
            assert!(text.lines().any(|it| it == line), "{line} in {text}");
        }
    }
}
