//! App clients: made and told.
//!
//! [`CreateUserPoolClient`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html),
//! [`DescribeUserPoolClient`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPoolClient.html)

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::Call;
use crate::local_pool::{
    client::{AppClient, FLOWS, Life},
    clock::Seconds,
    constraints::Form,
    exception::Exception,
    forms::{CLIENT_ID, CLIENT_NAME, CLIENT_SECRET, PERMISSION, POOL_ID},
    request::Request,
    settings::Settings,
};

static FLOW: Form = Form {
    one_of: &FLOWS,
    ..Form::ANY
};

static HIDING: Form = Form {
    one_of: &["LEGACY", "ENABLED"],
    ..Form::ANY
};

static UNIT: Form = Form {
    one_of: &["seconds", "minutes", "hours", "days"],
    ..Form::ANY
};

/// What is told again by `DescribeUserPoolClient` and means nothing else here.
const DESCRIBED: [&str; 14] = [
    "AccessTokenValidity",
    "AllowedOAuthFlows",
    "AllowedOAuthFlowsUserPoolClient",
    "AllowedOAuthScopes",
    "AnalyticsConfiguration",
    "AuthSessionValidity",
    "CallbackURLs",
    "DefaultRedirectURI",
    "EnablePropagateAdditionalUserContextData",
    "IdTokenValidity",
    "LogoutURLs",
    "RefreshTokenValidity",
    "SupportedIdentityProviders",
    "TokenValidityUnits",
];

const DAY: Seconds = 24 * 3600;

pub fn create(call: Call<'_>) -> Result<Value, Exception> {
    let Call {
        cognito,
        mut request,
        now,
    } = call;
    let pool_id = request.required("UserPoolId", &POOL_ID)?;
    let name = request.required("ClientName", &CLIENT_NAME)?;
    let with_secret = request.flag("GenerateSecret")?.unwrap_or_default();
    let own_secret = request.optional("ClientSecret", &CLIENT_SECRET)?;
    let life = life(&mut request)?;
    let read_attributes = request.texts("ReadAttributes", &PERMISSION)?;
    let write_attributes = request.texts("WriteAttributes", &PERMISSION)?;
    let flows = request.texts("ExplicitAuthFlows", &FLOW)?;
    let hiding = request.optional("PreventUserExistenceErrors", &HIDING)?;
    let revokes_tokens = request.flag("EnableTokenRevocation")?.unwrap_or(true);
    request.number("AuthSessionValidity", 3, 15)?;
    let described = request.members(&DESCRIBED);
    request.finish()?;

    let mut state = cognito.state();
    let (pool, _) = state.pool(pool_id)?;
    if with_secret && own_secret.is_some() {
        let message = "You cannot specify both GenerateSecret as true and a ClientSecret value.";
        return Err(Exception::invalid_parameter(message));
    }
    check_attributes(&pool.settings, "read", read_attributes.as_deref())?;
    check_attributes(&pool.settings, "write", write_attributes.as_deref())?;
    let owned = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect();
    let random = || Uuid::new_v4().simple().to_string();
    let client = AppClient {
        secret: match own_secret {
            Some(secret) => Some(secret.to_owned()),
            None => with_secret.then(|| format!("{}{}", random(), &random()[..20])),
        },
        flows: flows.filter(|flows| !flows.is_empty()).map(owned),
        read_attributes: read_attributes.map(owned),
        write_attributes: write_attributes.map(owned),
        life: life?,
        hides_users: hiding == Some("ENABLED"),
        revokes_tokens,
        described,
        unlisted: cognito.behaviour.unlisted_client_attributes,
        ..AppClient::new(&random()[..26], name, now)
    };
    let output = json!({ "UserPoolClient": of(&pool.settings, &client) });
    pool.add_client(client);
    Ok(output)
}

pub fn describe(mut call: Call<'_>) -> Result<Value, Exception> {
    let pool_id = call.request.required("UserPoolId", &POOL_ID)?;
    let client_id = call.request.required("ClientId", &CLIENT_ID)?;
    call.request.finish()?;
    let mut state = call.cognito.state();
    let (pool, _) = state.pool(pool_id)?;
    Ok(json!({ "UserPoolClient": of(&pool.settings, pool.client(client_id)?) }))
}

/// How long its tokens are to be good for. The inner error is of a time that AWS doesn't allow.
fn life(request: &mut Request<'_>) -> Result<Result<Life, Exception>, Exception> {
    let refresh = request.number("RefreshTokenValidity", 0, 315_360_000)?;
    let access = request.number("AccessTokenValidity", 1, 86_400)?;
    let id = request.number("IdTokenValidity", 1, 86_400)?;
    let units = request.structure("TokenValidityUnits", |units| {
        Ok((
            units.optional("AccessToken", &UNIT)?,
            units.optional("IdToken", &UNIT)?,
            units.optional("RefreshToken", &UNIT)?,
        ))
    })?;
    let (access_unit, id_unit, refresh_unit) = units.unwrap_or_default();
    let default = Life::default();
    // A refresh token of no days at all has the default.
    let refresh = refresh.filter(|it| *it > 0);
    let limits = |name, time: Seconds, min, max| {
        if (min..=max).contains(&time) {
            Ok(time)
        } else {
            Err(Exception::invalid_parameter(format!(
                "Invalid range for token validity: {name}"
            )))
        }
    };
    let access = access.map_or(default.access, |it| seconds(it, access_unit, 3600));
    let id = id.map_or(default.id, |it| seconds(it, id_unit, 3600));
    let refresh = refresh.map_or(default.refresh, |it| seconds(it, refresh_unit, DAY));
    Ok((|| {
        Ok(Life {
            access: limits("access token", access, 300, DAY)?,
            id: limits("ID token", id, 300, DAY)?,
            refresh: limits("refresh token", refresh, 3600, 3650 * DAY)?,
        })
    })())
}

fn seconds(number: i64, unit: Option<&str>, default: Seconds) -> Seconds {
    let unit = match unit {
        Some("seconds") => 1,
        Some("minutes") => 60,
        Some("hours") => 3600,
        Some("days") => DAY,
        _ => default,
    };
    u64::try_from(number)
        .unwrap_or_default()
        .saturating_mul(unit)
}

fn check_attributes(
    settings: &Settings,
    what: &str,
    names: Option<&[&str]>,
) -> Result<(), Exception> {
    let known = |name: &&str| AppClient::is_group(name) || settings.schema.get(name).is_some();
    let forbidden = |name: &&str| {
        what == "write" && matches!(*name, "sub" | "email_verified" | "phone_number_verified")
    };
    if names
        .unwrap_or_default()
        .iter()
        .all(|name| known(name) && !forbidden(name))
    {
        return Ok(());
    }
    let message = format!("Invalid {what} attributes specified while creating a client");
    Err(Exception::invalid_parameter(message))
}

/// A `UserPoolClientType`. Without lists it tells none.
fn of(settings: &Settings, client: &AppClient) -> Value {
    let AppClient {
        id,
        name,
        secret,
        flows,
        read_attributes,
        write_attributes,
        hides_users,
        revokes_tokens,
        created,
        described,
        ..
    } = client;
    let mut all: Map<String, Value> = described.clone();
    let own = json!({
        "UserPoolId": settings.id,
        "ClientName": name,
        "ClientId": id,
        "LastModifiedDate": created,
        "CreationDate": created,
        "PreventUserExistenceErrors": if *hides_users { "ENABLED" } else { "LEGACY" },
        "EnableTokenRevocation": revokes_tokens,
    });
    if let Value::Object(own) = own {
        all.extend(own);
    }
    all.entry("RefreshTokenValidity").or_insert(json!(30));
    let optional = [
        ("ClientSecret", secret.as_ref().map(|it| json!(it))),
        ("ExplicitAuthFlows", flows.as_ref().map(|it| json!(it))),
        (
            "ReadAttributes",
            read_attributes.as_ref().map(|it| json!(it)),
        ),
        (
            "WriteAttributes",
            write_attributes.as_ref().map(|it| json!(it)),
        ),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            all.insert(name.to_owned(), value);
        }
    }
    Value::Object(all)
}
