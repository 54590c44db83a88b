use super::*;
use crate::local_pool::{config::Config, pool::UserPool};

const NOW: Seconds = 1_800_000_000;

/// A seeded pool, and a sign-in of its user's that began at [`NOW`].
fn signed_in() -> (UserPool, SignIn) {
    let mut pools = Config::seed().pools("http://127.0.0.1:9229", NOW);
    let pool = pools.remove(0);
    let client = pool.client("localclient").expect("seeded");
    let user = pool.users.get(&pool.settings, "dan").expect("seeded");
    let sign_in = SignIn::new(&pool.settings, client, user, ("origin", NOW), NOW);
    (pool, sign_in)
}

async fn access_token(pool: &UserPool, sign_in: &SignIn) -> String {
    let key = pool.keys.access().await.expect("a key");
    sign_in.access_token(key).expect("a token")
}

fn sub(pool: &UserPool) -> &str {
    pool.users.get(&pool.settings, "dan").expect("seeded").sub()
}

fn refusal(token: &str, pool: &UserPool, now: Seconds) -> String {
    let refused = verify(token, &pool.keys, now).expect_err("a bad token");
    assert_eq!(refused.code, "NotAuthorizedException");
    refused.message.expect("a text")
}

/// Another claim set under the pool's own key.
async fn resigned(pool: &UserPool, claims: &Value) -> String {
    signed(pool.keys.access().await.expect("a key"), claims).expect("a token")
}

#[tokio::test]
async fn an_access_token_says_whose_it_is_until_the_second_it_expires() {
    let (pool, sign_in) = signed_in();
    let token = access_token(&pool, &sign_in).await;

    let identity = Identity {
        client_id: "localclient".to_owned(),
        username: "dan".to_owned(),
        sub: sub(&pool).to_owned(),
        origin: "origin".to_owned(),
        issued: NOW,
    };
    assert_eq!(verify(&token, &pool.keys, NOW), Ok(identity));
    assert!(verify(&token, &pool.keys, NOW + 3600 - 1).is_ok());
    assert_eq!(
        refusal(&token, &pool, NOW + 3600),
        "Access Token has expired"
    );
    assert_eq!(
        claimed_issuer(&token).as_deref(),
        Ok("http://127.0.0.1:9229/us-east-1_localpool")
    );
}

#[tokio::test]
async fn claims_stand_in_cognitos_order() {
    let (pool, sign_in) = signed_in();
    let token = access_token(&pool, &sign_in).await;
    let claims: Map<String, Value> =
        jsonwebtoken::dangerous::insecure_decode_claims(&token).expect("claims");
    assert_eq!(
        claims.keys().collect::<Vec<_>>(),
        [
            "sub",
            "iss",
            "client_id",
            "origin_jti",
            "event_id",
            "token_use",
            "scope",
            "auth_time",
            "exp",
            "iat",
            "jti",
            "username"
        ]
    );
    assert_eq!(claims["scope"], SCOPE);
    assert_eq!(claims["sub"], sub(&pool));
}

#[tokio::test]
async fn an_id_token_is_no_access_token() {
    let (pool, sign_in) = signed_in();
    let key = pool.keys.id().await.expect("a key");
    let token = sign_in.id_token(key).expect("a token");

    assert_eq!(refusal(&token, &pool, NOW), "Invalid Access Token");
    let claims: Value = jsonwebtoken::dangerous::insecure_decode_claims(&token).expect("claims");
    assert_eq!(claims["email_verified"], true);
    assert_eq!(claims["email"], "dan@example.com");
    assert_eq!(claims["aud"], "localclient");
}

#[tokio::test]
async fn another_pools_token_and_a_changed_one_are_told_from_garbage() {
    let (pool, sign_in) = signed_in();
    let (other, _) = signed_in();
    let forged = "Could not verify signature for Access Token";
    let foreign = access_token(&other, &sign_in).await;
    assert_eq!(refusal(&foreign, &pool, NOW), forged);

    let token = access_token(&pool, &sign_in).await;
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!("three parts in {token}");
    };
    let other_claims = resigned(&pool, &json!({ "token_use": "access", "exp": NOW + 1 })).await;
    let other_claims = other_claims.split('.').nth(1).expect("three parts");
    assert_eq!(
        refusal(&format!("{header}.{other_claims}.{signature}"), &pool, NOW),
        forged
    );
    assert_eq!(refusal(&format!("{header}.{claims}."), &pool, NOW), forged);

    let no_algorithm = "eyJhbGciOiJub25lIn0"; // {"alg":"none"}
    let symmetric = "eyJhbGciOiJIUzI1NiJ9"; // {"alg":"HS256"}
    for garbage in [
        String::new(),
        "garbage".to_owned(),
        "a.b.c".to_owned(),
        "eyJ.eyJ.eyJ".to_owned(),
        format!("{no_algorithm}.{claims}."),
        format!("{symmetric}.{claims}.{signature}"),
    ] {
        assert_eq!(
            refusal(&garbage, &pool, NOW),
            "Invalid Access Token",
            "{garbage}"
        );
    }
    assert!(claimed_issuer("garbage").is_err());
}

#[tokio::test]
async fn a_token_without_the_scope_of_self_service_is_refused() {
    let (pool, _) = signed_in();
    for scope in ["", "openid email", "aws.cognito.signin.user.administrator"] {
        let claims = json!({ "token_use": "access", "exp": NOW + 1, "scope": scope });
        assert_eq!(
            refusal(&resigned(&pool, &claims).await, &pool, NOW),
            "Access Token does not have required scopes"
        );
    }
}
