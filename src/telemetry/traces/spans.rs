//! The two kinds of spans. What isn't traced has none, and costs a branch.
//!
//! Nothing of a request or an answer is in them but names, codes and ids: no text of anybody's.

use http::{HeaderMap, Uri, uri::Scheme};
use opentelemetry::{
    Context, KeyValue,
    trace::{
        Span as _, SpanBuilder, SpanContext, SpanKind, Status, TraceContextExt as _, Tracer as _,
    },
};
use opentelemetry_sdk::trace::Span;

use super::{TRACER, parent};
use crate::{
    call::{Call, Method},
    proto::Operation,
    telemetry::OURS_TO_MEND,
};

const SYSTEM: &str = "rpc.system.name";
const METHOD: &str = "rpc.method";
const STATUS_CODE: &str = "rpc.status_code";
const ERROR_TYPE: &str = "error.type";
/// The gRPC code, and the type of error, of what was given up.
const CANCELLED: &str = "CANCELLED";

/// The span of a call, from its headers to the end of its answer.
#[derive(Debug)]
#[must_use = "the span ends with it"]
pub struct ServerSpan(Option<Box<Span>>);

/// The span of one attempt to call Cognito. If it is dropped before it has ended, the attempt was
/// given up.
#[derive(Debug)]
#[must_use = "the span ends with it"]
pub struct ClientSpan(Option<Box<Span>>);

impl ServerSpan {
    /// The span of a call whose headers have come just now. The call is told its context. Health
    /// checks and reflection have no span.
    pub fn begin(call: &Call, headers: &HeaderMap) -> Self {
        let Some(tracer) = TRACER.get() else {
            return Self(None);
        };
        // A method that nobody knows could be any text, so that isn't repeated.
        let (name, method) = match call.method() {
            Method::Operation(operation) => {
                let method = operation.path().trim_start_matches('/');
                (method, method)
            }
            Method::Unknown => ("grpc", "_OTHER"),
            Method::HealthCheck
            | Method::HealthWatch
            | Method::Reflection
            | Method::ReflectionAlpha => return Self(None),
        };
        let parent = parent::remote(headers).map_or_else(Context::new, |parent| {
            Context::new().with_remote_span_context(parent)
        });
        let builder = SpanBuilder::from_name(name)
            .with_kind(SpanKind::Server)
            .with_attributes([KeyValue::new(SYSTEM, "grpc"), KeyValue::new(METHOD, method)]);
        let span = tracer.build_with_context(builder, &parent);
        call.set_trace(span.span_context().clone());
        Self(Some(Box::new(span)))
    }

    /// The call is over, by this code. It is an error if the server's side is at fault.
    pub fn end(&mut self, code: &'static str) {
        let Some(mut span) = self.0.take() else {
            return;
        };
        span.set_attribute(KeyValue::new(STATUS_CODE, code));
        if OURS_TO_MEND.contains(&code) {
            span.set_attribute(KeyValue::new(ERROR_TYPE, code));
            span.set_status(Status::error(""));
        }
    }
}

impl ClientSpan {
    /// The span of attempt `number`, counted from 1, on behalf of the call whose context `parent` is.
    pub fn begin(
        operation: Operation,
        parent: Option<&SpanContext>,
        upstream: &Uri,
        number: u32,
    ) -> Self {
        let (Some(tracer), Some(parent)) = (TRACER.get(), parent) else {
            return Self(None);
        };
        let method = method(operation);
        let builder = SpanBuilder::from_name(method)
            .with_kind(SpanKind::Client)
            .with_attributes([
                KeyValue::new(SYSTEM, "aws-api"),
                KeyValue::new(METHOD, method),
            ]);
        let parent = Context::new().with_remote_span_context(parent.clone());
        let mut span = tracer.build_with_context(builder, &parent);
        if span.is_recording() {
            // A host in an IPv6 address stands in brackets there.
            let host = upstream.host().unwrap_or_default();
            let host = host.trim_start_matches('[').trim_end_matches(']');
            span.set_attribute(KeyValue::new("server.address", host.to_owned()));
            span.set_attribute(KeyValue::new("server.port", i64::from(port(upstream))));
            if number > 1 {
                let again = i64::from(number - 1);
                span.set_attribute(KeyValue::new("http.request.resend_count", again));
            }
        }
        Self(Some(Box::new(span)))
    }

    /// Whether what it is told is kept.
    pub fn is_recording(&self) -> bool {
        self.0.as_ref().is_some_and(|span| span.is_recording())
    }

    /// The attempt was answered, with this HTTP status. `error` is the code of Cognito's error or
    /// another short name, if the answer is none that the call can use.
    pub fn answered(mut self, status: u16, aws_request_id: Option<String>, error: Option<String>) {
        let Some(mut span) = self.0.take() else {
            return;
        };
        span.set_attribute(KeyValue::new(
            "http.response.status_code",
            i64::from(status),
        ));
        if let Some(id) = aws_request_id {
            span.set_attribute(KeyValue::new("aws.request_id", id));
        }
        match error {
            None => span.set_attribute(KeyValue::new(STATUS_CODE, "OK")),
            Some(error) => fail(&mut span, error),
        }
    }

    /// The attempt got no answer. `why` is a short name.
    pub fn unanswered(mut self, why: &'static str) {
        if let Some(mut span) = self.0.take() {
            fail(&mut span, why.to_owned());
        }
    }
}

impl Drop for ClientSpan {
    fn drop(&mut self) {
        if let Some(span) = &mut self.0 {
            span.set_attribute(KeyValue::new(STATUS_CODE, CANCELLED));
            fail(span, CANCELLED.to_owned());
        }
    }
}

fn fail(span: &mut Span, error: String) {
    span.set_attribute(KeyValue::new(ERROR_TYPE, error));
    span.set_status(Status::error(""));
}

fn port(uri: &Uri) -> u16 {
    let default = if uri.scheme() == Some(&Scheme::HTTP) {
        80
    } else {
        443
    };
    uri.port_u16().unwrap_or(default)
}

/// The operation behind its service's name, as Cognito's model has it.
fn method(operation: Operation) -> &'static str {
    match operation {
        Operation::UpdateUserAttributes => "AWSCognitoIdentityProviderService/UpdateUserAttributes",
        Operation::VerifyUserAttribute => "AWSCognitoIdentityProviderService/VerifyUserAttribute",
        Operation::GetUserAttributeVerificationCode => {
            "AWSCognitoIdentityProviderService/GetUserAttributeVerificationCode"
        }
        Operation::DeleteUserAttributes => "AWSCognitoIdentityProviderService/DeleteUserAttributes",
        Operation::GetUser => "AWSCognitoIdentityProviderService/GetUser",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_is_named_after_the_service_and_the_operation() {
        for operation in Operation::ALL {
            let expected = format!("AWSCognitoIdentityProviderService/{}", operation.name());
            assert_eq!(method(operation), expected);
        }
    }

    #[test]
    fn a_port_that_is_not_named_is_the_schemes() {
        for (uri, expected) in [
            ("https://example.com/", 443),
            ("http://example.com/", 80),
            ("http://[::1]:9229/", 9229),
        ] {
            assert_eq!(port(&uri.parse().unwrap()), expected, "{uri}");
        }
    }
}
