//! The event, as a line of the file or of the log.

use tracing::Level;

use crate::telemetry::{self, Format, Value, add};

/// What the log's filter knows these events by.
pub(super) const TARGET: &str = "audit";
const MESSAGE: &str = "change";
const LEVEL: Level = Level::INFO;
/// Most lines have fewer bytes.
const USUAL: usize = 512;

/// What is told of a change. What doesn't apply is left out.
pub(super) struct Event<'a> {
    /// Whether it is written before the change is sent.
    pub is_begin: bool,
    pub operation: &'static str,
    pub attributes: &'a [String],
    pub outcome: Option<&'static str>,
    pub request_id: &'a str,
    pub aws_request_id: Option<&'a str>,
    pub caller: Option<&'a str>,
    /// Hexadecimal digits.
    pub sub_hmac: Option<&'a str>,
    pub client_id: Option<&'a str>,
    pub claims_verified: bool,
}

/// A field that is the same in every line.
type Known = (&'static str, &'static str);

impl Event<'_> {
    /// As a line of the file.
    pub fn line(&self) -> Vec<u8> {
        self.as_json(&telemetry::timestamp(), &[], &[]).into_bytes()
    }

    /// Writes it to the log, as the other events there look.
    pub fn log(&self) {
        telemetry::write(TARGET, LEVEL, |format| {
            let timestamp = telemetry::timestamp();
            let line = match format {
                Format::Text => self.as_text(&timestamp),
                Format::Json => {
                    let behind = [("message", MESSAGE), ("target", TARGET)];
                    self.as_json(&timestamp, &[("level", LEVEL.as_str())], &behind)
                }
            };
            line.into_bytes()
        });
    }

    fn as_text(&self, timestamp: &str) -> String {
        let mut line = String::with_capacity(USUAL);
        line.push_str(timestamp);
        for part in ["  ", LEVEL.as_str(), " ", TARGET, ": ", MESSAGE] {
            line.push_str(part);
        }
        self.add_to(&mut line, Format::Text);
        line.push('\n');
        line
    }

    /// With what the log has before its fields and behind them.
    fn as_json(&self, timestamp: &str, before: &[Known], behind: &[Known]) -> String {
        let mut line = String::with_capacity(USUAL);
        line.push_str("{\"timestamp\":\"");
        line.push_str(timestamp);
        line.push('"');
        for (name, value) in before {
            add(&mut line, Format::Json, name, Value::Plain(value));
        }
        self.add_to(&mut line, Format::Json);
        for (name, value) in behind {
            add(&mut line, Format::Json, name, Value::Plain(value));
        }
        line.push_str("}\n");
        line
    }

    fn add_to(&self, line: &mut String, format: Format) {
        use Value::{Bool, List, Plain, Text};
        let attributes = (!self.attributes.is_empty()).then_some(self.attributes);
        for (name, value) in [
            ("event", self.is_begin.then_some(Plain("begins"))),
            ("operation", Some(Plain(self.operation))),
            ("attributes", attributes.map(List)),
            ("outcome", self.outcome.map(Plain)),
            ("request_id", Some(Text(self.request_id))),
            ("aws_request_id", self.aws_request_id.map(Text)),
            ("caller", self.caller.map(Text)),
            ("sub_hmac", self.sub_hmac.map(Plain)),
            ("client_id", self.client_id.map(Plain)),
            ("claims_verified", Some(Bool(self.claims_verified))),
        ] {
            if let Some(value) = value {
                add(line, format, name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn events(attributes: &[String]) -> [Event<'_>; 2] {
        let least = Event {
            is_begin: false,
            operation: "DeleteUserAttributes",
            attributes: &[],
            outcome: Some("unknown"),
            request_id: "1",
            aws_request_id: None,
            caller: None,
            sub_hmac: None,
            client_id: None,
            claims_verified: false,
        };
        let most = Event {
            is_begin: false,
            operation: "UpdateUserAttributes",
            attributes,
            outcome: Some("applied"),
            request_id: "{\"}",
            aws_request_id: Some("\"1-2\\3"),
            caller: Some("spiffe://example.org/billing"),
            sub_hmac: Some("5bdc"),
            client_id: Some("4pl3"),
            claims_verified: true,
        };
        [least, most]
    }

    fn names() -> Vec<String> {
        vec!["email".to_owned(), "custom:\"\u{1b}é\n".to_owned()]
    }

    /// The same event, by the subscriber.
    fn by_subscriber(event: &Event<'_>) -> String {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let writer = file.reopen().expect("a temporary file");
        let subscriber = tracing_subscriber::fmt().with_ansi(false);
        let subscriber = subscriber.with_writer(writer).finish();
        let attributes = (!event.attributes.is_empty()).then_some(event.attributes);
        tracing::subscriber::with_default(subscriber, || {
            tracing::event!(
                target: TARGET,
                LEVEL,
                operation = event.operation,
                attributes = attributes.map(tracing::field::debug),
                outcome = event.outcome,
                request_id = event.request_id,
                aws_request_id = event.aws_request_id,
                caller = event.caller,
                sub_hmac = event.sub_hmac,
                client_id = event.client_id,
                claims_verified = event.claims_verified,
                "change"
            );
        });
        io::read_to_string(file).expect("text")
    }

    #[test]
    fn the_text_is_as_the_subscribers() {
        for event in events(&names()) {
            let expected = by_subscriber(&event);
            let (time, _) = expected.split_once(' ').expect("a time");
            assert_eq!(event.as_text(time), expected);
        }
    }

    #[test]
    fn a_line_of_the_file_is_one_json_object_without_what_doesnt_apply() {
        for event in events(&names()) {
            let line = String::from_utf8(event.line()).expect("text");
            assert_eq!(line.find('\n'), Some(line.len() - 1));
            let object: serde_json::Value = serde_json::from_str(&line).expect("JSON");
            assert!(object.get("event").is_none() && object.get("level").is_none());
            for (name, value) in [
                ("request_id", Some(event.request_id)),
                ("aws_request_id", event.aws_request_id),
                ("caller", event.caller),
                ("outcome", event.outcome),
            ] {
                let told = object.get(name).and_then(serde_json::Value::as_str);
                assert_eq!(told, value, "{line}");
            }
            let list = (!event.attributes.is_empty()).then(|| event.attributes.into());
            assert_eq!(object.get("attributes"), list.as_ref());
        }
    }
}
