//! A `UserPoolType`.

use serde_json::{Map, Value, json};

use crate::local_pool::{
    contact::Contact,
    pool::UserPool,
    schema::{AttributeSchema, Kind},
    settings::{Settings, SignIn},
};

/// The account that every pool here belongs to: the one of AWS's own examples.
const ACCOUNT: &str = "123456789012";

pub fn of(pool: &UserPool) -> Value {
    let Settings {
        id,
        name,
        created,
        schema,
        auto_verified,
        verify_before_update,
        sign_in,
        case_sensitive,
        password_policy,
        described,
        ..
    } = &pool.settings;
    let region = pool.settings.region();
    let own = json!({
        "Id": id,
        "Name": name,
        "Arn": format!("arn:aws:cognito-idp:{region}:{ACCOUNT}:userpool/{id}"),
        "Policies": { "PasswordPolicy": {
            "MinimumLength": password_policy.minimum_length,
            "RequireUppercase": password_policy.require_uppercase,
            "RequireLowercase": password_policy.require_lowercase,
            "RequireNumbers": password_policy.require_numbers,
            "RequireSymbols": password_policy.require_symbols,
            "TemporaryPasswordValidityDays": password_policy.temporary_password_validity_days,
        }},
        "LastModifiedDate": created,
        "CreationDate": created,
        "SchemaAttributes": schema.iter().map(attribute).collect::<Vec<_>>(),
        "UserAttributeUpdateSettings": {
            "AttributesRequireVerificationBeforeUpdate": names(verify_before_update),
        },
        "MfaConfiguration": "OFF",
        "EstimatedNumberOfUsers": pool.users.count(),
        "UsernameConfiguration": { "CaseSensitive": case_sensitive },
    });
    let mut all = described.clone();
    if let Value::Object(own) = own {
        all.extend(own);
    }
    add_names(&mut all, "AutoVerifiedAttributes", names(auto_verified));
    match sign_in {
        SignIn::Attributes(contacts) => add_names(&mut all, "UsernameAttributes", names(contacts)),
        SignIn::Username(aliases) => {
            let aliases = aliases.iter().map(|it| it.attribute()).collect();
            add_names(&mut all, "AliasAttributes", aliases);
        }
    }
    Value::Object(all)
}

/// A list that holds nothing isn't told.
fn add_names(all: &mut Map<String, Value>, member: &str, names: Vec<&str>) {
    if !names.is_empty() {
        all.insert(member.to_owned(), names.into());
    }
}

fn names(contacts: &[Contact]) -> Vec<&'static str> {
    contacts.iter().map(|it| it.attribute()).collect()
}

/// A `SchemaAttributeType`. Numbers stand in it as texts.
fn attribute(attribute: &AttributeSchema) -> Value {
    let AttributeSchema {
        name,
        kind,
        mutable,
        required,
    } = attribute;
    let mut described = json!({
        "Name": name,
        "AttributeDataType": kind.data_type(),
        "DeveloperOnlyAttribute": name.starts_with("dev:"),
        "Mutable": mutable,
        "Required": required,
    });
    match kind {
        Kind::String { min, max } => {
            described["StringAttributeConstraints"] =
                json!({ "MinLength": min.to_string(), "MaxLength": max.to_string() });
        }
        Kind::Number { min, max } => {
            let mut constraints = Map::new();
            let limits = [("MinValue", min), ("MaxValue", max)];
            for (name, limit) in limits
                .into_iter()
                .filter_map(|(name, it)| Some((name, it.as_ref()?)))
            {
                constraints.insert(name.to_owned(), limit.to_string().into());
            }
            described["NumberAttributeConstraints"] = constraints.into();
        }
        Kind::Boolean | Kind::DateTime => {}
    }
    described
}
