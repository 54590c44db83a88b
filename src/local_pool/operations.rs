//! The operations, by the name that `X-Amz-Target` carries.

mod get_user;
mod initiate_auth;
mod update_user_attributes;

use serde_json::Value;

use super::{
    constraints::{ACCESS_TOKEN, Constraint, Constraints, Shown},
    exception::Exception,
    input::Input,
    state::{Cognito, Seconds},
};

/// What every target begins with.
const SERVICE: &str = "AWSCognitoIdentityProviderService.";

/// Carries out what a request asks for.
pub async fn call(
    cognito: &Cognito,
    target: Option<&str>,
    body: &[u8],
    now: Seconds,
) -> Result<Value, Exception> {
    let target = target.ok_or_else(|| Exception::unknown_operation("X-Amz-Target is missing"))?;
    let operation = target.strip_prefix(SERVICE).unwrap_or(target);
    let body: Result<Value, _> = serde_json::from_slice(body);
    let input = || Input::of_body(body.as_ref().map_err(|_| Exception::not_json())?);
    match operation {
        "GetUser" => get_user::call(cognito, input()?, now),
        "InitiateAuth" => initiate_auth::call(cognito, input()?, now).await,
        "UpdateUserAttributes" => update_user_attributes::call(cognito, input()?, now),
        _ => Err(Exception::unknown_operation(format!(
            "Unknown operation: {operation}"
        ))),
    }
}

/// The token, which every operation on one's own account needs.
fn access_token<'a>(constraints: &mut Constraints, token: Option<&'a str>) -> &'a str {
    let path = "accessToken";
    let token = constraints.required(path, Shown::Sensitive, token);
    if let Some(token) = token {
        constraints.check(
            path,
            Shown::Sensitive,
            token,
            &[Constraint::Matches(&ACCESS_TOKEN)],
        );
    }
    token.unwrap_or_default()
}
