//! The page for a person.

use axum::response::{Html, IntoResponse, Response};
use http::header;

/// It loads nothing from elsewhere, and runs nothing but its own script. Its icon is in it.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
                      img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// One file, put together of its parts.
const PAGE: &str = concat!(
    include_str!("page/head.html"),
    "<style>\n",
    include_str!("page/page.css"),
    include_str!("page/narrow.css"),
    "</style>\n</head>\n",
    include_str!("page/body.html"),
    "<script>\n\"use strict\";\n\n",
    include_str!("page/elements.js"),
    include_str!("page/copying.js"),
    include_str!("page/messages.js"),
    include_str!("page/pools.js"),
    include_str!("page/triggers.js"),
    include_str!("page/polling.js"),
    "</script>\n</body>\n</html>\n",
);

pub async fn page() -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, Html(PAGE)).into_response()
}
