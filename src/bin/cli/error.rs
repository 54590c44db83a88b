//! What goes wrong, as the AWS CLI v2 says it, and the exit code that its scripts expect.

use std::{fmt, io};

use tonic::Status;
use tonic_types::StatusExt as _;
use user_attributes::proto::code_name;

use crate::{endpoint::Endpoint, paramfile::LoadError};

/// One variant for each form of message; `exit_code` groups them.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line can't be read.
    #[error("An error occurred (ParamValidation): {0}\n\n{USAGE}")]
    Argument(String),
    /// A connection was made, and no answer came.
    #[error(
        "Connection was closed before we received a valid response from endpoint URL: \"{0}\"."
    )]
    Broken(Endpoint),
    /// The same, as the server has TLS.
    #[error(
        "Connection was closed before we received a valid response from endpoint URL: \"{0}\". The \
         server speaks TLS: use https://"
    )]
    Encrypted(Endpoint),
    /// A file that a shorthand value refers to.
    #[error(transparent)]
    File(#[from] LoadError),
    #[error("the reply can't be written: {0}")]
    Output(io::Error),
    /// An option's value can't be read, or breaks a rule that needs no server.
    #[error("An error occurred (ParamValidation): {0}")]
    Parameter(String),
    #[error("{0}")]
    Service(Box<ServiceError>),
    #[error("SSL validation failed for {0} {1}")]
    Tls(Endpoint, String),
    #[error("Read timeout on endpoint URL: \"{0}\"")]
    TimedOut(Endpoint),
    #[error("Unknown options: {0}\n\n{USAGE}")]
    UnknownOption(String),
    #[error("Could not connect to the endpoint URL: \"{0}\"")]
    Unreachable(Endpoint),
}

const USAGE: &str = "\
usage: user-attributes <command> [parameters]
To see help text, you can run:

  user-attributes help
  user-attributes <command> help";

impl Error {
    /// A value that its option can't take.
    pub fn option(option: &str, cause: impl fmt::Display) -> Self {
        Self::Parameter(format!("Error parsing parameter '{option}': {cause}"))
    }

    /// Arguments that must be there, and aren't.
    pub fn missing(arguments: &[&str]) -> Self {
        Self::Argument(format!(
            "the following arguments are required: {}",
            arguments.join(", ")
        ))
    }

    /// What goes to stderr.
    pub fn report(&self) -> String {
        format!("\naws: [ERROR]: {self}\n")
    }

    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Argument(_) | Self::Parameter(_) | Self::UnknownOption(_) => 252,
            Self::Service(_) => 254,
            Self::Broken(_)
            | Self::Encrypted(_)
            | Self::File(_)
            | Self::Output(_)
            | Self::TimedOut(_)
            | Self::Tls(..)
            | Self::Unreachable(_) => 255,
        }
    }
}

/// An answer of the server's that isn't a reply.
#[derive(Debug)]
pub struct ServiceError {
    operation: &'static str,
    code: String,
    message: String,
    /// A field's path and what is wrong with it, for each.
    violations: Vec<(String, String)>,
}

impl ServiceError {
    pub fn new(operation: &'static str, status: &Status) -> Self {
        let details = status.get_error_details();
        let code = match details.error_info() {
            None => code_name(status.code()).to_owned(),
            Some(info) => match info.metadata.get("awsErrorCode") {
                Some(code) => code.clone(),
                // What the server found before it asked Cognito has Cognito's name all the same.
                None if info.reason == "INVALID_PARAMETER" => {
                    "InvalidParameterException".to_owned()
                }
                None => info.reason.clone(),
            },
        };
        let violations = details
            .bad_request()
            .into_iter()
            .flat_map(|request| &request.field_violations)
            .map(|violation| (violation.field.clone(), violation.description.clone()))
            .collect();
        let message = status.message().trim_end().to_owned();
        Self {
            operation,
            code,
            message,
            violations,
        }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation,
            code,
            message,
            violations,
        } = self;
        write!(
            f,
            "An error occurred ({code}) when calling the {operation} operation: {message}"
        )?;
        if !violations.is_empty() {
            write!(f, "\n\nAdditional error details:")?;
        }
        for (field, description) in violations {
            match field.as_str() {
                "" => write!(f, "\n{description}")?,
                field => write!(f, "\n{field}: {description}")?,
            }
        }
        Ok(())
    }
}
