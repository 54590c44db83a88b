//! A word that isn't one of those that may stand in its place.

use user_attributes::settings;

use super::words::cut;
use crate::error::Error;

/// Names the nearest of the choices, if one is near, and all of them.
pub fn invalid<T: AsRef<str>>(argument: &str, value: &str, choices: &[T]) -> Error {
    let choices: Vec<_> = choices.iter().map(AsRef::as_ref).collect();
    let meant = match settings::nearest(value, choices.iter().copied()) {
        Some(nearest) => format!("  maybe you meant: {nearest}\n"),
        None => String::new(),
    };
    Error::Argument(format!(
        "argument {argument}: Found invalid choice '{}'\n\n{meant}  valid choices: {}",
        cut(value),
        choices.join(", ")
    ))
}
