//! What a test has to be able to do: fail, let time go by, have a token that nobody could get, begin
//! anew.

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Request, State, rejection::JsonRejection},
    response::{IntoResponse as _, Response},
};
use http::header;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use super::Refused;
use crate::local_pool::{
    exception::Exception, faults::Fault, http::Shared, keys::NoKey, minting::DefaultUser,
    operations::Operation,
};

/// The farthest that the clock is set at once, in seconds.
const FARTHEST: i64 = u32::MAX as i64;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultOrder {
    operation: String,
    fault: String,
    #[serde(default = "once")]
    times: u32,
    /// Of an exception.
    message: Option<String>,
}

fn once() -> u32 {
    1
}

pub async fn add_faults(
    State(shared): State<Shared>,
    Order(order): Order<FaultOrder>,
) -> Result<Response, Refused> {
    if Operation::named(&order.operation).is_none() {
        return Err(Refused(format!("no operation {}", order.operation)));
    }
    let fault = Fault::parse(&order.fault, order.message).map_err(Refused)?;
    let mut state = shared.cognito.state();
    state.faults.add(order.operation, fault, order.times);
    Ok(Json(json!({})).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockOrder {
    /// Back, if it is negative.
    advance_seconds: i64,
}

pub async fn advance_clock(
    State(shared): State<Shared>,
    Order(order): Order<ClockOrder>,
) -> Result<Response, Refused> {
    let seconds = order.advance_seconds;
    if !(-FARTHEST..=FARTHEST).contains(&seconds) {
        let text = format!("advance_seconds: invalid value: at most {FARTHEST} either way");
        return Err(Refused(text));
    }
    shared.clock.advance(seconds);
    Ok(Json(json!({})).into_response())
}

/// An access token for a user in whatever state, with whatever scopes. What isn't said is as the
/// default user has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenOrder {
    user_pool_id: Option<String>,
    client_id: Option<String>,
    username: Option<String>,
    scope: Option<String>,
}

pub async fn make_token(
    State(shared): State<Shared>,
    Order(order): Order<TokenOrder>,
) -> Result<Response, Refused> {
    let default = shared.cognito.default_user.as_ref();
    let named = |given: Option<String>, member: &str, of: fn(&DefaultUser) -> &String| {
        let default = || default.map(|user| of(user).clone());
        let missing = || format!("missing field `{member}`, as no user of the file can sign in");
        given.or_else(default).ok_or_else(|| Refused(missing()))
    };
    let pool_id = named(order.user_pool_id, "user_pool_id", |it| &it.user_pool_id)?;
    let client_id = named(order.client_id, "client_id", |it| &it.client_id)?;
    let username = named(order.username, "username", |it| &it.username)?;
    let (sign_in, keys) = {
        let mut state = shared.cognito.state();
        let (pool, _) = state.pool(&pool_id)?;
        pool.mint(&client_id, &username, shared.clock.now())?
    };
    let sign_in = match order.scope {
        Some(scope) => sign_in.with_scope(scope),
        None => sign_in,
    };
    let token = sign_in.access_token(keys.access().await?)?;
    Ok(Json(json!({ "access_token": token })).into_response())
}

/// Everything is as at the start, the time too. Nothing more can be said about it.
pub async fn reset(
    State(shared): State<Shared>,
    Order(members): Order<Map<String, Value>>,
) -> Result<Response, Refused> {
    if let Some(name) = members.keys().next() {
        return Err(Refused(format!("unknown field `{name}`")));
    }
    shared.clock.reset();
    shared.cognito.reset(shared.clock.now());
    Ok(Json(json!({})).into_response())
}

/// JSON, whatever its Content-Type says: what curl sends is a form by its own account. Nothing at all
/// is an object without members. From a web page it has to say that it is JSON: a browser asks for
/// leave before it sends that to another origin, and gets none.
pub struct Order<T>(T);

impl<T: DeserializeOwned> FromRequest<Shared> for Order<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, shared: &Shared) -> Result<Self, Refused> {
        if request.headers().contains_key(header::ORIGIN) {
            let Json(order) = Json::from_request(request, shared).await?;
            return Ok(Self(order));
        }
        let body = Bytes::from_request(request, shared).await;
        let body = body.map_err(|rejection| Refused(rejection.body_text()))?;
        let Json(order) = Json::from_bytes(if body.is_empty() { b"{}" } else { &body })?;
        Ok(Self(order))
    }
}

impl From<JsonRejection> for Refused {
    fn from(rejection: JsonRejection) -> Self {
        Self(rejection.body_text())
    }
}

impl From<Exception> for Refused {
    fn from(exception: Exception) -> Self {
        Self(exception.message.unwrap_or_default())
    }
}

impl From<NoKey> for Refused {
    fn from(error: NoKey) -> Self {
        Self(error.to_string())
    }
}
