//! The rules of what a signed-in user does with their own attributes: no wire, no clock, no lock.

mod codes;
mod deletion;
mod update;

use super::{
    attributes::Attributes, behaviour::Behaviour, client::AppClient, clock::Seconds,
    exception::Exception, outbox::Outbox, schema::Schema, settings::Settings, user::User,
    users::Users,
};

/// What a caller's token opens, or what an administrator names.
pub struct Account<'a> {
    pub settings: &'a Settings,
    /// The caller's; an administrator has none.
    pub client: Option<&'a AppClient>,
    /// The account's, among the users.
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
        let attributes = &self.user()?.attributes;
        Ok(match self.client {
            Some(client) => client.readable(attributes),
            None => attributes.clone(),
        })
    }

    /// Refuses names that the caller may not write, whatever their schema says: an administrator
    /// writes all but the `sub`.
    fn check_writes_own<'n>(&self, names: impl Iterator<Item = &'n str>) -> Result<(), Exception> {
        let is_user = self.client.is_some();
        Schema::check_mutable(names.filter(|name| is_user || *name == "sub"))
    }

    /// Refuses names that the app client may not write.
    fn check_client<'n>(&self, names: impl Iterator<Item = &'n str>) -> Result<(), Exception> {
        match self.client {
            Some(client) => client.check_may_write(&self.settings.schema, names),
            None => Ok(()),
        }
    }

    /// Ends every sign-in of the user's.
    pub fn sign_out(&mut self) -> Result<(), Exception> {
        let now = self.now;
        self.user_mut()?.sessions.revoke_all(now);
        Ok(())
    }
}
