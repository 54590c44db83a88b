//! Pools: made, told, deleted.
//!
//! [`CreateUserPool`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html),
//! [`DescribeUserPool`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPool.html),
//! [`AddCustomAttributes`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddCustomAttributes.html),
//! [`DeleteUserPool`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPool.html)

mod attribute;
mod description;
mod settings;

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use self::{attribute::Attribute, settings::Wanted};
use super::Call;
use crate::local_pool::{
    config::REGION, constraints::Shown, exception::Exception, forms::POOL_ID, keys::Keys,
    pool::UserPool,
};

pub fn create(call: Call<'_>) -> Result<Value, Exception> {
    let Call {
        cognito,
        mut request,
        now,
    } = call;
    let wanted = Wanted::read(&mut request)?;
    request.finish()?;
    let random = Uuid::new_v4().simple().to_string();
    let id = format!("{REGION}_{}", &random[..9]);
    let issuer = format!("{}/{id}", cognito.base_url);
    let settings = wanted.settings(id, issuer, now)?;
    let keys = Arc::new(Keys::default());
    Keys::make_ready(&keys);
    let pool = UserPool::new(settings, keys);
    let output = json!({ "UserPool": description::of(&pool) });
    let mut state = cognito.state();
    state.pools.insert(pool.settings.id.clone(), pool);
    Ok(output)
}

/// All of them, or none.
pub fn add_custom_attributes(mut call: Call<'_>) -> Result<Value, Exception> {
    let request = &mut call.request;
    let id = request.required("UserPoolId", &POOL_ID)?;
    let attributes = request.structures("CustomAttributes", Attribute::read)?;
    request.must("CustomAttributes", Shown::Plain, attributes.is_some());
    if let Some(attributes) = &attributes {
        request.count("CustomAttributes", attributes.len(), 1, 25);
    }
    call.request.finish()?;
    let mut state = call.cognito.state();
    let (pool, _) = state.pool(id)?;
    let attributes = attributes.unwrap_or_default();
    let attributes: Vec<_> = attributes
        .iter()
        .map(Attribute::custom)
        .collect::<Result<_, _>>()?;
    pool.settings.schema.add(attributes)?;
    Ok(json!({}))
}

pub fn describe(mut call: Call<'_>) -> Result<Value, Exception> {
    let id = call.request.required("UserPoolId", &POOL_ID)?;
    call.request.finish()?;
    let mut state = call.cognito.state();
    let (pool, _) = state.pool(id)?;
    Ok(json!({ "UserPool": description::of(pool) }))
}

pub fn delete(mut call: Call<'_>) -> Result<Value, Exception> {
    let id = call.request.required("UserPoolId", &POOL_ID)?;
    call.request.finish()?;
    let mut state = call.cognito.state();
    let (pool, _) = state.pool(id)?;
    if pool.settings.protected {
        return Err(Exception::invalid_parameter(
            "The user pool cannot be deleted because deletion protection is activated. Deletion \
             protection must be inactivated first.",
        ));
    }
    state.pools.remove(id);
    Ok(json!({}))
}
