//! The event, as a line of the file or of the log.

use tracing::Level;

use crate::telemetry::{self, Fields, Head};

/// Of an event in the log.
const HEAD: Head = Head {
    target: "audit",
    level: Level::INFO,
    message: "change",
};

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

/// Whether the log takes such events.
pub(super) fn is_logged() -> bool {
    telemetry::takes(HEAD.target, HEAD.level)
}

impl Event<'_> {
    /// As a line of the file.
    pub fn line(&self) -> Vec<u8> {
        telemetry::object(|fields| self.add_to(fields))
    }

    /// Writes it to the log, which takes such events.
    pub fn log(&self) {
        telemetry::write(HEAD, |fields| self.add_to(fields));
    }

    fn add_to(&self, fields: &mut Fields<'_>) {
        fields
            .plain("event", self.is_begin.then_some("begins"))
            .plain("operation", self.operation)
            .list("attributes", self.attributes)
            .plain("outcome", self.outcome)
            .text("request_id", self.request_id)
            .text("aws_request_id", self.aws_request_id)
            .text("caller", self.caller)
            .plain("sub_hmac", self.sub_hmac)
            .plain("client_id", self.client_id)
            .bool("claims_verified", self.claims_verified);
    }
}

#[cfg(test)]
mod tests {
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
