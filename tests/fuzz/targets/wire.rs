//! The local pool's wire: any body for any operation, and any target, content type and query.
//!
//! `TOKEN` in a body stands for the access token of the seeded user, so that what lies behind it is
//! reached too; `POOL`, `CLIENT` and `REFRESH` for what their names say.
//!
//! ```sh
//! cargo fuzz run --fuzz-dir tests/fuzz --sanitizer none wire -- -dict=tests/fuzz/wire.dict
//! ```
#![no_main]

use std::{cell::RefCell, sync::LazyLock};

use axum::{Router, body::Body};
use clap::Parser as _;
use http::Request;
use http_body_util::BodyExt as _;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt as _;
use user_attributes::local_pool;

const OPERATIONS: [&str; 25] = [
    "AdminConfirmSignUp",
    "AdminCreateUser",
    "AdminDeleteUser",
    "AdminDisableUser",
    "AdminEnableUser",
    "AdminGetUser",
    "AdminInitiateAuth",
    "AdminResetUserPassword",
    "AdminSetUserPassword",
    "AdminUserGlobalSignOut",
    "ConfirmSignUp",
    "CreateUserPool",
    "CreateUserPoolClient",
    "DeleteUserAttributes",
    "DeleteUserPool",
    "DescribeUserPool",
    "DescribeUserPoolClient",
    "GetUser",
    "GetUserAttributeVerificationCode",
    "GlobalSignOut",
    "InitiateAuth",
    "RevokeToken",
    "SignUp",
    "UpdateUserAttributes",
    "VerifyUserAttribute",
];
/// How many inputs one pool takes: what it has learnt by then would make a find hard to repeat.
const LIFE: u32 = 2_000;

#[derive(clap::Parser)]
struct Args {
    #[command(flatten)]
    local_pool: local_pool::Args,
}

/// A pool, and what opens it.
struct Pool {
    routes: Router,
    token: String,
    refresh: String,
    asked: u32,
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut builder = Builder::new_current_thread();
    builder.max_blocking_threads(1).enable_all();
    builder.build().expect("a runtime")
});

thread_local! {
    static POOL: RefCell<Option<Pool>> = const { RefCell::new(None) };
}

fuzz_target!(|input: &[u8]| {
    let Some((first, rest)) = input.split_first() else {
        return;
    };
    POOL.with_borrow_mut(|pool| {
        RUNTIME.block_on(async {
            if pool.as_ref().is_none_or(|pool| pool.asked >= LIFE) {
                *pool = Some(Pool::new().await);
            }
            if let Some(pool) = pool {
                pool.asked += 1;
                pool.try_out(*first, rest).await;
            }
        });
    });
});

impl Pool {
    async fn new() -> Self {
        let args = ["fuzz", "--local-pool", "--local-pool-addr", "127.0.0.1:0"];
        let args = Args::try_parse_from(args).expect("good flags").local_pool;
        let pool = args
            .load()
            .expect("the seed")
            .expect("it is wanted")
            .bind()
            .await
            .expect("a port");
        let mut pool = Self {
            routes: pool.routes(),
            token: String::new(),
            refresh: String::new(),
            asked: 0,
        };
        let sign_in = r#"{"AuthFlow":"USER_PASSWORD_AUTH","ClientId":"localclient","AuthParameters":{"USERNAME":"dan","PASSWORD":"Passw0rd!"}}"#;
        let result = pool.call("InitiateAuth", sign_in.into()).await;
        let token = |name: &str| {
            let token = result["AuthenticationResult"][name].as_str();
            token.expect("a token").to_owned()
        };
        (pool.token, pool.refresh) = (token("AccessToken"), token("RefreshToken"));
        pool
    }

    async fn try_out(&self, choice: u8, input: &[u8]) {
        let Some(operation) = OPERATIONS.get(usize::from(choice)) else {
            return self.anything(choice, input).await;
        };
        // Deleting the pool, or signing out, would make all that follows the same refusal.
        let body = match *operation {
            "DeleteUserPool" | "GlobalSignOut" | "AdminDeleteUser" => input.to_vec(),
            _ => self.filled_in(input),
        };
        let answer = self.call(operation, body.into()).await;
        if let ("CreateUserPool", Some(id)) = (*operation, answer["UserPool"]["Id"].as_str()) {
            let delete = format!(r#"{{"UserPoolId":"{id}"}}"#);
            self.call("DeleteUserPool", delete.into()).await;
        }
    }

    /// An exchange of AWS's form, whose answer must have that form too.
    async fn call(&self, operation: &str, body: Body) -> Value {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let request = Request::post("/")
            .header("host", "localhost")
            .header("x-amz-target", target)
            .body(body)
            .expect("a request");
        let (status, body) = self.ask(request).await;
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        match status {
            200 => assert!(body.is_object()),
            400 => assert!(body["__type"].is_string()),
            status => panic!("{status} from {operation}: {body}"),
        }
        body
    }

    /// An exchange of any form at all.
    async fn anything(&self, choice: u8, input: &[u8]) {
        let (head, body) = match input.iter().position(|byte| *byte == b'\n') {
            Some(end) => (&input[..end], &input[end + 1..]),
            None => (input, &[][..]),
        };
        let local = |path| Request::post(path).header("content-type", "application/json");
        let text = String::from_utf8_lossy(head);
        let request = match choice % 7 {
            0 => Request::post("/").header("x-amz-target", head),
            1 => Request::post("/")
                .header("x-amz-target", "AWSCognitoIdentityProviderService.GetUser")
                .header("content-type", head),
            2 => Request::get(format!("/_local/outbox?{text}")),
            3 => Request::get(format!("/_local/triggers?{text}")),
            4 => Request::get(format!("/{text}")),
            5 => local("/_local/tokens"),
            _ => local("/_local/nothing"),
        };
        let body = Body::from(self.filled_in(body));
        if let Ok(request) = request.header("host", "localhost").body(body) {
            self.ask(request).await;
        }
    }

    async fn ask(&self, request: Request<Body>) -> (u16, Vec<u8>) {
        let answer = self.routes.clone().oneshot(request).await;
        let answer = answer.expect("infallible");
        let status = answer.status().as_u16();
        assert_ne!(status, 500);
        let body = answer.into_body().collect().await.expect("a body");
        (status, body.to_bytes().to_vec())
    }

    fn filled_in(&self, body: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(body);
        // A body that isn't text stays what it is.
        if matches!(text, std::borrow::Cow::Owned(_)) {
            return body.to_vec();
        }
        let text = text.replace("TOKEN", &self.token);
        let text = text.replace("REFRESH", &self.refresh);
        let text = text.replace("POOL", "us-east-1_localpool");
        text.replace("CLIENT", "localclient").into_bytes()
    }
}
