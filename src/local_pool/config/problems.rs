//! All that is wrong with a file, so that it is told at once.

use std::fmt::Display;

use crate::local_pool::constraints::Form;

/// Each with the path of its entry.
#[derive(Default)]
pub struct Problems(Vec<String>);

impl Problems {
    pub fn note(&mut self, at: &str, problem: impl Display) {
        self.0.push(format!("{at}: {problem}"));
    }

    /// Notes each constraint of the API's that a value breaks: by such a name nobody could call it.
    pub fn check(&mut self, at: &str, form: &Form, value: &str) {
        for constraint in form.broken_by(value) {
            self.note(at, constraint.replacen("Member must", "it must", 1));
        }
    }

    /// # Errors
    ///
    /// If there are any: a line for each.
    pub fn none(self) -> Result<(), String> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(self.0.join("\n"))
        }
    }
}
