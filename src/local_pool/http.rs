//! The pool's HTTP: AWS JSON 1.1 at `/`, the public keys, and what Cognito can't show.

mod aws_json;
mod guard;
mod hang_up;
mod local;
mod page;

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, State},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::StatusCode;

use super::{admission::Admission, clock::Clock, state::Cognito};

/// Largest request, in bytes.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// What every route works with.
#[derive(Clone)]
pub struct Shared {
    pub cognito: Arc<Cognito>,
    pub clock: Arc<Clock>,
    pub admission: Admission,
}

pub fn routes(shared: Shared) -> Router {
    let guard = middleware::from_fn_with_state(shared.admission.clone(), guard::refuse_web_pages);
    Router::new()
        .route("/", post(aws_json::call).get(page::page))
        .route("/{pool}/.well-known/jwks.json", get(public_keys))
        .nest("/_local", local::routes())
        .with_state(shared)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(guard)
}

async fn public_keys(State(shared): State<Shared>, Path(pool): Path<String>) -> Response {
    let keys = {
        let state = shared.cognito.state();
        state.pools.get(&pool).map(|pool| Arc::clone(&pool.keys))
    };
    let Some(keys) = keys else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match keys.public().await {
        Ok(keys) => axum::Json(keys).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
