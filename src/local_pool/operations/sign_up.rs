//! Signing up, and confirming it with a code, for which one can ask again.
//!
//! [`SignUp`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html),
//! [`ResendConfirmationCode`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html),
//! [`ConfirmSignUp`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html)

use serde_json::{Value, json};

use super::Call;
use crate::local_pool::{
    exception::Exception,
    forms::{ATTRIBUTE_NAME, ATTRIBUTE_VALUE, CLIENT_ID, CODE, PASSWORD, SECRET_HASH, USERNAME},
    registration::Registration,
    request::Attribute,
    schema::Change,
};

pub fn sign_up(call: Call<'_>) -> Result<Value, Exception> {
    let Call {
        cognito,
        mut request,
        now,
    } = call;
    let client_id = request.required("ClientId", &CLIENT_ID)?;
    let secret_hash = request.optional("SecretHash", &SECRET_HASH)?;
    let username = request.required("Username", &USERNAME)?;
    // The model lets it be left out, for pools where nobody needs one: none of those is here, so the
    // pool's policy refuses it.
    let password = request.optional("Password", &PASSWORD)?;
    let attributes = request.attributes("UserAttributes", &ATTRIBUTE_NAME, &ATTRIBUTE_VALUE)?;
    request.attributes("ValidationData", &ATTRIBUTE_NAME, &ATTRIBUTE_VALUE)?;
    let metadata = request.map("ClientMetadata")?;
    request.finish()?;

    let mut state = cognito.state();
    let (pool, outbox) = state.pool_of_client(client_id)?;
    pool.client(client_id)?
        .check_secret_hash(username, secret_hash)?;
    let registration = Registration {
        username,
        password: password.unwrap_or_default(),
        attributes: changes(&attributes.unwrap_or_default()),
        metadata: &metadata,
    };
    let (sub, details) = pool.sign_up(client_id, &registration, outbox, now)?;
    let mut output = json!({ "UserConfirmed": false, "UserSub": sub });
    if let Some(details) = details {
        output["CodeDeliveryDetails"] = details;
    }
    Ok(output)
}

pub fn confirm_sign_up(call: Call<'_>) -> Result<Value, Exception> {
    let Call {
        cognito,
        mut request,
        now,
    } = call;
    let client_id = request.required("ClientId", &CLIENT_ID)?;
    let secret_hash = request.optional("SecretHash", &SECRET_HASH)?;
    let username = request.required("Username", &USERNAME)?;
    let code = request.required("ConfirmationCode", &CODE)?;
    let force_alias = request.flag("ForceAliasCreation")?.unwrap_or_default();
    request.map("ClientMetadata")?;
    request.finish()?;

    let mut state = cognito.state();
    let (pool, outbox) = state.pool_of_client(client_id)?;
    pool.client(client_id)?
        .check_secret_hash(username, secret_hash)?;
    pool.confirm_sign_up(username, code, force_alias, outbox, now)?;
    Ok(json!({}))
}

pub fn resend_confirmation_code(call: Call<'_>) -> Result<Value, Exception> {
    let Call {
        cognito,
        mut request,
        now,
    } = call;
    let client_id = request.required("ClientId", &CLIENT_ID)?;
    let secret_hash = request.optional("SecretHash", &SECRET_HASH)?;
    let username = request.required("Username", &USERNAME)?;
    let metadata = request.map("ClientMetadata")?;
    request.finish()?;

    let mut state = cognito.state();
    let (pool, outbox) = state.pool_of_client(client_id)?;
    pool.client(client_id)?
        .check_secret_hash(username, secret_hash)?;
    let named = (client_id, username);
    let details = pool.resend_code(named, &metadata, &cognito.behaviour, outbox, now)?;
    Ok(json!({ "CodeDeliveryDetails": details }))
}

/// A new user's attributes: one without a value isn't there.
pub(super) fn changes<'a>(attributes: &[Attribute<'a>]) -> Vec<Change<'a>> {
    let named = attributes.iter().map(|it| (it.name, it.value));
    named
        .map(|(name, value)| (name, value.unwrap_or_default()))
        .collect()
}
