//! The ways to reach a user: where a verification code goes, and how much of that is told.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;
use serde_json::{Value, json};

/// A way to reach a user, which has to be verified when it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contact {
    Email,
    PhoneNumber,
}

impl Contact {
    /// The contact that an attribute holds, if it does.
    pub fn of_attribute(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|contact| contact.attribute() == name)
    }

    pub const ALL: [Self; 2] = [Self::Email, Self::PhoneNumber];

    /// The contact that an attribute like `email_verified` speaks of.
    pub fn of_verified_attribute(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|contact| contact.verified_attribute() == name)
    }

    pub fn attribute(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::PhoneNumber => "phone_number",
        }
    }

    /// The attribute that says whether it is verified.
    pub fn verified_attribute(self) -> &'static str {
        match self {
            Self::Email => "email_verified",
            Self::PhoneNumber => "phone_number_verified",
        }
    }

    /// Whether the value of an attribute like `email_verified` says so. Cognito keeps the spelling that
    /// an administrator chose, such as `True`.
    pub fn is_verified(flag: &str) -> bool {
        flag.eq_ignore_ascii_case("true")
    }

    /// A `DeliveryMediumType`.
    pub fn medium(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::PhoneNumber => "SMS",
        }
    }

    /// A `CodeDeliveryDetailsType` for a code sent to this address.
    pub fn delivery_details(self, address: &str) -> Value {
        let destination = match self {
            Self::Email => masked_email(address),
            Self::PhoneNumber => masked_phone_number(address),
        };
        json!({
            "Destination": destination,
            "DeliveryMedium": self.medium(),
            "AttributeName": self.attribute(),
        })
    }

    /// Whether a text can be such an address: by its form, not by whether it exists.
    pub fn fits(self, address: &str) -> bool {
        static EMAIL: LazyLock<Regex> =
            LazyLock::new(|| constant(r"^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$"));
        static PHONE_NUMBER: LazyLock<Regex> = LazyLock::new(|| constant(r"^\+[0-9]{1,15}$"));
        match self {
            Self::Email => EMAIL.is_match(address),
            Self::PhoneNumber => PHONE_NUMBER.is_match(address),
        }
    }

    pub fn misfit(self) -> &'static str {
        match self {
            Self::Email => "Invalid email address format.",
            Self::PhoneNumber => "Invalid phone number format.",
        }
    }
}

/// The first character of each side: `d***@e***`.
fn masked_email(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let first = |side: &str| side.chars().next().map(String::from).unwrap_or_default();
    format!("{}***@{}***", first(local), first(domain))
}

/// The last four digits: `+*******9934`.
fn masked_phone_number(number: &str) -> String {
    let digits = number.strip_prefix('+').unwrap_or(number);
    let hidden = digits.len().saturating_sub(4);
    let shown = digits.get(hidden..).unwrap_or_default();
    format!("+{}{shown}", "*".repeat(hidden))
}

fn constant(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_those_seen_from_cognito() {
        assert_eq!(masked_email("jane.doe@example.co.uk"), "j***@e***");
        assert_eq!(masked_email("ü@é.example"), "ü***@é***");
        assert_eq!(masked_phone_number("+15555559934"), "+*******9934");
        assert_eq!(masked_phone_number("+911234564114"), "+********4114");
        assert_eq!(masked_phone_number("+123"), "+123");
    }
}
