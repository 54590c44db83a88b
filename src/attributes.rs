//! What Cognito's API allows in a request, checked before anything is sent.
//!
//! A proto request becomes a type that is valid by construction, or all of its [`Violations`] at
//! once. The limits are those of the API's service model (2016-04-18); lengths are counted in
//! Unicode scalar values. What only the user pool can know (its schema, who may write what) is left
//! to Cognito.
//!
//! Source: [the operations](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_Operations.html),
//! each named as its request here,
//! [AttributeType](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AttributeType.html).

mod code_request;
mod deletion;
mod identified;
mod limits;
mod names;
mod request_id;
mod secret;
mod update;
mod user_query;
mod verification;
mod violations;

pub use self::{
    code_request::CodeRequest,
    deletion::Deletion,
    identified::Identified,
    names::public_name,
    request_id::RequestId,
    secret::{AccessToken, ClientMetadata, Code, Value},
    update::{Attribute, Update},
    user_query::UserQuery,
    verification::Verification,
    violations::{Violation, Violations},
};
