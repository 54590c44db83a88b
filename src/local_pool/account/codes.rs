//! Codes asked for, and codes given back.

use serde_json::Value;

use super::Account;
use crate::local_pool::{
    contact::Contact, exception::Exception, request::Entries, triggers::Source,
};

impl Account<'_> {
    /// Sends a code to the address that is stored, verified or not. Of a change that is pending
    /// this is the old one: it never goes to the new.
    pub fn request_code(
        &mut self,
        attribute: &str,
        metadata: &Entries<'_>,
    ) -> Result<Value, Exception> {
        let contact = verifiable(attribute)?;
        let (most, now) = (self.behaviour.code_requests_per_hour, self.now);
        let user = self.user_mut()?;
        let address = user.address(contact).map(str::to_owned);
        let address = address.ok_or_else(|| no_address(contact))?;
        user.codes_requested.count(most, now)?;
        self.send_code(contact, &address, Source::VerifyUserAttribute, metadata)
    }

    /// Takes a code back: the address that it went to is verified, and stored if it was pending.
    pub fn verify(&mut self, attribute: &str, given: &str) -> Result<(), Exception> {
        let contact = verifiable(attribute)?;
        let (behaviour, now) = (self.behaviour, self.now);
        let user = self.user_mut()?;
        let most = behaviour.verifications_per_hour;
        user.verifications_tried.count(most, now)?;
        let verification = user.verifications.of(contact);
        let code = verification.find(given, now)?;

        let promotes = behaviour.code_to_old_address_applies_pending;
        let pending = verification.pending.clone();
        let pending = pending.filter(|pending| promotes || *pending == code.address);
        let user = self.user()?;
        let address = pending.as_deref().or(user.address(contact));
        let address = address.unwrap_or_default();
        self.users
            .check_free_verified(self.settings, user, contact, address)?;

        let user = self.user_mut()?;
        let sub = user.sub().to_owned();
        user.verifications.of_mut(contact).use_up();
        if let Some(address) = pending {
            user.attributes.set(contact.attribute(), &address);
            user.verifications.of_mut(contact).pending = None;
        }
        user.verify(contact);
        user.modified = now;
        self.outbox.mark_used(&sub, given);
        Ok(())
    }
}

fn verifiable(attribute: &str) -> Result<Contact, Exception> {
    Contact::of_attribute(attribute).ok_or_else(|| {
        let message = "Invalid attribute name. Only phone_number and email can be verified.";
        Exception::invalid_parameter(message)
    })
}

fn no_address(contact: Contact) -> Exception {
    let what = match contact {
        Contact::Email => "email address",
        Contact::PhoneNumber => "phone number",
    };
    Exception::invalid_parameter(format!("User does not have a valid registered {what}"))
}
