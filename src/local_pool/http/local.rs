//! What Cognito can't show: its messages, the events of its triggers, its pools.

mod lists;
mod orders;
mod pools;
mod search;

use axum::{
    Json, Router,
    extract::{Request, rejection::QueryRejection},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use super::Shared;

pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/outbox", get(lists::outbox))
        .route("/triggers", get(lists::triggers))
        .route("/pools", get(pools::pools))
        .route("/faults", post(orders::add_faults))
        .route("/clock", post(orders::advance_clock))
        .route("/tokens", post(orders::make_token))
        .route("/reset", post(orders::reset))
        .layer(middleware::from_fn(uncached))
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
