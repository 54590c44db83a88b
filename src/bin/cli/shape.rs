//! What a value may be, and the checks that the AWS CLI makes before it sends anything: types,
//! required and unknown members, minimum lengths. The rest is the server's. No fault repeats a
//! value.

use serde_json::{Map, Value};

use crate::error::{Error, shown};

/// What a value must be.
pub enum Shape {
    List(&'static Shape),
    /// Texts by free keys.
    Map,
    Structure(&'static [Member]),
    /// With at least this many characters.
    Text {
        min: usize,
    },
}

/// A named part of a structure, or of what an operation takes or answers.
pub struct Member {
    pub name: &'static str,
    pub shape: Shape,
    pub required: bool,
    /// One sentence for the help and the skeletons.
    pub about: &'static str,
}

impl Shape {
    /// A text of any length.
    pub const TEXT: Self = Self::Text { min: 0 };

    /// Whether the shorthand can express it. A list of texts is written as words.
    pub fn has_shorthand(&self) -> bool {
        match self {
            Self::Map | Self::Structure(_) => true,
            Self::List(item) => !matches!(item, Self::Text { .. }),
            Self::Text { .. } => false,
        }
    }

    fn check(&self, path: &str, value: &Value, faults: &mut Vec<String>) {
        match (self, value) {
            (Self::List(item), Value::Array(items)) => {
                for (index, value) in items.iter().enumerate() {
                    item.check(&format!("{path}[{index}]"), value, faults);
                }
            }
            (Self::Map, Value::Object(map)) => {
                for (key, value) in map {
                    Self::TEXT.check(&format!("{path}.{}", shown(key)), value, faults);
                }
            }
            (Self::Structure(members), Value::Object(map)) => {
                check_members(members, path, map, faults);
            }
            (Self::Text { min }, Value::String(text)) => {
                let length = text.chars().count();
                if length < *min {
                    faults.push(format!(
                        "Invalid length for parameter {path}, value: {length}, valid min length: \
                         {min}"
                    ));
                }
            }
            _ => faults.push(format!(
                "Invalid type for parameter {path}: it has to be {}, and is {}",
                self.kind(),
                kind(value)
            )),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::List(_) => "a list",
            Self::Map | Self::Structure(_) => "a map",
            Self::Text { .. } => "a text",
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number or a date",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

/// Every fault of an operation's parameters at once.
pub fn check(members: &[Member], parameters: &Map<String, Value>) -> Result<(), Error> {
    let mut faults = Vec::new();
    check_members(members, "", parameters, &mut faults);
    if faults.is_empty() {
        Ok(())
    } else {
        let faults = faults.join("\n");
        Err(Error::Parameter(format!(
            "Parameter validation failed:\n{faults}"
        )))
    }
}

/// The path is blank for the parameters themselves, which the AWS CLI calls the input.
fn check_members(
    members: &[Member],
    path: &str,
    map: &Map<String, Value>,
    faults: &mut Vec<String>,
) {
    let (whole, prefix) = match path {
        "" => ("input", String::new()),
        path => (path, format!("{path}.")),
    };
    for Member { name, .. } in members.iter().filter(|member| member.required) {
        if !map.contains_key(*name) {
            faults.push(format!("Missing required parameter in {whole}: \"{name}\""));
        }
    }
    let names: Vec<_> = members.iter().map(|member| member.name).collect();
    for key in map.keys().filter(|key| !names.contains(&key.as_str())) {
        faults.push(format!(
            "Unknown parameter in {whole}: \"{}\", must be one of: {}",
            shown(key),
            names.join(", ")
        ));
    }
    for member in members {
        if let Some(value) = map.get(member.name) {
            let path = format!("{prefix}{}", member.name);
            member.shape.check(&path, value, faults);
        }
    }
}
