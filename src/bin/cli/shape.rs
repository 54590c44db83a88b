//! A small model of what an operation takes, and the checks that the AWS CLI makes before it sends
//! anything: types, required and unknown members, minimum lengths. The rest is the server's.

use serde_json::{Map, Value};

use crate::{error::Error, python};

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

pub struct Member {
    pub name: &'static str,
    pub shape: Shape,
    pub required: bool,
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
                    Self::TEXT.check(&format!("{path}.{key}"), value, faults);
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
                "Invalid type for parameter {path}, value: {}, type: <class '{}'>, valid types: {}",
                python::text(value),
                python::class(value),
                self.classes()
            )),
        }
    }

    /// The Python types that the AWS CLI would take.
    fn classes(&self) -> &'static str {
        match self {
            Self::List(_) => "<class 'list'>, <class 'tuple'>",
            Self::Map | Self::Structure(_) => "<class 'dict'>",
            Self::Text { .. } => "<class 'str'>",
        }
    }
}

/// Every fault of an operation's parameters at once. Each is its name, shape and value.
pub fn check(parameters: &[(&str, &Shape, &Value)]) -> Result<(), Error> {
    let mut faults = Vec::new();
    for (name, shape, value) in parameters {
        shape.check(name, value, &mut faults);
    }
    if faults.is_empty() {
        Ok(())
    } else {
        let faults = faults.join("\n");
        Err(Error::Parameter(format!(
            "Parameter validation failed:\n{faults}"
        )))
    }
}

fn check_members(
    members: &[Member],
    path: &str,
    map: &Map<String, Value>,
    faults: &mut Vec<String>,
) {
    for Member { name, .. } in members.iter().filter(|member| member.required) {
        if !map.contains_key(*name) {
            faults.push(format!("Missing required parameter in {path}: \"{name}\""));
        }
    }
    let mut known = Vec::new();
    for (key, value) in map {
        if let Some(member) = members.iter().find(|member| member.name == key) {
            known.push((member, value));
        } else {
            let names: Vec<_> = members.iter().map(|member| member.name).collect();
            faults.push(format!(
                "Unknown parameter in {path}: \"{key}\", must be one of: {}",
                names.join(", ")
            ));
        }
    }
    for (member, value) in known {
        member
            .shape
            .check(&format!("{path}.{}", member.name), value, faults);
    }
}
