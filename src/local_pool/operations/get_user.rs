//! [`GetUser`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html)

use serde_json::{Value, json};

use super::access_token;
use crate::local_pool::{
    constraints::Constraints,
    exception::Exception,
    input::Input,
    state::{Cognito, Seconds},
};

pub fn call(cognito: &Cognito, input: Input<'_>, now: Seconds) -> Result<Value, Exception> {
    let token = input.string("AccessToken")?;
    let mut constraints = Constraints::default();
    let token = access_token(&mut constraints, token);
    constraints.hold()?;

    let caller = cognito.authenticate(token, now)?;
    let mut pools = cognito.pools();
    let account = caller.account(&mut pools)?;
    let readable = account.client.readable(&account.user.attributes);
    let attributes = readable
        .iter()
        .map(|(name, value)| json!({ "Name": name, "Value": value }));
    Ok(json!({
        "UserAttributes": attributes.collect::<Vec<_>>(),
        "Username": account.user.username,
    }))
}
