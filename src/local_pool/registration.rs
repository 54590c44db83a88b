//! The rules by which users come to be: they sign up, or an administrator creates them.

mod confirmation;

use serde_json::Value;
use uuid::Uuid;

use super::{
    client::AppClient,
    clock::Seconds,
    contact::Contact,
    exception::Exception,
    outbox::Outbox,
    pool::UserPool,
    request::Entries,
    schema::{Change, Schema},
    settings::{Alias, SignIn},
    triggers::Source,
    user::User,
};

pub use self::confirmation::check_unconfirmed;
use self::confirmation::send_code;

/// A user who is to be.
pub struct Registration<'a> {
    /// As given: in some pools an address.
    pub username: &'a str,
    pub password: &'a str,
    pub attributes: Vec<Change<'a>>,
    pub metadata: &'a Entries<'a>,
}

/// Who creates a user decides what has to be right.
#[derive(Clone, Copy)]
pub enum By<'a> {
    User(&'a AppClient),
    Administrator {
        /// Whether a verified address is taken from whoever has it.
        force_alias: bool,
    },
}

impl UserPool {
    /// Signs a user up, and returns the `sub`, and where a code went to confirm the sign-up.
    pub fn sign_up(
        &mut self,
        client_id: &str,
        registration: &Registration<'_>,
        outbox: &mut Outbox,
        now: Seconds,
    ) -> Result<(String, Option<Value>), Exception> {
        if !self.settings.signs_up {
            let message = "SignUp is not permitted for this user pool";
            return Err(Exception::not_authorized(message));
        }
        let client = self.client(client_id)?;
        let mut user = self.new_user(registration, By::User(client), now)?;
        for contact in Contact::ALL {
            if user.address(contact).is_some() {
                user.attributes.set(contact.verified_attribute(), "false");
            }
        }
        let metadata = registration.metadata;
        let details = send_code(
            &self.settings,
            &mut user,
            client_id,
            (Source::SignUp, metadata),
            outbox,
            now,
        );
        let sub = user.sub().to_owned();
        self.users.insert(&self.settings, user);
        Ok((sub, details))
    }

    /// A user with these attributes, if there may be one.
    pub fn new_user(
        &self,
        registration: &Registration<'_>,
        by: By<'_>,
        now: Seconds,
    ) -> Result<User, Exception> {
        let Registration {
            username,
            password,
            attributes,
            ..
        } = registration;
        let settings = &self.settings;
        settings.password_policy.check(password)?;
        let signs_in_by = self.check_username(username)?;
        let mut attributes = attributes.clone();
        if let Some(contact) = signs_in_by {
            attributes.retain(|(name, _)| *name != contact.attribute());
            attributes.push((contact.attribute(), username));
        }
        let schema = &settings.schema;
        schema.check_new(&attributes, matches!(by, By::User(_)))?;
        check_writable(schema, &attributes, signs_in_by, by)?;
        Schema::check_formats(&attributes)?;

        let sub = Uuid::new_v4().to_string();
        let own_name = match signs_in_by {
            Some(_) => sub.clone(),
            None => (*username).to_owned(),
        };
        let mut user = User::new(own_name, &sub, &attributes, now);
        user.signs_in_by = signs_in_by;
        user.password = Some((*password).to_owned());
        self.check_new_name(&user, username, by)?;
        Ok(user)
    }

    /// Adds a user that an administrator has made.
    pub fn insert_user(&mut self, user: User, force_alias: bool) {
        let Self {
            settings, users, ..
        } = self;
        for contact in Contact::ALL {
            if let Some(address) = user.address(contact)
                && force_alias
                && user.has_verified(contact)
            {
                users.take_alias(settings, &user.username, contact, address);
            }
        }
        users.insert(settings, user);
    }

    /// What a new user will sign in by, if it is an address.
    fn check_username(&self, username: &str) -> Result<Option<Contact>, Exception> {
        let fits = |contact: Contact| contact.fits(username);
        let refused = |message: &str| Err(Exception::invalid_parameter(message));
        match &self.settings.sign_in {
            SignIn::Attributes(contacts) => {
                match (contacts.iter().find(|it| fits(**it)), contacts.as_slice()) {
                    (Some(contact), _) => Ok(Some(*contact)),
                    (None, [Contact::Email]) => refused("Username should be an email."),
                    (None, [Contact::PhoneNumber]) => refused("Username should be a phone number."),
                    (None, _) => refused("Username should be either an email or a phone number."),
                }
            }
            SignIn::Username(aliases)
                if aliases.contains(&Alias::Email) && fits(Contact::Email) =>
            {
                refused(
                    "Username cannot be of email format, since user pool is configured for email alias.",
                )
            }
            SignIn::Username(aliases)
                if aliases.contains(&Alias::PhoneNumber) && fits(Contact::PhoneNumber) =>
            {
                refused(
                    "Username cannot be of phone number format, since user pool is configured for phone number alias.",
                )
            }
            SignIn::Username(_) => Ok(None),
        }
    }

    /// Refuses a name that somebody has already.
    fn check_new_name(&self, user: &User, username: &str, by: By<'_>) -> Result<(), Exception> {
        let Self {
            settings, users, ..
        } = self;
        let identity: Vec<Change<'_>> = user.attributes.iter().collect();
        if let Some(contact) = user.signs_in_by {
            let name = [(contact.attribute(), username)];
            if users.check_free(settings, user, &name).is_err() {
                let name = contact.attribute();
                let message = format!("An account with the given {name} already exists.");
                return Err(Exception::username_exists(message));
            }
        } else if users.get(settings, username).is_some() {
            return Err(Exception::username_exists(match by {
                By::User(_) => "User already exists",
                By::Administrator { .. } => "User account already exists",
            }));
        }
        users.check_free(settings, user, &identity)?;
        if let By::Administrator { force_alias: true } = by {
            return Ok(());
        }
        for contact in Contact::ALL {
            if let Some(address) = user.address(contact).filter(|_| user.has_verified(contact)) {
                users.check_free_verified(settings, user, contact, address)?;
            }
        }
        Ok(())
    }
}

/// Users write what their app client may; administrators everything but the `sub`.
fn check_writable(
    schema: &Schema,
    attributes: &[Change<'_>],
    signs_in_by: Option<Contact>,
    by: By<'_>,
) -> Result<(), Exception> {
    let names = attributes.iter().map(|(name, _)| *name);
    match by {
        By::Administrator { .. } => Schema::check_mutable(names.filter(|name| *name == "sub")),
        By::User(client) => {
            let username = signs_in_by.map(Contact::attribute);
            let mut names = names.filter(|name| Some(*name) != username);
            if names
                .clone()
                .any(|it| it == "sub" || Contact::of_verified_attribute(it).is_some())
            {
                let message = "A client attempted to write unauthorized attribute";
                return Err(Exception::not_authorized(message));
            }
            client.check_may_write(schema, &mut names)
        }
    }
}
