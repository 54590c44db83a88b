//! The keys of a pool: made beside its calls, published, its own.

use super::*;
use crate::local_pool::setup::{POOL, create_client, create_pool, create_user, sign_in, text};

#[tokio::test]
async fn the_first_sign_in_to_a_fresh_pool_gives_tokens_that_its_published_keys_verify() {
    let server = Server::start().await;
    let pool = create_pool(&server, json!({})).await;
    let pool = text(&pool["Id"]);
    let client = text(&create_client(&server, &pool, json!({})).await["ClientId"]);
    create_user(&server, &pool, "eve", json!([])).await;
    let tokens = sign_in(&server, &client, "eve").await;
    let keys = published_keys(&server, &pool).await;
    for token in [tokens.access, tokens.id] {
        let id = jsonwebtoken::decode_header(&token)
            .expect("a header")
            .kid
            .expect("a kid");
        let key = DecodingKey::from_jwk(keys.find(&id).expect("published")).expect("a key");
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_issuer(&[format!("{}/{pool}", server.pool_url())]);
        validation.validate_aud = false;
        jsonwebtoken::decode::<Value>(&token, &key, &validation).expect("verified");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_keys_of_a_fresh_pool_are_its_own_and_stay() {
    let server = Server::start().await;
    let pool = text(&create_pool(&server, json!({})).await["Id"]);
    let ids = |keys: JwkSet| -> Vec<_> {
        keys.keys
            .into_iter()
            .map(|key| key.common.key_id.expect("an id"))
            .collect()
    };
    let keys = ids(published_keys(&server, &pool).await);
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[0], keys[1]);
    assert_eq!(keys, ids(published_keys(&server, &pool).await));
    let seeded = ids(published_keys(&server, POOL).await);
    assert!(keys.iter().all(|key| !seeded.contains(key)));
    server.stop().await;
}

#[tokio::test]
async fn twenty_pools_in_the_making_hold_no_other_call_up() {
    let server = Server::start().await;
    let token = server.sign_in().await;
    let pool = |server: &Server| {
        let url = server.pool_url()["http://".len()..].to_owned();
        let body = json!({ "PoolName": "p" }).to_string();
        tokio::spawn(async move {
            let request =
                Request::post("/").header("x-amz-target", format!("{PREFIX}CreateUserPool"));
            let made = http(&url, request.body(body).expect("a request")).await;
            let id = text(&made.body["UserPool"]["Id"]);
            let keys = Request::get(format!("/{id}/.well-known/jwks.json"));
            http(&url, keys.body(String::new()).expect("a request"))
                .await
                .status
        })
    };
    // Each of them is done when its keys are there: two of RSA, which take far longer than a call.
    let mut making: Vec<_> = (0..20).map(|_| pool(&server)).collect();
    for _ in 0..20 {
        let answer = server
            .pool("GetUser", json!({ "AccessToken": token }))
            .await;
        assert_eq!(answer.status, 200);
    }
    let unfinished = making.iter().filter(|it| !it.is_finished()).count();
    assert!(
        unfinished > 0,
        "the calls were answered while keys were made"
    );
    for made in &mut making {
        assert_eq!(made.await.expect("no panic"), 200);
    }
    server.stop().await;
}

async fn published_keys(server: &Server, pool: &str) -> JwkSet {
    let request = Request::get(format!("/{pool}/.well-known/jwks.json"));
    let answer = server
        .pool_raw(request.body(String::new()).expect("a request"))
        .await;
    serde_json::from_value(answer.body).expect("a key set")
}
