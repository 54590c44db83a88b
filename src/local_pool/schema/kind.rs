//! What sort of value an attribute has.

use crate::local_pool::forms::MAX_VALUE;

/// An `AttributeDataType` with its constraints.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub enum Kind {
    /// Length in characters.
    String {
        min: usize,
        max: usize,
    },
    /// A whole number.
    Number {
        min: Option<i64>,
        max: Option<i64>,
    },
    Boolean,
    /// Not checked: no form of it is documented.
    DateTime,
}

impl Kind {
    pub const ANY_STRING: Self = Self::String {
        min: 0,
        max: MAX_VALUE,
    };

    pub const ANY_NUMBER: Self = Self::Number {
        min: None,
        max: None,
    };

    /// What is wrong with a value, if anything is. Cognito's words are known for a string that is
    /// too short; the others follow them.
    pub fn complaint(self, value: &str) -> Option<String> {
        match self {
            Self::String { min, max } => match value.chars().count() {
                length if length < min => {
                    Some(format!("String must be no shorter than {min} characters"))
                }
                length if length > max => {
                    Some(format!("String must be no longer than {max} characters"))
                }
                _ => None,
            },
            Self::Number { min, max } => match value.parse::<i64>() {
                Err(_) => Some("Number expected".to_owned()),
                Ok(number) if min.is_some_and(|min| number < min) => {
                    min.map(|min| format!("Number must be no less than {min}"))
                }
                Ok(number) if max.is_some_and(|max| number > max) => {
                    max.map(|max| format!("Number must be no greater than {max}"))
                }
                Ok(_) => None,
            },
            Self::Boolean => match value {
                "true" | "false" => None,
                _ => Some("Boolean expected".to_owned()),
            },
            Self::DateTime => None,
        }
    }

    /// The model's name for it.
    pub fn data_type(self) -> &'static str {
        match self {
            Self::String { .. } => "String",
            Self::Number { .. } => "Number",
            Self::Boolean => "Boolean",
            Self::DateTime => "DateTime",
        }
    }
}
