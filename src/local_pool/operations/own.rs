//! What a signed-in user does with their own account.
//!
//! [`UpdateUserAttributes`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html),
//! [`VerifyUserAttribute`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifyUserAttribute.html),
//! [`GetUserAttributeVerificationCode`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAttributeVerificationCode.html),
//! [`DeleteUserAttributes`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserAttributes.html),
//! [`GetUser`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html),
//! [`GlobalSignOut`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html)

use serde_json::{Value, json};

use super::Call;
use crate::local_pool::{
    account::Account,
    behaviour::NoDeliveries,
    constraints::Shown,
    exception::Exception,
    forms::{ATTRIBUTE_VALUE, CODE},
};

pub fn update_user_attributes(mut call: Call<'_>) -> Result<Value, Exception> {
    let name = call.attribute_name();
    let request = &mut call.request;
    let attributes = request.attributes("UserAttributes", name, &ATTRIBUTE_VALUE)?;
    request.must("UserAttributes", Shown::Plain, attributes.is_some());
    let token = request.access_token()?;
    let metadata = request.map("ClientMetadata")?;

    let no_deliveries = call.cognito.behaviour.no_deliveries;
    with_account(call, token, |account| {
        let deliveries = account.update(&attributes.unwrap_or_default(), &metadata)?;
        Ok(match no_deliveries {
            NoDeliveries::Absent if deliveries.is_empty() => json!({}),
            _ => json!({ "CodeDeliveryDetailsList": deliveries }),
        })
    })
}

pub fn verify_user_attribute(mut call: Call<'_>) -> Result<Value, Exception> {
    let token = call.request.access_token()?;
    let name = call.attribute_name();
    let attribute = call.request.required("AttributeName", name)?;
    let code = call.request.required("Code", &CODE)?;

    with_account(call, token, |account| {
        account.verify(attribute, code)?;
        Ok(json!({}))
    })
}

pub fn get_user_attribute_verification_code(mut call: Call<'_>) -> Result<Value, Exception> {
    let token = call.request.access_token()?;
    let name = call.attribute_name();
    let attribute = call.request.required("AttributeName", name)?;
    let metadata = call.request.map("ClientMetadata")?;

    with_account(call, token, |account| {
        let details = account.request_code(attribute, &metadata)?;
        Ok(json!({ "CodeDeliveryDetails": details }))
    })
}

pub fn delete_user_attributes(mut call: Call<'_>) -> Result<Value, Exception> {
    let name = call.attribute_name();
    let names = call.request.texts("UserAttributeNames", name)?;
    call.request
        .must("UserAttributeNames", Shown::Plain, names.is_some());
    let token = call.request.access_token()?;

    with_account(call, token, |account| {
        account.delete(&names.unwrap_or_default())?;
        Ok(json!({}))
    })
}

pub fn get_user(mut call: Call<'_>) -> Result<Value, Exception> {
    let token = call.request.access_token()?;
    with_account(call, token, |account| {
        Ok(json!({
            "UserAttributes": account.readable()?.described(),
            "Username": account.username,
        }))
    })
}

pub fn global_sign_out(mut call: Call<'_>) -> Result<Value, Exception> {
    let token = call.request.access_token()?;
    with_account(call, token, |account| {
        account.sign_out()?;
        Ok(json!({}))
    })
}

/// Acts on the account that the token opens, once all of the request is known to be well formed.
fn with_account(
    call: Call<'_>,
    token: &str,
    act: impl FnOnce(&mut Account<'_>) -> Result<Value, Exception>,
) -> Result<Value, Exception> {
    let Call {
        cognito,
        request,
        now,
    } = call;
    request.finish()?;
    let caller = cognito.authenticate(token, now)?;
    let mut state = cognito.state();
    act(&mut caller.account(&mut state)?)
}
