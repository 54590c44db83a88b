//! What a pool is set to: its schema, what is verified and how, by what its users sign in.

use serde_json::{Map, Value};

use super::{clock::Seconds, contact::Contact, password::Policy, schema::Schema};

/// Where a code belongs in a text.
pub const CODE_PARAMETER: &str = "{####}";

pub struct Settings {
    pub id: String,
    pub name: String,
    /// What stands in the pool's tokens as `iss`.
    pub issuer: String,
    pub created: Seconds,
    pub schema: Schema,
    /// `AutoVerifiedAttributes`: a change of these sends a code.
    pub auto_verified: Vec<Contact>,
    /// `AttributesRequireVerificationBeforeUpdate`: a change of these waits for its code.
    pub verify_before_update: Vec<Contact>,
    pub sign_in: SignIn,
    pub case_sensitive: bool,
    pub password_policy: Policy,
    /// Whether users come by themselves too: not where `AllowAdminCreateUserOnly` is set.
    pub signs_up: bool,
    /// `DeletionProtection`
    pub protected: bool,
    pub messages: Messages,
    pub senders: Senders,
    /// What else was asked for at its creation, to be told and not looked at.
    pub described: Map<String, Value>,
}

/// By what its users sign in.
#[derive(Clone)]
pub enum SignIn {
    /// `UsernameAttributes`: by an e-mail address or a phone number that is nobody else's, verified
    /// or not. Their user name is a UUID.
    Attributes(Vec<Contact>),
    /// By a name of their own or by `AliasAttributes`, an address once it is verified.
    Username(Vec<Alias>),
}

/// An `AliasAttributeType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alias {
    Email,
    PhoneNumber,
    PreferredUsername,
}

/// The texts that a code is sent in, with `{####}` where it stands. In an invitation `{username}`
/// stands for the new user's name.
#[derive(Clone)]
pub struct Messages {
    pub email: String,
    pub sms: String,
    pub email_invitation: String,
    pub sms_invitation: String,
}

/// Which messages a Lambda function sends instead of Cognito.
#[derive(Clone, Copy, Default)]
pub struct Senders {
    pub email: bool,
    pub sms: bool,
}

impl Settings {
    /// Refuses what no pool can be.
    pub fn check(&self) -> Result<(), &'static str> {
        let mut waiting = self.verify_before_update.iter();
        if waiting.all(|it| self.auto_verified.contains(it)) {
            Ok(())
        } else {
            Err(
                "All attributes in AttributesRequireVerificationBeforeUpdate must exist in \
                 AutoVerifiedAttributes",
            )
        }
    }

    /// The Region is the first part of the pool's id.
    pub fn region(&self) -> &str {
        self.id.split('_').next().unwrap_or_default()
    }

    /// The part of the id after it.
    pub fn own_name(&self) -> &str {
        self.id.split('_').nth(1).unwrap_or_default()
    }

    /// A name as the pool compares it.
    pub fn folded(&self, name: &str) -> String {
        if self.case_sensitive {
            name.to_owned()
        } else {
            name.to_lowercase()
        }
    }
}

impl Messages {
    /// The text for a code.
    pub fn text(&self, contact: Contact, code: &str) -> String {
        let template = match contact {
            Contact::Email => &self.email,
            Contact::PhoneNumber => &self.sms,
        };
        template.replace(CODE_PARAMETER, code)
    }

    /// The text for somebody who was given an account and a password.
    pub fn invitation(&self, contact: Contact, username: &str, password: &str) -> String {
        let template = match contact {
            Contact::Email => &self.email_invitation,
            Contact::PhoneNumber => &self.sms_invitation,
        };
        let text = template.replace("{username}", username);
        text.replace(CODE_PARAMETER, password)
    }
}

impl Default for Messages {
    fn default() -> Self {
        let text = "Your verification code is {####}.".to_owned();
        let invitation = "Your username is {username} and temporary password is {####}.".to_owned();
        Self {
            email: text.clone(),
            sms: text,
            email_invitation: invitation.clone(),
            sms_invitation: invitation,
        }
    }
}

impl Alias {
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::PhoneNumber => "phone_number",
            Self::PreferredUsername => "preferred_username",
        }
    }

    /// The address that it is, if it is one.
    pub fn contact(self) -> Option<Contact> {
        Contact::of_attribute(self.attribute())
    }
}
