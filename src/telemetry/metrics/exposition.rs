//! What `/metrics` tells: the names, and where each figure comes from.

use std::sync::Arc;

use prometheus_client::{encoding::prometheus_text, metrics::info::Info, registry::Registry};

use super::{Counts, Metrics, process::Process, read::Read};
use crate::{call::InFlight, telemetry::writer::dropped_lines};

/// The type of the text.
pub const CONTENT_TYPE: &str = prometheus_text::CONTENT_TYPE;

/// All figures of a server. Clones are the same.
#[derive(Clone, Debug)]
pub struct Exposition(Arc<Registry>);

impl Exposition {
    /// Those that are counted, and those that are read from what there is: calls, connections and the
    /// lines that the audit has lost.
    ///
    /// The library ends each help with a full stop, and the name of a counter with `_total`.
    pub fn new(
        metrics: &Metrics,
        calls: InFlight,
        connections: impl Fn() -> usize + Send + Sync + 'static,
        audit_lines_lost: impl Fn() -> u64 + Send + Sync + 'static,
    ) -> Self {
        let counts = &*metrics.0;
        let mut registry = Registry::default();
        registry.register(
            "rpc_server_call_duration_seconds",
            "How long calls took, health checks and reflection among them, from their headers to the end of their answers",
            counts.calls.clone(),
        );
        registry.register_collector(Box::new(Process::of_this()));

        let own = registry.sub_registry_with_prefix("user_attributes");
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        own.register("build", "The version of this server", Info::new(version));
        register_upstream(own, counts);
        register_changes(own, counts);
        let calls = Read::gauge(move || calls.count() as u64);
        own.register(
            "calls_in_flight",
            "Calls in flight, with the changes that outlive theirs",
            calls,
        );
        let connections = Read::gauge(move || connections() as u64);
        own.register("connections", "Connections of callers", connections);
        own.register(
            "errors",
            "Calls that got an error of this service, by its reason",
            counts.errors.clone(),
        );
        own.register(
            "shed",
            "Calls answered OVERLOADED and connections closed at once, by what had no room for them",
            counts.shed.clone(),
        );
        own.register(
            "log_lines_dropped",
            "Log lines of the process for which there was no room",
            Read::counter(dropped_lines),
        );
        own.register(
            "audit_lines_lost",
            "Lines that should be in the audit's file and aren't",
            Read::counter(audit_lines_lost),
        );
        register_tls(own, counts);
        Self(Arc::new(registry))
    }

    /// All of it in Prometheus's text format, version 0.0.4.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Nothing fails that writes into a String.
        let _ = prometheus_text::encode(&mut text, &self.0);
        text
    }
}

fn register_upstream(registry: &mut Registry, counts: &Counts) {
    registry.register(
        "upstream_attempts",
        "Attempts to have Cognito carry out an operation, by its error code",
        counts.attempts.total.clone(),
    );
    registry.register(
        "upstream_attempt_duration_seconds",
        "How long attempts to have Cognito carry out an operation took",
        counts.attempts.duration.clone(),
    );
    registry.register(
        "upstream_retries",
        "Attempts to have Cognito carry out an operation that weren't the first",
        counts.retries.clone(),
    );
}

fn register_changes(registry: &mut Registry, counts: &Counts) {
    registry.register(
        "flights_in_flight",
        "Changes under way",
        counts.flights.clone(),
    );
    registry.register(
        "completed_after_caller_left",
        "Changes that ended when all who waited for them had left, whatever came of them",
        counts.completed_after_caller_left.clone(),
    );
    registry.register(
        "answered_from_memory",
        "Repeats of changes that got a result which was remembered",
        counts.answered_from_memory.clone(),
    );
    registry.register(
        "codes_sent",
        "Verification codes that Cognito has sent, by their medium",
        counts.codes_sent.clone(),
    );
}

fn register_tls(registry: &mut Registry, counts: &Counts) {
    registry.register(
        "tls_handshakes_failed",
        "TLS handshakes of callers that failed",
        counts.tls_handshakes_failed.clone(),
    );
    registry.register(
        "tls_not_after_seconds",
        "When the first certificate or revocation list in a TLS file ends, in seconds since 1970",
        counts.tls.not_after.clone(),
    );
    registry.register(
        "tls_reload_failures",
        "How often a TLS file couldn't be loaded again",
        counts.tls.reload_failures.clone(),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(metrics: &Metrics, name: &str) -> Vec<String> {
        let text = Exposition::new(metrics, InFlight::calls(1), || 0, || 0).text();
        let lines = text.lines().filter(|line| line.starts_with(name));
        lines.map(str::to_owned).collect()
    }

    #[test]
    fn a_file_of_tls_has_series_from_when_it_is_known() {
        let metrics = Metrics::new([]);
        let all = "user_attributes_tls_";
        let handshakes = "user_attributes_tls_handshakes_failed_total 0";
        assert_eq!(lines(&metrics, all), [handshakes]);
        let certificate = metrics.tls_file("/tls/\"a\".crt");
        let key = metrics.tls_file("/tls/a.key");
        let failures = "user_attributes_tls_reload_failures_total";
        let zero = [
            r#"user_attributes_tls_reload_failures_total{file="/tls/\"a\".crt"} 0"#,
            r#"user_attributes_tls_reload_failures_total{file="/tls/a.key"} 0"#,
        ];
        let mut told = lines(&metrics, failures);
        told.sort();
        assert_eq!(told, zero);

        certificate.set_not_after(1_800_000_000);
        certificate.set_not_after(1_900_000_000);
        key.reload_failed();
        let mut told = lines(&metrics, all);
        told.sort();
        let not_after =
            r#"user_attributes_tls_not_after_seconds{file="/tls/\"a\".crt"} 1900000000"#;
        let failed = r#"user_attributes_tls_reload_failures_total{file="/tls/a.key"} 1"#;
        assert_eq!(told, [handshakes, not_after, zero[0], failed]);
    }
}
