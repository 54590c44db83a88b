//! The command line, by the AWS CLI's rules: unique prefixes of an option's name, `=` before a
//! value, and the last one wins.

mod operation;

use std::ffi::OsString;

use clap::{
    CommandFactory as _, FromArgMatches as _, Parser,
    error::{ContextKind, ContextValue, ErrorKind},
};

pub use self::operation::{
    DeleteUserAttributes, GetUser, GetUserAttributeVerificationCode, Operation,
    UpdateUserAttributes, VerifyUserAttribute,
};
use crate::{endpoint, error::Error};

/// Reads, changes and verifies the attributes of a user of Amazon Cognito, through the gRPC service.
/// Syntax, output, errors and exit codes are those of the AWS CLI, version 2.
#[derive(Parser)]
#[command(
    name = "user-attributes",
    version,
    infer_long_args = true,
    args_override_self = true
)]
struct Args {
    #[command(subcommand)]
    command: Operation,
    #[command(flatten)]
    service: endpoint::Args,
}

/// What a command line asks for.
pub enum Asked {
    /// This text, and no call.
    Help(String),
    /// A call of this service.
    Call(Operation, endpoint::Args),
}

/// Options whose values are secret.
const SECRETS: [&str; 2] = ["--access-token", "--code"];
/// Longest unknown name that is repeated, in characters.
const MAX_ECHO: usize = 24;

/// Reads the process's words, the program's name among them, and its environment.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Asked, Error> {
    let matches = match Args::command().try_get_matches_from(help_last(words)) {
        Ok(matches) => matches,
        Err(error) if !error.use_stderr() => return Ok(Asked::Help(error.render().to_string())),
        Err(error) => return Err(refusal(&error)),
    };
    let Args { command, service } =
        Args::from_arg_matches(&matches).map_err(|error| refusal(&error))?;
    Ok(Asked::Call(command, service))
}

/// `<command> help` is the AWS CLI's way to say `<command> --help`.
fn help_last(words: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut words: Vec<_> = words.into_iter().collect();
    if let [_, command, last] = words.as_mut_slice()
        && last == "help"
        && command != "help"
    {
        *last = "--help".into();
    }
    words
}

/// clap's error in the AWS CLI's words. A word that may be the access token isn't repeated.
fn refusal(error: &clap::Error) -> Error {
    let argument = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => argument.as_str(),
        _ => "",
    };
    let option = argument.split([' ', '=']).next().unwrap_or_default();
    match error.kind() {
        ErrorKind::UnknownArgument => Error::UnknownOption(unknown(option)),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Error::missing(&["command"])
        }
        ErrorKind::InvalidSubcommand => {
            let command = match error.get(ContextKind::InvalidSubcommand) {
                Some(ContextValue::String(command)) => cut(command),
                _ => String::new(),
            };
            Error::Argument(format!(
                "argument command: Found invalid choice '{command}'"
            ))
        }
        ErrorKind::InvalidUtf8 => Error::Argument("an argument isn't UTF-8".to_owned()),
        _ => Error::Argument(format!("argument {option}: expected one argument")),
    }
}

fn unknown(word: &str) -> String {
    if word.starts_with('-') {
        cut(word)
    } else {
        // A stray word is what a token with a space in it leaves behind.
        "a word that belongs to no option".to_owned()
    }
}

/// The part that can be a name; what follows may be a secret that lost its space.
fn cut(word: &str) -> String {
    if let Some(option) = SECRETS.into_iter().find(|&it| word.starts_with(it)) {
        return format!("{option}…");
    }
    let is_of_name = |it: &char| it.is_ascii_lowercase() || *it == '-';
    let name: String = word.chars().take_while(is_of_name).take(MAX_ECHO).collect();
    if name == word { name } else { name + "…" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_secret_without_its_space_is_not_repeated() {
        assert_eq!(cut("--bogus"), "--bogus");
        assert_eq!(cut("--access-tokeneyJraWQi"), "--access-token…");
        assert_eq!(cut("--codesecret"), "--code…");
        assert_eq!(cut("--cod123456"), "--cod…");
        assert_eq!(
            cut("--abcdefghijklmnopqrstuvwxyz"),
            "--abcdefghijklmnopqrstuv…"
        );
    }
}
