//! The real app, the real binary and a scripted Cognito, each on port 0.

pub mod answers;
pub mod authority;
pub mod ca;
pub mod calls;
pub mod collector;
mod failure;
pub mod frames;
pub mod front;
pub mod late;
pub mod process;
pub mod proxy;
pub mod scrape;
pub mod scripted;
pub mod terminator;
pub mod tls;
pub mod unreachable;
pub mod unread;

use std::{collections::HashMap, net::SocketAddr, path::Path};

use clap::Parser as _;
use http::{HeaderMap, Request};
use http_body_util::BodyExt as _;
use hyper_util::rt::TokioIo;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::{Value, json};
use tokio::{net::TcpStream, task::JoinHandle};
use tonic::transport::Channel;
use user_attributes::{
    app::{Args, RunError},
    proto::{
        AttributeType, UpdateUserAttributesRequest,
        user_attributes_service_client::UserAttributesServiceClient,
    },
    shutdown::{self, Trigger},
};

pub use self::failure::Failure;

/// The app, as the binary assembles it, in this process.
pub struct Server {
    pub grpc_addr: SocketAddr,
    pub admin_addr: SocketAddr,
    pool_url: Option<String>,
    trigger: Trigger,
    running: JoinHandle<Result<(), RunError>>,
}

/// What the local pool answered over plain HTTP.
pub struct PoolAnswer {
    pub status: u16,
    pub headers: HeaderMap,
    /// Null if it isn't JSON.
    pub body: Value,
    pub text: String,
}

impl Server {
    /// In front of a local pool of its own.
    pub async fn start() -> Self {
        Self::with(&["--local-pool", "--local-pool-addr", "127.0.0.1:0"]).await
    }

    /// In front of a local pool that begins with this file.
    pub async fn with_pools(file: &str) -> Self {
        Self::with_pools_and(file, &[]).await
    }

    /// The same, with these settings besides.
    pub async fn with_pools_and(file: &str, more: &[&str]) -> Self {
        let config = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(config.path(), file).expect("a temporary file");
        let path = config.path().to_str().expect("a path of text");
        let flags = ["--local-pool", "--local-pool-addr", "127.0.0.1:0"];
        Self::with(&[&flags[..], &["--local-pool-config", path], more].concat()).await
    }

    /// In front of another Cognito, which has a second for an answer: a drain waits for a change
    /// that has been sent.
    pub async fn in_front_of(endpoint_url: &str) -> Self {
        let limit = "--upstream-timeout=1s";
        Self::with(&["--endpoint-url", endpoint_url, limit]).await
    }

    /// With these settings, besides ports of its own.
    pub async fn with(flags: &[&str]) -> Self {
        let own: Vec<_> = ["server"].into_iter().chain(own_flags(flags)).collect();
        let args = Args::try_parse_from(own.iter().chain(flags)).expect("good flags");
        let app = args.bind().await.expect("free ports");
        let (trigger, shutdown) = shutdown::channel();
        Self {
            grpc_addr: app.grpc_addr(),
            admin_addr: app.admin_addr(),
            pool_url: app
                .local_pool()
                .map(user_attributes::local_pool::LocalPool::endpoint_url),
            running: tokio::spawn(app.run(shutdown)),
            trigger,
        }
    }

    pub fn grpc_url(&self) -> String {
        format!("http://{}", self.grpc_addr)
    }

    pub fn pool_url(&self) -> String {
        self.pool_url.clone().expect("a server with a local pool")
    }

    pub async fn channel(&self) -> Channel {
        Channel::from_shared(self.grpc_url())
            .expect("a URL")
            .connect()
            .await
            .expect("it listens")
    }

    pub async fn client(&self) -> UserAttributesServiceClient<Channel> {
        UserAttributesServiceClient::new(self.channel().await)
    }

    /// The status that the admin address answers for this path.
    pub async fn admin(&self, path: &str) -> u16 {
        let request = Request::get(path).body(String::new()).expect("a request");
        http(&self.admin_addr.to_string(), request).await.status
    }

    /// Asks for a drain and returns at once.
    pub fn drain(&self) {
        self.trigger.fire();
    }

    /// Drains and joins, so that a panic in the server fails the test.
    pub async fn stop(self) {
        self.drain();
        self.joined().await.expect("everything drained");
    }

    /// What the run ended with.
    pub async fn joined(self) -> Result<(), RunError> {
        self.running.await.expect("no panic in the server")
    }

    /// An operation of the local pool's, as any AWS client would call it.
    pub async fn pool(&self, operation: &str, body: Value) -> PoolAnswer {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let request = Request::post("/")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", target)
            .body(body.to_string())
            .expect("a request");
        self.pool_raw(request).await
    }

    pub async fn pool_raw(&self, request: Request<String>) -> PoolAnswer {
        let authority = self.pool_url()["http://".len()..].to_owned();
        http(&authority, request).await
    }

    /// An access token of the seeded user, dan.
    pub async fn sign_in(&self) -> String {
        self.sign_in_as("localclient", "dan", "Passw0rd!").await
    }

    /// An access token of this user's, signed in with a password.
    pub async fn sign_in_as(&self, client_id: &str, username: &str, password: &str) -> String {
        let parameters = json!({ "USERNAME": username, "PASSWORD": password });
        let body = json!({
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": client_id,
            "AuthParameters": parameters,
        });
        let answer = self.pool("InitiateAuth", body).await;
        let token = &answer.body["AuthenticationResult"]["AccessToken"];
        let token = token.as_str();
        token
            .unwrap_or_else(|| panic!("a token in {}", answer.text))
            .to_owned()
    }

    /// What `/_local` tells, for instance of `outbox?username=dan`.
    pub async fn local(&self, path: &str) -> Value {
        let request = Request::get(format!("/_local/{path}"));
        let answer = self.pool_raw(request.body(String::new()).expect("a request"));
        answer.await.body
    }

    /// What `/_local` is told to do, for instance `clock`.
    pub async fn order(&self, what: &str, order: Value) -> PoolAnswer {
        let request = Request::post(format!("/_local/{what}"))
            .header("content-type", "application/json")
            .body(order.to_string());
        self.pool_raw(request.expect("a request")).await
    }

    /// The newest code that was sent to this user.
    pub async fn code(&self, username: &str) -> String {
        let outbox = self.local(&format!("outbox?username={username}")).await;
        let newest = outbox["messages"].as_array().and_then(|all| all.last());
        let code = newest.and_then(|message| message["code"].as_str());
        code.unwrap_or_else(|| panic!("a code in {outbox}"))
            .to_owned()
    }

    /// The attributes of the token's user, as the pool has them.
    pub async fn attributes(&self, token: &str) -> HashMap<String, String> {
        let answer = self.pool("GetUser", json!({ "AccessToken": token })).await;
        let list = answer.body["UserAttributes"].as_array().expect("a list");
        let text = |value: &Value| value.as_str().expect("a string").to_owned();
        list.iter()
            .map(|attribute| (text(&attribute["Name"]), text(&attribute["Value"])))
            .collect()
    }
}

/// Ports of its own, and a drain that doesn't wait for balancers, unless the flags say otherwise.
fn own_flags(flags: &[&str]) -> impl Iterator<Item = &'static str> + use<> {
    let is_set = |name| flags.iter().any(|flag| flag.starts_with(name));
    let delay = (!is_set("--drain-delay")).then_some("--drain-delay=0s");
    ["--grpc-addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0"]
        .into_iter()
        .chain(delay)
}

/// One HTTP/1.1 exchange on a connection of its own.
pub async fn http(authority: &str, mut request: Request<String>) -> PoolAnswer {
    let host = authority.parse().expect("an authority");
    request
        .headers_mut()
        .entry(http::header::HOST)
        .or_insert(host);
    let stream = TcpStream::connect(authority).await.expect("it listens");
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .expect("an HTTP/1.1 peer");
    let connection = tokio::spawn(connection);
    let answer = sender.send_request(request).await.expect("an answer");
    let (head, body) = answer.into_parts();
    let body = body.collect().await.expect("a whole answer").to_bytes();
    connection.abort();
    let text = String::from_utf8_lossy(&body).into_owned();
    PoolAnswer {
        status: head.status.as_u16(),
        headers: head.headers,
        body: serde_json::from_str(&text).unwrap_or_default(),
        text,
    }
}

/// A request that changes these attributes; `None` leaves a value out.
pub fn update(token: &str, attributes: &[(&str, Option<&str>)]) -> UpdateUserAttributesRequest {
    UpdateUserAttributesRequest {
        user_attributes: attributes
            .iter()
            .map(|(name, value)| AttributeType {
                name: (*name).to_owned(),
                value: value.map(str::to_owned),
            })
            .collect(),
        access_token: token.to_owned(),
        client_metadata: HashMap::new(),
        request_id: String::new(),
    }
}

/// Makes a pipe that has a path.
pub fn make_pipe(path: &Path) {
    let mode = Mode::RUSR | Mode::WUSR;
    mknodat(CWD, path, FileType::Fifo, mode, 0).expect("a new path");
}
