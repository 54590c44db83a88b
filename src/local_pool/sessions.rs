//! A user's sign-ins: what a refresh token stands for, and what has been revoked.

use std::collections::HashMap;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::{
    client::{AppClient, Life},
    clock::Seconds,
    exception::Exception,
};

/// By `origin_jti`, which every token of a sign-in carries. One that is over is forgotten with the
/// next sign-in.
#[derive(Clone, Default)]
pub struct Sessions {
    by_origin: HashMap<String, Session>,
    /// The last time at which all of them were ended.
    ended_at: Option<Seconds>,
}

#[derive(Clone)]
pub struct Session {
    pub client_id: String,
    pub auth_time: Seconds,
    secret: String,
    expires: Seconds,
    revoked: bool,
}

/// A refresh token: opaque to its owner, and here the way to its session.
pub struct RefreshToken {
    pub username: String,
    origin: String,
    secret: String,
}

impl Sessions {
    /// Begins a session and returns its `origin_jti`.
    pub fn start(&mut self, client: &AppClient, now: Seconds) -> String {
        self.by_origin.retain(|_, session| now < session.expires);
        let Life {
            access,
            id,
            refresh,
        } = client.life;
        let origin = Uuid::new_v4().to_string();
        let session = Session {
            client_id: client.id.clone(),
            auth_time: now,
            secret: Uuid::new_v4().simple().to_string(),
            // Whatever was issued with it, at the last moment too, has to be told from what was revoked
            // for as long as it is good.
            expires: now + refresh + access.max(id),
            revoked: false,
        };
        self.by_origin.insert(origin.clone(), session);
        origin
    }

    pub fn refresh_token(&self, username: &str, origin: &str) -> Option<String> {
        let session = self.by_origin.get(origin)?;
        let username = BASE64_URL_SAFE_NO_PAD.encode(username);
        Some(format!("{username}.{origin}.{}", session.secret))
    }

    /// Whether a token of this session is no good any more, that was issued then.
    pub fn is_revoked(&self, origin: &str, issued: Seconds, whole_second: bool) -> bool {
        let session = self.by_origin.get(origin);
        let same_second = || self.ended_at.is_some_and(|ended| issued <= ended);
        session.is_none_or(|session| session.revoked) || (whole_second && same_second())
    }

    pub fn revoke_all(&mut self, now: Seconds) {
        for session in self.by_origin.values_mut() {
            session.revoked = true;
        }
        self.ended_at = Some(now);
    }

    /// Ends a session with its refresh token. A second time does no harm.
    ///
    /// # Errors
    ///
    /// `UnauthorizedException`, if it is another app client's.
    pub fn revoke(&mut self, token: &RefreshToken, client_id: &str) -> Result<(), Exception> {
        let session = self.by_origin.get_mut(&token.origin);
        let Some(session) = session.filter(|it| it.secret == token.secret) else {
            return Ok(());
        };
        if session.client_id != client_id {
            return Err(Exception::unauthorized("Invalid refresh token"));
        }
        session.revoked = true;
        Ok(())
    }

    /// The session of a refresh token that is good, and its `origin_jti`.
    ///
    /// # Errors
    ///
    /// `NotAuthorizedException`, in Cognito's words.
    pub fn refresh<'a>(
        &'a self,
        token: &'a RefreshToken,
        client: &AppClient,
        now: Seconds,
    ) -> Result<(&'a str, &'a Session), Exception> {
        let session = self.by_origin.get(&token.origin);
        let session = session
            .filter(|it| it.secret == token.secret && it.client_id == client.id)
            .ok_or_else(RefreshToken::invalid)?;
        if session.revoked {
            return Err(Exception::not_authorized("Refresh Token has been revoked"));
        }
        if session.auth_time + client.life.refresh <= now {
            return Err(Exception::not_authorized("Refresh Token has expired"));
        }
        Ok((&token.origin, session))
    }
}

impl RefreshToken {
    pub fn parse(token: &str) -> Option<Self> {
        let mut parts = token.split('.');
        let (username, origin, secret) = (parts.next()?, parts.next()?, parts.next()?);
        let username = BASE64_URL_SAFE_NO_PAD.decode(username).ok()?;
        Uuid::try_parse(origin).ok()?;
        parts.next().is_none().then_some(())?;
        Some(Self {
            username: String::from_utf8(username).ok()?,
            origin: origin.to_owned(),
            secret: secret.to_owned(),
        })
    }

    pub fn invalid() -> Exception {
        Exception::not_authorized("Invalid Refresh Token")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_of_the_last_refresh_is_good_to_its_end() {
        let client = AppClient::new("client", "client", 0);
        let mut sessions = Sessions::default();
        let origin = sessions.start(&client, 0);
        let last = client.life.refresh - 1;
        sessions.start(&client, last + client.life.access - 1);
        assert!(!sessions.is_revoked(&origin, last, false));
        sessions.start(&client, last + client.life.access + 1);
        assert!(sessions.is_revoked(&origin, last, false), "forgotten");
    }
}
