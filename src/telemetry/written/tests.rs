//! The lines next to those that the subscriber writes.

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
            attributes = some(line.attributes).map(tracing::field::debug),
            duration_ms = (line.duration.as_secs_f64() * 1e6).round() / 1e3,
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

fn lines<'a>(fields: &'a [String], attributes: &'a [String]) -> [Line<'a>; 2] {
    let least = Line {
        method: "GetUser",
        code: "OK",
        reason: None,
        fields: &[],
        outcome: None,
        aws_error_code: None,
        aws_request_id: None,
        request_id: "1",
        attributes: &[],
        duration: Duration::from_millis(12),
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
        attributes,
        duration: Duration::from_micros(123),
        peer: "[fd00::1]:1",
        caller: Some("spiffe://example.org/billing"),
        trace_id: Some("0af7651916cd43dd8448eb211c80319c".to_owned()),
    };
    [least, most]
}

fn some(list: &[String]) -> Option<&[String]> {
    (!list.is_empty()).then_some(list)
}

fn fields() -> [String; 2] {
    ["access_token", "user_attributes[0].name"].map(str::to_owned)
}

fn attributes() -> [String; 2] {
    ["email", "custom:\"\u{1b}é\n"].map(str::to_owned)
}

/// The line, made at the time of one by the subscriber.
fn written(line: &Line<'_>, time: &str, format: Format) -> String {
    let time = time.as_bytes().try_into().expect("a time as ours");
    let head = Line::head(Level::INFO);
    let line = head.line(time, format, |fields| line.add_to(fields));
    String::from_utf8(line).expect("text")
}

#[test]
fn the_text_is_as_the_subscribers() {
    for line in lines(&fields(), &attributes()) {
        let expected = by_subscriber(&line, Format::Text);
        let (time, _) = expected.split_once(' ').expect("a time");
        assert_eq!(written(&line, time, Format::Text), expected);
    }
}

#[test]
fn the_json_says_what_the_subscribers_does() {
    for line in lines(&fields(), &attributes()) {
        let expected = by_subscriber(&line, Format::Json);
        let expected: serde_json::Value = serde_json::from_str(&expected).expect("JSON");
        let time = expected["timestamp"].as_str().expect("a time");
        let written = written(&line, time, Format::Json);
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
