//! The SDK's configuration, without what these calls don't need.
//!
//! Half of what a call costs inside the SDK serves signing, retries and statistics that unsigned,
//! once-only calls have no use for. A test holds the exact header set that leaves, so that an
//! upgrade of the SDK can't bring it back unseen.

use aws_runtime::{
    invocation_id::InvocationIdInterceptor,
    request_info::RequestInfoInterceptor,
    service_clock_skew::ServiceClockSkewInterceptor,
    user_agent::{AdditionalMetadata, ApiMetadata, AwsUserAgent, UserAgentInterceptor},
};
use aws_sdk_cognitoidentityprovider::{
    config::{self, BehaviorVersion, Config, Intercept, StalledStreamProtectionConfig},
    meta::PKG_VERSION,
};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            context::{
                BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
            },
            disable_interceptor, dyn_dispatch_hint,
        },
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::{config_bag::ConfigBag, retry::RetryConfig, timeout::TimeoutConfig};
use aws_types::{app_name::AppName, os_shim_internal::Env};
use http::HeaderValue;

/// Region, endpoint and transport are still to be set.
pub(super) fn config() -> config::Builder {
    Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .interceptor(Trim::new())
}

/// Turns four interceptors of the SDK off and sends one constant user agent in their stead.
#[derive(Debug)]
struct Trim {
    user_agent: HeaderValue,
}

impl Trim {
    fn new() -> Self {
        let agent = AwsUserAgent::new_from_environment(
            Env::real(),
            ApiMetadata::new("cognitoidentityprovider", PKG_VERSION),
        )
        .with_additional_metadata(
            AdditionalMetadata::new("http#hyper-1.x").expect("the characters are allowed"),
        )
        .with_app_name(AppName::new("user-attributes").expect("the characters are allowed"));
        let user_agent = HeaderValue::try_from(agent.aws_ua_header())
            // AWS_EXECUTION_ENV stands in it as it is.
            .unwrap_or(HeaderValue::from_static("aws-sdk-rust app/user-attributes"));
        Self { user_agent }
    }
}

#[dyn_dispatch_hint]
impl Intercept for Trim {
    fn name(&self) -> &'static str {
        "Trim"
    }

    fn read_before_execution(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        cfg.interceptor_state()
            .store_put(disable_interceptor::<UserAgentInterceptor>(
                "it is constant here",
            ))
            .store_put(disable_interceptor::<RequestInfoInterceptor>(
                "there is one attempt",
            ))
            .store_put(disable_interceptor::<InvocationIdInterceptor>(
                "there is one attempt",
            ))
            .store_put(disable_interceptor::<ServiceClockSkewInterceptor>(
                "nothing is signed",
            ));
        Ok(())
    }

    /// Web application firewalls have refused missing and odd user agents, so it keeps the SDK's
    /// own form.
    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let headers = context.request_mut().headers_mut();
        headers.insert("user-agent", self.user_agent.clone());
        headers.insert("x-amz-user-agent", self.user_agent.clone());
        Ok(())
    }
}
