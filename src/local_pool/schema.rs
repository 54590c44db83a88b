//! Which attributes a pool has, and what may stand in them.
//!
//! Source: the [attributes page] of the developer guide.
//!
//! [attributes page]: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html

use std::sync::LazyLock;

use regex::Regex;

use super::{attributes::Attributes, delivery::Contact, exception::Exception};

/// The attributes of a pool.
pub struct Schema(Vec<AttributeSchema>);

/// One of them, a `SchemaAttributeType`.
pub struct AttributeSchema {
    pub name: String,
    pub kind: Kind,
    pub mutable: bool,
    pub required: bool,
}

/// An `AttributeDataType` with its constraints. A `DateTime` is not checked: no form of it is
/// documented.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Length in characters.
    String {
        min: usize,
        max: usize,
    },
    Number {
        min: Option<i64>,
        max: Option<i64>,
    },
    Boolean,
}

/// Longest value, in characters.
const MAX_VALUE: usize = 2048;

/// What nobody sets in their own name.
const NON_MUTABLE: [&str; 3] = ["sub", "email_verified", "phone_number_verified"];

impl AttributeSchema {
    /// A string that the user may change and needn't have.
    pub fn string(name: impl Into<String>) -> Self {
        let kind = Kind::String {
            min: 0,
            max: MAX_VALUE,
        };
        Self {
            name: name.into(),
            kind,
            mutable: true,
            required: false,
        }
    }
}

impl Schema {
    /// The standard attributes, and these.
    pub fn with(custom: impl IntoIterator<Item = AttributeSchema>) -> Self {
        const STRINGS: [&str; 16] = [
            "name",
            "given_name",
            "family_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "email",
            "gender",
            "zoneinfo",
            "locale",
            "phone_number",
            "address",
            "identities",
        ];
        let kind = |name: &str, kind| AttributeSchema {
            kind,
            ..AttributeSchema::string(name)
        };
        let others = [
            AttributeSchema {
                kind: Kind::String {
                    min: 1,
                    max: MAX_VALUE,
                },
                mutable: false,
                required: true,
                ..AttributeSchema::string("sub")
            },
            kind("birthdate", Kind::String { min: 10, max: 10 }),
            kind(
                "updated_at",
                Kind::Number {
                    min: Some(0),
                    max: None,
                },
            ),
            kind("email_verified", Kind::Boolean),
            kind("phone_number_verified", Kind::Boolean),
        ];
        let strings = STRINGS.map(AttributeSchema::string);
        Self(strings.into_iter().chain(others).chain(custom).collect())
    }

    /// Refuses names that no user may write, whatever the pool.
    pub fn check_mutable<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<(), Exception> {
        match names.into_iter().find(|name| NON_MUTABLE.contains(name)) {
            Some(name) => Err(Exception::invalid_parameter(format!(
                "Cannot modify the non-mutable attribute {name}"
            ))),
            None => Ok(()),
        }
    }

    /// Refuses names that the pool doesn't have, all of them in one message.
    pub fn check_known<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), Exception> {
        let unknown = names.into_iter().filter(|name| self.get(name).is_none());
        refuse(unknown.map(|name| line(name, "Attribute does not exist in the schema.")))
    }

    /// Refuses changes that the schema forbids, all of them in one message. A blank value deletes,
    /// so it has neither length nor range. Whoever changes anything has to fill in the required
    /// attributes that have no value yet.
    pub fn check_changes(
        &self,
        changes: &[(&str, &str)],
        stored: &Attributes,
    ) -> Result<(), Exception> {
        let broken = changes.iter().filter_map(|(name, value)| {
            let complaint = self.get(name)?.complaint(value)?;
            Some(line(name, &complaint))
        });
        let missing = self.0.iter().filter(|attribute| {
            attribute.required
                && stored.get(&attribute.name).is_none()
                && changes.iter().all(|(name, _)| *name != attribute.name)
        });
        refuse(broken.chain(missing.map(|it| line(&it.name, "The attribute is required"))))
    }

    /// Refuses an e-mail address or a phone number that can't be one: by its form, not by whether
    /// it exists.
    pub fn check_formats(changes: &[(&str, &str)]) -> Result<(), Exception> {
        static EMAIL: LazyLock<Regex> =
            LazyLock::new(|| constant(r"^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$"));
        static PHONE_NUMBER: LazyLock<Regex> = LazyLock::new(|| constant(r"^\+[0-9]{1,15}$"));
        for (name, value) in changes.iter().filter(|(_, value)| !value.is_empty()) {
            let (form, text) = match Contact::of_attribute(name) {
                Some(Contact::Email) => (&EMAIL, "Invalid email address format."),
                Some(Contact::PhoneNumber) => (&PHONE_NUMBER, "Invalid phone number format."),
                None => continue,
            };
            if !form.is_match(value) {
                return Err(Exception::invalid_parameter(text));
            }
        }
        Ok(())
    }

    /// The names of what can be changed.
    pub fn mutable_names(&self) -> impl Iterator<Item = &str> {
        let mutable = self.0.iter().filter(|attribute| attribute.mutable);
        mutable.map(|attribute| attribute.name.as_str())
    }

    fn get(&self, name: &str) -> Option<&AttributeSchema> {
        self.0.iter().find(|attribute| attribute.name == name)
    }
}

impl AttributeSchema {
    fn complaint(&self, value: &str) -> Option<String> {
        if !self.mutable {
            return Some("Attribute cannot be updated.".to_owned());
        }
        if value.is_empty() {
            return self
                .required
                .then(|| "Required attribute cannot be deleted.".to_owned());
        }
        match self.kind {
            Kind::String { min, max } => match value.chars().count() {
                length if length < min => {
                    Some(format!("String must be no shorter than {min} characters"))
                }
                length if length > max => {
                    Some(format!("String must be no longer than {max} characters"))
                }
                _ => None,
            },
            Kind::Number { min, max } => match value.parse::<i64>() {
                Err(_) => Some("Number expected".to_owned()),
                Ok(number) if min.is_some_and(|min| number < min) => {
                    min.map(|min| format!("Number must be no less than {min}"))
                }
                Ok(number) if max.is_some_and(|max| number > max) => {
                    max.map(|max| format!("Number must be no greater than {max}"))
                }
                Ok(_) => None,
            },
            Kind::Boolean => match value {
                "true" | "false" => None,
                _ => Some("Boolean expected".to_owned()),
            },
        }
    }
}

/// Every line ends, the last one too: so Cognito's do.
fn line(name: &str, complaint: &str) -> String {
    format!("user.{name}: {complaint}\n")
}

fn refuse(lines: impl Iterator<Item = String>) -> Result<(), Exception> {
    let message: String = lines.collect();
    if message.is_empty() {
        Ok(())
    } else {
        Err(Exception::invalid_parameter(message))
    }
}

fn constant(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant")
}
