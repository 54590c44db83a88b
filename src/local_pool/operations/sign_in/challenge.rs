//! [`RespondToAuthChallenge`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html)

use serde_json::Value;

use super::{Parameters, lacking, result};
use crate::local_pool::{
    clock::Seconds,
    constraints::Form,
    exception::Exception,
    forms::{CLIENT_ID, SESSION},
    operations::Call,
    sign_in::{NewPassword, SignedIn, check_claim, wrong_credentials},
    state::Cognito,
};

/// `ChallengeNameType`
static CHALLENGE: Form = Form {
    one_of: &[
        "SMS_MFA",
        "EMAIL_OTP",
        "SOFTWARE_TOKEN_MFA",
        "SELECT_MFA_TYPE",
        "MFA_SETUP",
        "PASSWORD_VERIFIER",
        "CUSTOM_CHALLENGE",
        "SELECT_CHALLENGE",
        "DEVICE_SRP_AUTH",
        "DEVICE_PASSWORD_VERIFIER",
        "ADMIN_NO_SRP_AUTH",
        "NEW_PASSWORD_REQUIRED",
        "SMS_OTP",
        "PASSWORD",
        "WEB_AUTHN",
        "PASSWORD_SRP",
    ],
    ..Form::ANY
};

/// Those that this pool makes.
const CHALLENGES: [&str; 2] = ["NEW_PASSWORD_REQUIRED", "PASSWORD_VERIFIER"];

/// What stands before an attribute's name among the answers.
const ATTRIBUTE: &str = "userAttributes.";

pub async fn respond_to_auth_challenge(call: Call<'_>) -> Result<Value, Exception> {
    let Call {
        cognito,
        mut request,
        now,
    } = call;
    let client_id = request.required("ClientId", &CLIENT_ID)?;
    let challenge = request.required("ChallengeName", &CHALLENGE)?;
    let session = request.optional("Session", &SESSION)?;
    let responses = Parameters(request.map("ChallengeResponses")?);
    request.map("ClientMetadata")?;
    request.finish()?;
    let signed_in = match challenge {
        "PASSWORD_VERIFIER" => verify_password(cognito, client_id, &responses, now)?,
        "NEW_PASSWORD_REQUIRED" => {
            let session = session.ok_or_else(|| {
                Exception::invalid_parameter("Missing required parameter Session")
            })?;
            set_new_password(cognito, client_id, session, &responses, now)?
        }
        other => return Err(lacking("challenge", other, &CHALLENGES)),
    };
    result(signed_in).await
}

/// Arithmetic of this size takes a while: nobody else waits for it.
fn verify_password(
    cognito: &Cognito,
    client_id: &str,
    responses: &Parameters<'_>,
    now: Seconds,
) -> Result<SignedIn, Exception> {
    let username = responses.required("USERNAME")?;
    let block = responses.required("PASSWORD_CLAIM_SECRET_BLOCK")?;
    let signature = responses.required("PASSWORD_CLAIM_SIGNATURE")?;
    let timestamp = responses.required("TIMESTAMP")?;
    let secret_hash = responses.optional("SECRET_HASH");
    let (pending, exchange) = {
        let mut state = cognito.state();
        let (pool, _) = state.pool_of_client(client_id)?;
        pool.client(client_id)?
            .check_secret_hash(username, secret_hash)?;
        let taken = pool.challenges.take_exchange(block, client_id, now);
        taken.ok_or_else(wrong_credentials)?
    };
    check_claim(&exchange, block, timestamp, signature)?;
    let mut state = cognito.state();
    let (pool, _) = state.pool_of_client(client_id)?;
    pool.sign_in_proven(&pending, now)
}

fn set_new_password(
    cognito: &Cognito,
    client_id: &str,
    session: &str,
    responses: &Parameters<'_>,
    now: Seconds,
) -> Result<SignedIn, Exception> {
    let attributes = responses.0.iter().filter_map(|(name, value)| {
        let name = name.strip_prefix(ATTRIBUTE)?;
        Some((name, *value))
    });
    let answer = NewPassword {
        session,
        username: responses.required("USERNAME")?,
        password: responses.required("NEW_PASSWORD")?,
        secret_hash: responses.optional("SECRET_HASH"),
        attributes: attributes.collect(),
    };
    let mut state = cognito.state();
    let (pool, outbox) = state.pool_of_client(client_id)?;
    pool.set_new_password(client_id, &answer, outbox, now)
}
