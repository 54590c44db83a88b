//! The page for a person.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use axum::response::{Html, IntoResponse, Response};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::header;

/// The parts of the page, as literals of which one file is put together.
macro_rules! style {
    () => {
        concat!(
            "\n",
            include_str!("page/page.css"),
            include_str!("page/narrow.css"),
        )
    };
}
macro_rules! script {
    () => {
        concat!(
            "\n\"use strict\";\n\n",
            include_str!("page/elements.js"),
            include_str!("page/more.js"),
            include_str!("page/copying.js"),
            include_str!("page/messages.js"),
            include_str!("page/pools.js"),
            include_str!("page/triggers.js"),
            include_str!("page/polling.js"),
        )
    };
}

const PAGE: &str = concat!(
    include_str!("page/head.html"),
    "<style>",
    style!(),
    "</style>\n</head>\n",
    include_str!("page/body.html"),
    "<script>",
    script!(),
    "</script>\n</body>\n</html>\n",
);

/// It loads nothing from elsewhere, and runs nothing but its own script, which the browser knows by
/// its hash. Its icon is in it.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = |text: &str| BASE64_STANDARD.encode(digest(&SHA256, text.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hash(script!()),
        hash(style!()),
    )
});

pub async fn page() -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY.as_str()),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, Html(PAGE)).into_response()
}
