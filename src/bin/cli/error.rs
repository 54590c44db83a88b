//! What goes wrong, in the AWS CLI's form behind this program's name, and the exit code that
//! scripts expect. No message repeats a value.

mod service;

use std::{fmt, io};

use serde_json::json;
use user_attributes::proto::Operation;

pub use self::service::ServiceError;
use crate::{
    args::{
        Variables,
        globals::{ErrorFormat, Format},
    },
    endpoint::Endpoint,
    format::{self, Style},
    paramfile::LoadError,
};

/// One variant for each form of message; `exit_code` groups them.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line can't be read.
    #[error("{PARAM_VALIDATION}{0}\n\n{USAGE}")]
    Argument(String),
    /// A blank text, of which the AWS CLI wants the first character.
    #[error("Error parsing parameter '{0}': there is nothing in it")]
    Blank(String),
    /// No answer came, and why.
    #[error("{0}")]
    Call(Box<CallError>),
    /// A file that a shorthand value refers to.
    #[error(transparent)]
    File(#[from] LoadError),
    #[error("the reply can't be written: {0}")]
    Output(io::Error),
    /// An option's value can't be read.
    #[error("{PARAM_VALIDATION}Error parsing parameter '{option}': {cause}")]
    Option { option: String, cause: String },
    /// A value breaks a rule that needs no server.
    #[error("{PARAM_VALIDATION}{0}")]
    Parameter(String),
    /// The reply is there, and can't be shown as it was asked for.
    #[error("{0}")]
    Reply(String),
    #[error("{0}")]
    Service(Box<ServiceError>),
    /// A setting that the AWS CLI looks at after its own checks.
    #[error("{0}")]
    Setting(String),
    #[error("Unknown options: {0}\n\n{USAGE}")]
    UnknownOption(String),
}

/// A call that came to nothing.
#[derive(Debug)]
pub struct CallError {
    pub endpoint: Endpoint,
    pub trouble: Trouble,
    /// The change, if it may be on its way.
    pub change: Option<Change>,
}

/// A change that was asked for. Shown as what to do where it may have been made.
#[derive(Clone, Debug)]
pub struct Change {
    pub operation: Operation,
    pub request_id: String,
}

/// What may be wrong on the way.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// Nobody could be reached.
    Unreachable,
    /// A connection was made, and closed before an answer.
    Broken,
    /// The same, as the server has TLS.
    Encrypted,
    /// What answers there doesn't speak HTTP/2.
    NotHttp2,
    /// It does, and answered something else than gRPC, with this status.
    NotGrpc(u16),
    /// TLS failed, in words.
    Tls(String),
    TimedOut,
}

/// What the AWS CLI puts before what its own checks find.
const PARAM_VALIDATION: &str = "An error occurred (ParamValidation): ";
/// The name in front of every error.
const PROGRAM: &str = "user-attributes";
const USAGE: &str = "\
usage: user-attributes <command> [parameters]
To see help text, you can run:

  user-attributes help
  user-attributes <command> help";
/// Longest name that is repeated, in characters.
const MAX_ECHO: usize = 24;

impl Error {
    /// A value that its option can't take.
    pub fn option(option: &str, cause: impl fmt::Display) -> Self {
        let (option, cause) = (option.to_owned(), cause.to_string());
        Self::Option { option, cause }
    }

    /// Says so if the value that can't be read is one of the environment's.
    pub fn of_variable(self, variables: &Variables) -> Self {
        let is_of = |given: &str| matches!(&self, Self::Option { option, .. } if option == given);
        match variables.iter().find(|(option, _)| is_of(option)) {
            Some((_, variable)) => self.with_tip(&format!("{variable} is set in the environment")),
            None => self,
        }
    }

    /// Arguments that must be there, and aren't.
    pub fn missing(arguments: &[String]) -> Self {
        Self::Argument(format!(
            "the following arguments are required: {}",
            arguments.join(", ")
        ))
    }

    /// With what may help, below the AWS CLI's own words.
    pub fn with_tip(mut self, tip: &str) -> Self {
        if let Self::Argument(cause) | Self::Option { cause, .. } = &mut self {
            *cause = format!("{cause}\n\n  tip: {tip}");
        }
        self
    }

    /// As it goes to stderr. As in the AWS CLI, the formats are for errors that have a code.
    pub fn report(&self, format: ErrorFormat, style: Style) -> String {
        let whole = self.to_string();
        let (members, headline) = match self {
            Self::Service(error) => (error.members(), error.headline()),
            Self::Argument(_) | Self::Option { .. } | Self::Parameter(_) => {
                let message = whole.strip_prefix(PARAM_VALIDATION).unwrap_or(&whole);
                let members = json!({"Code": "ParamValidation", "Message": message});
                (members, message.to_owned())
            }
            _ => return in_words(&whole),
        };
        let format = match format {
            ErrorFormat::Enhanced => return in_words(&whole),
            ErrorFormat::Legacy => return in_words(&headline),
            ErrorFormat::Json => Format::Json,
            ErrorFormat::Yaml => Format::Yaml,
            ErrorFormat::Text => Format::Text,
            ErrorFormat::Table => Format::Table,
        };
        format::printed(&members, "error", format, style).unwrap_or_else(|_| in_words(&whole))
    }

    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Argument(_)
            | Self::Option { .. }
            | Self::Parameter(_)
            | Self::UnknownOption(_) => 252,
            Self::Service(error) if !error.is_late() => 254,
            Self::Blank(_)
            | Self::Call(_)
            | Self::File(_)
            | Self::Output(_)
            | Self::Reply(_)
            | Self::Service(_)
            | Self::Setting(_) => 255,
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            endpoint,
            trouble,
            change,
        } = self;
        match trouble {
            Trouble::Unreachable => {
                write!(f, "Could not connect to the endpoint URL: \"{endpoint}\"")?;
            }
            Trouble::Broken => write!(
                f,
                "Connection was closed before we received a valid response from endpoint URL: \
                 \"{endpoint}\""
            )?,
            Trouble::Encrypted => write!(
                f,
                "The server at the endpoint URL \"{endpoint}\" speaks TLS: use https://"
            )?,
            Trouble::NotHttp2 => write!(
                f,
                "There is no gRPC service at the endpoint URL \"{endpoint}\": what answers there \
                 doesn't speak HTTP/2"
            )?,
            Trouble::NotGrpc(status) => write!(
                f,
                "There is no gRPC service at the endpoint URL \"{endpoint}\": what answers there \
                 said something else, with HTTP status {status}"
            )?,
            Trouble::Tls(why) => write!(f, "SSL validation failed for {endpoint} {why}")?,
            Trouble::TimedOut => write!(f, "Read timeout on endpoint URL: \"{endpoint}\"")?,
        }
        match change {
            Some(change) => write!(f, "\n\n{change}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.operation {
            // No attribute shows that.
            Operation::GetUserAttributeVerificationCode => {
                "A code may have been sent: ask the user whether one came."
            }
            _ => "The change may have been made.",
        })?;
        write!(
            f,
            " To ask the same server again, repeat it with --request-id {}",
            self.request_id
        )
    }
}

fn in_words(text: &str) -> String {
    format!("\n{PROGRAM}: [ERROR]: {}\n", text.trim_end())
}

/// A name that a caller has written, cut where it may be a value that lost its place.
pub fn shown(name: &str) -> String {
    shortened(name, |it| it.is_ascii_alphanumeric() || "-_.:".contains(it))
}

/// The beginning of a name, as long as its characters are those of one.
pub fn shortened(name: &str, is_of_name: impl Fn(char) -> bool) -> String {
    let short: String = name
        .chars()
        .take_while(|it| is_of_name(*it))
        .take(MAX_ECHO)
        .collect();
    if short == name { short } else { short + "…" }
}
