//! [`UpdateUserAttributes`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html):
//! all of the changes or none of them.

#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use super::access_token;
use crate::local_pool::{
    authentication::Account,
    constraints::{ATTRIBUTE_NAME, Constraint, Constraints, Shown},
    delivery::Contact,
    exception::Exception,
    input::Input,
    schema::Schema,
    state::{Cognito, Seconds},
};

/// Longest name of an attribute and longest value, in characters.
const MAX_NAME: usize = 32;
const MAX_VALUE: usize = 2048;
/// Longest key and value of client metadata, in characters.
const MAX_METADATA: usize = 131_072;

struct Request<'a> {
    access_token: &'a str,
    attributes: Vec<Attribute<'a>>,
}

struct Attribute<'a> {
    name: &'a str,
    value: Option<&'a str>,
}

pub fn call(cognito: &Cognito, input: Input<'_>, now: Seconds) -> Result<Value, Exception> {
    let request = Request::read(input)?;
    let caller = cognito.authenticate(request.access_token, now)?;
    let mut pools = cognito.pools();
    let deliveries = update(&mut caller.account(&mut pools)?, &request.attributes)?;
    let mut output = Map::new();
    if !deliveries.is_empty() {
        output.insert("CodeDeliveryDetailsList".to_owned(), deliveries.into());
    }
    Ok(Value::Object(output))
}

/// Changes the user, and returns where codes were sent to, in the order of the request.
fn update(
    account: &mut Account<'_>,
    attributes: &[Attribute<'_>],
) -> Result<Vec<Value>, Exception> {
    let changes = account.allowed(attributes)?;
    let stored = &mut account.user.attributes;
    let mut deliveries = Vec::new();
    for (name, value) in changes {
        if stored.get(name).unwrap_or_default() == value {
            continue;
        }
        if value.is_empty() {
            stored.remove(name);
        } else {
            stored.set(name, value);
        }
        let Some(contact) = Contact::of_attribute(name) else {
            continue;
        };
        stored.set(contact.verified_attribute(), "false");
        if !value.is_empty() && account.auto_verified.contains(&contact) {
            deliveries.push(contact.delivery_details(value));
        }
    }
    Ok(deliveries)
}

impl Account<'_> {
    /// The changes, in the order of the request, if all of them may be made.
    fn allowed<'a>(
        &self,
        attributes: &[Attribute<'a>],
    ) -> Result<Vec<(&'a str, &'a str)>, Exception> {
        let names = || attributes.iter().map(|attribute| attribute.name);
        Schema::check_mutable(names())?;
        let changes = attributes
            .iter()
            .map(Attribute::change)
            .collect::<Result<Vec<_>, _>>()?;
        self.schema.check_known(names())?;
        if !names().all(|name| self.client.may_write(name)) {
            let message = "A client attempted to write unauthorized attribute";
            return Err(Exception::not_authorized(message));
        }
        self.schema.check_changes(&changes, &self.user.attributes)?;
        Schema::check_formats(&changes)?;
        Ok(last_of_each(&changes))
    }
}

impl<'a> Attribute<'a> {
    fn change(&self) -> Result<(&'a str, &'a str), Exception> {
        let Self { name, value } = self;
        let null = || format!("Attribute value for {name} must not be null");
        Ok((
            name,
            value.ok_or_else(|| Exception::invalid_parameter(null()))?,
        ))
    }
}

/// Of one name twice, the last counts: a code for the first would be for nothing.
fn last_of_each<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let last = |(index, change): (usize, &(&'a str, &'a str))| {
        let later = &changes[index + 1..];
        later
            .iter()
            .all(|(name, _)| *name != change.0)
            .then_some(*change)
    };
    changes.iter().enumerate().filter_map(last).collect()
}

impl<'a> Request<'a> {
    fn read(input: Input<'a>) -> Result<Self, Exception> {
        let list = input.structures("UserAttributes")?;
        let members = list.as_deref().unwrap_or_default().iter();
        let members = members
            .map(|member| Ok((member.string("Name")?, member.string("Value")?)))
            .collect::<Result<Vec<_>, _>>()?;
        let token = input.string("AccessToken")?;
        let metadata = input.strings("ClientMetadata")?.unwrap_or_default();

        let mut constraints = Constraints::default();
        constraints.required("userAttributes", Shown::Plain, list);
        for (index, (name, value)) in members.iter().enumerate() {
            check_member(&mut constraints, index + 1, *name, *value);
        }
        let access_token = access_token(&mut constraints, token);
        constraints.check_map("clientMetadata", &metadata, MAX_METADATA);
        constraints.hold()?;
        let attributes = members.into_iter().map(|(name, value)| Attribute {
            name: name.unwrap_or_default(),
            value,
        });
        Ok(Self {
            access_token,
            attributes: attributes.collect(),
        })
    }
}

fn check_member(
    constraints: &mut Constraints,
    number: usize,
    name: Option<&str>,
    value: Option<&str>,
) {
    let path = format!("userAttributes.{number}.member.name");
    if let Some(name) = constraints.required(&path, Shown::Plain, name) {
        let limits = [
            Constraint::MinLength(1),
            Constraint::Matches(&ATTRIBUTE_NAME),
            Constraint::MaxLength(MAX_NAME),
        ];
        constraints.check(&path, Shown::Plain, name, &limits);
    }
    if let Some(value) = value {
        let path = format!("userAttributes.{number}.member.value");
        constraints.check(
            &path,
            Shown::Sensitive,
            value,
            &[Constraint::MaxLength(MAX_VALUE)],
        );
    }
}
