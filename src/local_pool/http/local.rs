//! What Cognito can't show: its messages, the events of its triggers, a page for a person; and what
//! a test has to be able to do: fail, let time go by, have a token that nobody could get.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{
        FromRequest, Query, Request, State,
        rejection::{JsonRejection, QueryRejection},
    },
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::Shared;
use crate::local_pool::{
    exception::Exception, faults::Fault, keys::NoKey, operations::Operation, state::State as Pools,
    tokens::SignIn,
};

/// A page loads nothing from elsewhere, and runs nothing but its own script.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/outbox", get(outbox))
        .route("/triggers", get(triggers))
        .route("/pools", get(pools))
        .route("/faults", post(add_faults))
        .route("/clock", post(advance_clock))
        .route("/tokens", post(make_token))
        .layer(middleware::from_fn(uncached))
}

/// The page for a person.
pub async fn page() -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, Html(include_str!("page.html"))).into_response()
}

/// Whose messages and events are asked for, without it everybody's; and how many, without it all.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    user_pool_id: Option<String>,
    /// The pool's own name for the user, or the address that they sign in by.
    username: Option<String>,
    /// The answer then has the `total` too.
    newest: Option<usize>,
}

async fn outbox(
    State(shared): State<Shared>,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(filter) = filter?;
    let state = shared.cognito.state();
    let names = filter.usernames(&state);
    let messages = state.outbox.messages.iter();
    let wanted =
        messages.filter(|it| filter.wants(names.as_deref(), &it.user_pool_id, &it.username));
    Ok(filter.answer("messages", &wanted.collect::<Vec<_>>()))
}

async fn triggers(
    State(shared): State<Shared>,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(filter) = filter?;
    let state = shared.cognito.state();
    let names = filter.usernames(&state);
    let text = |event: &Value, member: &str| event[member].as_str().unwrap_or_default().to_owned();
    let events = state.outbox.events.iter().filter(|event| {
        let (pool, user) = (text(event, "userPoolId"), text(event, "userName"));
        filter.wants(names.as_deref(), &pool, &user)
    });
    Ok(filter.answer("events", &events.collect::<Vec<_>>()))
}

/// What the page shows, but for passwords.
async fn pools(State(shared): State<Shared>) -> Response {
    let state = shared.cognito.state();
    let pools = state.pools.values().map(|pool| {
        let mut users: Vec<_> = pool.users.iter().collect();
        users.sort_by(|a, b| a.username.cmp(&b.username));
        let users = users.into_iter().map(|user| {
            json!({
                "username": user.username,
                "status": user.status.name(),
                "enabled": user.enabled,
                "attributes": user.attributes.described(),
                "pending": user.pending(),
            })
        });
        let clients = pool.clients.values().map(
            |client| json!({ "id": client.id, "writes_everything": client.writes_everything() }),
        );
        json!({
            "id": pool.settings.id,
            "name": pool.settings.name,
            "clients": clients.collect::<Vec<_>>(),
            "users": users.collect::<Vec<_>>(),
        })
    });
    Json(json!({ "pools": pools.collect::<Vec<_>>() })).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultOrder {
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

async fn add_faults(
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
struct ClockOrder {
    advance_seconds: u32,
}

async fn advance_clock(
    State(shared): State<Shared>,
    Order(order): Order<ClockOrder>,
) -> Result<Response, Refused> {
    shared.clock.advance(order.advance_seconds);
    Ok(Json(json!({})).into_response())
}

/// An access token for a user in whatever state, with whatever scopes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenOrder {
    user_pool_id: String,
    client_id: String,
    username: String,
    scope: Option<String>,
}

async fn make_token(
    State(shared): State<Shared>,
    Order(order): Order<TokenOrder>,
) -> Result<Response, Refused> {
    let now = shared.clock.now();
    let (sign_in, keys) = {
        let mut state = shared.cognito.state();
        let (pool, _) = state.pool(&order.user_pool_id)?;
        let client = pool
            .clients
            .get(&order.client_id)
            .ok_or_else(|| crate::local_pool::pool::no_client(&order.client_id))?;
        let user = pool.users.named_mut(&pool.settings, &order.username)?;
        let origin = user.sessions.start(client, now);
        let sign_in = SignIn::new(&pool.settings, client, user, (&origin, now), now);
        (sign_in, pool.keys.clone())
    };
    let sign_in = match order.scope {
        Some(scope) => sign_in.with_scope(scope),
        None => sign_in,
    };
    let token = sign_in.access_token(keys.access().await?)?;
    Ok(Json(json!({ "access_token": token })).into_response())
}

impl Filter {
    /// The users' own names that the asked-for name may mean.
    fn usernames(&self, state: &Pools) -> Option<Vec<String>> {
        let name = self.username.as_deref()?;
        let known = state
            .pools
            .values()
            .flat_map(|pool| pool.users.known_as(name));
        let known = known.map(|user| user.username.clone());
        Some(known.chain([name.to_owned()]).collect())
    }

    fn wants(&self, names: Option<&[String]>, pool: &str, username: &str) -> bool {
        self.user_pool_id.as_deref().is_none_or(|id| id == pool)
            && names.is_none_or(|names| names.iter().any(|name| name == username))
    }

    /// All that is wanted, or the last of it and how much there is.
    fn answer<T: Serialize>(&self, list: &str, wanted: &[T]) -> Response {
        let answer = match self.newest {
            None => json!({ list: wanted }),
            Some(most) => {
                let newest = &wanted[wanted.len().saturating_sub(most)..];
                json!({ list: newest, "total": wanted.len() })
            }
        };
        Json(answer).into_response()
    }
}

/// Answers change, and hold codes.
async fn uncached(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// JSON, whatever its Content-Type says: what curl sends is a form by its own account. From a web page
/// it has to say that it is JSON: a browser asks for leave before it sends that to another origin, and
/// gets none.
struct Order<T>(T);

impl<T: DeserializeOwned> FromRequest<Shared> for Order<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, shared: &Shared) -> Result<Self, Refused> {
        if request.headers().contains_key(header::ORIGIN) {
            let Json(order) = Json::from_request(request, shared).await?;
            return Ok(Self(order));
        }
        let body = Bytes::from_request(request, shared).await;
        let body = body.map_err(|rejection| Refused(rejection.body_text()))?;
        let Json(order) = Json::from_bytes(&body)?;
        Ok(Self(order))
    }
}

/// An order that can't be carried out, and why.
struct Refused(String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(json!({ "error": self.0 }))).into_response()
    }
}

impl From<JsonRejection> for Refused {
    fn from(rejection: JsonRejection) -> Self {
        Self(rejection.body_text())
    }
}

impl From<QueryRejection> for Refused {
    fn from(rejection: QueryRejection) -> Self {
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
