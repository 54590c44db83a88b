//! What an administrator does with a user. No signature is looked at.
//!
//! Source: the [API reference](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_Operations.html),
//! on the page of each operation whose name begins with `Admin`.

mod attributes;
mod create_user;
mod list_users;

use serde_json::{Value, json};

pub use self::{
    attributes::{delete_user_attributes, update_user_attributes},
    create_user::create_user,
    list_users::list_users,
};
use super::Call;
use crate::local_pool::{
    clock::Seconds,
    contact::Contact,
    exception::Exception,
    forms::{PASSWORD, POOL_ID, USERNAME},
    outbox::Outbox,
    pool::UserPool,
    registration::check_unconfirmed,
    request::Request,
    triggers::{Delivery, Source},
    user::{Status, User},
    verification::Code,
};

pub fn confirm_sign_up(call: Call<'_>) -> Result<Value, Exception> {
    change(call, |user, now| {
        check_unconfirmed(user)?;
        user.sign_up_code = None;
        user.status = Status::Confirmed;
        user.modified = now;
        Ok(())
    })
}

pub fn disable_user(call: Call<'_>) -> Result<Value, Exception> {
    change(call, |user, now| {
        user.enabled = false;
        user.sessions.revoke_all(now);
        user.modified = now;
        Ok(())
    })
}

pub fn enable_user(call: Call<'_>) -> Result<Value, Exception> {
    change(call, |user, now| {
        user.enabled = true;
        user.modified = now;
        Ok(())
    })
}

pub fn user_global_sign_out(call: Call<'_>) -> Result<Value, Exception> {
    change(call, |user, now| {
        user.sessions.revoke_all(now);
        Ok(())
    })
}

pub fn get_user(mut call: Call<'_>) -> Result<Value, Exception> {
    let named = Named::read(&mut call.request)?;
    call.request.finish()?;
    let mut state = call.cognito.state();
    let (pool, _) = state.pool(named.pool_id)?;
    let user = pool.users.named(&pool.settings, named.username);
    let user = user.ok_or_else(Exception::user_not_found)?;
    let mut output = described(user);
    output["UserAttributes"] = output["Attributes"].take();
    if let Value::Object(members) = &mut output {
        members.shift_remove("Attributes");
    }
    Ok(output)
}

pub fn delete_user(mut call: Call<'_>) -> Result<Value, Exception> {
    let named = Named::read(&mut call.request)?;
    call.request.finish()?;
    let mut state = call.cognito.state();
    let (pool, _) = state.pool(named.pool_id)?;
    let user = pool.users.named(&pool.settings, named.username);
    let username = user.ok_or_else(Exception::user_not_found)?.username.clone();
    pool.users.remove(&pool.settings, &username);
    Ok(json!({}))
}

pub fn set_user_password(call: Call<'_>) -> Result<Value, Exception> {
    let Call {
        cognito,
        mut request,
        now,
    } = call;
    let named = Named::read(&mut request)?;
    let password = request.required("Password", &PASSWORD)?;
    let permanent = request.flag("Permanent")?.unwrap_or_default();
    request.finish()?;
    let mut state = cognito.state();
    let (pool, _) = state.pool(named.pool_id)?;
    let UserPool {
        settings, users, ..
    } = pool;
    let user = users.named_mut(settings, named.username)?;
    settings.password_policy.check(password)?;
    user.set_password(password, now);
    user.status = if permanent {
        Status::Confirmed
    } else {
        Status::ForceChangePassword
    };
    Ok(json!({}))
}

/// The code goes to a verified address: a phone number first.
pub fn reset_user_password(call: Call<'_>) -> Result<Value, Exception> {
    let Call {
        cognito,
        mut request,
        now,
    } = call;
    let named = Named::read(&mut request)?;
    let metadata = request.map("ClientMetadata")?;
    request.finish()?;
    let mut state = cognito.state();
    let (pool, outbox) = state.pool(named.pool_id)?;
    let UserPool {
        settings, users, ..
    } = pool;
    let user = users.named_mut(settings, named.username)?;
    if !matches!(user.status, Status::Confirmed | Status::ResetRequired) {
        let message = "User password cannot be reset in the current state.";
        return Err(Exception::not_authorized(message));
    }
    let contact = [Contact::PhoneNumber, Contact::Email]
        .into_iter()
        .find(|contact| user.has_verified(*contact));
    let address = contact.and_then(|it| Some((it, user.address(it)?.to_owned())));
    let (contact, address) = address.ok_or_else(|| {
        let message = "Cannot reset password for the user as there is no registered/verified \
                       email or phone_number";
        Exception::invalid_parameter(message)
    })?;
    user.status = Status::ResetRequired;
    user.modified = now;
    let code = Code::new(&address, now);
    let delivery = Delivery {
        settings,
        user,
        client_id: None,
        contact,
        address: &address,
        code: code.digits(),
        source: Source::ForgotPassword,
        metadata: &metadata,
    };
    outbox.deliver(&delivery, now);
    user.reset_code = Some(code);
    Ok(json!({}))
}

/// Whom an operation is about.
struct Named<'a> {
    pool_id: &'a str,
    username: &'a str,
}

impl<'a> Named<'a> {
    fn read(request: &mut Request<'a>) -> Result<Self, Exception> {
        Ok(Self {
            pool_id: request.required("UserPoolId", &POOL_ID)?,
            username: request.required("Username", &USERNAME)?,
        })
    }
}

/// An operation that takes a user and nothing else.
fn change(
    mut call: Call<'_>,
    change: impl FnOnce(&mut User, Seconds) -> Result<(), Exception>,
) -> Result<Value, Exception> {
    let named = Named::read(&mut call.request)?;
    call.request.finish()?;
    let mut state = call.cognito.state();
    let (pool, _): (_, &mut Outbox) = state.pool(named.pool_id)?;
    change(
        pool.users.named_mut(&pool.settings, named.username)?,
        call.now,
    )?;
    Ok(json!({}))
}

/// A `UserType`.
fn described(user: &User) -> Value {
    json!({
        "Username": user.username,
        "Attributes": user.attributes.described(),
        "UserCreateDate": user.created,
        "UserLastModifiedDate": user.modified,
        "Enabled": user.enabled,
        "UserStatus": user.status.name(),
    })
}
