//! What is here shows codes and takes passwords: a web page must not read it.

use std::net::IpAddr;

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{StatusCode, Uri, header};

/// Refuses a page that reaches this address by a name of its own (which shows in `Host`), or that
/// comes from another origin.
pub async fn refuse_web_pages(request: Request, next: Next) -> Response {
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
