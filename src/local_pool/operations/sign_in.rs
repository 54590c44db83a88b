//! Signing in with a password or a refresh token, and taking a refresh token back.
//!
//! [`InitiateAuth`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html),
//! [`AdminInitiateAuth`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html),
//! [`RevokeToken`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html)

use serde_json::{Value, json};

use super::Call;
use crate::local_pool::{
    client::Flow,
    exception::Exception,
    forms::{AUTH_FLOW, CLIENT_ID, CLIENT_SECRET, POOL_ID, REFRESH_TOKEN},
    keys::NoKey,
    request::Entries,
    sessions::RefreshToken,
    sign_in::{Credentials, SignedIn},
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

    let signed_in = {
        let mut state = cognito.state();
        let (pool, _) = state.pool_of_client(client_id)?;
        let kind = match flow {
            "USER_PASSWORD_AUTH" => Some(Flow::Password),
            "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" => Some(Flow::RefreshToken),
            _ => None,
        };
        let client = pool.client(client_id)?;
        let kind = kind.filter(|kind| client.allows(*kind)).ok_or_else(|| {
            let message = format!("{flow} flow not enabled for this client");
            Exception::invalid_parameter(message)
        })?;
        let credentials = credentials(kind, &parameters)?;
        pool.sign_in(client_id, &credentials, now)?
    };
    result(signed_in).await
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

    let signed_in = {
        let mut state = cognito.state();
        let (pool, _) = state.pool(pool_id)?;
        let kind = match flow {
            "ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH" => Some(Flow::AdminPassword),
            "USER_PASSWORD_AUTH" => Some(Flow::Password),
            "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" => Some(Flow::RefreshToken),
            _ => None,
        };
        let client = pool.client(client_id)?;
        let kind = kind
            .filter(|kind| client.allows(*kind))
            .ok_or_else(|| Exception::invalid_parameter("Auth flow not enabled for this client"))?;
        let credentials = credentials(kind, &parameters)?;
        pool.sign_in(client_id, &credentials, now)?
    };
    result(signed_in).await
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

fn credentials<'a>(flow: Flow, parameters: &Entries<'a>) -> Result<Credentials<'a>, Exception> {
    let optional = |name: &str| {
        let found = parameters.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| *value)
    };
    let required = |name: &str| {
        optional(name).ok_or_else(|| {
            Exception::invalid_parameter(format!("Missing required parameter {name}"))
        })
    };
    let secret_hash = optional("SECRET_HASH");
    Ok(match flow {
        Flow::RefreshToken => Credentials::RefreshToken {
            token: required("REFRESH_TOKEN")?,
            secret_hash,
        },
        Flow::Password | Flow::AdminPassword => Credentials::Password {
            username: required("USERNAME")?,
            password: required("PASSWORD")?,
            secret_hash,
        },
    })
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
