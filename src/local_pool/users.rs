//! A pool's users, and whose a name is: what nobody else may have, and by what they sign in.

use std::collections::HashMap;

use super::{
    contact::Contact,
    exception::Exception,
    schema::Change,
    settings::{Alias, Settings, SignIn},
    user::User,
};

/// By their user name, as the pool compares names.
#[derive(Default)]
pub struct Users(HashMap<String, User>);

impl Users {
    pub fn insert(&mut self, settings: &Settings, user: User) {
        self.0.insert(settings.folded(&user.username), user);
    }

    pub fn get(&self, settings: &Settings, username: &str) -> Option<&User> {
        self.0.get(&settings.folded(username))
    }

    pub fn get_mut(&mut self, settings: &Settings, username: &str) -> Option<&mut User> {
        self.0.get_mut(&settings.folded(username))
    }

    pub fn remove(&mut self, settings: &Settings, username: &str) {
        self.0.remove(&settings.folded(username));
    }

    pub fn iter(&self) -> impl Iterator<Item = &User> {
        self.0.values()
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The user whom somebody means who signs in, or an administrator: by the user name or by
    /// another name that the pool lets them sign in by.
    pub fn named<'a>(&'a self, settings: &Settings, name: &str) -> Option<&'a User> {
        self.get(settings, name)
            .or_else(|| self.iter().find(|user| settings.signs_in(user, name)))
    }

    /// # Errors
    ///
    /// `UserNotFoundException`
    pub fn named_mut<'a>(
        &'a mut self,
        settings: &Settings,
        name: &str,
    ) -> Result<&'a mut User, Exception> {
        let user = self
            .named(settings, name)
            .ok_or_else(Exception::user_not_found)?;
        let key = settings.folded(&user.username);
        self.0.get_mut(&key).ok_or_else(Exception::user_not_found)
    }

    /// The users that a name may mean to a person who looks for their messages: also by an address
    /// that they couldn't sign in by now.
    pub fn known_as<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a User> {
        self.iter().filter(move |user| {
            let address = user.signs_in_by.and_then(|it| user.address(it));
            user.username == name || address == Some(name)
        })
    }

    /// Refuses a change to what identifies another user already. Where an address is the user name
    /// it is taken verified or not; where it is an alias, it is looked at when it is verified.
    pub fn check_free(
        &self,
        settings: &Settings,
        user: &User,
        changes: &[Change<'_>],
    ) -> Result<(), Exception> {
        for (name, value) in changes.iter().filter(|(_, value)| !value.is_empty()) {
            let taken = match &settings.sign_in {
                SignIn::Attributes(contacts) => contacts
                    .iter()
                    .any(|it| it.attribute() == *name && self.has(settings, user, *it, value)),
                SignIn::Username(aliases) => {
                    *name == Alias::PreferredUsername.attribute()
                        && aliases.contains(&Alias::PreferredUsername)
                        && self.preferred(settings, user, value)
                }
            };
            if taken {
                return Err(Exception::alias_exists(name));
            }
        }
        Ok(())
    }

    /// Refuses an address that somebody else has proved to have, where it is a name to sign in by.
    pub fn check_free_verified(
        &self,
        settings: &Settings,
        user: &User,
        contact: Contact,
        address: &str,
    ) -> Result<(), Exception> {
        let taken = match &settings.sign_in {
            SignIn::Attributes(contacts) => {
                contacts.contains(&contact) && self.has(settings, user, contact, address)
            }
            SignIn::Username(aliases) => {
                aliases.iter().any(|alias| alias.contact() == Some(contact))
                    && self.verified(settings, user, contact, address)
            }
        };
        if taken {
            Err(Exception::verified_alias_exists(contact.attribute()))
        } else {
            Ok(())
        }
    }

    /// Takes an alias from everybody else: their address isn't verified any more.
    pub fn take_alias(
        &mut self,
        settings: &Settings,
        username: &str,
        contact: Contact,
        address: &str,
    ) {
        for user in self.0.values_mut().filter(|it| it.username != username) {
            if settings.is_same(user.address(contact), address) {
                user.attributes.set(contact.verified_attribute(), "false");
            }
        }
    }

    fn has(&self, settings: &Settings, user: &User, contact: Contact, address: &str) -> bool {
        self.others(user)
            .any(|it| settings.is_same(it.address(contact), address))
    }

    fn verified(&self, settings: &Settings, user: &User, contact: Contact, address: &str) -> bool {
        self.others(user)
            .any(|it| it.has_verified(contact) && settings.is_same(it.address(contact), address))
    }

    fn preferred(&self, settings: &Settings, user: &User, name: &str) -> bool {
        let attribute = Alias::PreferredUsername.attribute();
        self.others(user).any(|it| {
            settings.is_same(it.attributes.get(attribute), name)
                || settings.is_same(Some(&it.username), name)
        })
    }

    fn others<'a>(&'a self, user: &'a User) -> impl Iterator<Item = &'a User> {
        self.iter().filter(|it| it.username != user.username)
    }
}

impl Settings {
    /// Whether a user of this pool signs in by this name, that isn't the user name.
    fn signs_in(&self, user: &User, name: &str) -> bool {
        match &self.sign_in {
            SignIn::Attributes(_) => user.signs_in_by.is_some_and(|contact| {
                !user.verifications.of(contact).unproven
                    && self.is_same(user.address(contact), name)
            }),
            SignIn::Username(aliases) => aliases.iter().any(|alias| {
                let verified = alias.contact().is_none_or(|it| user.has_verified(it));
                verified && self.is_same(user.attributes.get(alias.attribute()), name)
            }),
        }
    }

    fn is_same(&self, stored: Option<&str>, name: &str) -> bool {
        stored.is_some_and(|stored| {
            stored == name || (!self.case_sensitive && self.folded(stored) == self.folded(name))
        })
    }
}
