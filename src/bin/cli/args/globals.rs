//! The AWS CLI's own options that every command has.

use std::ffi::OsString;

use clap::ValueEnum;

use super::AWS;

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

/// How the server's errors are written.
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
    /// How the server's errors are written.
    #[arg(long, global = true, value_enum, default_value = "enhanced")]
    pub cli_error_format: ErrorFormat,
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
/// The same with values. The service knows its Region, and no value here has bytes.
pub const IDLE_OPTIONS: [(&str, &[&str]); 3] = [
    ("cli-binary-format", &["base64", "raw-in-base64-out"]),
    ("profile", &[]),
    ("region", &[]),
];
