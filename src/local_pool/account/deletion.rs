//! All of the deletions, or none of them. An attribute that the user doesn't have is deleted
//! already.

use super::Account;
use crate::local_pool::exception::Exception;

impl Account<'_> {
    pub fn delete(&mut self, names: &[&str]) -> Result<(), Exception> {
        let schema = &self.settings.schema;
        self.check_writes_own(names.iter().copied())?;
        schema.check_known("Invalid user attributes: ", names.iter().copied())?;
        self.check_client(names.iter().copied())?;
        schema.check_deletions(names)?;
        let (behaviour, now) = (self.behaviour, self.now);
        let user = self.user_mut()?;
        if let Some(contact) = user.signs_in_by
            && names.contains(&contact.attribute())
        {
            let message = format!(
                "Invalid user attributes: {}: Required attribute cannot be deleted.\n",
                contact.attribute()
            );
            return Err(Exception::invalid_parameter(message));
        }
        for name in names {
            user.delete(name, behaviour);
        }
        user.modified = now;
        Ok(())
    }
}
