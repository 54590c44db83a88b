//! A user of a pool.

use serde_json::{Map, Value};

use super::{
    attributes::Attributes,
    behaviour::{Behaviour, DeletedFlag},
    clock::Seconds,
    contact::Contact,
    schema::Change,
    sessions::Sessions,
    verification::{Attempts, Code, Verification, Verifications},
};

#[derive(Clone)]
pub struct User {
    /// The pool's own name for the user: a UUID where an e-mail address or a phone number is the
    /// name to sign in by.
    pub username: String,
    /// Which of the two that is.
    pub signs_in_by: Option<Contact>,
    pub password: Option<String>,
    /// When that was set: a temporary one is good for some days.
    pub password_set: Seconds,
    pub status: Status,
    pub enabled: bool,
    pub attributes: Attributes,
    pub created: Seconds,
    pub modified: Seconds,
    pub verifications: Verifications,
    /// To confirm the sign-up, and the contact that it goes to.
    pub sign_up_code: Option<(Contact, Code)>,
    /// To choose a new password, which nothing here does.
    pub reset_code: Option<Code>,
    pub verifications_tried: Attempts,
    pub codes_requested: Attempts,
    pub sessions: Sessions,
}

/// A `UserStatusType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Confirmed,
    ForceChangePassword,
    ResetRequired,
    Unconfirmed,
}

impl User {
    /// Somebody with these attributes, who can't sign in yet.
    pub fn new(username: String, sub: &str, attributes: &[Change<'_>], now: Seconds) -> Self {
        let all = [("sub", sub)].into_iter().chain(attributes.iter().copied());
        Self {
            username,
            signs_in_by: None,
            password: None,
            password_set: now,
            status: Status::Unconfirmed,
            enabled: true,
            attributes: all.filter(|(_, value)| !value.is_empty()).collect(),
            created: now,
            modified: now,
            verifications: Verifications::default(),
            sign_up_code: None,
            reset_code: None,
            verifications_tried: Attempts::default(),
            codes_requested: Attempts::default(),
            sessions: Sessions::default(),
        }
    }

    pub fn sub(&self) -> &str {
        self.attributes.get("sub").unwrap_or_default()
    }

    pub fn address(&self, contact: Contact) -> Option<&str> {
        self.attributes.get(contact.attribute())
    }

    /// Addresses that are to be stored once they are verified, by attribute.
    pub fn pending(&self) -> Map<String, Value> {
        Contact::ALL
            .into_iter()
            .filter_map(|contact| {
                let pending = self.verifications.of(contact).pending.as_deref()?;
                Some((contact.attribute().to_owned(), pending.into()))
            })
            .collect()
    }

    pub fn has_verified(&self, contact: Contact) -> bool {
        let flag = self.attributes.get(contact.verified_attribute());
        flag.is_some_and(Contact::is_verified)
    }

    /// Its owner has proved to reach the address that is stored.
    pub fn verify(&mut self, contact: Contact) {
        self.attributes.set(contact.verified_attribute(), "true");
        self.verifications.of_mut(contact).unproven = false;
    }

    /// Stores an address that nobody has proved to reach.
    pub fn set_unverified(&mut self, contact: Contact, address: &str) {
        self.attributes.set(contact.attribute(), address);
        self.attributes.set(contact.verified_attribute(), "false");
        self.verifications.of_mut(contact).unproven = true;
    }

    pub fn set_password(&mut self, password: &str, now: Seconds) {
        self.password = Some(password.to_owned());
        self.reset_code = None;
        self.password_set = now;
        self.modified = now;
    }

    /// Deletes an attribute, with all that goes with it.
    pub fn delete(&mut self, attribute: &str, behaviour: &Behaviour) {
        let had = self.attributes.get(attribute).is_some();
        self.attributes.remove(attribute);
        let Some(contact) = Contact::of_attribute(attribute) else {
            return;
        };
        *self.verifications.of_mut(contact) = Verification::default();
        match behaviour.verified_flag_of_deleted {
            DeletedFlag::False if had => self.attributes.set(contact.verified_attribute(), "false"),
            DeletedFlag::False => {}
            DeletedFlag::Removed => self.attributes.remove(contact.verified_attribute()),
        }
    }
}

impl Status {
    pub fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "CONFIRMED",
            Self::ForceChangePassword => "FORCE_CHANGE_PASSWORD",
            Self::ResetRequired => "RESET_REQUIRED",
            Self::Unconfirmed => "UNCONFIRMED",
        }
    }
}
