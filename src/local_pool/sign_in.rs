//! The rules of a sign-in.

mod new_password;
mod srp;

use std::sync::Arc;

use serde_json::{Map, Value, json};
use uuid::Uuid;

pub use self::{new_password::NewPassword, srp::check_claim};
use super::{
    authentication::disabled,
    challenges::Pending,
    client::AppClient,
    clock::Seconds,
    exception::Exception,
    keys::Keys,
    pool::UserPool,
    sessions::RefreshToken,
    settings::Settings,
    tokens::SignIn,
    user::{Status, User},
};

/// What somebody signs in with.
pub enum Credentials<'a> {
    Password {
        username: &'a str,
        password: &'a str,
        secret_hash: Option<&'a str>,
    },
    RefreshToken {
        token: &'a str,
        secret_hash: Option<&'a str>,
    },
}

/// What comes of it.
pub enum SignedIn {
    /// Tokens, which are still to be signed.
    Tokens {
        sign_in: SignIn,
        keys: Arc<Keys>,
        /// Of a sign-in with a password. Refreshing gives no new one.
        refresh_token: Option<String>,
    },
    /// The answer to a user who has a temporary password.
    NewPasswordRequired(Value),
}

impl UserPool {
    /// # Errors
    ///
    /// In Cognito's words, first what is wrong with the credentials, then with the user.
    pub fn sign_in(
        &mut self,
        client_id: &str,
        credentials: &Credentials<'_>,
        now: Seconds,
    ) -> Result<SignedIn, Exception> {
        match *credentials {
            Credentials::Password {
                username,
                password,
                secret_hash,
            } => {
                self.client(client_id)?
                    .check_secret_hash(username, secret_hash)?;
                self.sign_in_with_password(client_id, username, password, now)
            }
            Credentials::RefreshToken { token, secret_hash } => {
                self.refresh(client_id, token, secret_hash, now)
            }
        }
    }

    fn sign_in_with_password(
        &mut self,
        client_id: &str,
        username: &str,
        password: &str,
        now: Seconds,
    ) -> Result<SignedIn, Exception> {
        let hides_users = self.client(client_id)?.hides_users;
        let user = self.users.named_mut(&self.settings, username);
        let user = user.map_err(|nobody| {
            if hides_users {
                wrong_credentials()
            } else {
                nobody
            }
        })?;
        if user.password.as_deref() != Some(password) {
            return Err(wrong_credentials());
        }
        let username = user.username.clone();
        self.admit(client_id, &username, now)
    }

    /// Signs in somebody whose credentials are good, by the pool's own name.
    fn admit(
        &mut self,
        client_id: &str,
        username: &str,
        now: Seconds,
    ) -> Result<SignedIn, Exception> {
        let Self {
            settings,
            keys,
            clients,
            users,
            challenges,
            ..
        } = self;
        let client = clients
            .get(client_id)
            .ok_or_else(|| super::pool::no_client(client_id))?;
        let user = users.named_mut(settings, username)?;
        check_state(user)?;
        if user.status == Status::ForceChangePassword {
            settings.password_policy.check_age(user.password_set, now)?;
            let session = format!("{}-{}", Uuid::new_v4(), Uuid::new_v4());
            let challenge = challenge(settings, client, user, &session);
            let pending = Pending {
                client_id: client_id.to_owned(),
                username: user.username.clone(),
                sub: Some(user.sub().to_owned()),
                expires: now + client.challenge_life(),
            };
            challenges.add_session(session, pending, now);
            return Ok(SignedIn::NewPasswordRequired(challenge));
        }
        let origin = user.sessions.start(client, now);
        Ok(SignedIn::Tokens {
            refresh_token: user.sessions.refresh_token(&user.username, &origin),
            sign_in: SignIn::new(settings, client, user, (&origin, now), now),
            keys: Arc::clone(keys),
        })
    }

    fn refresh(
        &self,
        client_id: &str,
        token: &str,
        secret_hash: Option<&str>,
        now: Seconds,
    ) -> Result<SignedIn, Exception> {
        let client = self.client(client_id)?;
        let token = RefreshToken::parse(token).ok_or_else(RefreshToken::invalid)?;
        client.check_secret_hash(&token.username, secret_hash)?;
        let user = self.users.get(&self.settings, &token.username);
        let user = user.ok_or_else(RefreshToken::invalid)?;
        let (origin, session) = user.sessions.refresh(&token, client, now)?;
        check_state(user)?;
        let began = (origin, session.auth_time);
        Ok(SignedIn::Tokens {
            refresh_token: None,
            sign_in: SignIn::new(&self.settings, client, user, began, now),
            keys: Arc::clone(&self.keys),
        })
    }
}

/// It doesn't say which of the two is wrong.
pub fn wrong_credentials() -> Exception {
    Exception::not_authorized("Incorrect username or password.")
}

fn check_state(user: &User) -> Result<(), Exception> {
    if !user.enabled {
        return Err(disabled());
    }
    match user.status {
        Status::Unconfirmed => Err(Exception::user_not_confirmed()),
        Status::ResetRequired => Err(Exception::password_reset_required()),
        Status::Confirmed | Status::ForceChangePassword => Ok(()),
    }
}

fn challenge(settings: &Settings, client: &AppClient, user: &User, session: &str) -> Value {
    let missing = settings.schema.missing(&[], &user.attributes);
    let missing: Value = missing.map(|it| format!("userAttributes.{it}")).collect();
    let readable = client.readable(&user.attributes);
    let attributes: Map<String, Value> = readable
        .iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    json!({
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "Session": session,
        "ChallengeParameters": {
            "USER_ID_FOR_SRP": user.username,
            "requiredAttributes": missing.to_string(),
            "userAttributes": Value::Object(attributes).to_string(),
        },
    })
}
