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
    behaviour::NoDeliveries,
    constraints::{Form, Shown},
    exception::Exception,
    forms::{ATTRIBUTE_NAME, ATTRIBUTE_VALUE, CODE, OLD_ATTRIBUTE_NAME},
};

pub fn update_user_attributes(call: Call<'_>) -> Result<Value, Exception> {
    let name = call.attribute_name();
    let Call {
        cognito,
        mut request,
        now,
    } = call;
    let attributes = request.attributes("UserAttributes", name, &ATTRIBUTE_VALUE)?;
    request.must("UserAttributes", Shown::Plain, attributes.is_some());
    let token = request.access_token()?;
    let metadata = request.map("ClientMetadata")?;
    request.finish()?;

    let caller = cognito.authenticate(token, now)?;
    let mut state = cognito.state();
    let mut account = caller.account(&mut state)?;
    let deliveries = account.update(&attributes.unwrap_or_default(), &metadata)?;
    Ok(match cognito.behaviour.no_deliveries {
        NoDeliveries::Absent if deliveries.is_empty() => json!({}),
        _ => json!({ "CodeDeliveryDetailsList": deliveries }),
    })
}

pub fn verify_user_attribute(call: Call<'_>) -> Result<Value, Exception> {
    let name = call.attribute_name();
    let Call {
        cognito,
        mut request,
        now,
    } = call;
    let token = request.access_token()?;
    let attribute = request.required("AttributeName", name)?;
    let code = request.required("Code", &CODE)?;
    request.finish()?;

    let caller = cognito.authenticate(token, now)?;
    let mut state = cognito.state();
    caller.account(&mut state)?.verify(attribute, code)?;
    Ok(json!({}))
}

pub fn get_user_attribute_verification_code(call: Call<'_>) -> Result<Value, Exception> {
    let name = call.attribute_name();
    let Call {
        cognito,
        mut request,
        now,
    } = call;
    let token = request.access_token()?;
    let attribute = request.required("AttributeName", name)?;
    let metadata = request.map("ClientMetadata")?;
    request.finish()?;

    let caller = cognito.authenticate(token, now)?;
    let mut state = cognito.state();
    let mut account = caller.account(&mut state)?;
    let details = account.request_code(attribute, &metadata)?;
    Ok(json!({ "CodeDeliveryDetails": details }))
}

pub fn delete_user_attributes(call: Call<'_>) -> Result<Value, Exception> {
    let name = call.attribute_name();
    let Call {
        cognito,
        mut request,
        now,
    } = call;
    let names = request.texts("UserAttributeNames", name)?;
    request.must("UserAttributeNames", Shown::Plain, names.is_some());
    let token = request.access_token()?;
    request.finish()?;

    let caller = cognito.authenticate(token, now)?;
    let mut state = cognito.state();
    let mut account = caller.account(&mut state)?;
    account.delete(&names.unwrap_or_default())?;
    Ok(json!({}))
}

pub fn get_user(call: Call<'_>) -> Result<Value, Exception> {
    let Call {
        cognito,
        mut request,
        now,
    } = call;
    let token = request.access_token()?;
    request.finish()?;

    let caller = cognito.authenticate(token, now)?;
    let mut state = cognito.state();
    let account = caller.account(&mut state)?;
    Ok(json!({
        "UserAttributes": account.readable()?.described(),
        "Username": account.username,
    }))
}

pub fn global_sign_out(call: Call<'_>) -> Result<Value, Exception> {
    let Call {
        cognito,
        mut request,
        now,
    } = call;
    let token = request.access_token()?;
    request.finish()?;

    let caller = cognito.authenticate(token, now)?;
    let mut state = cognito.state();
    caller.account(&mut state)?.sign_out()?;
    Ok(json!({}))
}

impl Call<'_> {
    fn attribute_name(&self) -> &'static Form {
        if self.cognito.behaviour.white_space_in_names {
            &ATTRIBUTE_NAME
        } else {
            &OLD_ATTRIBUTE_NAME
        }
    }
}
