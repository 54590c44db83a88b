//! Attributes that an administrator sets and deletes.
//!
//! [`AdminUpdateUserAttributes`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateUserAttributes.html),
//! [`AdminDeleteUserAttributes`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUserAttributes.html)

use serde_json::{Value, json};

use super::Named;
use crate::local_pool::{
    account::Account, constraints::Shown, exception::Exception, forms::ATTRIBUTE_VALUE,
    operations::Call,
};

/// A new address sends a code as its owner's own change would, unless it is said to be verified.
pub fn update_user_attributes(mut call: Call<'_>) -> Result<Value, Exception> {
    let name = call.attribute_name();
    let named = Named::read(&mut call.request)?;
    let request = &mut call.request;
    let attributes = request.attributes("UserAttributes", name, &ATTRIBUTE_VALUE)?;
    request.must("UserAttributes", Shown::Plain, attributes.is_some());
    let metadata = request.map("ClientMetadata")?;
    with_account(call, &named, |account| {
        let changes = attributes.unwrap_or_default();
        account.update(&changes, &metadata).map(|_| ())
    })
}

pub fn delete_user_attributes(mut call: Call<'_>) -> Result<Value, Exception> {
    let name = call.attribute_name();
    let named = Named::read(&mut call.request)?;
    let attributes = call.request.texts("UserAttributeNames", name)?;
    call.request
        .must("UserAttributeNames", Shown::Plain, attributes.is_some());
    with_account(call, &named, |account| {
        account.delete(&attributes.unwrap_or_default())
    })
}

fn with_account(
    call: Call<'_>,
    named: &Named<'_>,
    act: impl FnOnce(&mut Account<'_>) -> Result<(), Exception>,
) -> Result<Value, Exception> {
    call.request.finish()?;
    let mut state = call.cognito.state();
    let (pool, outbox) = state.pool(named.pool_id)?;
    let user = pool.users.named(&pool.settings, named.username);
    let username = user.ok_or_else(Exception::user_not_found)?.username.clone();
    act(&mut Account {
        settings: &pool.settings,
        client: None,
        username,
        users: &mut pool.users,
        outbox,
        behaviour: &call.cognito.behaviour,
        now: call.now,
    })?;
    Ok(json!({}))
}
