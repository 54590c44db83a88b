//! The model's constraints on a request, checked before its token is looked at. All that are broken
//! are told in one message.

use std::sync::LazyLock;

use regex::Regex;

use super::exception::Exception;

/// What a text must be, by the model. Its length is in characters.
pub struct Form {
    pub min: usize,
    pub max: usize,
    pub pattern: Option<&'static Pattern>,
    pub one_of: &'static [&'static str],
    pub shown: Shown,
}

/// A form that a text must have, under the name that the message gives it.
pub struct Pattern {
    shown: &'static str,
    regex: LazyLock<Regex>,
}

/// How a message shows a value.
#[derive(Clone, Copy)]
pub enum Shown {
    /// As it came.
    Plain,
    /// Not at all: the model marks it sensitive.
    Sensitive,
}

/// The constraints that a request breaks.
#[derive(Default)]
pub struct Constraints(Vec<String>);

impl Form {
    /// Any text that may be shown.
    pub const ANY: Self = Self {
        min: 0,
        max: usize::MAX,
        pattern: None,
        one_of: &[],
        shown: Shown::Plain,
    };

    pub const SENSITIVE: Self = Self {
        shown: Shown::Sensitive,
        ..Self::ANY
    };

    /// The constraints that the value breaks, in the order in which Cognito tells them.
    fn broken_by(&self, value: &str) -> impl Iterator<Item = String> {
        let length = value.chars().count();
        let pattern = self.pattern.filter(|it| !it.regex.is_match(value));
        let unlisted = !self.one_of.is_empty() && !self.one_of.contains(&value);
        [
            (length < self.min).then(|| length_constraint("greater", self.min)),
            pattern.map(|pattern| {
                let shown = pattern.shown;
                format!("Member must satisfy regular expression pattern: {shown}")
            }),
            (length > self.max).then(|| length_constraint("less", self.max)),
            unlisted.then(|| {
                let values = self.one_of.join(", ");
                format!("Member must satisfy enum value set: [{values}]")
            }),
        ]
        .into_iter()
        .flatten()
    }
}

impl Pattern {
    /// `shown` is Java's way to write the pattern, `pattern` ours.
    pub const fn new(shown: &'static str, pattern: fn() -> Regex) -> Self {
        Self {
            shown,
            regex: LazyLock::new(pattern),
        }
    }
}

impl Constraints {
    /// Notes a member that must be there and isn't.
    pub fn missing(&mut self, path: &str, shown: Shown) {
        let value = match shown {
            Shown::Plain => "Value null",
            Shown::Sensitive => "Value",
        };
        self.note(&format!("{value} at '{path}'"), "Member must not be null");
    }

    /// Notes each constraint of the form's that the value breaks.
    pub fn check(&mut self, path: &str, form: &Form, value: &str) {
        for constraint in form.broken_by(value) {
            let subject = match form.shown {
                Shown::Plain => format!("Value '{value}' at '{path}'"),
                Shown::Sensitive => format!("Value at '{path}'"),
            };
            self.note(&subject, &constraint);
        }
    }

    /// Notes the constraints on a map's keys and values, once each.
    pub fn check_map(&mut self, path: &str, form: &Form, entries: &[(&str, &str)]) {
        let subject = format!("Value at '{path}'");
        let keys = entries.iter().flat_map(|(key, _)| form.broken_by(key));
        let values = entries.iter().flat_map(|(_, value)| form.broken_by(value));
        for (what, constraint) in [
            ("keys", keys.take(1).next()),
            ("value", values.take(1).next()),
        ] {
            if let Some(constraint) = constraint {
                let text = format!("Map {what} must satisfy constraint: [{constraint}]");
                self.note(&subject, &text);
            }
        }
    }

    /// Notes a number out of its range.
    pub fn check_number(&mut self, path: &str, value: i64, min: i64, max: i64) {
        let constraint = if value < min {
            format!("Member must have value greater than or equal to {min}")
        } else if value > max {
            format!("Member must have value less than or equal to {max}")
        } else {
            return;
        };
        self.note(&format!("Value '{value}' at '{path}'"), &constraint);
    }

    /// # Errors
    ///
    /// If any was noted.
    pub fn hold(self) -> Result<(), Exception> {
        let Self(broken) = self;
        if broken.is_empty() {
            return Ok(());
        }
        let plural = if broken.len() == 1 { "" } else { "s" };
        let message = format!(
            "{} validation error{plural} detected: {}",
            broken.len(),
            broken.join("; ")
        );
        Err(Exception::invalid_parameter(message))
    }

    fn note(&mut self, subject: &str, constraint: &str) {
        self.0.push(format!(
            "{subject} failed to satisfy constraint: {constraint}"
        ));
    }
}

fn length_constraint(than: &str, length: usize) -> String {
    format!("Member must have length {than} than or equal to {length}")
}
