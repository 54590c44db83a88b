//! An app client: what its users may see and change, and how they sign in.

use aws_lc_rs::hmac;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Map, Value};

use super::{
    attributes::Attributes, behaviour::Unlisted, clock::Seconds, exception::Exception,
    schema::Schema,
};

pub struct AppClient {
    pub id: String,
    pub name: String,
    pub secret: Option<String>,
    /// `ExplicitAuthFlows`; without it, refresh tokens and SRP.
    pub flows: Option<Vec<String>>,
    /// `ReadAttributes`
    pub read_attributes: Option<Vec<String>>,
    /// `WriteAttributes`
    pub write_attributes: Option<Vec<String>>,
    /// What it has in the place of a list that isn't there.
    pub unlisted: Unlisted,
    pub life: Life,
    /// `PreventUserExistenceErrors`: a sign-in of nobody is told what a wrong password is told.
    pub hides_users: bool,
    /// `EnableTokenRevocation`
    pub revokes_tokens: bool,
    pub created: Seconds,
    /// What else was asked for at its creation, to be told and not looked at.
    pub described: Map<String, Value>,
}

/// How long tokens are good for, in seconds.
#[derive(Clone, Copy)]
pub struct Life {
    pub access: Seconds,
    pub id: Seconds,
    pub refresh: Seconds,
}

/// A way to sign in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    Password,
    AdminPassword,
    RefreshToken,
    Srp,
}

/// `ExplicitAuthFlowsType`
pub const FLOWS: [&str; 9] = [
    "ADMIN_NO_SRP_AUTH",
    "CUSTOM_AUTH_FLOW_ONLY",
    "USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_AUTH",
];

/// What the names of groups of attributes stand for in the lists.
const GROUPS: [(&str, &[&str]); 4] = [
    ("oidc:address", &["address"]),
    ("oidc:email", &["email", "email_verified"]),
    ("oidc:phone", &["phone_number", "phone_number_verified"]),
    (
        "oidc:profile",
        &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
    ),
];

impl AppClient {
    /// With every default.
    pub fn new(id: impl Into<String>, name: impl Into<String>, now: Seconds) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            secret: None,
            flows: None,
            read_attributes: None,
            write_attributes: None,
            unlisted: Unlisted::All,
            life: Life::default(),
            hides_users: false,
            revokes_tokens: true,
            created: now,
            described: Map::new(),
        }
    }

    /// Whether a name stands for several attributes.
    pub fn is_group(name: &str) -> bool {
        GROUPS.iter().any(|(group, _)| *group == name)
    }

    pub fn may_read(&self, attribute: &str) -> bool {
        // A user's own identifier is in every answer.
        attribute == "sub" || self.has(self.read_attributes.as_deref(), attribute)
    }

    /// As much of a user as the client may see.
    pub fn readable(&self, attributes: &Attributes) -> Attributes {
        let readable = attributes.iter().filter(|(name, _)| self.may_read(name));
        readable.collect()
    }

    /// Whether a user's token of this client may change the attribute. Every client writes the
    /// required ones.
    pub fn may_write(&self, attribute: &str, schema: &Schema) -> bool {
        let required = || schema.get(attribute).is_some_and(|it| it.required);
        !Schema::is_reserved(attribute)
            && (self.has(self.write_attributes.as_deref(), attribute) || required())
    }

    /// Whether its users write whatever they like about themselves, because nobody has said what
    /// they may.
    pub fn writes_everything(&self) -> bool {
        self.write_attributes.is_none() && self.unlisted == Unlisted::All
    }

    /// The names of its flows, those of the default too.
    pub fn flow_names(&self) -> Vec<&str> {
        match &self.flows {
            Some(flows) => flows.iter().map(String::as_str).collect(),
            None => vec!["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
        }
    }

    fn has(&self, list: Option<&[String]>, attribute: &str) -> bool {
        let Some(list) = list else {
            let custom = attribute.starts_with("custom:") || attribute.starts_with("dev:");
            return self.unlisted == Unlisted::All || !custom;
        };
        list.iter().any(|name| {
            let group = GROUPS.iter().find(|(group, _)| group == name);
            name == attribute || group.is_some_and(|(_, names)| names.contains(&attribute))
        })
    }

    /// Refuses a change of what the client may not write. The text doesn't say what that is.
    pub fn check_may_write<'a>(
        &self,
        schema: &Schema,
        mut names: impl Iterator<Item = &'a str>,
    ) -> Result<(), Exception> {
        if names.all(|name| self.may_write(name, schema)) {
            Ok(())
        } else {
            let message = "A client attempted to write unauthorized attribute";
            Err(Exception::not_authorized(message))
        }
    }

    /// Refuses a request for a user that doesn't prove to know the client's secret, if it has one.
    ///
    /// Source: [computing secret hash values](https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash)
    pub fn check_secret_hash(&self, username: &str, given: Option<&str>) -> Result<(), Exception> {
        let Self { id, secret, .. } = self;
        let Some(secret) = secret else {
            return Ok(());
        };
        let Some(given) = given else {
            return Err(Exception::not_authorized(format!(
                "Client {id} is configured with secret but SECRET_HASH was not received"
            )));
        };
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let hash = hmac::sign(&key, format!("{username}{id}").as_bytes());
        if BASE64_STANDARD.encode(hash) == given {
            Ok(())
        } else {
            Err(Exception::not_authorized(format!(
                "Unable to verify secret hash for client {id}"
            )))
        }
    }

    /// How long the answer to a challenge may take: `AuthSessionValidity`.
    pub fn challenge_life(&self) -> Seconds {
        let minutes = self.described.get("AuthSessionValidity");
        let minutes = minutes.and_then(Value::as_u64);
        minutes.unwrap_or(3).saturating_mul(60)
    }

    pub fn allows(&self, flow: Flow) -> bool {
        let Some(flows) = &self.flows else {
            return matches!(flow, Flow::RefreshToken | Flow::Srp);
        };
        let of_old = !flows.iter().any(|it| it.starts_with("ALLOW_"));
        let names: &[&str] = match flow {
            Flow::Password => &["ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"],
            Flow::AdminPassword => &["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"],
            // The names of old come without one for refreshing: it is always allowed with them. So is
            // SRP, unless they say otherwise.
            Flow::RefreshToken if of_old => return true,
            Flow::Srp if of_old => return !flows.iter().any(|it| it == "CUSTOM_AUTH_FLOW_ONLY"),
            Flow::Srp => &["ALLOW_USER_SRP_AUTH"],
            Flow::RefreshToken => &["ALLOW_REFRESH_TOKEN_AUTH"],
        };
        flows.iter().any(|flow| names.contains(&flow.as_str()))
    }
}

impl Default for Life {
    fn default() -> Self {
        Self {
            access: 3600,
            id: 3600,
            refresh: 30 * 24 * 3600,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_lists_it_has_every_attribute_or_the_standard_ones_alone() {
        let schema = Schema::with([]);
        for (unlisted, has_custom) in [(Unlisted::All, true), (Unlisted::Standard, false)] {
            let client = AppClient {
                unlisted,
                ..AppClient::new("client", "client", 0)
            };
            for name in ["nickname", "email", "updated_at"] {
                assert!(client.may_write(name, &schema) && client.may_read(name));
            }
            assert_eq!(client.may_read("custom:department"), has_custom);
            assert_eq!(client.may_write("custom:department", &schema), has_custom);
            assert_eq!(client.may_read("dev:custom:note"), has_custom);
            assert!(!client.may_write("dev:custom:note", &schema));
        }
    }

    #[test]
    fn a_group_in_a_list_stands_for_its_attributes() {
        let client = AppClient {
            read_attributes: Some(vec!["oidc:email".to_owned(), "name".to_owned()]),
            ..AppClient::new("client", "client", 0)
        };
        assert!(
            ["sub", "email", "email_verified", "name"]
                .iter()
                .all(|it| client.may_read(it))
        );
        assert!(
            ["phone_number", "nickname"]
                .iter()
                .all(|it| !client.may_read(it))
        );
    }
}
