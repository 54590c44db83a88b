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

    /// All of its constraints, as AWS's framework tells them of the members of a list or a map,
    /// whichever of them is broken.
    fn constraints(&self) -> String {
        let lengths = [("less", self.max), ("greater", self.min)];
        let lengths = lengths.map(|(than, length)| length_constraint(than, length));
        let lengths = lengths.into_iter().filter(|_| self.max != usize::MAX);
        let pattern = self.pattern.map(Pattern::constraint);
        let values = (!self.one_of.is_empty()).then(|| self.enum_constraint());
        let all: Vec<_> = lengths.chain(pattern).chain(values).collect();
        all.join(", ")
    }

    fn enum_constraint(&self) -> String {
        let values = self.one_of.join(", ");
        format!("Member must satisfy enum value set: [{values}]")
    }

    /// The constraints that the value breaks, in the order in which Cognito tells them.
    pub fn broken_by(&self, value: &str) -> impl Iterator<Item = String> {
        let length = value.chars().count();
        let pattern = self.pattern.filter(|it| !it.regex.is_match(value));
        let unlisted = !self.one_of.is_empty() && !self.one_of.contains(&value);
        [
            (length < self.min).then(|| length_constraint("greater", self.min)),
            pattern.map(Pattern::constraint),
            (length > self.max).then(|| length_constraint("less", self.max)),
            unlisted.then(|| self.enum_constraint()),
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

    fn constraint(&self) -> String {
        let shown = self.shown;
        format!("Member must satisfy regular expression pattern: {shown}")
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

    /// Notes the constraints on a list's texts, once.
    pub fn check_list(&mut self, path: &str, form: &Form, values: &[&str]) {
        if values
            .iter()
            .any(|value| form.broken_by(value).next().is_some())
        {
            let subject = match form.shown {
                Shown::Plain => format!("Value '[{}]' at '{path}'", values.join(", ")),
                Shown::Sensitive => format!("Value at '{path}'"),
            };
            let constraints = form.constraints();
            self.note(
                &subject,
                &format!("Member must satisfy constraint: [{constraints}]"),
            );
        }
    }

    /// Notes a list of too few or too many structures.
    pub fn check_count(&mut self, path: &str, count: usize, min: usize, max: usize) {
        let shown = if count == 0 { " '[]'" } else { "" };
        let subject = format!("Value{shown} at '{path}'");
        if count < min {
            self.note(&subject, &length_constraint("greater", min));
        } else if count > max {
            self.note(&subject, &length_constraint("less", max));
        }
    }

    /// Notes the constraints on a map's keys and values, once each.
    pub fn check_map(&mut self, path: &str, form: &Form, entries: &[(&str, &str)]) {
        let subject = format!("Value at '{path}'");
        let breaks = |text: &str| form.broken_by(text).next().is_some();
        for (what, broken) in [
            ("keys", entries.iter().any(|(key, _)| breaks(key))),
            ("value", entries.iter().any(|(_, value)| breaks(value))),
        ] {
            if broken {
                let constraints = form.constraints();
                let text = format!("Map {what} must satisfy constraint: [{constraints}]");
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
