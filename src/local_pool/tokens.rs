//! The tokens of a sign-in: what stands in them, and what Cognito says to a bad one.
//!
//! Source: the developer guide on [access tokens] and [ID tokens].
//!
//! [access tokens]: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
//! [ID tokens]: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html

use jsonwebtoken::{Header, Validation};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    attributes::Attributes,
    client::{AppClient, Life},
    clock::Seconds,
    contact::Contact,
    exception::Exception,
    keys::{ALGORITHM, Key, Keys, NoKey},
    settings::Settings,
    user::User,
};

/// What lets a token's user call the user pools API.
const SCOPE: &str = "aws.cognito.signin.user.admin";

/// A sign-in, for whom tokens are to be signed.
pub struct SignIn {
    issuer: String,
    client_id: String,
    username: String,
    sub: String,
    scope: String,
    origin: String,
    auth_time: Seconds,
    issued: Seconds,
    life: Life,
    /// As much of the user as the app client may read.
    readable: Attributes,
}

/// An access token's claims, in Cognito's order.
#[derive(Serialize)]
struct AccessClaims<'a> {
    sub: &'a str,
    iss: &'a str,
    client_id: &'a str,
    origin_jti: &'a str,
    event_id: String,
    token_use: &'static str,
    scope: &'a str,
    auth_time: Seconds,
    exp: Seconds,
    iat: Seconds,
    jti: String,
    username: &'a str,
}

/// Whose token it is, within its pool.
#[derive(PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct Identity {
    pub client_id: String,
    pub username: String,
    pub sub: String,
    /// The `origin_jti` of its sign-in.
    pub origin: String,
    pub issued: Seconds,
}

/// As much of somebody's token as decides.
#[derive(Deserialize)]
struct Presented {
    token_use: String,
    exp: Seconds,
    #[serde(default)]
    iat: Seconds,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    sub: String,
    #[serde(default)]
    origin_jti: String,
}

impl SignIn {
    /// A sign-in that began at `auth_time`, under its `origin_jti`.
    pub fn new(
        settings: &Settings,
        client: &AppClient,
        user: &User,
        (origin, auth_time): (&str, Seconds),
        now: Seconds,
    ) -> Self {
        Self {
            issuer: settings.issuer.clone(),
            client_id: client.id.clone(),
            username: user.username.clone(),
            sub: user.sub().to_owned(),
            scope: SCOPE.to_owned(),
            origin: origin.to_owned(),
            auth_time,
            issued: now,
            life: client.life,
            readable: client.readable(&user.attributes),
        }
    }

    /// With other scopes than those of the user pools API.
    pub fn with_scope(self, scope: String) -> Self {
        Self { scope, ..self }
    }

    /// How long the access token is good for, in seconds.
    pub fn expires_in(&self) -> Seconds {
        self.life.access
    }

    pub fn access_token(&self, key: &Key) -> Result<String, NoKey> {
        let claims = AccessClaims {
            sub: &self.sub,
            iss: &self.issuer,
            client_id: &self.client_id,
            origin_jti: &self.origin,
            event_id: Uuid::new_v4().to_string(),
            token_use: "access",
            scope: &self.scope,
            auth_time: self.auth_time,
            exp: self.issued + self.life.access,
            iat: self.issued,
            jti: Uuid::new_v4().to_string(),
            username: &self.username,
        };
        signed(key, &claims)
    }

    /// Says who the user is.
    pub fn id_token(&self, key: &Key) -> Result<String, NoKey> {
        let readable = self.readable.iter().map(|(name, value)| {
            let value = match Contact::of_verified_attribute(name) {
                Some(_) => json!(Contact::is_verified(value)),
                None => json!(value),
            };
            (name.to_owned(), value)
        });
        let mut claims: Map<_, _> = readable.collect();
        let own = json!({
            "sub": self.sub,
            "iss": self.issuer,
            "cognito:username": self.username,
            "origin_jti": self.origin,
            "aud": self.client_id,
            "event_id": Uuid::new_v4().to_string(),
            "token_use": "id",
            "auth_time": self.auth_time,
            "exp": self.issued + self.life.id,
            "iat": self.issued,
            "jti": Uuid::new_v4().to_string(),
        });
        if let Value::Object(own) = own {
            claims.extend(own);
        }
        signed(key, &claims)
    }
}

/// Who signed this token, by its own account: to be believed once [`verify`] says so.
pub fn claimed_issuer(token: &str) -> Result<String, Exception> {
    #[derive(Deserialize)]
    struct Claims {
        iss: String,
    }
    let claims = jsonwebtoken::dangerous::insecure_decode_claims::<Claims>(token);
    claims.map(|claims| claims.iss).map_err(|_| invalid())
}

/// Whose access token this is, if it is one of the keys' pool and still good, to the second.
pub fn verify(token: &str, keys: &Keys, now: Seconds) -> Result<Identity, Exception> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| invalid())?;
    if header.alg != ALGORITHM {
        return Err(invalid());
    }
    let key = header
        .kid
        .and_then(|id| keys.named(&id))
        .ok_or_else(forged)?;
    let decoded = jsonwebtoken::decode::<Presented>(token, &key.verifying, &signature_alone());
    let claims = decoded.map_err(|_| forged())?.claims;
    if claims.token_use != "access" {
        return Err(invalid());
    }
    if claims.exp <= now {
        return Err(Exception::not_authorized("Access Token has expired"));
    }
    if !claims.scope.split(' ').any(|scope| scope == SCOPE) {
        return Err(Exception::not_authorized(
            "Access Token does not have required scopes",
        ));
    }
    Ok(Identity {
        client_id: claims.client_id,
        username: claims.username,
        sub: claims.sub,
        origin: claims.origin_jti,
        issued: claims.iat,
    })
}

/// No key of any pool here has signed it.
pub fn forged() -> Exception {
    Exception::not_authorized("Could not verify signature for Access Token")
}

/// It isn't an access token at all.
fn invalid() -> Exception {
    Exception::not_authorized("Invalid Access Token")
}

fn signed(key: &Key, claims: &impl Serialize) -> Result<String, NoKey> {
    let header = Header {
        typ: None,
        kid: Some(key.id.clone()),
        ..Header::new(ALGORITHM)
    };
    jsonwebtoken::encode(&header, claims, &key.signing).map_err(NoKey::because)
}

/// The claims are checked here, against the time that is given.
fn signature_alone() -> Validation {
    let mut validation = Validation::new(ALGORITHM);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    validation
}

#[cfg(test)]
mod tests;
