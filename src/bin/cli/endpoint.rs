//! Where the service is.

use std::fmt;

use tonic::transport::Uri;

/// A URL of the service: scheme, host and port. Shown as the AWS CLI shows it, with a slash at the
/// end.
#[derive(Clone, Debug)]
pub struct Endpoint(Uri);

/// The reason alone: the value may hold a password, or a word that belongs elsewhere.
#[derive(Debug, thiserror::Error)]
#[error("Invalid endpoint: {0}")]
pub struct InvalidEndpoint(&'static str);

impl Endpoint {
    pub fn parse(url: &str) -> Result<Self, InvalidEndpoint> {
        let uri: Uri = url
            .parse()
            .map_err(|_| InvalidEndpoint("it must be a URL such as http://127.0.0.1:50051"))?;
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        Err(InvalidEndpoint(match uri.scheme_str() {
            Some("http") if authority.contains('@') => "it must not hold a user name",
            Some("http") if uri.path() != "/" || uri.query().is_some() => {
                "it must have no path and no query"
            }
            Some("http") => return Ok(Self(uri)),
            Some("https") => "https isn't in this build; use http",
            _ => "it must begin with http://",
        }))
    }

    pub fn uri(&self) -> &Uri {
        &self.0
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
