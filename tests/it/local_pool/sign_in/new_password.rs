//! Who has a temporary password sets another one and is signed in.

use super::*;
use crate::local_pool::setup::{
    attributes, check_refused, create_client, create_pool_and_client, done, password_sign_in, text,
    user, with,
};

const INVALID: &str = "InvalidParameterException";
const NOT_AUTHORIZED: &str = "NotAuthorizedException";
const RESPOND: &str = "RespondToAuthChallenge";

/// Eve, with a temporary password, in a pool where everybody needs a name.
struct Eve {
    server: Server,
    pool: String,
    client: String,
}

impl Eve {
    async fn new() -> Self {
        let server = Server::start().await;
        let schema = json!([
            { "Name": "name", "Required": true },
            { "Name": "tenant", "AttributeDataType": "String", "Mutable": false },
        ]);
        let (pool, client) = create_pool_and_client(&server, json!({ "Schema": schema })).await;
        let body = json!({
            "UserPoolId": pool, "Username": "eve", "TemporaryPassword": "Temp0rary!",
            "UserAttributes": attributes(&[("email", "eve@example.com")]),
        });
        done(&server, "AdminCreateUser", body).await;
        Self {
            server,
            pool,
            client,
        }
    }

    async fn session(&self) -> String {
        let body = password_sign_in(&self.client, "eve", "Temp0rary!");
        let challenge = done(&self.server, "InitiateAuth", body).await;
        assert_eq!(challenge["ChallengeName"], "NEW_PASSWORD_REQUIRED");
        text(&challenge["Session"])
    }

    fn answer(&self, session: &str, more: Value) -> Value {
        let responses = json!({
            "USERNAME": "eve", "NEW_PASSWORD": "Passw0rd!", "userAttributes.name": "Eve",
        });
        json!({
            "ClientId": self.client,
            "ChallengeName": "NEW_PASSWORD_REQUIRED",
            "Session": session,
            "ChallengeResponses": with(responses, more),
        })
    }
}

#[tokio::test]
async fn the_answer_signs_in_and_confirms_the_user_with_what_was_missing() {
    let eve = Eve::new().await;
    let session = eve.session().await;
    let body = eve.answer(
        &session,
        json!({ "userAttributes.phone_number": "+15555550199" }),
    );
    let answer = done(&eve.server, RESPOND, body.clone()).await;
    let token = text(&answer["AuthenticationResult"]["AccessToken"]);
    let own = eve.server.attributes(&token).await;
    assert_eq!(
        (&*own["name"], &*own["phone_number_verified"]),
        ("Eve", "false")
    );
    assert_eq!(user(&eve.server, &eve.pool, "eve").await.0, "CONFIRMED");
    let body_again = password_sign_in(&eve.client, "eve", "Passw0rd!");
    done(&eve.server, "InitiateAuth", body_again).await;
    let used = (NOT_AUTHORIZED, "Invalid session for the user.");
    check_refused(&eve.server, RESPOND, body, used).await;
    eve.server.stop().await;
}

#[tokio::test]
async fn an_answer_that_is_no_good_changes_nothing_and_can_be_given_again() {
    let eve = Eve::new().await;
    let session = eve.session().await;
    let before = user(&eve.server, &eve.pool, "eve").await;
    for (more, code, message) in [
        (
            json!({ "NEW_PASSWORD": "short" }),
            "InvalidPasswordException",
            "Password did not conform with policy: Password not long enough",
        ),
        (
            json!({ "userAttributes.name": null }),
            INVALID,
            "Invalid attributes given, name is missing",
        ),
        (
            json!({ "userAttributes.email": "new@example.org" }),
            NOT_AUTHORIZED,
            "Cannot modify an already provided email",
        ),
        (
            json!({ "userAttributes.email_verified": "true" }),
            INVALID,
            "Cannot modify the non-mutable attribute email_verified",
        ),
        (
            json!({ "userAttributes.custom:nope": "x" }),
            INVALID,
            "user.custom:nope: Attribute does not exist in the schema.\n",
        ),
        (
            json!({ "userAttributes.phone_number": "1" }),
            INVALID,
            "Invalid phone number format.",
        ),
        (
            json!({ "USERNAME": "nobody" }),
            NOT_AUTHORIZED,
            "Invalid session for the user.",
        ),
        (
            json!({ "NEW_PASSWORD": null }),
            INVALID,
            "Missing required parameter NEW_PASSWORD",
        ),
    ] {
        let body = eve.answer(&session, more);
        check_refused(&eve.server, RESPOND, body, (code, message)).await;
    }
    assert_eq!(user(&eve.server, &eve.pool, "eve").await, before);
    done(&eve.server, RESPOND, eve.answer(&session, json!({}))).await;
    eve.server.stop().await;
}

#[tokio::test]
async fn a_session_is_good_for_its_own_client_and_for_its_time() {
    let eve = Eve::new().await;
    let session = eve.session().await;
    let other = create_client(&eve.server, &eve.pool, json!({})).await;
    let invalid = (NOT_AUTHORIZED, "Invalid session for the user.");
    let own = json!({ "ClientId": other["ClientId"] });
    let body = with(eve.answer(&session, json!({})), own);
    check_refused(&eve.server, RESPOND, body, invalid).await;
    let body = eve.answer("a session that nobody has", json!({}));
    check_refused(&eve.server, RESPOND, body, invalid).await;
    let missing = (INVALID, "Missing required parameter Session");
    let body = with(eve.answer("", json!({})), json!({ "Session": null }));
    check_refused(&eve.server, RESPOND, body, missing).await;
    eve.server
        .order("clock", json!({ "advance_seconds": 180 }))
        .await;
    let message = "Invalid session for the user, session is expired.";
    let body = eve.answer(&session, json!({}));
    check_refused(&eve.server, RESPOND, body, (NOT_AUTHORIZED, message)).await;
    eve.server.stop().await;
}

#[tokio::test]
async fn a_challenge_that_the_pool_does_not_make_is_refused_with_those_that_it_makes() {
    let server = Server::start().await;
    let body = json!({ "ClientId": "localclient", "ChallengeName": "SMS_MFA" });
    let message = "The local pool lacks the challenge SMS_MFA. It has NEW_PASSWORD_REQUIRED, \
                   PASSWORD_VERIFIER.";
    check_refused(&server, RESPOND, body, (INVALID, message)).await;
    server.stop().await;
}
