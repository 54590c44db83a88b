//! The rules of what a signed-in user does with their own attributes: no wire, no clock, no lock.

mod codes;
mod deletion;
mod update;

use super::{
    attributes::Attributes, behaviour::Behaviour, client::AppClient, clock::Seconds,
    exception::Exception, outbox::Outbox, settings::Settings, user::User, users::Users,
};

/// What a caller's token opens.
pub struct Account<'a> {
    pub settings: &'a Settings,
    pub client: &'a AppClient,
    /// The caller's, among the users.
    pub username: String,
    pub users: &'a mut Users,
    pub outbox: &'a mut Outbox,
    pub behaviour: &'a Behaviour,
    pub now: Seconds,
}

impl Account<'_> {
    pub fn user(&self) -> Result<&User, Exception> {
        let user = self.users.get(self.settings, &self.username);
        user.ok_or_else(Exception::user_not_found)
    }

    pub fn user_mut(&mut self) -> Result<&mut User, Exception> {
        let user = self.users.get_mut(self.settings, &self.username);
        user.ok_or_else(Exception::user_not_found)
    }

    /// As much of the user as the app client may see.
    pub fn readable(&self) -> Result<Attributes, Exception> {
        Ok(self.client.readable(&self.user()?.attributes))
    }

    /// Ends every sign-in of the user's.
    pub fn sign_out(&mut self) -> Result<(), Exception> {
        let now = self.now;
        self.user_mut()?.sessions.revoke_all(now);
        Ok(())
    }
}
