//! Messages and events, all of them or those that are asked for.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Refused, search::Search};
use crate::local_pool::{
    http::Shared,
    outbox::{CodeState, Message},
    state::State as Pools,
};

/// Whose messages and events are asked for, without it everybody's; and how many, without it all.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    user_pool_id: Option<String>,
    /// The pool's own name for the user, or the address that they sign in by.
    username: Option<String>,
    search: Option<Search>,
    /// The answer then has the `total` too, and the `times` of events.
    newest: Option<usize>,
}

#[derive(Serialize)]
struct Sent<'a> {
    #[serde(flatten)]
    message: &'a Message,
    state: CodeState,
}

pub async fn outbox(
    State(shared): State<Shared>,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(filter) = filter?;
    let now = shared.clock.now();
    let state = shared.cognito.state();
    let names = filter.usernames(&state);
    let wanted = state.outbox.messages.iter().filter(|it| {
        let user = (&*it.user_pool_id, &*it.username);
        filter.wants(&state, names.as_deref(), user, &it.destination)
    });
    let (newest, total) = filter.newest(wanted.collect());
    let messages = newest.into_iter().map(|message| Sent {
        message,
        state: message.state(state.pools.get(&message.user_pool_id), now),
    });
    let mut answer = json!({ "messages": messages.collect::<Vec<_>>() });
    if filter.newest.is_some() {
        answer["total"] = total.into();
    }
    Ok(Json(answer).into_response())
}

pub async fn triggers(
    State(shared): State<Shared>,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(filter) = filter?;
    let state = shared.cognito.state();
    let names = filter.usernames(&state);
    let wanted = state.outbox.events.iter().filter(|it| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (pool, user) = (&it.payload["userPoolId"], &it.payload["userName"]);
        let (pool, user) = (text(pool), text(user));
        filter.wants(&state, names.as_deref(), (&pool, &user), &it.destination)
    });
    let (newest, total) = filter.newest(wanted.collect());
    let events: Vec<_> = newest.iter().map(|it| &it.payload).collect();
    let mut answer = json!({ "events": events });
    if filter.newest.is_some() {
        answer["total"] = total.into();
        answer["times"] = newest.iter().map(|it| it.time.as_str()).collect();
    }
    Ok(Json(answer).into_response())
}

impl Filter {
    /// The users' own names that the asked-for name may mean.
    fn usernames(&self, state: &Pools) -> Option<Vec<String>> {
        let name = self.username.as_deref()?;
        let known = state
            .pools
            .values()
            .flat_map(|pool| pool.users.known_as(name));
        let known = known.map(|user| user.username.clone());
        Some(known.chain([name.to_owned()]).collect())
    }

    /// Whether what went to this address is asked for.
    fn wants(
        &self,
        state: &Pools,
        names: Option<&[String]>,
        (pool, username): (&str, &str),
        address: &str,
    ) -> bool {
        let search = self.search.as_ref();
        self.user_pool_id.as_deref().is_none_or(|id| id == pool)
            && names.is_none_or(|names| names.iter().any(|name| name == username))
            && search.is_none_or(|it| it.finds_then(state, (pool, username), address))
    }

    /// All that is wanted, or the last of it; and how much there is.
    fn newest<T>(&self, mut wanted: Vec<T>) -> (Vec<T>, usize) {
        let total = wanted.len();
        let before = total.saturating_sub(self.newest.unwrap_or(total));
        (wanted.split_off(before), total)
    }
}
