//! Which of a Region's endpoints is called, by AWS's own rules.

use aws_sdk_cognitoidentityprovider::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};

use super::settings::InvalidSettings;

/// The Region's other endpoints.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
#[group(skip)]
pub struct Variants {
    /// Call the Region's FIPS endpoint
    #[arg(
        long,
        env = "AWS_USE_FIPS_ENDPOINT",
        value_name = "BOOL",
        default_value = "false",
        default_missing_value = "true",
        num_args = 0..=1,
        action = clap::ArgAction::Set,
        value_parser = aws_bool
    )]
    pub use_fips_endpoint: bool,

    /// Call the Region's endpoint that has IPv6 too
    #[arg(
        long,
        env = "AWS_USE_DUALSTACK_ENDPOINT",
        value_name = "BOOL",
        default_value = "false",
        default_missing_value = "true",
        num_args = 0..=1,
        action = clap::ArgAction::Set,
        value_parser = aws_bool
    )]
    pub use_dualstack_endpoint: bool,
}

impl Variants {
    /// The endpoint's address: the Region's, or `endpoint` itself.
    pub(super) async fn resolve(
        self,
        region: &str,
        endpoint: Option<&str>,
    ) -> Result<String, InvalidSettings> {
        let refused = |reason: String| InvalidSettings::Variant {
            asked: self.to_string(),
            of: endpoint.unwrap_or(region).to_owned(),
            reason,
        };
        let params = Params::builder()
            .region(region.to_owned())
            .use_fips(self.use_fips_endpoint)
            .use_dual_stack(self.use_dualstack_endpoint)
            .set_endpoint(endpoint.map(str::to_owned))
            .build()
            .map_err(|error| refused(error.to_string()))?;
        let resolver: &dyn ResolveEndpoint = &DefaultResolver::new();
        let found = resolver.resolve_endpoint(&params).await;
        let found = found.map_err(|error| refused(error.to_string()))?;
        Ok(found.url().to_owned())
    }
}

impl std::fmt::Display for Variants {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            match (self.use_fips_endpoint, self.use_dualstack_endpoint) {
                (false, false) => "the Region's own endpoint",
                (true, false) => "--use-fips-endpoint (AWS_USE_FIPS_ENDPOINT)",
                (false, true) => "--use-dualstack-endpoint (AWS_USE_DUALSTACK_ENDPOINT)",
                (true, true) => {
                    "--use-fips-endpoint (AWS_USE_FIPS_ENDPOINT) with --use-dualstack-endpoint \
                 (AWS_USE_DUALSTACK_ENDPOINT)"
                }
            },
        )
    }
}

/// A boolean as AWS's own tools read it. A blank one isn't set.
fn aws_bool(text: &str) -> Result<bool, &'static str> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" | "" => Ok(false),
        _ => Err("it must be true or false"),
    }
}
