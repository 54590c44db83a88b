//! What the page shows besides messages and events.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Refused, search::Search};
use crate::local_pool::{
    behaviour::Behaviour,
    client::AppClient,
    clock::Seconds,
    faults::{Fault, Faults},
    http::Shared,
    pool::UserPool,
    user::User,
    verification::Attempts,
};

/// Which users are asked for, without it all.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    search: Option<Search>,
}

/// No password and no secret.
pub async fn pools(
    State(shared): State<Shared>,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(Filter { search }) = filter?;
    let (behaviour, now) = (&shared.cognito.behaviour, shared.clock.now());
    let state = shared.cognito.state();
    let pools = state.pools.values();
    let pools: Vec<_> = pools
        .map(|it| pool(it, search.as_ref(), behaviour, now))
        .collect();
    let answer = json!({
        "allowed_hosts": shared.admission.names(),
        "clock_offset_seconds": shared.clock.offset(),
        "faults": faults(&state.faults),
        "pools": pools,
    });
    Ok(Json(answer).into_response())
}

fn pool(pool: &UserPool, search: Option<&Search>, behaviour: &Behaviour, now: Seconds) -> Value {
    let users = pool.users.iter();
    let mut users: Vec<_> = users
        .filter(|user| search.is_none_or(|it| it.finds(user)))
        .collect();
    users.sort_by(|a, b| a.username.cmp(&b.username));
    let users = users.into_iter().map(|it| user(it, behaviour, now));
    json!({
        "id": pool.settings.id,
        "name": pool.settings.name,
        "clients": pool.clients.values().map(client).collect::<Vec<_>>(),
        "users": users.collect::<Vec<_>>(),
    })
}

fn client(client: &AppClient) -> Value {
    json!({
        "id": client.id,
        "name": client.name,
        "flows": client.flow_names(),
        "writes_everything": client.writes_everything(),
    })
}

fn user(user: &User, behaviour: &Behaviour, now: Seconds) -> Value {
    let limit =
        |attempts: &Attempts, most: usize| json!({ "used": attempts.used(now), "most": most });
    json!({
        "username": user.username,
        "status": user.status.name(),
        "enabled": user.enabled,
        "attributes": user.attributes.described(),
        "pending": user.pending(),
        "limits": {
            "verifications": limit(&user.verifications_tried, behaviour.verifications_per_hour),
            "code_requests": limit(&user.codes_requested, behaviour.code_requests_per_hour),
        },
    })
}

/// What calls will meet. An exception has its name alone.
fn faults(faults: &Faults) -> Value {
    let waiting = faults.waiting();
    let described = |(operation, fault, times): (&str, &Fault, u32)| json!({ "operation": operation, "fault": fault.name(), "times": times });
    waiting.map(described).collect()
}
