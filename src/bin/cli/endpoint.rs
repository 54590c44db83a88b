//! Where the service is.

use std::{fmt, time::Duration};

use tonic::transport::Uri;
use user_attributes::settings;

use crate::{
    args::{OURS, globals},
    error::Error,
    tls::{self, Tls},
};

const DEFAULT: &str = "http://127.0.0.1:50051";
/// The variable of the URL, the only one that clap wants to be UTF-8.
pub const VARIABLE: &str = "USER_ATTRIBUTES_ENDPOINT";

/// Which service to call, and how long to wait for it.
#[derive(clap::Args)]
#[group(skip)] // clap would name each after its type, `Args`
#[command(next_help_heading = OURS)]
pub struct Args {
    /// URL of the service: http:// or https://, without a path.
    #[arg(
        long,
        visible_alias = "endpoint-url",
        global = true,
        value_name = "URL",
        env = VARIABLE,
        hide_env_values = true,
        default_value = DEFAULT
    )]
    endpoint: String,
    /// Longest time for the whole call, such as 5s or 500ms. When it runs out, the exit code is 255.
    #[arg(long, global = true, value_name = "TIME", value_parser = settings::positive_time)]
    pub timeout: Option<Duration>,
    #[command(flatten)]
    tls: tls::Args,
}

/// A URL of the service: scheme, host and port. Shown as the AWS CLI shows it, with a slash at the
/// end.
#[derive(Clone, Debug)]
pub struct Endpoint(Uri);

/// The reason alone: the value may hold a password, or a word that belongs elsewhere.
#[derive(Debug, thiserror::Error)]
#[error("Invalid endpoint: {0}")]
pub struct InvalidEndpoint(&'static str);

impl Args {
    /// The service's URL, and how to speak TLS with it if that has to be.
    pub fn read(self, globals: &globals::Args) -> Result<(Endpoint, Option<Tls>), Error> {
        let url = match self.endpoint.as_str() {
            // A blank variable of the environment counts as none.
            "" => DEFAULT,
            url => url,
        };
        let endpoint = Endpoint::parse(url).map_err(|error| Error::option("--endpoint", error))?;
        let tls = self.tls.read(&endpoint, globals)?;
        Ok((endpoint, tls))
    }
}

impl Endpoint {
    fn parse(url: &str) -> Result<Self, InvalidEndpoint> {
        let uri: Uri = url
            .parse()
            .map_err(|_| InvalidEndpoint("it must be a URL such as http://127.0.0.1:50051"))?;
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        Err(InvalidEndpoint(match uri.scheme_str() {
            Some("http" | "https") if authority.contains('@') => "it must not hold a user name",
            Some("http" | "https") if uri.path() != "/" || uri.query().is_some() => {
                "it must have no path and no query"
            }
            Some("http" | "https") => return Ok(Self(uri)),
            _ => "it must begin with http:// or https://",
        }))
    }

    pub fn uri(&self) -> &Uri {
        &self.0
    }

    pub fn is_https(&self) -> bool {
        self.0.scheme_str() == Some("https")
    }

    /// A name, or an address without brackets.
    pub fn host(&self) -> &str {
        let host = self.0.host().unwrap_or_default();
        host.trim_start_matches('[').trim_end_matches(']')
    }

    /// That of the URL, or its scheme's own.
    pub fn port(&self) -> u16 {
        let default = if self.is_https() { 443 } else { 80 };
        self.0.port_u16().unwrap_or(default)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
