//! What is here shows codes and takes passwords: a web page must not read it.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{StatusCode, Uri, header};

use crate::local_pool::admission::Admission;

/// Refuses a page that reaches this address by a name of its own (which shows in `Host`), or that
/// comes from another origin.
pub async fn refuse_web_pages(
    State(admission): State<Admission>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let origin = headers
        .get(header::ORIGIN)
        .map(|origin| origin.to_str().ok());
    let is_admitted = |uri: &str| {
        uri.parse()
            .is_ok_and(|uri: Uri| uri.host().is_some_and(|host| admission.admits(host)))
    };
    if host.is_some_and(is_admitted) && origin.is_none_or(|origin| origin.is_some_and(is_admitted))
    {
        next.run(request).await
    } else {
        let message = "the local pool answers on a loopback address, to requests from there\n";
        (StatusCode::FORBIDDEN, message).into_response()
    }
}
