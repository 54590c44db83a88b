//! Pools as the file has them, with their app clients and users.

use std::sync::Arc;

use uuid::Uuid;

use super::{
    file::{self, Attribute, Client, DataType, Pool},
    problems::Problems,
};
use crate::local_pool::{
    client::{AppClient, Life},
    clock::Seconds,
    keys::Keys,
    pool::UserPool,
    registration::{By, Registration},
    schema::{AttributeSchema, Change, Kind, Schema},
    settings::{Messages, Settings, SignIn},
    user::{Status, User},
};

/// A pool with everybody in it who can be.
pub fn pool(
    file: &Pool,
    at: &str,
    base_url: &str,
    now: Seconds,
    problems: &mut Problems,
) -> UserPool {
    let schema = Schema::with(file.schema.iter().map(attribute_schema));
    let settings = settings(file, schema, base_url, now);
    if let Err(problem) = settings.check() {
        problems.note(at, problem);
    }
    let mut pool = UserPool::new(settings, Arc::new(Keys::default()));
    for client in &file.clients {
        pool.add_client(app_client(client, &pool.settings.schema, now));
    }
    for (index, file) in file.users.iter().enumerate() {
        match user(&pool, file, now) {
            Ok(user) => pool.users.insert(&pool.settings, user),
            Err(problem) => problems.note(&format!("{at}.users[{index}]"), problem.trim_end()),
        }
    }
    pool
}

fn settings(file: &Pool, schema: Schema, base_url: &str, now: Seconds) -> Settings {
    let default = Messages::default();
    Settings {
        id: file.id.clone(),
        name: file.name.clone().unwrap_or_else(|| file.id.clone()),
        issuer: format!("{base_url}/{}", file.id),
        created: now,
        schema,
        auto_verified: file.auto_verified_attributes.clone(),
        verify_before_update: file.attributes_require_verification_before_update.clone(),
        sign_in: if file.username_attributes.is_empty() {
            SignIn::Username(file.alias_attributes.clone())
        } else {
            SignIn::Attributes(file.username_attributes.clone())
        },
        case_sensitive: file.case_sensitive,
        password_policy: file.password_policy.clone(),
        signs_up: true,
        protected: false,
        messages: Messages {
            email: file
                .email_verification_message
                .clone()
                .unwrap_or(default.email),
            sms: file.sms_verification_message.clone().unwrap_or(default.sms),
            ..default
        },
        senders: file.senders(),
        described: serde_json::Map::new(),
    }
}

fn app_client(file: &Client, schema: &Schema, now: Seconds) -> AppClient {
    let default = Life::default();
    let mutable = || {
        let mutable = schema.iter().filter(|attribute| attribute.mutable);
        mutable.map(|attribute| attribute.name.clone()).collect()
    };
    let list = |given: &Option<Vec<String>>| match given {
        None if file.all_attributes => Some(mutable()),
        given => given.clone(),
    };
    AppClient {
        secret: file.secret.as_ref().map(|it| it.0.clone()),
        flows: file.explicit_auth_flows.clone(),
        read_attributes: list(&file.read_attributes),
        write_attributes: list(&file.write_attributes),
        life: Life {
            access: file.access_token_seconds.unwrap_or(default.access),
            id: file.id_token_seconds.unwrap_or(default.id),
            refresh: file.refresh_token_seconds.unwrap_or(default.refresh),
        },
        hides_users: file.prevent_user_existence_errors,
        revokes_tokens: file.enable_token_revocation,
        ..AppClient::new(
            file.id.clone(),
            file.name.clone().unwrap_or_else(|| file.id.clone()),
            now,
        )
    }
}

/// By the rules for an administrator who creates one.
fn user(pool: &UserPool, file: &file::User, now: Seconds) -> Result<User, String> {
    let attributes = file.attributes.iter();
    let attributes: Vec<Change<'_>> = attributes
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let unusable = format!("Aa1!{}", Uuid::new_v4());
    let registration = Registration {
        username: &file.username,
        password: file.password.as_ref().map_or(&unusable, |it| &it.0),
        attributes,
        metadata: &Vec::new(),
    };
    let by = By::Administrator { force_alias: false };
    let user = pool.new_user(&registration, by, now);
    let mut user = user.map_err(|refused| refused.message.unwrap_or_default())?;
    if file.password.is_none() {
        user.password = None;
    }
    user.status = file.status.unwrap_or(Status::Confirmed);
    user.enabled = file.enabled;
    Ok(user)
}

/// A standard attribute keeps its type, and the limits that aren't named.
fn attribute_schema(file: &Attribute) -> AttributeSchema {
    let standard = Schema::with([]);
    let standard = standard
        .get(&file.name)
        .map(|standard| standard.kind.clone());
    let kind = match standard.unwrap_or_else(|| file.custom_kind()) {
        Kind::String { min, max } => Kind::String {
            min: file.min_length.unwrap_or(min),
            max: file.max_length.unwrap_or(max),
        },
        Kind::Number { min, max } => Kind::Number {
            min: file.min_value.clone().map(|it| it.0).or(min),
            max: file.max_value.clone().map(|it| it.0).or(max),
        },
        kind => kind,
    };
    AttributeSchema {
        name: file.name.clone(),
        kind,
        mutable: file.mutable,
        required: file.required,
    }
}

impl Attribute {
    fn custom_kind(&self) -> Kind {
        match self.data_type {
            None | Some(DataType::String) => Kind::ANY_STRING,
            Some(DataType::Number) => Kind::ANY_NUMBER,
            Some(DataType::Boolean) => Kind::Boolean,
            Some(DataType::DateTime) => Kind::DateTime,
        }
    }
}
