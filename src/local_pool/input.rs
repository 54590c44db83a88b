//! A request's members, with the types that the model gives them.
//!
//! As in AWS's own framework, a member that is null is missing, one that the model doesn't know is
//! ignored, and one of another type ends the request before anything else is looked at.

use serde_json::{Map, Value};

use super::exception::Exception;

/// A JSON object that came in.
#[derive(Clone, Copy)]
pub struct Input<'a>(&'a Map<String, Value>);

impl<'a> Input<'a> {
    /// The whole body.
    pub fn of_body(body: &'a Value) -> Result<Self, Exception> {
        body.as_object().map(Self).ok_or_else(Exception::not_json)
    }

    pub fn string(self, name: &str) -> Result<Option<&'a str>, Exception> {
        self.member(name).map(text).transpose()
    }

    /// The strings of a map, in the order sent.
    pub fn strings(self, name: &str) -> Result<Option<Vec<(&'a str, &'a str)>>, Exception> {
        let Some(value) = self.member(name) else {
            return Ok(None);
        };
        let map = object(value)?.0;
        let entries = map.iter().filter(|(_, value)| !value.is_null());
        entries
            .map(|(key, value)| Ok((key.as_str(), text(value)?)))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// The structures of a list.
    pub fn structures(self, name: &str) -> Result<Option<Vec<Self>>, Exception> {
        match self.member(name) {
            None => Ok(None),
            Some(Value::Array(values)) => values
                .iter()
                .map(object)
                .collect::<Result<_, _>>()
                .map(Some),
            Some(Value::Object(_)) => Err(unexpected("structure or map")),
            Some(_) => Err(Exception::serialization("Expected list or null")),
        }
    }

    fn member(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }
}

fn object(value: &Value) -> Result<Input<'_>, Exception> {
    match value {
        Value::Object(members) => Ok(Input(members)),
        Value::Array(_) => Err(unexpected("list")),
        _ => Err(Exception::serialization("Expected structure or null")),
    }
}

fn text(value: &Value) -> Result<&str, Exception> {
    let class = match value {
        Value::String(text) => return Ok(text),
        Value::Array(_) => return Err(unexpected("list")),
        Value::Object(_) => return Err(unexpected("structure or map")),
        Value::Number(_) => "com.amazon.coral.value.json.numbers.TruncatingBigNumber",
        Value::Bool(_) | Value::Null => "java.lang.Boolean",
    };
    let message = format!("class {class} can not be converted to an String");
    Err(Exception::serialization(message))
}

fn unexpected(what: &str) -> Exception {
    Exception::serialization(format!("Start of {what} found where not expected."))
}
