//! The pool's HTTP: AWS JSON 1.1 at `/`, and the public keys.

use std::{net::IpAddr, sync::Arc, time::SystemTime};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    exception::Exception,
    operations,
    state::{Cognito, Seconds},
};

/// Largest request, in bytes.
const MAX_BODY: usize = 4 * 1024 * 1024;

const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const ERROR_MESSAGE: HeaderName = HeaderName::from_static("x-amzn-errormessage");

pub fn routes(cognito: Arc<Cognito>) -> Router {
    Router::new()
        .route("/", post(call))
        .route("/{pool}/.well-known/jwks.json", get(public_keys))
        .with_state(cognito)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn(refuse_web_pages))
}

/// The time that the rules are told.
pub fn now() -> Seconds {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map(|since| since.as_secs()).unwrap_or_default()
}

async fn call(State(cognito): State<Arc<Cognito>>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get(TARGET).and_then(|target| target.to_str().ok());
    let result = operations::call(&cognito, target, &body, now()).await;
    let (status, mut own, body) = match result {
        Ok(output) => (StatusCode::OK, HeaderMap::new(), output),
        Err(exception) => exception.answer(),
    };
    own.insert(header::CONTENT_TYPE, CONTENT_TYPE);
    if let Ok(id) = HeaderValue::try_from(Uuid::new_v4().to_string()) {
        own.insert(REQUEST_ID, id);
    }
    (status, own, body.to_string()).into_response()
}

impl Exception {
    fn answer(self) -> (StatusCode, HeaderMap, Value) {
        let mut headers = HeaderMap::new();
        if let Ok(code) = HeaderValue::try_from(format!("{}:", self.code)) {
            headers.insert(ERROR_TYPE, code);
        }
        let mut body = json!({ "__type": self.code });
        if let Some(message) = self.message {
            if let Ok(message) = HeaderValue::from_str(message.trim_end()) {
                headers.insert(ERROR_MESSAGE, message);
            }
            body["message"] = message.into();
        }
        let status = match self.code {
            "InternalErrorException" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        (status, headers, body)
    }
}

async fn public_keys(State(cognito): State<Arc<Cognito>>, Path(pool): Path<String>) -> Response {
    let Some(keys) = cognito.keys_of(|it| it.id == pool) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match keys.public().await {
        Ok(keys) => axum::Json(keys).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A web page must not read what is here, neither by its own name for this address (which shows in
/// `Host`) nor from another origin.
async fn refuse_web_pages(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let origin = headers
        .get(header::ORIGIN)
        .map(|origin| origin.to_str().ok());
    let is_local = |uri: &str| {
        uri.parse()
            .is_ok_and(|uri: Uri| uri.host().is_some_and(is_loopback))
    };
    if host.is_some_and(is_local) && origin.is_none_or(|origin| origin.is_some_and(is_local)) {
        next.run(request).await
    } else {
        let message = "the local pool answers on a loopback address, to requests from there\n";
        (StatusCode::FORBIDDEN, message).into_response()
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}
