//! The file of pools: which there are from the start, with their app clients and users.
//!
//! `tests/it/data/pools.toml` shows every key. The pool that is there without a file is such a file
//! too: `seed.toml`.

mod file;

use std::{path::Path, sync::Arc};

use uuid::Uuid;

use self::file::{Attribute, Client, DataType, File, Pool};
use super::{
    behaviour::Behaviour,
    client::{AppClient, FLOWS, Life},
    clock::Seconds,
    keys::Keys,
    pool::{Messages, Settings, SignIn, UserPool},
    registration::{By, Registration},
    schema::{AttributeSchema, Change, Kind, Schema},
    triggers::CODE_PARAMETER,
    user::{Status, User},
};

/// The Region of pools whose id nobody chose.
pub const REGION: &str = "us-east-1";

const SEED: &str = include_str!("seed.toml");

/// What a file holds, each part of it good in itself.
pub struct Config {
    file: File,
}

/// Why a file won't do. It may hold what the file holds: addresses, but no real user's.
#[derive(Debug, thiserror::Error)]
#[error("{path} (--local-pool-config): {problem}")]
pub struct InvalidConfig {
    path: String,
    problem: String,
}

impl Config {
    /// The pool that is there without a file.
    pub fn seed() -> Self {
        let file = toml::from_str(SEED).expect("a constant");
        Self { file }
    }

    /// # Errors
    ///
    /// If the file can't be read, isn't TOML, has a key that means nothing, or a value that can't
    /// be.
    pub fn load(path: &Path) -> Result<Self, InvalidConfig> {
        let invalid = |problem: String| InvalidConfig {
            path: path.display().to_string(),
            problem,
        };
        let text = std::fs::read_to_string(path).map_err(|error| invalid(error.to_string()))?;
        Self::parse(&text).map_err(invalid)
    }

    /// # Errors
    ///
    /// As [`Self::load`], of the file's text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| placed(text, &error))?;
        let config = Self { file };
        // Whether the pools can be is found out by making them.
        let pools = config.try_pools("http://127.0.0.1", 0)?;
        if pools.is_empty() {
            return Err("it must have at least one [[pools]]".to_owned());
        }
        Ok(config)
    }

    pub fn behaviour(&self) -> Behaviour {
        self.file.behaviour.clone()
    }

    /// The pools, with every user as of `now`.
    pub fn pools(&self, base_url: &str, now: Seconds) -> Vec<UserPool> {
        self.try_pools(base_url, now)
            .expect("tried when it was read")
    }

    /// The pools, or everything that is wrong with them.
    fn try_pools(&self, base_url: &str, now: Seconds) -> Result<Vec<UserPool>, String> {
        let mut problems = Vec::new();
        let mut pools: Vec<UserPool> = Vec::new();
        for (index, file) in self.file.pools.iter().enumerate() {
            let at = format!("pools[{index}]");
            match pool(file, &at, base_url, now) {
                Ok(pool) => {
                    let same = |it: &UserPool| it.settings.id == file.id;
                    if pools.iter().any(same) {
                        problems.push(format!("{at}.id: there is another pool {}", file.id));
                    }
                    let clients = pool.clients.keys();
                    let taken =
                        clients.filter(|id| pools.iter().any(|it| it.clients.contains_key(*id)));
                    problems
                        .extend(taken.map(|id| format!("{at}: another pool has the client {id}")));
                    pools.push(pool);
                }
                Err(mut more) => problems.append(&mut more),
            }
        }
        if problems.is_empty() {
            Ok(pools)
        } else {
            Err(problems.join("\n"))
        }
    }
}

/// With its line, and without the line's text.
fn placed(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map(|before| before.matches('\n').count() + 1);
    match line {
        Some(line) => format!("line {line}: {}", error.message()),
        None => error.message().to_owned(),
    }
}

fn pool(file: &Pool, at: &str, base_url: &str, now: Seconds) -> Result<UserPool, Vec<String>> {
    let mut problems = Vec::new();
    let schema = Schema::with(file.schema.iter().map(|attribute| {
        if let Err(problem) = attribute.check() {
            problems.push(format!("{at}.schema {:?}: {problem}", attribute.name));
        }
        attribute_schema(attribute)
    }));
    if let Err(problem) = file.check() {
        problems.push(format!("{at}.{problem}"));
    }
    let settings = settings(file, schema, base_url, now);
    if let Err(problem) = settings.check() {
        problems.push(format!("{at}: {problem}"));
    }
    let mut pool = UserPool::new(settings, Arc::new(Keys::default()));
    for (index, client) in file.clients.iter().enumerate() {
        let at = format!("{at}.clients[{index}]");
        let known =
            |name: &&String| AppClient::is_group(name) || pool.settings.schema.get(name).is_some();
        let unknown: Vec<_> = client.attributes().filter(|name| !known(name)).collect();
        if !unknown.is_empty() {
            problems.push(format!("{at}: the schema has no {unknown:?}"));
        }
        let flows = client.explicit_auth_flows.iter().flatten();
        let unknown: Vec<_> = flows.filter(|it| !FLOWS.contains(&it.as_str())).collect();
        if !unknown.is_empty() {
            problems.push(format!(
                "{at}.explicit_auth_flows: no such flow: {unknown:?}"
            ));
        }
        if pool.clients.contains_key(&client.id) {
            problems.push(format!("{at}.id: there is another client {}", client.id));
        }
        pool.add_client(app_client(client, &pool.settings.schema, now));
    }
    for (index, file) in file.users.iter().enumerate() {
        match user(&pool, file, now) {
            Ok(user) => pool.users.insert(&pool.settings, user),
            Err(problem) => problems.push(format!("{at}.users[{index}]: {}", problem.trim_end())),
        }
    }
    if problems.is_empty() {
        Ok(pool)
    } else {
        Err(problems)
    }
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
        secret: file.secret.clone(),
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
        password: file.password.as_deref().unwrap_or(&unusable),
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

fn attribute_schema(file: &Attribute) -> AttributeSchema {
    let standard = Schema::with([]);
    let standard = standard.get(&file.name).map(|standard| standard.kind);
    let Kind::String { min, max } = Kind::ANY_STRING else {
        unreachable!("a constant")
    };
    let kind = match (file.data_type, standard) {
        (None, Some(kind)) => kind,
        (None | Some(DataType::String), _) => Kind::String {
            min: file.min_length.unwrap_or(min),
            max: file.max_length.unwrap_or(max),
        },
        (Some(DataType::Number), _) => Kind::Number {
            min: file.min_value,
            max: file.max_value,
        },
        (Some(DataType::Boolean), _) => Kind::Boolean,
        (Some(DataType::DateTime), _) => Kind::DateTime,
    };
    AttributeSchema {
        name: file.name.clone(),
        kind,
        mutable: file.mutable,
        required: file.required,
    }
}

impl Pool {
    /// What is wrong with it, as far as it stands in the file itself.
    fn check(&self) -> Result<(), String> {
        let id_is_good = self.id.split_once('_').is_some_and(|(region, rest)| {
            let is_word =
                |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_alphanumeric());
            region.split('-').all(is_word) && is_word(rest) && self.id.len() <= 55
        });
        if !id_is_good {
            return Err(format!(
                "id: {:?} isn't of the form us-east-1_Example",
                self.id
            ));
        }
        if !self.username_attributes.is_empty() && !self.alias_attributes.is_empty() {
            return Err("alias_attributes: can't go together with username_attributes".to_owned());
        }
        let messages = [
            (
                "email_verification_message",
                &self.email_verification_message,
            ),
            ("sms_verification_message", &self.sms_verification_message),
        ];
        for (name, text) in messages {
            if text
                .as_ref()
                .is_some_and(|text| !text.contains(CODE_PARAMETER))
            {
                return Err(format!("{name}: it must hold {CODE_PARAMETER}"));
            }
        }
        Ok(())
    }
}

impl Attribute {
    fn check(&self) -> Result<(), String> {
        let own = self
            .name
            .strip_prefix("custom:")
            .or_else(|| self.name.strip_prefix("dev:custom:"));
        let standard = Schema::with([]).get(&self.name).is_some();
        match own {
            Some("") => Err("a name must follow the prefix".to_owned()),
            Some(name) if name.chars().count() > 20 => {
                Err("a custom name has 20 characters at most, without its prefix".to_owned())
            }
            None if !standard => {
                Err("it isn't a standard attribute, so it must begin with custom:".to_owned())
            }
            _ => Ok(()),
        }
    }
}
