//! A JSON object that came in, with the types that the model gives its members.
//!
//! As in AWS's own framework, a member that is null is missing, one that the model doesn't know is
//! ignored, and one of another type ends the request before anything else is looked at.

use serde_json::{Map, Value};

use super::exception::Exception;

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

    pub fn flag(self, name: &str) -> Result<Option<bool>, Exception> {
        match self.member(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(value) => Err(not_a(value, "Boolean")),
        }
    }

    pub fn number(self, name: &str) -> Result<Option<i64>, Exception> {
        let member = self.member(name);
        let number = |value: &Value| value.as_i64().ok_or_else(|| not_a(value, "Integer"));
        member.map(number).transpose()
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

    /// The strings of a list.
    pub fn texts(self, name: &str) -> Result<Option<Vec<&'a str>>, Exception> {
        self.list(name, text)
    }

    pub fn structure(self, name: &str) -> Result<Option<Self>, Exception> {
        self.member(name).map(object).transpose()
    }

    /// The structures of a list.
    pub fn structures(self, name: &str) -> Result<Option<Vec<Self>>, Exception> {
        self.list(name, object)
    }

    /// The members as they came.
    pub fn members(self) -> &'a Map<String, Value> {
        self.0
    }

    fn list<T>(
        self,
        name: &str,
        item: impl Fn(&'a Value) -> Result<T, Exception>,
    ) -> Result<Option<Vec<T>>, Exception> {
        match self.member(name) {
            None => Ok(None),
            Some(Value::Array(values)) => {
                values.iter().map(item).collect::<Result<_, _>>().map(Some)
            }
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
    value.as_str().ok_or_else(|| not_a(value, "String"))
}

/// In Cognito's words for a text, and in the same form for the others.
fn not_a(value: &Value, wanted: &str) -> Exception {
    let class = match value {
        Value::Array(_) => return unexpected("list"),
        Value::Object(_) => return unexpected("structure or map"),
        Value::Number(_) => "com.amazon.coral.value.json.numbers.TruncatingBigNumber",
        Value::String(_) => "java.lang.String",
        Value::Bool(_) | Value::Null => "java.lang.Boolean",
    };
    let article = if wanted == "Boolean" { "a" } else { "an" };
    let message = format!("class {class} can not be converted to {article} {wanted}");
    Exception::serialization(message)
}

fn unexpected(what: &str) -> Exception {
    Exception::serialization(format!("Start of {what} found where not expected."))
}
