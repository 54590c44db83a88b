//! Which Cognito to call: the settings, under AWS's own names, and the address that follows from
//! them.

use std::time::Duration;

use http::{Uri, uri::InvalidUri};

use super::{
    region::{self, UnknownRegion},
    retry::Backoff,
    transport::{Connection, InvalidRoute, Route},
    variants::Variants,
};
use crate::settings::{positive_time, time};

/// Where Cognito is.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Amazon Cognito")]
#[group(skip)] // clap would name each after its type, `Args`
pub struct Args {
    /// AWS Region of the user pools; without it, `AWS_DEFAULT_REGION` counts
    #[arg(long, env = "AWS_REGION", value_name = "REGION", value_parser = region::parse)]
    pub region: Option<String>,

    /// The second name that AWS's own tools read the Region from
    #[arg(
        long,
        env = "AWS_DEFAULT_REGION",
        value_name = "REGION",
        value_parser = region::parse,
        hide = true
    )]
    pub default_region: Option<String>,

    /// Address to call instead of the Region's own: a VPC endpoint, a stand-in; without it,
    /// `AWS_ENDPOINT_URL` counts
    #[arg(
        long,
        env = "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
        value_name = "URL",
        value_parser = endpoint_url,
        hide_env_values = true
    )]
    pub endpoint_url: Option<String>,

    /// The second name that AWS's own tools read the endpoint from
    #[arg(
        long,
        env = "AWS_ENDPOINT_URL",
        value_name = "URL",
        value_parser = endpoint_url,
        hide_env_values = true,
        hide = true
    )]
    pub default_endpoint_url: Option<String>,

    /// Which of the Region's endpoints.
    #[command(flatten)]
    pub variants: Variants,

    /// How connections are made.
    #[command(flatten)]
    pub connection: Connection,

    /// How long things may take.
    #[command(flatten)]
    pub limits: Limits,
}

/// How long things may take on the way to Cognito, and how soon they are tried again.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)]
pub struct Limits {
    /// Longest time to connect: name, TCP, proxy and TLS together
    #[arg(
        long,
        env = "USER_ATTRIBUTES_CONNECT_TIMEOUT",
        value_name = "TIME",
        default_value = "3s",
        value_parser = positive_time
    )]
    pub connect_timeout: Duration,

    /// Longest time for Cognito's answer to one attempt, whatever the caller's deadline: a change
    /// that was sent isn't cut off before
    #[arg(
        long,
        env = "USER_ATTRIBUTES_UPSTREAM_TIMEOUT",
        value_name = "TIME",
        default_value = "20s",
        value_parser = positive_time
    )]
    pub upstream_timeout: Duration,

    /// Longest wait before the second attempt, where there may be one
    #[arg(
        long,
        env = "USER_ATTRIBUTES_FIRST_RETRY_DELAY",
        value_name = "TIME",
        default_value = "100ms",
        value_parser = time
    )]
    pub first_retry_delay: Duration,

    /// Longest wait before the third attempt, the last
    #[arg(
        long,
        env = "USER_ATTRIBUTES_SECOND_RETRY_DELAY",
        value_name = "TIME",
        default_value = "200ms",
        value_parser = time
    )]
    pub second_retry_delay: Duration,
}

/// The address that every call goes to, and the way there.
#[derive(Clone, Debug)]
pub struct Upstream {
    url: String,
    uri: Uri,
    route: Route,
}

/// Settings that name no Cognito.
#[derive(Debug, thiserror::Error)]
pub enum InvalidSettings {
    /// Neither a Region nor an endpoint was given.
    #[error(
        "neither a Region nor an endpoint is set: give --region (AWS_REGION) or --endpoint-url \
         (AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER)"
    )]
    Missing,
    /// No Region that is known has such a name.
    #[error(transparent)]
    Region(#[from] UnknownRegion),
    /// AWS's endpoint rules refuse what was asked for.
    #[error("{asked} can't be had of {of}: {reason}")]
    Variant {
        /// The settings that ask for it.
        asked: String,
        /// The Region, or the endpoint that was given.
        of: String,
        /// AWS's own words.
        reason: String,
    },
    /// The address is none, such as one that is too long.
    #[error("the endpoint can't be called: {0}")]
    Url(#[from] InvalidUri),
    /// The address isn't to be called like this.
    #[error(transparent)]
    Route(#[from] InvalidRoute),
}

impl Args {
    /// The endpoint that was given, under either name.
    pub fn endpoint(&self) -> Option<&str> {
        self.endpoint_url
            .as_deref()
            .or(self.default_endpoint_url.as_deref())
    }

    /// Where that endpoint was given. It isn't repeated, since it may hold a password.
    pub fn endpoint_setting(&self) -> Option<&'static str> {
        if self.endpoint_url.is_some() {
            Some("--endpoint-url (AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER)")
        } else {
            self.default_endpoint_url
                .as_ref()
                .map(|_| "AWS_ENDPOINT_URL")
        }
    }

    /// The address that the settings name, by AWS's own endpoint rules, and the way there. An
    /// endpoint alone is taken to be in `us-east-1`.
    ///
    /// # Errors
    ///
    /// If neither a Region nor an endpoint is set, the Region is unknown and has no endpoint, the
    /// rules have none for it, or the address can't be called as the settings say.
    pub async fn upstream(&self) -> Result<Upstream, InvalidSettings> {
        let region = self.region.as_deref().or(self.default_region.as_deref());
        let endpoint = self.endpoint();
        if region.is_none() && endpoint.is_none() {
            return Err(InvalidSettings::Missing);
        }
        let region = region.unwrap_or(region::DEFAULT);
        if endpoint.is_none() {
            region::check(region)?;
        }
        let url = self.variants.resolve(region, endpoint).await?;
        let uri = uri(&url)?;
        let route = self.connection.route(&uri)?;
        Ok(Upstream { url, uri, route })
    }
}

impl Upstream {
    /// An address in this process, which nothing else stands before.
    ///
    /// # Panics
    ///
    /// If the address is none.
    pub fn local(url: String) -> Self {
        let uri = uri(&url).expect("this process's own address is a URL");
        let route = Route::local();
        Self { url, uri, route }
    }

    /// The address: scheme, host, and port where it isn't the scheme's own.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The proxy that is called in its stead, without the user of that.
    pub fn proxy(&self) -> Option<&Uri> {
        self.route.proxy()
    }

    /// Where requests go: below the address's path.
    pub(super) fn uri(&self) -> Uri {
        self.uri.clone()
    }

    pub(super) fn route(&self) -> &Route {
        &self.route
    }
}

impl Limits {
    pub(super) fn backoff(&self) -> Backoff {
        Backoff {
            first: self.first_retry_delay,
            second: self.second_retry_delay,
        }
    }
}

/// The address with the `/` that ends its path.
fn uri(url: &str) -> Result<Uri, InvalidUri> {
    format!("{}/", url.trim_end_matches('/')).parse()
}

/// The URL may hold a password, so no error repeats a part of it.
fn endpoint_url(text: &str) -> Result<String, &'static str> {
    let uri: Option<Uri> = text.parse().ok();
    let good = uri.is_some_and(|uri| {
        let (host, authority) = (uri.host(), uri.authority());
        let length = authority.map_or(0, |authority| authority.as_str().len());
        matches!(uri.scheme_str(), Some("http" | "https"))
            && host.is_some_and(|host| {
                !host.is_empty() && (host.len() == length || uri.port_u16().is_some())
            })
    });
    if good && !text.contains(['@', '?', '#']) {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err(
            "an endpoint is http:// or https:// with a host, and a port if need be, but no user \
             name and no query, such as https://vpce-1.example.com",
        )
    }
}
