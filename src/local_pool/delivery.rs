//! Where a verification code goes, and how much of that is told.

use serde_json::{Value, json};

/// A way to reach a user, which has to be verified when it changes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Contact {
    Email,
    PhoneNumber,
}

impl Contact {
    /// The contact that an attribute holds, if it does.
    pub fn of_attribute(name: &str) -> Option<Self> {
        [Self::Email, Self::PhoneNumber]
            .into_iter()
            .find(|contact| contact.attribute() == name)
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

    /// A `CodeDeliveryDetailsType` for a code sent to this address.
    pub fn delivery_details(self, address: &str) -> Value {
        let (medium, destination) = match self {
            Self::Email => ("EMAIL", masked_email(address)),
            Self::PhoneNumber => ("SMS", masked_phone_number(address)),
        };
        json!({
            "Destination": destination,
            "DeliveryMedium": medium,
            "AttributeName": self.attribute(),
        })
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
