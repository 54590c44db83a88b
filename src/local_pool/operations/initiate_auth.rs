//! [`InitiateAuth`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html)
//! with a password, the one flow that the pool's app clients have.

use serde_json::{Value, json};

use crate::local_pool::{
    constraints::{CLIENT_ID, Constraint, Constraints, Shown},
    exception::Exception,
    input::Input,
    keys::NoKey,
    state::{AppClient, Cognito, Seconds},
    tokens::{LIFE, Session},
};

/// `AuthFlowType`, in the model's order.
const FLOWS: [&str; 8] = [
    "USER_SRP_AUTH",
    "REFRESH_TOKEN_AUTH",
    "REFRESH_TOKEN",
    "CUSTOM_AUTH",
    "ADMIN_NO_SRP_AUTH",
    "USER_PASSWORD_AUTH",
    "ADMIN_USER_PASSWORD_AUTH",
    "USER_AUTH",
];
const ENABLED_FLOW: &str = "USER_PASSWORD_AUTH";

struct Request<'a> {
    flow: &'a str,
    client_id: &'a str,
    parameters: Vec<(&'a str, &'a str)>,
}

pub async fn call(cognito: &Cognito, input: Input<'_>, now: Seconds) -> Result<Value, Exception> {
    let request = Request::read(input)?;
    let (session, keys, readable) = {
        let pools = cognito.pools();
        let pool = pools
            .iter()
            .find(|pool| AppClient::find(&pool.clients, request.client_id).is_ok());
        let clients = pool.map(|pool| pool.clients.as_slice()).unwrap_or_default();
        let client = AppClient::find(clients, request.client_id)?;
        let (username, password) = request.credentials()?;
        let refused = || Exception::not_authorized("Incorrect username or password.");
        let (pool, user) = pool
            .and_then(|pool| Some((pool, pool.users.get(username)?)))
            .filter(|(_, user)| user.password == password)
            .ok_or_else(refused)?;
        (
            Session::start(pool, client, user, now),
            pool.keys.clone(),
            client.readable(&user.attributes),
        )
    };
    // Signing takes about a millisecond: nobody else should wait for it.
    let unsigned = |error: NoKey| Exception::internal_error(error.to_string());
    let id_key = keys.id().await.map_err(unsigned)?;
    Ok(json!({
        "AuthenticationResult": {
            "AccessToken": session.access_token(keys.access()).map_err(unsigned)?,
            "ExpiresIn": LIFE,
            "IdToken": session.id_token(id_key, &readable).map_err(unsigned)?,
            "TokenType": "Bearer",
        },
        "ChallengeParameters": {},
    }))
}

impl<'a> Request<'a> {
    fn read(input: Input<'a>) -> Result<Self, Exception> {
        let flow = input.string("AuthFlow")?;
        let client_id = input.string("ClientId")?;
        let parameters = input.strings("AuthParameters")?;

        let mut constraints = Constraints::default();
        let flow = constraints.required("authFlow", Shown::Plain, flow);
        if let Some(flow) = flow {
            constraints.check("authFlow", Shown::Plain, flow, &[Constraint::OneOf(&FLOWS)]);
        }
        let client_id = constraints.required("clientId", Shown::Sensitive, client_id);
        if let Some(client_id) = client_id {
            let limits = [
                Constraint::MinLength(1),
                Constraint::Matches(&CLIENT_ID),
                Constraint::MaxLength(128),
            ];
            constraints.check("clientId", Shown::Sensitive, client_id, &limits);
        }
        constraints.hold()?;
        Ok(Self {
            flow: flow.unwrap_or_default(),
            client_id: client_id.unwrap_or_default(),
            parameters: parameters.unwrap_or_default(),
        })
    }

    /// The user's name and password.
    fn credentials(&self) -> Result<(&'a str, &'a str), Exception> {
        if self.flow != ENABLED_FLOW {
            let message = format!("{} flow not enabled for this client", self.flow);
            return Err(Exception::invalid_parameter(message));
        }
        let parameter = |name: &str| {
            let found = self.parameters.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| *value).ok_or_else(|| {
                Exception::invalid_parameter(format!("Missing required parameter {name}"))
            })
        };
        Ok((parameter("USERNAME")?, parameter("PASSWORD")?))
    }
}
