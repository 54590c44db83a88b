use super::*;
use crate::local_pool::{schema::Schema, seed};

const NOW: Seconds = 1_800_000_000;

/// A seeded pool, and a session of its user's that began at [`NOW`].
async fn signed_in() -> (UserPool, Session) {
    let pool = seed::user_pool("http://127.0.0.1:9229")
        .await
        .expect("a key");
    let session = Session::start(&pool, &pool.clients[0], &pool.users["dan"], NOW);
    (pool, session)
}

fn refusal(token: &str, pool: &UserPool, now: Seconds) -> String {
    let refused = verify(token, &pool.keys, now).expect_err("a bad token");
    assert_eq!(refused.code, "NotAuthorizedException");
    refused.message.expect("a text")
}

/// Another claim set under the pool's own key.
fn resigned(pool: &UserPool, claims: &Value) -> String {
    signed(pool.keys.access(), claims).expect("a token")
}

#[tokio::test]
async fn an_access_token_says_whose_it_is_until_the_second_it_expires() {
    let (pool, session) = signed_in().await;
    let token = session.access_token(pool.keys.access()).expect("a token");

    let identity = Identity {
        client_id: "localclient".to_owned(),
        username: "dan".to_owned(),
    };
    assert_eq!(verify(&token, &pool.keys, NOW), Ok(identity));
    assert!(verify(&token, &pool.keys, NOW + LIFE - 1).is_ok());
    assert_eq!(
        refusal(&token, &pool, NOW + LIFE),
        "Access Token has expired"
    );
    assert_eq!(
        claimed_issuer(&token).as_deref(),
        Ok("http://127.0.0.1:9229/us-east-1_localpool")
    );
}

#[tokio::test]
async fn claims_stand_in_cognitos_order() {
    let (pool, session) = signed_in().await;
    let token = session.access_token(pool.keys.access()).expect("a token");
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
    assert_eq!(
        claims["sub"],
        pool.users["dan"].attributes.get("sub").expect("seeded")
    );
}

#[tokio::test]
async fn an_id_token_is_no_access_token() {
    let (pool, session) = signed_in().await;
    let key = pool.keys.id().await.expect("a key");
    let token = session
        .id_token(key, &pool.users["dan"].attributes)
        .expect("a token");

    assert_eq!(refusal(&token, &pool, NOW), "Invalid Access Token");
    let claims: Value = jsonwebtoken::dangerous::insecure_decode_claims(&token).expect("claims");
    assert_eq!(claims["email_verified"], true);
    assert_eq!(claims["email"], "dan@example.com");
    assert_eq!(claims["aud"], "localclient");
}

#[tokio::test]
async fn another_pools_token_and_a_changed_one_are_told_from_garbage() {
    let (pool, session) = signed_in().await;
    let (other, _) = signed_in().await;
    let forged = "Could not verify signature for Access Token";
    let foreign = session.access_token(other.keys.access()).expect("a token");
    assert_eq!(refusal(&foreign, &pool, NOW), forged);

    let token = session.access_token(pool.keys.access()).expect("a token");
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!("three parts in {token}");
    };
    let other_claims = resigned(&pool, &json!({ "token_use": "access", "exp": NOW + 1 }));
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
    let (pool, _) = signed_in().await;
    for scope in ["", "openid email", "aws.cognito.signin.user.administrator"] {
        let claims = json!({ "token_use": "access", "exp": NOW + 1, "scope": scope });
        assert_eq!(
            refusal(&resigned(&pool, &claims), &pool, NOW),
            "Access Token does not have required scopes"
        );
    }
}

#[test]
fn an_app_client_without_lists_has_the_standard_attributes_alone() {
    let client = AppClient {
        id: "client".to_owned(),
        read_attributes: None,
        write_attributes: None,
    };
    let standard = Schema::with([]);
    assert!(
        standard
            .mutable_names()
            .all(|name| client.may_write(name) && client.may_read(name))
    );
    assert!(!client.may_write("custom:department"));
    assert!(!client.may_read("custom:department"));
}
