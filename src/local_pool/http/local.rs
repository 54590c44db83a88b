//! What Cognito can't show: its messages, the events of its triggers, a page for a person.

mod orders;

use axum::{
    Json, Router,
    extract::{Query, Request, State, rejection::QueryRejection},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Shared;
use crate::local_pool::state::State as Pools;

/// A page loads nothing from elsewhere, and runs nothing but its own script.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/outbox", get(outbox))
        .route("/triggers", get(triggers))
        .route("/pools", get(pools))
        .route("/faults", post(orders::add_faults))
        .route("/clock", post(orders::advance_clock))
        .route("/tokens", post(orders::make_token))
        .route("/reset", post(orders::reset))
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
    let pools: Vec<_> = pools.collect();
    Json(json!({ "allowed_hosts": shared.admission.names(), "pools": pools })).into_response()
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

/// What can't be told, and why.
pub struct Refused(String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(json!({ "error": self.0 }))).into_response()
    }
}

impl From<QueryRejection> for Refused {
    fn from(rejection: QueryRejection) -> Self {
        Self(rejection.body_text())
    }
}
