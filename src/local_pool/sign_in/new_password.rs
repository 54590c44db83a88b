//! The answer of who had a temporary password.

use super::{SignedIn, check_state};
use crate::local_pool::{
    challenges::Challenges,
    clock::Seconds,
    contact::Contact,
    exception::Exception,
    outbox::Outbox,
    pool::UserPool,
    schema::{Change, Schema},
    settings::Settings,
    user::{Status, User},
};

pub struct NewPassword<'a> {
    pub session: &'a str,
    pub username: &'a str,
    pub password: &'a str,
    pub secret_hash: Option<&'a str>,
    /// What the user lacked, or may add.
    pub attributes: Vec<Change<'a>>,
}

impl UserPool {
    /// Sets the password and signs the user in.
    pub fn set_new_password(
        &mut self,
        client_id: &str,
        answer: &NewPassword<'_>,
        outbox: &mut Outbox,
        now: Seconds,
    ) -> Result<SignedIn, Exception> {
        let client = self.client(client_id)?;
        client.check_secret_hash(answer.username, answer.secret_hash)?;
        let pending = self.challenges.session(answer.session, client_id, now)?;
        let Self {
            settings, users, ..
        } = self;
        let user = users.named(settings, answer.username);
        let user = user
            .filter(|user| pending.sub.as_deref() == Some(user.sub()))
            .filter(|user| user.status == Status::ForceChangePassword)
            .ok_or_else(Challenges::invalid_session)?;
        check_state(user)?;
        settings.password_policy.check(answer.password)?;
        let names = answer.attributes.iter().map(|(name, _)| *name);
        check_attributes(settings, user, &answer.attributes)?;
        let client = self.clients.get(client_id);
        if let Some(client) = client {
            client.check_may_write(&settings.schema, names)?;
        }
        users.check_free(settings, user, &answer.attributes)?;

        let user = users.named_mut(settings, answer.username)?;
        for (name, value) in &answer.attributes {
            match Contact::of_attribute(name) {
                Some(contact) => user.set_unverified(contact, value),
                None => user.attributes.set(name, value),
            }
        }
        outbox.mark_used(user.sub(), user.password.as_deref().unwrap_or_default());
        user.set_password(answer.password, now);
        user.status = Status::Confirmed;
        self.challenges.end_session(answer.session);
        self.admit(client_id, &pending.username, now)
    }
}

/// Refuses attributes that can't be given now, and to go without those that the pool requires.
fn check_attributes(
    settings: &Settings,
    user: &User,
    changes: &[Change<'_>],
) -> Result<(), Exception> {
    let schema = &settings.schema;
    let names = || changes.iter().map(|(name, _)| *name);
    Schema::check_mutable(names())?;
    schema.check_known("", names())?;
    if let Some(given) = names().find(|name| {
        let contact = Contact::of_attribute(name);
        contact.is_some_and(|contact| user.address(contact).is_some())
    }) {
        let message = format!("Cannot modify an already provided {given}");
        return Err(Exception::not_authorized(message));
    }
    if let Some(missing) = schema.missing(changes, &user.attributes).next() {
        let message = format!("Invalid attributes given, {missing} is missing");
        return Err(Exception::invalid_parameter(message));
    }
    schema.check_changes(changes, &user.attributes)?;
    Schema::check_formats(changes)
}
