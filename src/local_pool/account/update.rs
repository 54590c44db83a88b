//! All of the changes, or none of them.

#[cfg(test)]
mod tests;

use serde_json::Value;

use super::Account;
use crate::local_pool::{
    contact::Contact,
    exception::Exception,
    request::{Attribute, Entries},
    schema::{Change, Schema},
    triggers::{Delivery, Source},
    verification::Verification,
};

impl Account<'_> {
    /// Changes the user, and returns where codes were sent to, in the order of the request.
    ///
    /// An address that is stored already sends nothing; where its change has to be verified first,
    /// it also ends a change that was pending.
    pub fn update(
        &mut self,
        attributes: &[Attribute<'_>],
        metadata: &Entries<'_>,
    ) -> Result<Vec<Value>, Exception> {
        let changes = self.allowed(attributes)?;
        let mut deliveries = Vec::new();
        for (name, value) in changes.iter().copied() {
            let unproven = |contact: &Contact| !proven(&changes).any(|it| it == *contact);
            match Contact::of_attribute(name).filter(unproven) {
                Some(contact) if !value.is_empty() => {
                    deliveries.extend(self.change_contact(contact, value, metadata)?);
                }
                _ if value.is_empty() => {
                    let behaviour = self.behaviour;
                    self.user_mut()?.delete(name, behaviour);
                }
                _ => self.user_mut()?.attributes.set(name, value),
            }
        }
        let now = self.now;
        let user = self.user_mut()?;
        for contact in proven(&changes) {
            *user.verifications.of_mut(contact) = Verification::default();
        }
        user.modified = now;
        Ok(deliveries)
    }

    /// The changes, in the order of the request, if all of them may be made.
    fn allowed<'a>(&self, attributes: &[Attribute<'a>]) -> Result<Vec<Change<'a>>, Exception> {
        let names = || attributes.iter().map(|attribute| attribute.name);
        let user = self.user()?;
        let schema = &self.settings.schema;
        self.check_writes_own(names())?;
        let changes = attributes
            .iter()
            .map(change)
            .collect::<Result<Vec<_>, _>>()?;
        schema.check_known("", names())?;
        self.check_client(names())?;
        schema.check_changes(&changes, &user.attributes)?;
        self.check_sign_in_kept(&changes)?;
        Schema::check_formats(&changes)?;
        let changes = last_of_each(&changes);
        self.users.check_free(self.settings, user, &changes)?;
        for contact in proven(&changes) {
            let name = contact.attribute();
            let change = changes.iter().find(|(changed, _)| *changed == name);
            let address = change.map(|(_, value)| *value).or(user.address(contact));
            if let Some(address) = address {
                self.users
                    .check_free_verified(self.settings, user, contact, address)?;
            }
        }
        Ok(changes)
    }

    /// A user who signs in by an address has one: it may change, but not be deleted.
    fn check_sign_in_kept(&self, changes: &[Change<'_>]) -> Result<(), Exception> {
        let Some(contact) = self.user()?.signs_in_by else {
            return Ok(());
        };
        let name = contact.attribute();
        if changes.contains(&(name, "")) {
            let message = format!("user.{name}: Required attribute cannot be deleted.\n");
            return Err(Exception::invalid_parameter(message));
        }
        Ok(())
    }

    fn change_contact(
        &mut self,
        contact: Contact,
        address: &str,
        metadata: &Entries<'_>,
    ) -> Result<Option<Value>, Exception> {
        let waits = self.settings.verify_before_update.contains(&contact);
        let sends = self.settings.auto_verified.contains(&contact);
        let user = self.user_mut()?;
        if user.address(contact) == Some(address) {
            let verification = user.verifications.of_mut(contact);
            if verification.pending.take().is_some() {
                verification.use_up();
            }
            return Ok(None);
        }
        if waits {
            user.verifications.of_mut(contact).wait_for(address);
        } else {
            user.set_unverified(contact, address);
            // A code for the old address proves nothing about this one.
            user.verifications.of_mut(contact).use_up();
        }
        if !sends {
            return Ok(None);
        }
        let source = Source::UpdateUserAttribute;
        self.send_code(contact, address, source, metadata).map(Some)
    }

    /// Sends a new code to an address of the user's, and returns its `CodeDeliveryDetailsType`.
    pub(super) fn send_code(
        &mut self,
        contact: Contact,
        address: &str,
        source: Source,
        metadata: &Entries<'_>,
    ) -> Result<Value, Exception> {
        let (behaviour, now) = (self.behaviour, self.now);
        let verifications = &mut self.user_mut()?.verifications;
        let code = verifications.of_mut(contact).issue(address, behaviour, now);
        let user = self.users.get(self.settings, &self.username);
        let delivery = Delivery {
            settings: self.settings,
            user: user.ok_or_else(Exception::user_not_found)?,
            client_id: self.client.map(|client| &*client.id),
            contact,
            address,
            code: code.digits(),
            source,
            metadata,
        };
        Ok(self.outbox.deliver(&delivery, now))
    }
}

/// The contacts that an administrator says are verified: they need no code, and none that was sent is
/// of use any more.
fn proven(changes: &[Change<'_>]) -> impl Iterator<Item = Contact> {
    let flags = changes
        .iter()
        .filter(|(_, value)| Contact::is_verified(value));
    flags.filter_map(|(name, _)| Contact::of_verified_attribute(name))
}

fn change<'a>(attribute: &Attribute<'a>) -> Result<Change<'a>, Exception> {
    let Attribute { name, value } = attribute;
    let null = || format!("Attribute value for {name} must not be null");
    Ok((
        name,
        value.ok_or_else(|| Exception::invalid_parameter(null()))?,
    ))
}

/// Of one name twice, the last counts: a code for the first would be for nothing.
fn last_of_each<'a>(changes: &[Change<'a>]) -> Vec<Change<'a>> {
    let mut seen = std::collections::HashSet::new();
    let latest = changes.iter().rev().filter(|(name, _)| seen.insert(*name));
    let mut latest: Vec<_> = latest.copied().collect();
    latest.reverse();
    latest
}
