//! The line of a call as text or JSON, written in one go. It looks as the subscriber's own lines do,
//! which take ten times as long.

use std::{fmt::Write as _, io::Write as _, sync::OnceLock};

use tracing::Level;
use tracing_appender::non_blocking::NonBlocking;
use tracing_subscriber::filter::Targets;

use super::{Format, Value, add, timestamp};

/// What the filter knows these lines by.
const TARGET: &str = "user_attributes::telemetry::line";
const MESSAGE: &str = "call";
/// Most lines have fewer bytes.
const USUAL: usize = 512;

/// Where the lines go, from the start of the log on.
static LOG: OnceLock<Log> = OnceLock::new();

struct Log {
    filter: Targets,
    format: Format,
    writer: NonBlocking,
}

/// What is told of a call. What doesn't apply is left out.
pub(super) struct Line<'a> {
    pub method: &'static str,
    pub code: &'static str,
    pub reason: Option<&'a str>,
    pub fields: &'a [String],
    pub outcome: Option<&'a str>,
    pub aws_error_code: Option<&'a str>,
    pub aws_request_id: Option<&'a str>,
    pub request_id: &'a str,
    pub attributes: Vec<String>,
    pub duration_ms: f64,
    pub peer: &'a str,
    pub caller: Option<&'a str>,
    pub trace_id: Option<String>,
}

/// The lines of calls go here from now on.
pub(super) fn begin(filter: Targets, format: Format, writer: NonBlocking) {
    let _ = LOG.set(Log {
        filter,
        format,
        writer,
    });
}

/// Whether the log takes lines of this target.
pub fn takes(target: &str, level: Level) -> bool {
    LOG.get()
        .is_some_and(|log| log.filter.would_enable(target, &level))
}

/// Writes a line that another room makes, if the filter lets it pass.
pub fn write(target: &str, level: Level, line: impl FnOnce(Format) -> Vec<u8>) {
    let Some(log) = LOG.get() else { return };
    if log.filter.would_enable(target, &level) {
        let _ = log.writer.clone().write_all(&line(log.format));
    }
}

impl Line<'_> {
    /// Writes it, if the filter lets it pass.
    pub fn write(&self, level: Level) {
        let Some(log) = LOG.get() else { return };
        if !log.filter.would_enable(TARGET, &level) {
            return;
        }
        // The writer drops what it has no room for.
        let line = self.line(&timestamp(), level, log.format);
        let _ = log.writer.clone().write_all(line.as_bytes());
    }

    fn line(&self, time: &str, level: Level, format: Format) -> String {
        let mut line = String::with_capacity(USUAL);
        match format {
            Format::Text => {
                let level = level.as_str();
                // Writing to a string doesn't fail.
                let _ = write!(line, "{time} {level:>5} {TARGET}: {MESSAGE}");
                self.add_to(&mut line, format);
            }
            Format::Json => {
                line.push_str("{\"timestamp\":\"");
                line.push_str(time);
                line.push('"');
                add(&mut line, format, "level", Value::Plain(level.as_str()));
                add(&mut line, format, "message", Value::Plain(MESSAGE));
                self.add_to(&mut line, format);
                add(&mut line, format, "target", Value::Plain(TARGET));
                line.push('}');
            }
        }
        line.push('\n');
        line
    }

    fn add_to(&self, line: &mut String, format: Format) {
        use Value::{Bare, List, Number, Plain, Text};
        for (name, value) in [
            ("method", Some(Text(self.method))),
            ("code", Some(Plain(self.code))),
            ("reason", self.reason.map(Plain)),
            ("fields", some(self.fields).map(List)),
            ("outcome", self.outcome.map(Plain)),
            ("aws_error_code", self.aws_error_code.map(Text)),
            ("aws_request_id", self.aws_request_id.map(Text)),
            ("request_id", Some(Text(self.request_id))),
            ("attributes", some(&self.attributes).map(List)),
            ("duration_ms", Some(Number(self.duration_ms))),
            ("peer", Some(Bare(self.peer))),
            ("caller", self.caller.map(Text)),
            ("trace_id", self.trace_id.as_deref().map(Plain)),
        ] {
            if let Some(value) = value {
                add(line, format, name, value);
            }
        }
    }
}

fn some(list: &[String]) -> Option<&[String]> {
    (!list.is_empty()).then_some(list)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex, PoisonError};

    use super::*;

    /// What the subscriber writes goes here.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            written.write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// The same line by the subscriber.
    fn by_subscriber(line: &Line<'_>, format: Format) -> String {
        let written = Written::default();
        let writer = written.clone();
        let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone());
        let event = || {
            tracing::event!(
                target: TARGET,
                Level::INFO,
                method = line.method,
                code = line.code,
                reason = line.reason,
                fields = some(line.fields).map(tracing::field::debug),
                outcome = line.outcome,
                aws_error_code = line.aws_error_code,
                aws_request_id = line.aws_request_id,
                request_id = line.request_id,
                attributes = some(&line.attributes).map(tracing::field::debug),
                duration_ms = line.duration_ms,
                peer = %line.peer,
                caller = line.caller,
                trace_id = line.trace_id,
                "call"
            );
        };
        match format {
            Format::Text => {
                let subscriber = subscriber.with_ansi(false).finish();
                tracing::subscriber::with_default(subscriber, event);
            }
            Format::Json => {
                let subscriber = subscriber.json().flatten_event(true).finish();
                tracing::subscriber::with_default(subscriber, event);
            }
        }
        let written = written.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8(written.clone()).expect("text")
    }

    fn lines(fields: &[String]) -> [Line<'_>; 2] {
        let least = Line {
            method: "GetUser",
            code: "OK",
            reason: None,
            fields: &[],
            outcome: None,
            aws_error_code: None,
            aws_request_id: None,
            request_id: "1",
            attributes: Vec::new(),
            duration_ms: 12.0,
            peer: "127.0.0.1:50051",
            caller: None,
            trace_id: None,
        };
        let most = Line {
            method: "UpdateUserAttributes",
            code: "INVALID_ARGUMENT",
            reason: Some("REASON"),
            fields,
            outcome: Some("not_applied"),
            aws_error_code: Some("InvalidParameterException"),
            aws_request_id: Some("\"1-2\\3"),
            request_id: "{\"}",
            attributes: vec!["email".to_owned(), "custom:\"\u{1b}é\n".to_owned()],
            duration_ms: 0.123,
            peer: "[fd00::1]:1",
            caller: Some("spiffe://example.org/billing"),
            trace_id: Some("0af7651916cd43dd8448eb211c80319c".to_owned()),
        };
        [least, most]
    }

    fn fields() -> Vec<String> {
        vec![
            "access_token".to_owned(),
            "user_attributes[0].name".to_owned(),
        ]
    }

    #[test]
    fn the_text_is_as_the_subscribers() {
        for line in lines(&fields()) {
            let expected = by_subscriber(&line, Format::Text);
            let (time, _) = expected.split_once(' ').expect("a time");
            assert_eq!(line.line(time, Level::INFO, Format::Text), expected);
        }
    }

    #[test]
    fn the_json_says_what_the_subscribers_does() {
        for line in lines(&fields()) {
            let expected = by_subscriber(&line, Format::Json);
            let expected: serde_json::Value = serde_json::from_str(&expected).expect("JSON");
            let time = expected["timestamp"].as_str().expect("a time");
            let written = line.line(time, Level::INFO, Format::Json);
            assert!(written.ends_with('\n'));
            let mut written: serde_json::Value = serde_json::from_str(&written).expect("JSON");
            // The subscriber has no lists.
            for list in ["fields", "attributes"] {
                if let Some(list) = written.get_mut(list) {
                    let told: Vec<String> = serde_json::from_value(list.take()).expect("a list");
                    *list = format!("{told:?}").into();
                }
            }
            assert_eq!(
                written.to_string(),
                expected.to_string(),
                "also in its order"
            );
        }
    }
}
