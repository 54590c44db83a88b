//! Sign-ins that wait for the answer to a challenge.

use std::collections::HashMap;

use super::{clock::Seconds, exception::Exception, srp::Exchange};

#[derive(Default)]
pub struct Challenges {
    /// `NEW_PASSWORD_REQUIRED`, by their sessions.
    sessions: HashMap<String, Pending>,
    /// `PASSWORD_VERIFIER`, by their secret blocks.
    exchanges: HashMap<String, (Pending, Exchange)>,
}

/// Whose sign-in it is.
#[derive(Clone)]
pub struct Pending {
    pub client_id: String,
    /// The pool's own name for the user.
    pub username: String,
    /// The user's, so that nobody is signed in who has the same name since. Somebody who isn't there
    /// has none.
    pub sub: Option<String>,
    pub expires: Seconds,
}

impl Challenges {
    pub fn add_session(&mut self, session: String, pending: Pending, now: Seconds) {
        self.sessions.retain(|_, pending| now < pending.expires);
        self.sessions.insert(session, pending);
    }

    /// # Errors
    ///
    /// `NotAuthorizedException`, if there is no such session, or it is over.
    pub fn session(
        &self,
        session: &str,
        client_id: &str,
        now: Seconds,
    ) -> Result<Pending, Exception> {
        let pending = self.sessions.get(session);
        let pending = pending
            .filter(|pending| pending.client_id == client_id)
            .ok_or_else(Self::invalid_session)?;
        if now < pending.expires {
            return Ok(pending.clone());
        }
        let message = "Invalid session for the user, session is expired.";
        Err(Exception::not_authorized(message))
    }

    pub fn end_session(&mut self, session: &str) {
        self.sessions.remove(session);
    }

    pub fn add_exchange(
        &mut self,
        block: String,
        pending: Pending,
        exchange: Exchange,
        now: Seconds,
    ) {
        self.exchanges
            .retain(|_, (pending, _)| now < pending.expires);
        self.exchanges.insert(block, (pending, exchange));
    }

    /// The exchange that a block stands for, for one try.
    pub fn take_exchange(
        &mut self,
        block: &str,
        client_id: &str,
        now: Seconds,
    ) -> Option<(Pending, Exchange)> {
        let (pending, exchange) = self.exchanges.remove(block)?;
        let good = pending.client_id == client_id && now < pending.expires;
        good.then_some((pending, exchange))
    }

    pub fn invalid_session() -> Exception {
        Exception::not_authorized("Invalid session for the user.")
    }
}
