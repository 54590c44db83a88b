//! The model's constraints on a request, checked before its token is looked at. All that are broken
//! are told in one message.

use std::sync::LazyLock;

use regex::Regex;

use super::exception::Exception;

/// A form that a text must have, under the name that the message gives it.
pub struct Pattern {
    shown: &'static str,
    regex: LazyLock<Regex>,
}

pub static ACCESS_TOKEN: Pattern = Pattern {
    shown: "[A-Za-z0-9-_=.]+",
    regex: LazyLock::new(|| anchored(r"[A-Za-z0-9\-_=.]+")),
};

pub static ATTRIBUTE_NAME: Pattern = Pattern {
    shown: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+",
    regex: LazyLock::new(|| anchored(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+")),
};

pub static CLIENT_ID: Pattern = Pattern {
    shown: r"[\w+]+",
    regex: LazyLock::new(|| anchored(r"[\w+]+")),
};

/// What a text must be.
pub enum Constraint<'a> {
    MinLength(usize),
    MaxLength(usize),
    Matches(&'a Pattern),
    OneOf(&'a [&'a str]),
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

impl Constraints {
    /// Notes a member that must be there and isn't, and returns it.
    pub fn required<T>(&mut self, path: &str, shown: Shown, value: Option<T>) -> Option<T> {
        if value.is_none() {
            let null = match shown {
                Shown::Plain => "Value null",
                Shown::Sensitive => "Value",
            };
            self.note(&format!("{null} at '{path}'"), "Member must not be null");
        }
        value
    }

    /// Notes each of the constraints that the value breaks.
    pub fn check(&mut self, path: &str, shown: Shown, value: &str, constraints: &[Constraint<'_>]) {
        let subject = match shown {
            Shown::Plain => format!("Value '{value}' at '{path}'"),
            Shown::Sensitive => format!("Value at '{path}'"),
        };
        for constraint in constraints
            .iter()
            .filter(|constraint| !constraint.holds(value))
        {
            self.note(&subject, &constraint.to_string());
        }
    }

    /// Notes the constraints on a map's keys and values.
    pub fn check_map(&mut self, path: &str, entries: &[(&str, &str)], max_length: usize) {
        let max = Constraint::MaxLength(max_length);
        let subject = format!("Value at '{path}'");
        if entries.iter().any(|(key, _)| !max.holds(key)) {
            self.note(
                &subject,
                &format!("Map keys must satisfy constraint: [{max}]"),
            );
        }
        if entries.iter().any(|(_, value)| !max.holds(value)) {
            self.note(
                &subject,
                &format!("Map value must satisfy constraint: [{max}]"),
            );
        }
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

impl Constraint<'_> {
    fn holds(&self, value: &str) -> bool {
        match self {
            Self::MinLength(min) => value.chars().count() >= *min,
            Self::MaxLength(max) => value.chars().count() <= *max,
            Self::Matches(pattern) => pattern.regex.is_match(value),
            Self::OneOf(values) => values.contains(&value),
        }
    }
}

impl std::fmt::Display for Constraint<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::MinLength(min) => {
                write!(f, "Member must have length greater than or equal to {min}")
            }
            Self::MaxLength(max) => {
                write!(f, "Member must have length less than or equal to {max}")
            }
            Self::Matches(pattern) => {
                write!(
                    f,
                    "Member must satisfy regular expression pattern: {}",
                    pattern.shown
                )
            }
            Self::OneOf(values) => write!(
                f,
                "Member must satisfy enum value set: [{}]",
                values.join(", ")
            ),
        }
    }
}

fn anchored(pattern: &str) -> Regex {
    Regex::new(&format!("^(?:{pattern})$")).expect("a constant")
}
