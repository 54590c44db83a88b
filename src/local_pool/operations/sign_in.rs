//! Signing in with a password, a proof of one or a refresh token, and taking a refresh token back.
//!
//! [`InitiateAuth`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html),
//! [`AdminInitiateAuth`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html),
//! [`RevokeToken`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html)

mod challenge;

use serde_json::{Value, json};

pub use self::challenge::respond_to_auth_challenge;
use super::Call;
use crate::local_pool::{
    client::Flow,
    clock::Seconds,
    exception::Exception,
    forms::{AUTH_FLOW, CLIENT_ID, CLIENT_SECRET, POOL_ID, REFRESH_TOKEN},
    keys::NoKey,
    pool::UserPool,
    request::Entries,
    sessions::RefreshToken,
    sign_in::{Credentials, SignedIn},
    srp::client_public,
    state::{Cognito, State},
};

pub async fn initiate_auth(call: Call<'_>) -> Result<Value, Exception> {
    let Call {
        cognito,
        mut request,
        now,
    } = call;
    let flow = request.required("AuthFlow", &AUTH_FLOW)?;
    let parameters = request.map("AuthParameters")?;
    request.map("ClientMetadata")?;
    let client_id = request.required("ClientId", &CLIENT_ID)?;
    request.finish()?;

    let initiation = Initiation {
        pool_id: None,
        client_id,
        flow,
        parameters: Parameters(parameters),
    };
    initiation.carry_out(cognito, now).await
}

pub async fn admin_initiate_auth(call: Call<'_>) -> Result<Value, Exception> {
    let Call {
        cognito,
        mut request,
        now,
    } = call;
    let pool_id = request.required("UserPoolId", &POOL_ID)?;
    let client_id = request.required("ClientId", &CLIENT_ID)?;
    let flow = request.required("AuthFlow", &AUTH_FLOW)?;
    let parameters = request.map("AuthParameters")?;
    request.map("ClientMetadata")?;
    request.finish()?;

    let initiation = Initiation {
        pool_id: Some(pool_id),
        client_id,
        flow,
        parameters: Parameters(parameters),
    };
    initiation.carry_out(cognito, now).await
}

pub fn revoke_token(call: Call<'_>) -> Result<Value, Exception> {
    let Call {
        cognito,
        mut request,
        ..
    } = call;
    let token = request.required("Token", &REFRESH_TOKEN)?;
    let client_id = request.required("ClientId", &CLIENT_ID)?;
    let secret = request.optional("ClientSecret", &CLIENT_SECRET)?;
    request.finish()?;

    let mut state = cognito.state();
    let (pool, _) = state.pool_of_client(client_id)?;
    let client = pool.client(client_id)?;
    if client.secret.as_deref() != secret {
        return Err(Exception::unauthorized("Invalid client secret"));
    }
    if !client.revokes_tokens {
        let message = "Token revocation is disabled for this client";
        return Err(Exception::unsupported_operation(message));
    }
    let token = RefreshToken::parse(token).ok_or_else(Exception::unsupported_token_type)?;
    // Who is gone has no token left (RFC 7009, section 2.2).
    if let Some(user) = pool.users.get_mut(&pool.settings, &token.username) {
        user.sessions.revoke(&token, client_id)?;
    }
    Ok(json!({}))
}

/// What an app client, or an administrator, begins a sign-in with.
struct Initiation<'a> {
    /// An administrator names it.
    pool_id: Option<&'a str>,
    client_id: &'a str,
    flow: &'a str,
    parameters: Parameters<'a>,
}

/// Named texts.
struct Parameters<'a>(Entries<'a>);

/// Those that this pool has.
const FLOWS: [&str; 6] = [
    "ADMIN_NO_SRP_AUTH",
    "ADMIN_USER_PASSWORD_AUTH",
    "REFRESH_TOKEN",
    "REFRESH_TOKEN_AUTH",
    "USER_PASSWORD_AUTH",
    "USER_SRP_AUTH",
];

impl Initiation<'_> {
    async fn carry_out(&self, cognito: &Cognito, now: Seconds) -> Result<Value, Exception> {
        if !FLOWS.contains(&self.flow) {
            return Err(lacking("flow", self.flow, &FLOWS));
        }
        let flow = self.allowed_flow(self.pool(&mut cognito.state())?)?;
        if flow == Flow::Srp {
            return self.begin_exchange(cognito, now);
        }
        let credentials = self.credentials(flow)?;
        let signed_in = {
            let mut state = cognito.state();
            let pool = self.pool(&mut state)?;
            pool.sign_in(self.client_id, &credentials, now)?
        };
        result(signed_in).await
    }

    fn pool<'s>(&self, state: &'s mut State) -> Result<&'s mut UserPool, Exception> {
        let found = match self.pool_id {
            Some(id) => state.pool(id),
            None => state.pool_of_client(self.client_id),
        };
        found.map(|(pool, _)| pool)
    }

    fn allowed_flow(&self, pool: &UserPool) -> Result<Flow, Exception> {
        let by_administrator = self.pool_id.is_some();
        let flow = match self.flow {
            "USER_PASSWORD_AUTH" => Some(Flow::Password),
            "USER_SRP_AUTH" => Some(Flow::Srp),
            "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" => Some(Flow::RefreshToken),
            _ => by_administrator.then_some(Flow::AdminPassword),
        };
        let client = pool.client(self.client_id)?;
        flow.filter(|flow| client.allows(*flow)).ok_or_else(|| {
            Exception::invalid_parameter(if by_administrator {
                "Auth flow not enabled for this client".to_owned()
            } else {
                format!("{} flow not enabled for this client", self.flow)
            })
        })
    }

    /// Arithmetic of this size takes a while: nobody else waits for it.
    fn begin_exchange(&self, cognito: &Cognito, now: Seconds) -> Result<Value, Exception> {
        let username = self.parameters.required("USERNAME")?;
        let public = self.parameters.required("SRP_A")?;
        let secret_hash = self.parameters.optional("SECRET_HASH");
        let public = client_public(public).ok_or_else(|| {
            Exception::invalid_parameter("SRP_A must be a hexadecimal number, and none of zero")
        })?;
        let beginning = self.pool(&mut cognito.state())?.begin_exchange(
            self.client_id,
            username,
            secret_hash,
            now,
        )?;
        let (begun, challenge) = beginning.begin(public);
        self.pool(&mut cognito.state())?.add_exchange(begun, now);
        Ok(challenge)
    }

    fn credentials(&self, flow: Flow) -> Result<Credentials<'_>, Exception> {
        let parameters = &self.parameters;
        let secret_hash = parameters.optional("SECRET_HASH");
        Ok(if flow == Flow::RefreshToken {
            Credentials::RefreshToken {
                token: parameters.required("REFRESH_TOKEN")?,
                secret_hash,
            }
        } else {
            Credentials::Password {
                username: parameters.required("USERNAME")?,
                password: parameters.required("PASSWORD")?,
                secret_hash,
            }
        })
    }
}

impl<'a> Parameters<'a> {
    fn optional(&self, name: &str) -> Option<&'a str> {
        let found = self.0.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| *value)
    }

    fn required(&self, name: &str) -> Result<&'a str, Exception> {
        self.optional(name).ok_or_else(|| {
            Exception::invalid_parameter(format!("Missing required parameter {name}"))
        })
    }
}

/// Cognito has it: whoever reads this knows that the pool isn't Cognito.
fn lacking(what: &str, name: &str, all: &[&str]) -> Exception {
    let all = all.join(", ");
    let message = format!("The local pool lacks the {what} {name}. It has {all}.");
    Exception::invalid_parameter(message)
}

/// The answer. Signing takes about a millisecond, and making a key longer: nobody else waits for
/// either.
async fn result(signed_in: SignedIn) -> Result<Value, Exception> {
    let unsigned = |error: NoKey| Exception::internal_error(error.to_string());
    let (sign_in, keys, refresh_token) = match signed_in {
        SignedIn::NewPasswordRequired(challenge) => return Ok(challenge),
        SignedIn::Tokens {
            sign_in,
            keys,
            refresh_token,
        } => (sign_in, keys, refresh_token),
    };
    let access_key = keys.access().await.map_err(unsigned)?;
    let id_key = keys.id().await.map_err(unsigned)?;
    let mut result = json!({
        "AccessToken": sign_in.access_token(access_key).map_err(unsigned)?,
        "ExpiresIn": sign_in.expires_in(),
        "IdToken": sign_in.id_token(id_key).map_err(unsigned)?,
        "TokenType": "Bearer",
    });
    if let Some(token) = refresh_token {
        result["RefreshToken"] = token.into();
    }
    Ok(json!({ "AuthenticationResult": result, "ChallengeParameters": {} }))
}
