//! Amazon Cognito, as this service calls it. The only code that names the AWS SDK.
//!
//! The operations here are authorised by the access token in the request, so the client holds no
//! credentials, looks none up, signs nothing and needs no IAM role.
//!
//! Of the SDK it takes the inputs, the outputs, the protocol and the endpoint rules, but not the
//! client: that repeats what may have been executed already, and a repeated update can send a second
//! code. The policy is `retry`'s, and the transport carries it out. A request begins to leave before
//! its [`Progress`](crate::call::Progress) says that it is too late; then only `--upstream-timeout`
//! ends it, or whoever drops the future.

mod aws_json;
mod code;
mod environment;
mod error;
mod json;
mod operations;
mod region;
mod retry;
mod sent;
mod settings;
mod transport;
mod variants;
mod violations;

use std::sync::Arc;

use self::{aws_json::AwsJson, transport::Transport};
pub use self::{
    environment::{ignores_endpoints, variable_counts},
    error::{Cause, Error, known_codes},
    settings::{Args, InvalidSettings, Limits, Upstream},
    transport::{Connection, InvalidProxy, InvalidRoots, InvalidRoute, Proxies},
    variants::Variants,
};
use crate::telemetry::Metrics;

/// A client of one Region's Cognito, or of a stand-in at another address. Cheap to clone: the
/// clones share their connections.
#[derive(Clone, Debug)]
pub struct Client(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    aws_json: AwsJson,
    transport: Transport,
}

/// Cognito's answer to a call that succeeded.
#[derive(Debug)]
pub struct Reply<T> {
    /// What Cognito answered.
    pub body: T,
    /// The AWS request id, where Cognito gave one.
    pub request_id: Option<String>,
}

impl Reply<Vec<CodeDelivery>> {
    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let id = self.request_id.as_ref().map_or(0, String::len);
        let texts = self.body.iter().map(|delivery| {
            size_of::<CodeDelivery>() + delivery.destination.len() + delivery.attribute_name.len()
        });
        size_of::<Self>() + id + texts.sum::<usize>()
    }
}

/// A verification code that Cognito sent.
#[derive(Clone)]
pub struct CodeDelivery {
    /// The masked address or number. It is still personal data.
    pub destination: String,
    /// What carried the code.
    pub medium: Medium,
    /// The attribute that the code verifies.
    pub attribute_name: String,
}

/// What carries a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// A text message.
    Sms,
    /// An e-mail.
    Email,
    /// None, or one that this version doesn't know.
    Unknown,
}

/// A user, as far as the app client may read.
pub struct User {
    /// The user name. It is personal data in many pools, as the values below are.
    pub username: String,
    /// Names and values, in Cognito's order.
    pub attributes: Vec<(String, Option<String>)>,
    /// What may carry a code for multi-factor authentication, and the attribute that it goes to.
    pub mfa_options: Vec<(Medium, String)>,
    /// The preferred way of multi-factor authentication.
    pub preferred_mfa_setting: Option<String>,
    /// The ways of multi-factor authentication that are on.
    pub mfa_settings: Vec<String>,
}

impl Client {
    /// A client of `upstream`. It connects when the first call is made.
    pub fn new(upstream: &Upstream, limits: &Limits, metrics: Metrics) -> Self {
        Self(Arc::new(Parts {
            aws_json: AwsJson::at(upstream.uri()),
            transport: Transport::new(upstream.route(), limits, metrics),
        }))
    }
}
