//! What a password must be.

use serde::Deserialize;

use super::{clock::Seconds, exception::Exception};

const DAY: Seconds = 24 * 3600;

/// A `PasswordPolicyType`. The default is what a pool has that is created without one.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "as the API has it")]
pub struct Policy {
    pub minimum_length: usize,
    pub require_uppercase: bool,
    pub require_lowercase: bool,
    pub require_numbers: bool,
    pub require_symbols: bool,
    /// Of a password that an administrator has given.
    pub temporary_password_validity_days: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            minimum_length: 8,
            require_uppercase: true,
            require_lowercase: true,
            require_numbers: true,
            require_symbols: true,
            temporary_password_validity_days: 7,
        }
    }
}

impl Policy {
    /// Refuses a temporary password that is too old.
    pub fn check_age(&self, set: Seconds, now: Seconds) -> Result<(), Exception> {
        let days = self.temporary_password_validity_days;
        if now < set.saturating_add(days.saturating_mul(DAY)) {
            return Ok(());
        }
        let message = "Temporary password has expired and must be reset by an administrator.";
        Err(Exception::not_authorized(message))
    }

    /// # Errors
    ///
    /// `InvalidPasswordException`, with the first rule that is broken.
    pub fn check(&self, password: &str) -> Result<(), Exception> {
        let has = |is: fn(&char) -> bool| password.chars().any(|it| is(&it));
        let symbol = |it: &char| it.is_ascii_punctuation() || *it == ' ';
        let rules = [
            (
                password.chars().count() >= self.minimum_length,
                "Password not long enough",
            ),
            (
                !self.require_lowercase || has(char::is_ascii_lowercase),
                "Password must have lowercase characters",
            ),
            (
                !self.require_uppercase || has(char::is_ascii_uppercase),
                "Password must have uppercase characters",
            ),
            (
                !self.require_numbers || has(char::is_ascii_digit),
                "Password must have numeric characters",
            ),
            (
                !self.require_symbols || has(symbol),
                "Password must have symbol characters",
            ),
        ];
        match rules.iter().find(|(held, _)| !held) {
            None => Ok(()),
            Some((_, rule)) => Err(Exception::invalid_password(format!(
                "Password did not conform with policy: {rule}"
            ))),
        }
    }
}
