//! [`AdminCreateUser`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html)

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Named, described};
use crate::local_pool::{
    clock::Seconds,
    constraints::Form,
    contact::Contact,
    exception::Exception,
    forms::{ATTRIBUTE_NAME, ATTRIBUTE_VALUE, PASSWORD},
    operations::{Call, sign_up::changes},
    outbox::Outbox,
    pool::UserPool,
    registration::{By, Registration},
    triggers::{Delivery, Source},
    user::{Status, User},
};

static MESSAGE_ACTION: Form = Form {
    one_of: &["RESEND", "SUPPRESS"],
    ..Form::ANY
};

static MEDIUM: Form = Form {
    one_of: &["SMS", "EMAIL"],
    ..Form::ANY
};

/// The user has a temporary password, and is told so by text message unless another medium is asked
/// for.
pub fn create_user(call: Call<'_>) -> Result<Value, Exception> {
    let Call {
        cognito,
        mut request,
        now,
    } = call;
    let named = Named::read(&mut request)?;
    let attributes = request.attributes("UserAttributes", &ATTRIBUTE_NAME, &ATTRIBUTE_VALUE)?;
    request.attributes("ValidationData", &ATTRIBUTE_NAME, &ATTRIBUTE_VALUE)?;
    let password = request.optional("TemporaryPassword", &PASSWORD)?;
    let force_alias = request.flag("ForceAliasCreation")?.unwrap_or_default();
    let action = request.optional("MessageAction", &MESSAGE_ACTION)?;
    let media = request.texts("DesiredDeliveryMediums", &MEDIUM)?;
    let metadata = request.map("ClientMetadata")?;
    request.finish()?;

    let password = password.map_or_else(temporary_password, str::to_owned);
    let registration = Registration {
        username: named.username,
        password: &password,
        attributes: changes(&attributes.unwrap_or_default()),
        metadata: &metadata,
    };
    let mut state = cognito.state();
    let (pool, outbox) = state.pool(named.pool_id)?;
    if action == Some("RESEND") {
        renew(pool, &registration, now)?;
    } else {
        let mut user = pool.new_user(&registration, By::Administrator { force_alias }, now)?;
        user.status = Status::ForceChangePassword;
        pool.insert_user(user, force_alias);
    }
    let user = pool.users.named(&pool.settings, named.username);
    let user = user.ok_or_else(Exception::user_not_found)?;
    if action != Some("SUPPRESS") {
        let media = media.unwrap_or_else(|| vec!["SMS"]);
        invite(pool, user, &media, &registration, outbox, now);
    }
    Ok(json!({ "User": described(user) }))
}

/// Gives somebody who never signed in another temporary password.
fn renew(
    pool: &mut UserPool,
    registration: &Registration<'_>,
    now: Seconds,
) -> Result<(), Exception> {
    let UserPool {
        settings, users, ..
    } = pool;
    let user = users.named_mut(settings, registration.username)?;
    if user.status != Status::ForceChangePassword {
        return Err(Exception::unsupported_user_state(format!(
            "Resend not possible. {} status is not FORCE_CHANGE_PASSWORD",
            registration.username
        )));
    }
    settings.password_policy.check(registration.password)?;
    user.set_password(registration.password, now);
    Ok(())
}

fn invite(
    pool: &UserPool,
    user: &User,
    media: &[&str],
    registration: &Registration<'_>,
    outbox: &mut Outbox,
    now: Seconds,
) {
    for contact in Contact::ALL {
        let Some(address) = user.address(contact) else {
            continue;
        };
        if media.contains(&contact.medium()) {
            let delivery = Delivery {
                settings: &pool.settings,
                user,
                client_id: None,
                contact,
                address,
                code: registration.password,
                source: Source::AdminCreateUser,
                metadata: registration.metadata,
            };
            outbox.deliver(&delivery, now);
        }
    }
}

fn temporary_password() -> String {
    let random = Uuid::new_v4().simple().to_string();
    format!("Aa1!{}", &random[..12])
}
