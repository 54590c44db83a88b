//! The series of a metric that has labels.

use std::sync::{Arc, OnceLock};

use prometheus_client::{
    encoding::{EncodeMetric, MetricEncoder},
    metrics::{MetricType, TypedMetric},
};

/// The labels of a series: names and values.
pub(super) type Labels = Vec<(&'static str, &'static str)>;

/// A series for each of a list of labels that is known at the start, found by its place there. It
/// is told once it has been used. Clones share the series.
#[derive(Debug)]
pub(super) struct Table<M>(Arc<[Series<M>]>);

#[derive(Debug)]
struct Series<M> {
    labels: Labels,
    metric: OnceLock<M>,
}

impl<M: Default> Table<M> {
    /// No series yet, but room for these.
    pub fn new(labels: impl IntoIterator<Item = Labels>) -> Self {
        let unused = |labels| Series {
            labels,
            metric: OnceLock::new(),
        };
        Self(labels.into_iter().map(unused).collect())
    }

    /// The series at this place of the list. From now on it is told.
    pub fn at(&self, place: usize) -> &M {
        self.0[place].metric.get_or_init(M::default)
    }
}

impl<M> Clone for Table<M> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<M: EncodeMetric + TypedMetric> EncodeMetric for Table<M> {
    fn encode(&self, mut encoder: MetricEncoder) -> std::fmt::Result {
        for Series { labels, metric } in self.0.iter() {
            if let Some(metric) = metric.get() {
                metric.encode(encoder.encode_family(labels)?)?;
            }
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        M::TYPE
    }
}
