//! Every limit that a request breaks, by field.

use std::fmt;

use crate::proto::Operation;

/// What is wrong with a request: never empty, in the order of the request's fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violations {
    operation: Operation,
    list: Vec<Violation>,
}

/// A limit that a field breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The field's path in the request: `user_attributes[2].name`.
    pub field: String,
    /// What the field must be, as the rest of a sentence that begins with the field. It repeats
    /// no value, token or metadata.
    pub description: String,
}

/// As a sentence.
impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.description)
    }
}

impl Violations {
    /// The operation that was asked for.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The violations, at least one.
    pub fn list(&self) -> &[Violation] {
        &self.list
    }

    pub(super) fn none(operation: Operation) -> Self {
        let list = Vec::new();
        Self { operation, list }
    }

    pub(super) fn add(&mut self, field: impl Into<String>, description: impl Into<String>) {
        self.list.push(Violation {
            field: field.into(),
            description: description.into(),
        });
    }

    /// What the request is once it is known to break nothing, or these violations.
    pub(super) fn or_else<T>(self, valid: impl FnOnce() -> T) -> Result<T, Self> {
        if self.list.is_empty() {
            Ok(valid())
        } else {
            Err(self)
        }
    }
}
