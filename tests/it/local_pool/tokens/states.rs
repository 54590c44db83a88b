//! The states of a token: what is said to each, and how a token comes into it.

use super::*;

/// How a token came to be no good, and what is said: exception, text, and the service's own reason.
pub type Row = (State, &'static str, &'static str, Code, &'static str);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Garbage,
    GarbageOfThreeParts,
    WithoutSignature,
    SignedWithPublicKey,
    Id,
    Changed,
    SignedByAnother,
    OfUnknownKey,
    OfAnotherCognito,
    OfDeletedPool,
    OfNoScope,
    OfOtherScopes,
    OfDisabledUser,
    OfReenabledUser,
    SignedOut,
    SignedOutByAdministrator,
    RefreshTokenRevoked,
    OfDeletedUser,
    OfUserCreatedAgain,
    OfUnconfirmedUser,
    OfUserWhoMustResetPassword,
    Expired,
}

pub const NOT_AUTHORIZED: &str = "NotAuthorizedException";
pub const INVALID: &str = "Invalid Access Token";
pub const FORGED: &str = "Could not verify signature for Access Token";
pub const REVOKED: &str = "Access Token has been revoked";
pub const NO_SCOPE: &str = "Access Token does not have required scopes";
pub const NO_USER: &str = "User does not exist.";

#[rustfmt::skip] // One state, one line.
pub const STATES: [Row; 22] = {
    use Code::{FailedPrecondition, NotFound, PermissionDenied, Unauthenticated};
    use State::*;
    [
        (Garbage, NOT_AUTHORIZED, INVALID, Unauthenticated, "ACCESS_TOKEN_INVALID"),
        (GarbageOfThreeParts, NOT_AUTHORIZED, INVALID, Unauthenticated, "ACCESS_TOKEN_INVALID"),
        (WithoutSignature, NOT_AUTHORIZED, INVALID, Unauthenticated, "ACCESS_TOKEN_INVALID"),
        (SignedWithPublicKey, NOT_AUTHORIZED, INVALID, Unauthenticated, "ACCESS_TOKEN_INVALID"),
        (Id, NOT_AUTHORIZED, INVALID, Unauthenticated, "ACCESS_TOKEN_INVALID"),
        (Changed, NOT_AUTHORIZED, FORGED, Unauthenticated, "ACCESS_TOKEN_INVALID"),
        (SignedByAnother, NOT_AUTHORIZED, FORGED, Unauthenticated, "ACCESS_TOKEN_INVALID"),
        (OfUnknownKey, NOT_AUTHORIZED, FORGED, Unauthenticated, "ACCESS_TOKEN_INVALID"),
        (OfAnotherCognito, NOT_AUTHORIZED, FORGED, Unauthenticated, "ACCESS_TOKEN_INVALID"),
        (OfDeletedPool, NOT_AUTHORIZED, FORGED, Unauthenticated, "ACCESS_TOKEN_INVALID"),
        (OfNoScope, NOT_AUTHORIZED, NO_SCOPE, PermissionDenied, "ACCESS_TOKEN_SCOPE_MISSING"),
        (OfOtherScopes, NOT_AUTHORIZED, NO_SCOPE, PermissionDenied, "ACCESS_TOKEN_SCOPE_MISSING"),
        (OfDisabledUser, NOT_AUTHORIZED, "User is disabled.", Unauthenticated, "USER_DISABLED"),
        (OfReenabledUser, NOT_AUTHORIZED, REVOKED, Unauthenticated, "ACCESS_TOKEN_REVOKED"),
        (SignedOut, NOT_AUTHORIZED, REVOKED, Unauthenticated, "ACCESS_TOKEN_REVOKED"),
        (SignedOutByAdministrator, NOT_AUTHORIZED, REVOKED, Unauthenticated, "ACCESS_TOKEN_REVOKED"),
        (RefreshTokenRevoked, NOT_AUTHORIZED, REVOKED, Unauthenticated, "ACCESS_TOKEN_REVOKED"),
        (OfDeletedUser, "UserNotFoundException", NO_USER, NotFound, "USER_NOT_FOUND"),
        (OfUserCreatedAgain, "UserNotFoundException", NO_USER, NotFound, "USER_NOT_FOUND"),
        (OfUnconfirmedUser, "UserNotConfirmedException", "User is not confirmed.", FailedPrecondition, "USER_NOT_CONFIRMED"),
        (OfUserWhoMustResetPassword, "PasswordResetRequiredException", "Password reset required for the user", FailedPrecondition, "PASSWORD_RESET_REQUIRED"),
        // Last: the time goes by for every user.
        (Expired, NOT_AUTHORIZED, "Access Token has expired", Unauthenticated, "ACCESS_TOKEN_EXPIRED"),
    ]
};

/// A token in this state, of a user of its own.
pub async fn token(server: &Server, state: State) -> String {
    let username = format!("{state:?}");
    match state {
        State::Garbage => return "garbage".to_owned(),
        State::GarbageOfThreeParts => return "eyJ.eyJ.x-_=".to_owned(),
        State::OfAnotherCognito => return of_another_cognito().await,
        State::OfDeletedPool => return of_deleted_pool(server).await,
        State::OfUnconfirmedUser => return of_unconfirmed_user(server, &username).await,
        _ => {}
    }
    let address = json!([
        { "Name": "email", "Value": "x@example.com" },
        { "Name": "email_verified", "Value": "true" },
    ]);
    create_user(server, POOL, &username, address).await;
    let tokens = sign_in(server, "localclient", &username).await;
    let user = named(&username);
    match state {
        State::Id => return tokens.id,
        State::OfNoScope => return minted(server, &username, json!({ "scope": "" })).await,
        State::OfOtherScopes => {
            let scope = "openid aws.cognito.signin.user.administrator";
            return minted(server, &username, json!({ "scope": scope })).await;
        }
        State::OfDisabledUser => drop(done(server, "AdminDisableUser", user).await),
        State::OfReenabledUser => {
            done(server, "AdminDisableUser", user.clone()).await;
            done(server, "AdminEnableUser", user).await;
        }
        State::SignedOut => {
            let body = json!({ "AccessToken": tokens.access });
            done(server, "GlobalSignOut", body).await;
        }
        State::SignedOutByAdministrator => {
            done(server, "AdminUserGlobalSignOut", user).await;
        }
        State::RefreshTokenRevoked => {
            let body = json!({ "Token": tokens.refresh, "ClientId": "localclient" });
            done(server, "RevokeToken", body).await;
        }
        State::OfDeletedUser => drop(done(server, "AdminDeleteUser", user).await),
        State::OfUserCreatedAgain => {
            done(server, "AdminDeleteUser", user).await;
            create_user(server, POOL, &username, json!([])).await;
        }
        State::OfUserWhoMustResetPassword => {
            done(server, "AdminResetUserPassword", user).await;
        }
        State::Expired => {
            server
                .order("clock", json!({ "advance_seconds": 3600 }))
                .await;
        }
        forged => return forgery(forged, &tokens),
    }
    tokens.access
}

/// A token that its pool hasn't signed.
fn forgery(state: State, tokens: &Tokens) -> String {
    let parts = |token: &str| -> [String; 3] {
        let parts: Vec<_> = token.split('.').map(str::to_owned).collect();
        parts.try_into().expect("three parts")
    };
    let [header, payload, signature] = parts(&tokens.access);
    let id = jsonwebtoken::decode_header(&tokens.access)
        .expect("a header")
        .kid;
    match state {
        State::WithoutSignature => {
            let header = json!({ "kid": id, "alg": "none" });
            format!("{}.{payload}.", BASE64.encode(header.to_string()))
        }
        State::SignedWithPublicKey => {
            let header = Header {
                kid: id,
                ..Header::new(Algorithm::HS256)
            };
            let key = EncodingKey::from_secret(b"-----BEGIN PUBLIC KEY-----");
            jsonwebtoken::encode(&header, &claims(&tokens.access), &key).expect("signed")
        }
        State::Changed => {
            let changed = with(claims(&tokens.access), json!({ "username": "dan" }));
            format!(
                "{header}.{}.{signature}",
                BASE64.encode(changed.to_string())
            )
        }
        State::SignedByAnother => {
            let [_, _, other] = parts(&tokens.id);
            format!("{header}.{payload}.{other}")
        }
        State::OfUnknownKey => {
            let header = json!({ "kid": "unknown", "alg": "RS256" });
            format!(
                "{}.{payload}.{signature}",
                BASE64.encode(header.to_string())
            )
        }
        state => panic!("{state:?} is no forgery"),
    }
}

/// Of a user with the same name, in a pool with the same id.
async fn of_another_cognito() -> String {
    let other = Server::start().await;
    let token = other.sign_in().await;
    other.stop().await;
    token
}

async fn of_deleted_pool(server: &Server) -> String {
    let (pool, client) = create_pool_and_client(server, json!({})).await;
    create_user(server, &pool, "dan", json!([])).await;
    let token = sign_in(server, &client, "dan").await.access;
    done(server, "DeleteUserPool", json!({ "UserPoolId": pool })).await;
    token
}

async fn of_unconfirmed_user(server: &Server, username: &str) -> String {
    let body = json!({ "ClientId": "localclient", "Username": username, "Password": "Passw0rd!" });
    done(server, "SignUp", body).await;
    minted(server, username, json!({})).await
}
