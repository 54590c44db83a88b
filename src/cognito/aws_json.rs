//! AWS's JSON protocol, by the SDK's own inputs, schemas and deserializer: what an operation's request
//! holds, and what its answer says.
//!
//! The SDK's client would also resolve an endpoint and an identity, sign, retry, limit times and
//! count. These calls have one endpoint and are unsigned, and `transport` retries and limits them, so
//! all that it would add is its price: more than the rest of the call.
//!
//! Source: [AWS JSON 1.1](https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html)

use aws_runtime::user_agent::{AdditionalMetadata, ApiMetadata, AwsUserAgent};
use aws_sdk_cognitoidentityprovider::meta::PKG_VERSION;
use aws_smithy_json::{
    codec::{JsonCodec, JsonCodecSettings},
    protocol::aws_json_rpc::AwsJsonRpcProtocol,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_schema::{
    codec::Codec as _,
    protocol::ClientProtocolInner as _,
    serde::{SerdeError, SerializableStruct, ShapeDeserializer},
};
use aws_smithy_types::{body::SdkBody, config_bag::ConfigBag};
use aws_types::{app_name::AppName, os_shim_internal::Env};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri, header};
use tokio_util::bytes::Bytes;

use super::json::to_json;
use crate::proto::Operation;

const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");
static AMZ_USER_AGENT: HeaderName = HeaderName::from_static("x-amz-user-agent");
static TARGET: HeaderName = HeaderName::from_static("x-amz-target");
/// The service's name in its model, which the target begins with.
const SERVICE: &str = "AWSCognitoIdentityProviderService";

/// How the SDK reads an output.
pub(super) type Read<O> = fn(&mut dyn ShapeDeserializer) -> Result<O, SerdeError>;

/// The protocol, as one endpoint is asked by it.
#[derive(Debug)]
pub(super) struct AwsJson {
    codec: JsonCodec,
    /// For refusals.
    protocol: AwsJsonRpcProtocol,
    endpoint: Uri,
    /// The headers of each operation.
    headers: [(Operation, HeaderMap); Operation::ALL.len()],
}

impl AwsJson {
    pub fn at(endpoint: Uri) -> Self {
        let user_agent = user_agent();
        let headers = |operation: Operation| {
            let target = format!("{SERVICE}.{}", operation.name());
            let target = HeaderValue::try_from(target).expect("a name has letters alone");
            HeaderMap::from_iter([
                (header::CONTENT_TYPE, CONTENT_TYPE),
                (header::USER_AGENT, user_agent.clone()),
                (AMZ_USER_AGENT.clone(), user_agent.clone()),
                (TARGET.clone(), target),
            ])
        };
        Self {
            codec: JsonCodec::new(JsonCodecSettings::builder().use_json_name(false).build()),
            protocol: AwsJsonRpcProtocol::aws_json_1_1(),
            endpoint,
            headers: Operation::ALL.map(|operation| (operation, headers(operation))),
        }
    }

    /// The body of a request.
    pub fn body(input: &impl SerializableStruct) -> Bytes {
        let body = to_json(input).expect("inputs have lists, maps and strings alone");
        Bytes::from(body)
    }

    /// A request with this body.
    pub fn request<B>(&self, operation: Operation, body: B) -> Request<B> {
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.endpoint.clone();
        let headers = self.headers.iter().find(|(it, _)| *it == operation);
        let (_, headers) = headers.expect("all operations have headers");
        request.headers_mut().clone_from(headers);
        request
    }

    /// What an answer that isn't a refusal says.
    pub fn output<O>(&self, answer: &Response<Bytes>, read: Read<O>) -> Result<O, SerdeError> {
        read(&mut self.codec.create_deserializer(answer.body()))
    }

    /// The text of a refusal.
    pub fn text(&self, answer: &Response<Bytes>) -> Option<String> {
        let answer = answer.clone().map(SdkBody::from);
        let answer = HttpResponse::try_from(answer).ok()?;
        let metadata = self
            .protocol
            .parse_error_metadata(&answer, &ConfigBag::base());
        metadata.ok()?.build().message().map(str::to_owned)
    }
}

/// The SDK's own form, as web application firewalls have refused missing and odd user agents.
fn user_agent() -> HeaderValue {
    let agent = AwsUserAgent::new_from_environment(
        Env::real(),
        ApiMetadata::new("cognitoidentityprovider", PKG_VERSION),
    )
    .with_additional_metadata(
        AdditionalMetadata::new("http#hyper-1.x").expect("the characters are allowed"),
    )
    .with_app_name(AppName::new("user-attributes").expect("the characters are allowed"));
    HeaderValue::try_from(agent.aws_ua_header())
        // AWS_EXECUTION_ENV stands in it as it is.
        .unwrap_or(HeaderValue::from_static("aws-sdk-rust app/user-attributes"))
}
