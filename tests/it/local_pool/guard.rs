//! Who may ask: nobody but this machine, and no web page from elsewhere.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{
    orders::{ORDERS, post},
    *,
};

const LISTS: [&str; 3] = ["/_local/outbox", "/_local/triggers", "/_local/pools"];

#[tokio::test]
async fn lists_are_read_and_orders_are_posted() {
    let server = Server::start().await;
    for path in LISTS {
        let answer = post(&server, path, "application/json", "{}").await;
        assert_eq!(answer.status, 405, "{path}");
    }
    for path in ORDERS {
        let request = Request::get(path).body(String::new()).expect("a request");
        assert_eq!(server.pool_raw(request).await.status, 405, "{path}");
    }
    server.stop().await;
}

/// A request for every path that this address has, and one that it doesn't.
fn requests() -> Vec<(&'static str, &'static str)> {
    let get = LISTS
        .into_iter()
        .chain(["/", "/us-east-1_localpool/.well-known/jwks.json"]);
    let post = ORDERS.into_iter().chain(["/", "/_local/none"]);
    let get = get.map(|path| ("GET", path));
    get.chain(post.map(|path| ("POST", path))).collect()
}

#[tokio::test]
async fn a_web_page_from_elsewhere_can_neither_read_nor_order_anything() {
    let server = Server::start().await;
    for (method, path) in requests() {
        for (header, value) in [
            ("host", "evil.example"),
            ("host", "evil.example:9229"),
            ("host", "127.0.0.1.evil.example"),
            ("host", "192.0.2.1"),
            ("host", ""),
            ("origin", "https://evil.example"),
            ("origin", "http://127.0.0.1.evil.example"),
            ("origin", "null"),
            ("origin", ""),
        ] {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header("content-type", "application/json")
                .header(header, value)
                .body(r#"{"advance_seconds":86400}"#.to_owned())
                .expect("a request");
            let answer = server.pool_raw(request).await;
            assert_eq!(answer.status, 403, "{method} {path} with {header}: {value}");
            let text = "the local pool answers on a loopback address, to requests from there\n";
            assert_eq!(answer.text, text);
        }
    }
    let token = server.sign_in().await;
    assert!(
        server
            .pool("GetUser", json!({ "AccessToken": token }))
            .await
            .status
            == 200
    );
    server.stop().await;
}

#[tokio::test]
async fn a_request_that_names_no_host_is_refused() {
    let server = Server::start().await;
    let url = server.pool_url();
    let authority = &url["http://".len()..];
    for request in [
        "GET /_local/outbox HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(authority).await.expect("it listens");
        let sent = stream.write_all(request.as_bytes()).await;
        sent.expect("it reads");
        let mut answer = String::new();
        let read = stream.read_to_string(&mut answer).await;
        read.expect("an answer");
        assert!(answer.starts_with("HTTP/1.0 403 "), "{answer}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_page_from_this_address_may_ask_under_every_name_of_it() {
    let server = Server::start().await;
    for (header, value) in [
        ("host", "localhost:9229"),
        ("host", "LOCALHOST"),
        ("host", "127.0.0.1"),
        ("host", "[::1]:9229"),
        ("origin", "http://localhost:3000"),
        ("origin", "http://127.0.0.1:9229"),
        ("origin", "http://[::1]:9229"),
    ] {
        let request = Request::get("/_local/outbox").header(header, value);
        let request = request.body(String::new()).expect("a request");
        let answer = server.pool_raw(request).await;
        assert_eq!(answer.status, 200, "{header}: {value}");
    }
    server.stop().await;
}

#[tokio::test]
async fn nothing_that_holds_codes_is_kept_by_a_cache() {
    let server = Server::start().await;
    let order = r#"{"advance_seconds":1}"#;
    for path in LISTS.into_iter().chain(["/"]) {
        let request = Request::get(path).body(String::new()).expect("a request");
        let answer = server.pool_raw(request).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
    }
    // One is carried out, the others are refused.
    for path in ORDERS {
        let answer = post(&server, path, "application/json", order).await;
        assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
    }
    server.stop().await;
}
