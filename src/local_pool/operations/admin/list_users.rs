//! [`ListUsers`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html)

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::described;
use crate::local_pool::{
    constraints::Form,
    exception::Exception,
    filter::Filter,
    forms::{ATTRIBUTE_NAME, PAGINATION_TOKEN, POOL_ID},
    operations::Call,
    user::User,
};

/// Most users of an answer, and how many it has where nothing is said.
const MOST: usize = 60;

static FILTER: Form = Form {
    max: 256,
    ..Form::ANY
};

/// By their user names. A token says after which of them an answer begins.
pub fn list_users(mut call: Call<'_>) -> Result<Value, Exception> {
    let request = &mut call.request;
    let pool_id = request.required("UserPoolId", &POOL_ID)?;
    let wanted = request.texts("AttributesToGet", &ATTRIBUTE_NAME)?;
    let limit = request.number("Limit", 0, 60)?;
    let token = request.optional("PaginationToken", &PAGINATION_TOKEN)?;
    let filter = request.optional("Filter", &FILTER)?;
    call.request.finish()?;

    let filter = Filter::parse(filter.unwrap_or_default())?;
    let after = token.map(username_of).transpose()?;
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    let limit = limit.filter(|limit| *limit > 0).unwrap_or(MOST);
    let mut state = call.cognito.state();
    let (pool, _) = state.pool(pool_id)?;
    let mut users: Vec<&User> = pool
        .users
        .iter()
        .filter(|user| after.as_ref().is_none_or(|after| user.username > *after))
        .filter(|user| filter.as_ref().is_none_or(|filter| filter.matches(user)))
        .collect();
    users.sort_by_key(|user| &user.username);
    let more = users.len() > limit;
    users.truncate(limit);
    let described = users.iter().map(|user| match &wanted {
        Some(wanted) => described_by(user, wanted),
        None => Ok(described(user)),
    });
    let described: Vec<_> = described.collect::<Result<_, _>>()?;
    let mut output = json!({ "Users": described });
    if let Some(last) = users.last().filter(|_| more) {
        output["PaginationToken"] = BASE64_URL_SAFE_NO_PAD.encode(&last.username).into();
    }
    Ok(output)
}

/// With these attributes alone. AWS: all users of an answer must have them. Nobody may ask for the
/// `sub`, as [others found out](https://github.com/aws-samples/sample-collaborative-ai-dlc/issues/52).
fn described_by(user: &User, wanted: &[&str]) -> Result<Value, Exception> {
    if wanted.contains(&"sub") {
        let message = "Input fails to satisfy the constraints.";
        return Err(Exception::invalid_parameter(message));
    }
    let attributes = wanted.iter().map(|name| {
        let value = user.attributes.get(name).ok_or_else(|| {
            let message = "One or more requested attributes do not exist in user pool.";
            Exception::invalid_parameter(message)
        });
        value.map(|value| json!({ "Name": name, "Value": value }))
    });
    let mut described = described(user);
    described["Attributes"] = attributes.collect::<Result<_, _>>()?;
    Ok(described)
}

fn username_of(token: &str) -> Result<String, Exception> {
    let name = BASE64_URL_SAFE_NO_PAD.decode(token).ok();
    let name = name.and_then(|name| String::from_utf8(name).ok());
    name.ok_or_else(|| Exception::invalid_parameter("Invalid pagination token."))
}
