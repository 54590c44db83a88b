//! What entries of the file must be in themselves, and beside each other.

use std::collections::HashSet;

use super::{
    file::{Attribute, Client, DataType, File, Pool, User},
    problems::Problems,
};
use crate::local_pool::{
    client::{AppClient, FLOWS},
    forms::{
        ATTRIBUTE_NAME, ATTRIBUTE_VALUE, CLIENT_ID, CLIENT_NAME, CLIENT_SECRET, CUSTOM_NAME,
        EMAIL_MESSAGE, PASSWORD, POOL_NAME, SMS_MESSAGE, USERNAME,
    },
    schema::{Kind, Schema},
};

impl File {
    pub fn check(&self, problems: &mut Problems) {
        let (mut pool_ids, mut client_ids) = (HashSet::new(), HashSet::new());
        for (index, pool) in self.pools.iter().enumerate() {
            let at = format!("pools[{index}]");
            if !pool_ids.insert(&pool.id) {
                problems.note(
                    &format!("{at}.id"),
                    format!("there is another pool {}", pool.id),
                );
            }
            pool.check(&at, problems);
            for (index, client) in pool.clients.iter().enumerate() {
                if !client_ids.insert(&client.id) {
                    let at = format!("{at}.clients[{index}].id");
                    problems.note(&at, format!("there is another client {}", client.id));
                }
            }
        }
    }
}

impl Pool {
    fn check(&self, at: &str, problems: &mut Problems) {
        if !is_pool_id(&self.id) {
            let problem = format!("{:?} isn't of the form us-east-1_Example", self.id);
            problems.note(&format!("{at}.id"), problem);
        }
        if !self.username_attributes.is_empty() && !self.alias_attributes.is_empty() {
            let problem = "can't go together with username_attributes";
            problems.note(&format!("{at}.alias_attributes"), problem);
        }
        let (email, sms) = (
            &self.email_verification_message,
            &self.sms_verification_message,
        );
        for (key, form, text) in [
            ("name", &POOL_NAME, &self.name),
            ("email_verification_message", &EMAIL_MESSAGE, email),
            ("sms_verification_message", &SMS_MESSAGE, sms),
        ] {
            if let Some(text) = text {
                problems.check(&format!("{at}.{key}"), form, text);
            }
        }
        let mut names = HashSet::new();
        for (index, attribute) in self.schema.iter().enumerate() {
            let at = format!("{at}.schema[{index}]");
            if !names.insert(&attribute.name) {
                problems.note(
                    &at,
                    format!("there is another attribute {}", attribute.name),
                );
            }
            attribute.check(&at, problems);
        }
        let known =
            |name: &str| names.iter().any(|it| *it == name) || Schema::with([]).get(name).is_some();
        for (index, client) in self.clients.iter().enumerate() {
            client.check(&format!("{at}.clients[{index}]"), known, problems);
        }
        for (index, user) in self.users.iter().enumerate() {
            user.check(&format!("{at}.users[{index}]"), problems);
        }
    }
}

impl Attribute {
    fn check(&self, at: &str, problems: &mut Problems) {
        let name = format!("{at}.name");
        let mut prefixes = ["custom:", "dev:custom:"].iter();
        let own = prefixes.find_map(|prefix| self.name.strip_prefix(prefix));
        let standard = Schema::with([]).get(&self.name).map(|it| it.kind.clone());
        match own {
            Some(own) => problems.check(&name, &CUSTOM_NAME, own),
            None if standard.is_none() => problems.note(
                &name,
                format!(
                    "{} isn't a standard attribute, so it must begin with custom:",
                    self.name
                ),
            ),
            None => {}
        }
        self.check_kind(at, standard.as_ref(), problems);
    }

    fn check_kind(&self, at: &str, standard: Option<&Kind>, problems: &mut Problems) {
        let data_type = self.data_type.map_or("String", DataType::name);
        let data_type = match (standard.map(Kind::data_type), self.data_type) {
            (Some(kind), None) => kind,
            (Some(kind), Some(_)) if kind != data_type => {
                problems.note(at, format!("{} is a {kind} in every pool", self.name));
                kind
            }
            _ => data_type,
        };
        let (lengths, values) = (
            self.min_length.is_some() || self.max_length.is_some(),
            self.min_value.is_some() || self.max_value.is_some(),
        );
        if lengths && data_type != "String" {
            problems.note(at, "min_length and max_length are for a String");
        }
        if values && data_type != "Number" {
            problems.note(at, "min_value and max_value are for a Number");
        }
        let lengths = self.min_length.zip(self.max_length);
        let values = self.min_value.as_ref().zip(self.max_value.as_ref());
        if lengths.is_some_and(|(min, max)| min > max) || values.is_some_and(|(min, max)| min > max)
        {
            problems.note(at, "the least is more than the most");
        }
    }
}

impl Client {
    fn check(&self, at: &str, known: impl Fn(&str) -> bool, problems: &mut Problems) {
        problems.check(&format!("{at}.id"), &CLIENT_ID, &self.id);
        if let Some(name) = &self.name {
            problems.check(&format!("{at}.name"), &CLIENT_NAME, name);
        }
        if let Some(secret) = &self.secret {
            problems.check(&format!("{at}.secret"), &CLIENT_SECRET, &secret.0);
        }
        for (key, list) in [
            ("read_attributes", &self.read_attributes),
            ("write_attributes", &self.write_attributes),
        ] {
            let names = list.iter().flatten();
            for name in names.filter(|name| !AppClient::is_group(name) && !known(name)) {
                problems.note(&format!("{at}.{key}"), format!("the schema has no {name}"));
            }
        }
        let flows = self.explicit_auth_flows.iter().flatten();
        for flow in flows.filter(|flow| !FLOWS.contains(&flow.as_str())) {
            let at = format!("{at}.explicit_auth_flows");
            problems.note(&at, format!("there is no flow {flow}"));
        }
    }
}

impl User {
    fn check(&self, at: &str, problems: &mut Problems) {
        problems.check(&format!("{at}.username"), &USERNAME, &self.username);
        if let Some(password) = &self.password {
            problems.check(&format!("{at}.password"), &PASSWORD, &password.0);
        }
        for (name, value) in &self.attributes {
            let at = format!("{at}.attributes");
            problems.check(&at, &ATTRIBUTE_NAME, name);
            problems.check(&format!("{at}.{name}"), &ATTRIBUTE_VALUE, value);
        }
    }
}

/// A Region, a line, and a name.
fn is_pool_id(id: &str) -> bool {
    let is_word =
        |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_alphanumeric());
    id.len() <= 55
        && id
            .split_once('_')
            .is_some_and(|(region, rest)| region.split('-').all(is_word) && is_word(rest))
}
