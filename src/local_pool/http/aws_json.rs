//! AWS JSON 1.1: an operation's name in a header, its input and output as bodies.

use axum::{
    body::Bytes,
    extract::{FromRequest as _, Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Shared, hang_up::hang_up};
use crate::local_pool::{exception::Exception, faults::Fault, operations::Operation};

const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const ERROR_MESSAGE: HeaderName = HeaderName::from_static("x-amzn-errormessage");

/// Longest message that is told in a header too, in bytes. A message tells all that is wrong with a
/// request, and clients give up on an answer whose headers are that large.
const MAX_HEADER: usize = 4096;

pub async fn call(State(shared): State<Shared>, request: Request) -> Response {
    let operation = match operation(request.headers()) {
        Ok(operation) => operation,
        Err(refused) => return answer(Err(refused)),
    };
    let fault = shared.cognito.state().faults.take(operation.name());
    if fault == Some(Fault::CloseBeforeRead) {
        return hang_up();
    }
    let body = match Bytes::from_request(request, &()).await {
        Ok(body) => body,
        Err(too_large) => return too_large.into_response(),
    };
    let carried_out = operation.call(&shared.cognito, &body, shared.clock.now());
    match fault {
        None => answer(carried_out.await),
        Some(Fault::Exception { name, message }) => {
            answer(Err(Exception::injected(&name, message.as_deref())))
        }
        Some(Fault::Http500) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(Fault::Hang) => std::future::pending().await,
        Some(Fault::CloseAfterRead | Fault::CloseBeforeRead) => {
            let _ = carried_out.await;
            hang_up()
        }
    }
}

/// Which operation is asked for, in a form that can be read.
fn operation(headers: &HeaderMap) -> Result<Operation, Exception> {
    let text = |name| headers.get(name).map(HeaderValue::to_str);
    let target = text(TARGET).map(Result::unwrap_or_default);
    let operation = Operation::of_target(target)?;
    match text(header::CONTENT_TYPE) {
        None => Ok(operation),
        Some(Ok(kind)) if is_json(kind) => Ok(operation),
        Some(_) => Err(Exception::serialization(
            "Content-Type must be application/x-amz-json-1.1",
        )),
    }
}

/// What a client that isn't AWS's own is likely to say will do too.
fn is_json(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    [
        "application/x-amz-json-1.1",
        "application/x-amz-json-1.0",
        "application/json",
    ]
    .iter()
    .any(|json| kind.eq_ignore_ascii_case(json))
}

fn answer(result: Result<Value, Exception>) -> Response {
    let (status, mut headers, body) = match result {
        Ok(output) => (StatusCode::OK, HeaderMap::new(), output),
        Err(exception) => exception.answer(),
    };
    headers.insert(header::CONTENT_TYPE, CONTENT_TYPE);
    if let Ok(id) = HeaderValue::try_from(Uuid::new_v4().to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    (status, headers, body.to_string()).into_response()
}

impl Exception {
    fn answer(self) -> (StatusCode, HeaderMap, Value) {
        let mut headers = HeaderMap::new();
        if let Ok(code) = HeaderValue::try_from(format!("{}:", self.code)) {
            headers.insert(ERROR_TYPE, code);
        }
        let mut body = json!({ "__type": self.code });
        let status = match &*self.code {
            "InternalErrorException" => StatusCode::INTERNAL_SERVER_ERROR,
            "ForbiddenException" => StatusCode::FORBIDDEN,
            _ => StatusCode::BAD_REQUEST,
        };
        if let Some(message) = self.message {
            let line = message.trim_end();
            if line.len() <= MAX_HEADER
                && let Ok(line) = HeaderValue::from_str(line)
            {
                headers.insert(ERROR_MESSAGE, line);
            }
            body["message"] = message.into();
        }
        (status, headers, body)
    }
}
