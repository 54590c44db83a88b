//! Which attributes a pool has, and what may stand in them.
//!
//! Source: the [attributes page] of the developer guide.
//!
//! [attributes page]: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html

mod kind;
mod standard;

pub use self::kind::{Kind, number_limit};
use self::standard::standard;
use super::{attributes::Attributes, contact::Contact, exception::Exception};

/// The attributes of a pool, in the order in which it tells them.
#[derive(Clone)]
pub struct Schema(Vec<AttributeSchema>);

/// One of them, a `SchemaAttributeType`.
#[derive(Clone)]
pub struct AttributeSchema {
    pub name: String,
    pub kind: Kind,
    pub mutable: bool,
    pub required: bool,
}

/// A name and its value, as asked for. A blank one deletes.
pub type Change<'a> = (&'a str, &'a str);

/// AWS: "Custom attributes per user pool: 50".
const MOST_CUSTOM: usize = 50;

/// What nobody sets in their own name.
const NON_MUTABLE: [&str; 3] = ["sub", "email_verified", "phone_number_verified"];

/// What no app client writes, whatever its lists say: it belongs to Cognito, or to administrators.
const RESERVED: [&str; 3] = ["identities", "cognito:", "dev:"];

impl AttributeSchema {
    /// A string that the user may change and needn't have.
    pub fn string(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            kind: Kind::ANY_STRING,
            mutable: true,
            required: false,
        }
    }
}

impl Schema {
    /// The standard attributes, with these besides them or in their place.
    pub fn with(own: impl IntoIterator<Item = AttributeSchema>) -> Self {
        let mut all = standard();
        for attribute in own {
            match all.iter_mut().find(|it| it.name == attribute.name) {
                Some(standard) => *standard = attribute,
                None => all.push(attribute),
            }
        }
        Self(all)
    }

    /// Adds custom attributes, all of them or none.
    pub fn add(&mut self, attributes: Vec<AttributeSchema>) -> Result<(), Exception> {
        let mut all = self.0.clone();
        for attribute in attributes {
            let name = &attribute.name;
            if all.iter().any(|it| it.name == *name) {
                let message = format!("{name}: Existing attribute already has name {name}.");
                return Err(Exception::invalid_parameter(message));
            }
            all.push(attribute);
        }
        let custom = all.iter().filter(|it| it.name.contains("custom:")).count();
        if custom > MOST_CUSTOM {
            let message = format!("A user pool has at most {MOST_CUSTOM} custom attributes.");
            return Err(Exception::invalid_parameter(message));
        }
        self.0 = all;
        Ok(())
    }

    pub fn get(&self, name: &str) -> Option<&AttributeSchema> {
        self.0.iter().find(|attribute| attribute.name == name)
    }

    pub fn iter(&self) -> impl Iterator<Item = &AttributeSchema> {
        self.0.iter()
    }

    pub fn is_reserved(name: &str) -> bool {
        RESERVED.iter().any(|reserved| name.starts_with(reserved))
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
        prefix: &str,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), Exception> {
        let unknown = names.into_iter().filter(|name| self.get(name).is_none());
        refuse(
            prefix,
            unknown.map(|name| format!("user.{name}: Attribute does not exist in the schema.\n")),
        )
    }

    /// Refuses changes that the schema forbids, all of them in one message. A blank value deletes,
    /// so it has neither length nor range. Whoever changes anything has to fill in the required
    /// attributes that have no value yet.
    pub fn check_changes(
        &self,
        changes: &[Change<'_>],
        stored: &Attributes,
    ) -> Result<(), Exception> {
        let broken = changes.iter().filter_map(|(name, value)| {
            let complaint = self.get(name)?.complaint(value)?;
            Some(format!("user.{name}: {complaint}\n"))
        });
        let missing = self.missing(changes, stored);
        let missing = missing.map(|name| format!("user.{name}: The attribute is required\n"));
        refuse("", broken.chain(missing))
    }

    /// Refuses to delete what the schema keeps, all of it in one message.
    pub fn check_deletions(&self, names: &[&str]) -> Result<(), Exception> {
        let kept = names.iter().filter_map(|name| {
            let attribute = self.get(name)?;
            if !attribute.mutable {
                Some(format!("user.{name}: Attribute cannot be updated.\n"))
            } else if attribute.required {
                Some(format!("{name}: Required attribute cannot be deleted.\n"))
            } else {
                None
            }
        });
        refuse("Invalid user attributes: ", kept)
    }

    /// Refuses what a new user may not have, all of it in one message. An administrator may leave
    /// required attributes out: the user has to fill them in.
    pub fn check_new(&self, attributes: &[Change<'_>], complete: bool) -> Result<(), Exception> {
        const PREFIX: &str = "Attributes did not conform to the schema: ";
        let unknown = attributes.iter().find(|(name, _)| self.get(name).is_none());
        if let Some((name, _)) = unknown {
            return Err(Exception::invalid_parameter(format!(
                "{PREFIX}Type for attribute {{{name}}} could not be determined"
            )));
        }
        let broken = attributes.iter().filter_map(|(name, value)| {
            let complaint = self.get(name)?.kind.complaint(value)?;
            Some(format!("{name}: {complaint}\n"))
        });
        let none = Attributes::default();
        let missing = self.missing(attributes, &none).filter(|_| complete);
        let missing = missing.map(|name| format!("{name}: The attribute is required\n"));
        refuse(PREFIX, broken.chain(missing))
    }

    /// Refuses an e-mail address or a phone number that can't be one.
    pub fn check_formats(changes: &[Change<'_>]) -> Result<(), Exception> {
        for (name, value) in changes.iter().filter(|(_, value)| !value.is_empty()) {
            if let Some(contact) = Contact::of_attribute(name)
                && !contact.fits(value)
            {
                return Err(Exception::invalid_parameter(contact.misfit()));
            }
        }
        Ok(())
    }

    /// Required attributes that would still have no value.
    pub fn missing(
        &self,
        changes: &[Change<'_>],
        stored: &Attributes,
    ) -> impl Iterator<Item = &str> {
        // Cognito itself gives a user the `sub`.
        let required = self.0.iter().filter(|it| it.required && it.name != "sub");
        required.map(|it| it.name.as_str()).filter(|required| {
            stored.get(required).is_none() && changes.iter().all(|(name, _)| name != required)
        })
    }
}

impl AttributeSchema {
    fn complaint(&self, value: &str) -> Option<String> {
        if !self.mutable {
            return Some("Attribute cannot be updated.".to_owned());
        }
        if value.is_empty() {
            let kept = "Required attribute cannot be deleted.";
            return self.required.then(|| kept.to_owned());
        }
        self.kind.complaint(value)
    }
}

/// Every line ends, the last one too: so Cognito's do.
fn refuse(prefix: &str, lines: impl Iterator<Item = String>) -> Result<(), Exception> {
    let lines: String = lines.collect();
    if lines.is_empty() {
        Ok(())
    } else {
        Err(Exception::invalid_parameter(format!("{prefix}{lines}")))
    }
}
