//! Where tokens come from: a sign-in, and the banner.

mod flows;
mod keys;
mod new_password;
mod srp;

use clap::Parser as _;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use user_attributes::{app::Args, shutdown};

use super::*;
use crate::support::{
    ca::{Ca, Files},
    http,
};

/// The flags of a server with a local pool, and ports that are free.
const FLAGS: [&str; 5] = [
    "server",
    "--local-pool",
    "--local-pool-addr=127.0.0.1:0",
    "--grpc-addr=127.0.0.1:0",
    "--admin-addr=127.0.0.1:0",
];

#[tokio::test]
async fn a_sign_in_gives_a_token_that_the_published_keys_verify() {
    let server = Server::start().await;
    let answer = server.pool("InitiateAuth", sign_in_with("Passw0rd!")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.headers["x-amzn-requestid"].len(), 36);
    assert_eq!(answer.body["ChallengeParameters"], json!({}));
    let result = &answer.body["AuthenticationResult"];
    assert_eq!(result["ExpiresIn"], 3600);
    assert_eq!(result["TokenType"], "Bearer");

    let issuer = format!("{}/us-east-1_localpool", server.pool_url());
    let keys = Request::get("/us-east-1_localpool/.well-known/jwks.json");
    let keys = server
        .pool_raw(keys.body(String::new()).expect("a request"))
        .await;
    let keys: JwkSet = serde_json::from_value(keys.body).expect("a key set");
    assert_eq!(keys.keys.len(), 2);
    let mut used = Vec::new();
    for (name, token_use) in [("AccessToken", "access"), ("IdToken", "id")] {
        let token = result[name].as_str().expect("a token");
        let id = jsonwebtoken::decode_header(token)
            .expect("a header")
            .kid
            .expect("a kid");
        let key = DecodingKey::from_jwk(keys.find(&id).expect("published")).expect("a key");
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_issuer(&[&issuer]);
        validation.set_audience(&["localclient"]);
        let claims = jsonwebtoken::decode::<Value>(token, &key, &validation)
            .expect("verified")
            .claims;
        assert_eq!(claims["token_use"], token_use);
        used.push(id);
    }
    assert_ne!(used[0], used[1]);

    let unknown = Request::get("/us-east-1_other/.well-known/jwks.json");
    let unknown = unknown.body(String::new()).expect("a request");
    assert_eq!(server.pool_raw(unknown).await.status, 404);
    server.stop().await;
}

#[tokio::test]
async fn a_bad_sign_in_is_refused_in_cognitos_words() {
    let server = Server::start().await;
    let wrong = "Incorrect username or password.";
    let with = |key: &str, value: Value| {
        let mut body = sign_in_with("Passw0rd!");
        body[key] = value;
        body
    };
    for (body, code, message) in [
        (sign_in_with("wrong"), "NotAuthorizedException", wrong),
        (
            with(
                "AuthParameters",
                json!({"USERNAME": "nobody", "PASSWORD": "x"}),
            ),
            "NotAuthorizedException",
            wrong,
        ),
        (
            with("AuthParameters", json!({"USERNAME": "dan"})),
            "InvalidParameterException",
            "Missing required parameter PASSWORD",
        ),
        (
            with("ClientId", json!("other")),
            "ResourceNotFoundException",
            "User pool client other does not exist.",
        ),
        (
            with("AuthFlow", json!("ADMIN_USER_PASSWORD_AUTH")),
            "InvalidParameterException",
            "ADMIN_USER_PASSWORD_AUTH flow not enabled for this client",
        ),
        (
            with("AuthFlow", json!("CUSTOM_AUTH")),
            "InvalidParameterException",
            "The local pool lacks the flow CUSTOM_AUTH. It has ADMIN_NO_SRP_AUTH, \
             ADMIN_USER_PASSWORD_AUTH, REFRESH_TOKEN, REFRESH_TOKEN_AUTH, USER_PASSWORD_AUTH, \
             USER_SRP_AUTH.",
        ),
        (
            json!({"AuthFlow": "x"}),
            "InvalidParameterException",
            "2 validation errors detected: Value 'x' at 'authFlow' failed to satisfy constraint: \
             Member must satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, \
             CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, \
             USER_AUTH]; Value at 'clientId' failed to satisfy constraint: Member must not be null",
        ),
    ] {
        check_exception(&server.pool("InitiateAuth", body).await, code, message);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_banner_tells_an_address_with_tls_where_that_is_asked_for() {
    let files = Files::of(&Ca::new().server());
    let tls = files.flags();
    let flags = FLAGS.into_iter().chain(tls.iter().map(String::as_str));
    let app = Args::try_parse_from(flags);
    let app = app.expect("good flags").bind().await.expect("free ports");
    let banner = app.local_pool().map(|pool| pool.banner(&app.grpc_url()));
    let endpoint = format!(" --endpoint https://{}\n", app.grpc_addr());
    assert!(banner.is_some_and(|banner| banner.contains(&endpoint)));
}

#[tokio::test]
async fn the_banner_tells_how_to_try_it_and_its_token_works() {
    let app = Args::try_parse_from(FLAGS)
        .expect("good flags")
        .bind()
        .await
        .expect("free ports");
    let pool = app.local_pool().expect("asked for");

    let banner = pool.banner("http://127.0.0.1:50051");
    assert!(banner.contains(&pool.endpoint_url()));
    assert!(banner.contains("us-east-1_localpool"));
    assert!(banner.contains("\ncargo run --bin user-attributes -- update-user-attributes "));
    assert!(
        !banner.contains("--endpoint "),
        "the client's default will do"
    );
    assert!(banner.contains(&format!("\ncurl {} ", pool.endpoint_url())));
    let elsewhere = pool.banner(&app.grpc_url());
    assert!(elsewhere.contains(&format!(" --endpoint http://{}\n", app.grpc_addr())));
    assert!(!format!("{app:?}").contains("eyJ"), "Debug shows no token");
    let line = "\nexport USER_ATTRIBUTES_ACCESS_TOKEN=";
    let token = banner
        .split(line)
        .nth(1)
        .and_then(|rest| rest.lines().next());

    let authority = pool.local_addr().to_string();
    let (trigger, shutdown) = shutdown::channel();
    let running = tokio::spawn(app.run(shutdown));
    let request = Request::post("/").header("x-amz-target", format!("{PREFIX}GetUser"));
    let request = request.body(json!({ "AccessToken": token }).to_string());
    let answer = http(&authority, request.expect("a request")).await;
    assert_eq!(answer.body["Username"], "dan");
    trigger.fire();
    running
        .await
        .expect("no panic")
        .expect("everything drained");
}
