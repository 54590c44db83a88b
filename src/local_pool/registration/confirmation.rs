//! The code by which who has signed up proves to reach an address.

use serde_json::Value;

use crate::local_pool::{
    behaviour::Behaviour,
    clock::Seconds,
    contact::Contact,
    exception::Exception,
    outbox::Outbox,
    pool::UserPool,
    request::Entries,
    settings::Settings,
    triggers::{Delivery, Source},
    user::{Status, User},
    verification::Code,
};

impl UserPool {
    /// Sends another code, and returns where. An app client that hides who exists is told the same of
    /// everybody.
    pub fn resend_code(
        &mut self,
        (client_id, username): (&str, &str),
        metadata: &Entries<'_>,
        behaviour: &Behaviour,
        outbox: &mut Outbox,
        now: Seconds,
    ) -> Result<Value, Exception> {
        let hides_users = self.client(client_id)?.hides_users;
        let Self {
            settings, users, ..
        } = self;
        let user = users.named_mut(settings, username);
        let user = user.map_err(|_| Exception::user_of_client_not_found());
        let unconfirmed = user.and_then(|user| match user.status {
            Status::Unconfirmed => Ok(user),
            _ => Err(Exception::invalid_parameter("User is already confirmed.")),
        });
        let user = match unconfirmed {
            Err(_) if hides_users => return Ok(simulated(username)),
            unconfirmed => unconfirmed?,
        };
        user.codes_requested
            .count(behaviour.code_requests_per_hour, now)?;
        let sent = send_code(
            settings,
            user,
            client_id,
            (Source::ResendCode, metadata),
            outbox,
            now,
        );
        sent.ok_or_else(|| {
            let message = "Cannot resend codes. Auto verification not turned on.";
            Exception::invalid_parameter(message)
        })
    }

    /// Confirms a sign-up with its code, which verifies the address that it went to. If that is
    /// another user's alias, `force_alias` takes it from them.
    pub fn confirm_sign_up(
        &mut self,
        username: &str,
        code: &str,
        force_alias: bool,
        outbox: &mut Outbox,
        now: Seconds,
    ) -> Result<(), Exception> {
        let Self {
            settings, users, ..
        } = self;
        let user = users.named(settings, username);
        let user = user.ok_or_else(Exception::user_not_found)?;
        check_unconfirmed(user)?;
        let sent = user.sign_up_code.as_ref();
        Code::check(sent.map(|(_, code)| code), code, now)?;
        let contact = sent.map(|(contact, _)| *contact);
        let contact = contact.filter(|it| user.address(*it).is_some());
        if let Some(contact) = contact {
            let address = user.address(contact).unwrap_or_default().to_owned();
            let free = users.check_free_verified(settings, user, contact, &address);
            let username = user.username.clone();
            match free {
                Err(taken) if !force_alias => return Err(taken),
                Err(_) => users.take_alias(settings, &username, contact, &address),
                Ok(()) => {}
            }
        }
        let user = users.named_mut(settings, username)?;
        user.sign_up_code = None;
        if let Some(contact) = contact {
            user.verify(contact);
        }
        user.status = Status::Confirmed;
        user.modified = now;
        outbox.mark_used(user.sub(), code);
        Ok(())
    }
}

/// A phone number is asked first, as Cognito does.
pub fn send_code(
    settings: &Settings,
    user: &mut User,
    client_id: &str,
    (source, metadata): (Source, &Entries<'_>),
    outbox: &mut Outbox,
    now: Seconds,
) -> Option<Value> {
    let contact = [Contact::PhoneNumber, Contact::Email]
        .into_iter()
        .find(|it| settings.auto_verified.contains(it) && user.address(*it).is_some())?;
    let code = Code::new(user.address(contact)?, now);
    let delivery = Delivery {
        settings,
        user,
        client_id: Some(client_id),
        contact,
        address: &code.address,
        code: code.digits(),
        source,
        metadata,
    };
    let details = outbox.deliver(&delivery, now);
    user.sign_up_code = Some((contact, code));
    Some(details)
}

pub fn check_unconfirmed(user: &User) -> Result<(), Exception> {
    if user.status == Status::Unconfirmed {
        return Ok(());
    }
    let status = user.status.name();
    let message = format!("User cannot be confirmed. Current status is {status}");
    Err(Exception::not_authorized(message))
}

/// Where a code would have gone, made of the name alone.
fn simulated(username: &str) -> Value {
    if Contact::PhoneNumber.fits(username) {
        return Contact::PhoneNumber.delivery_details(username);
    }
    let address = if username.contains('@') {
        username.to_owned()
    } else {
        format!("{username}@{username}")
    };
    Contact::Email.delivery_details(&address)
}
