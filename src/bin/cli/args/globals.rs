//! The AWS CLI's own options that every command has.

use std::{env, ffi::OsString};

use clap::ValueEnum;

use super::AWS;
use crate::error::Error;

/// How a reply is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Json,
    Text,
    Table,
    Yaml,
    YamlStream,
    Off,
}

/// How errors are written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ErrorFormat {
    Enhanced,
    Legacy,
    Json,
    Yaml,
    Text,
    Table,
}

/// Whether a table has colours; `Auto` is on a terminal.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    On,
    Off,
    Auto,
}

#[derive(clap::Args)]
#[group(skip)] // clap would name each after its type, `Args`
#[command(next_help_heading = AWS)]
pub struct Args {
    /// How the reply is written. [env: AWS_DEFAULT_OUTPUT] [default: json]
    #[arg(long, global = true, value_enum)]
    pub output: Option<Format>,
    /// Which part of the reply is written, in JMESPath.
    #[arg(long, global = true, value_name = "QUERY")]
    pub query: Option<String>,
    /// Whether a table has colours: auto is on a terminal.
    #[arg(long, global = true, value_enum, default_value = "auto")]
    pub color: Color,
    /// How errors are written. [env: AWS_CLI_ERROR_FORMAT] [default: enhanced]
    #[arg(long, global = true, value_enum)]
    cli_error_format: Option<ErrorFormat>,
    /// Longest time for an answer, in seconds, unless --timeout says it. 0 is the default.
    #[arg(long, global = true, value_name = "SECONDS")]
    pub cli_read_timeout: Option<String>,
    /// Longest time to connect, in seconds. 0 is the default.
    #[arg(long, global = true, value_name = "SECONDS")]
    pub cli_connect_timeout: Option<String>,
    /// PEM file of the certificates to trust, where --tls-ca doesn't say it.
    #[arg(long, global = true, value_name = "FILE")]
    pub ca_bundle: Option<OsString>,
    /// Refused for https://: this client always checks who the server is.
    #[arg(long, global = true)]
    pub no_verify_ssl: bool,
    /// Refused unless it is blank: this client has no profiles.
    #[arg(long, global = true, value_name = "NAME")]
    profile: Option<String>,
    /// Has to look like a Region, and has no meaning here: the service knows its own.
    #[arg(long, global = true, value_name = "NAME")]
    region: Option<String>,
}

impl Args {
    pub fn error_format(&self) -> ErrorFormat {
        let format = self.cli_error_format;
        format.unwrap_or_else(ErrorFormat::in_environment)
    }

    /// What the AWS CLI looks at once it has read the parameters, and before it checks them.
    pub fn check(&self) -> Result<(), Error> {
        let blank = |text: &OsString| text.is_empty();
        let fault = if self.profile.as_deref().is_some_and(|name| !name.is_empty()) {
            "The config profile could not be found: this client has no profiles"
        } else if !self.region.as_deref().is_none_or(is_region) {
            "Provided region_name doesn't match a supported format."
        } else if !self.no_verify_ssl && self.ca_bundle.as_ref().is_some_and(blank) {
            "Invalid CA bundle: --ca-bundle is blank"
        } else {
            return Ok(());
        };
        Err(Error::Setting(fault.to_owned()))
    }
}

/// Whether it can be a part of a host's name, or is blank.
fn is_region(name: &str) -> bool {
    name.len() <= 63
        && !name.starts_with('-')
        && !name.ends_with('-')
        && name
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'-')
        && (name.is_empty() || !name.bytes().all(|it| it.is_ascii_digit()))
}

impl ErrorFormat {
    /// To the AWS CLI, a variable that says none of them says nothing.
    pub fn in_environment() -> Self {
        let name = env::var("AWS_CLI_ERROR_FORMAT").unwrap_or_default();
        Self::from_str(&name, true).unwrap_or(Self::Enhanced)
    }
}

/// Flags of the AWS CLI's that mean nothing here, where there are no pages, prompts and signatures,
/// and no log that might hold a token.
pub const IDLE_FLAGS: [&str; 5] = [
    "debug",
    "no-cli-auto-prompt",
    "no-cli-pager",
    "no-paginate",
    "no-sign-request",
];
/// The same with values: no value here has bytes.
pub const IDLE_OPTIONS: [(&str, &[&str]); 1] =
    [("cli-binary-format", &["base64", "raw-in-base64-out"])];
