//! The command line: what it asks for.

mod choice;
mod command;
pub mod globals;
mod manual;
mod words;

use std::{error::Error as _, ffi::OsString};

use clap::{
    Command, FromArgMatches as _, Parser,
    error::{ContextKind, ContextValue, ErrorKind},
    parser::ValueSource,
};

pub use self::words::{Given, unknown};
use crate::{endpoint, error::Error, model::Operation};

/// Reads, changes and verifies the attributes of a user of Amazon Cognito, through the gRPC service.
/// Syntax, output and exit codes are those of the AWS CLI, version 2.
#[derive(Parser)]
// An operation's own options come first.
#[command(name = "user-attributes", version, next_display_order = 100)]
pub struct Settings {
    #[command(flatten)]
    pub globals: globals::Args,
    #[command(flatten)]
    pub service: endpoint::Args,
}

/// What a command line asks for.
pub enum Asked {
    /// This text, and no call.
    Text(String),
    Call(Box<Call>),
}

/// A call of an operation, with words that aren't parsed yet.
pub struct Call {
    pub operation: &'static Operation,
    pub given: Given,
    /// Words that belong to no option.
    pub unknown: Vec<String>,
    pub settings: Settings,
    pub variables: Variables,
}

/// Options that the environment gave, each with its variable.
pub type Variables = Vec<(String, String)>;

/// Headings of the help: the AWS CLI's options, and this client's own.
const AWS: &str = "Options of the AWS CLI";
pub const OURS: &str = "Options of this client";

/// Reads the process's words, the program's name among them, and its environment.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Asked, Error> {
    let words = words.into_iter().skip(1).map(OsString::into_string);
    let words: Result<Vec<_>, _> = words.collect();
    let words = words.map_err(|_| Error::Argument("an argument isn't UTF-8".to_owned()))?;
    let asks_for = |flags: [&str; 2]| {
        let mut options = words.iter().take_while(|word| *word != "--");
        options.any(|word| flags.contains(&word.as_str()))
    };
    if asks_for(["--help", "-h"]) {
        let command = words.iter().find(|word| !word.starts_with('-'));
        return help(command.map(String::as_str)).map(Asked::Text);
    }
    if asks_for(["--version", "-V"]) {
        return Ok(Asked::Text(command::root().render_version()));
    }

    let (globals, mut rest) = words::take(&command::settings(), words)?;
    let (settings, variables) = settings(&globals)?;
    let place = rest.iter().position(|word| !word.starts_with('-'));
    let place = place.ok_or_else(|| Error::missing(&["command".to_owned()]))?;
    let name = rest.remove(place);
    match (Operation::named(&name), &rest[..]) {
        (_, [word]) if word == "help" => help(Some(&name)).map(Asked::Text),
        (Some(operation), _) => {
            let (given, unknown) = words::take(&command::operation(operation), rest)?;
            check_kind_of_skeleton(&given)?;
            Ok(Asked::Call(Box::new(Call {
                operation,
                given,
                unknown,
                settings,
                variables,
            })))
        }
        (None, rest) => written(&name, rest).map(Asked::Text),
    }
}

fn check_kind_of_skeleton(given: &Given) -> Result<(), Error> {
    match given.word(SKELETON) {
        Some(kind) if !command::SKELETONS.contains(&kind) => {
            let option = format!("--{SKELETON}");
            Err(choice::invalid(&option, kind, &command::SKELETONS))
        }
        _ => Ok(()),
    }
}

/// What the commands print that call nothing.
fn written(name: &str, rest: &[String]) -> Result<String, Error> {
    let word = rest.first().map(String::as_str);
    match (name, word) {
        (_, _) if rest.len() > 1 => Err(Error::UnknownOption(unknown(&rest[1..]))),
        ("help", command) => help(command),
        ("man", command) => manual(command),
        ("completions", None) => Err(Error::missing(&["shell".to_owned()])),
        ("completions", Some(shell)) => completions(shell),
        (name, _) => Err(unknown_command(&built(), name)),
    }
}

fn help(command: Option<&str>) -> Result<String, Error> {
    let mut command = named(command.filter(|name| *name != "help"))?;
    Ok(command.render_help().to_string())
}

fn manual(command: Option<&str>) -> Result<String, Error> {
    manual::page(named(command)?).map_err(Error::Output)
}

/// The whole tree, with clap's own parts.
fn built() -> Command {
    let mut root = command::root();
    root.build();
    root
}

/// The command of this name, or the root.
fn named(name: Option<&str>) -> Result<Command, Error> {
    let root = built();
    let Some(name) = name else {
        return Ok(root);
    };
    let command = root.find_subcommand(name).cloned();
    command.ok_or_else(|| unknown_command(&root, name))
}

fn unknown_command(root: &Command, name: &str) -> Error {
    let commands: Vec<_> = root.get_subcommands().map(Command::get_name).collect();
    choice::invalid("command", name, &commands)
}

fn completions(shell: &str) -> Result<String, Error> {
    let mut shells = command::SHELLS.into_iter();
    let Some((_, generator)) = shells.find(|(name, _)| *name == shell) else {
        return Err(choice::invalid(
            "shell",
            shell,
            &command::SHELLS.map(|(name, _)| name),
        ));
    };
    let mut script = Vec::new();
    clap_complete::generate(generator, &mut command::root(), PROGRAM, &mut script);
    Ok(String::from_utf8_lossy(&script).replace(MISNAMED, NAMED))
}

/// clap writes the name of a program that has a hyphen in two ways into a script for bash, which then
/// knows no options of its commands.
/// Source: <https://github.com/clap-rs/clap/issues/6421>
const MISNAMED: &str = "user__subcmd__attributes__subcmd__";
const NAMED: &str = "user__attributes__subcmd__";

const PROGRAM: &str = env!("CARGO_BIN_NAME");
/// The option that asks for a sample.
pub const SKELETON: &str = "generate-cli-skeleton";

/// clap reads the settings' values, and the environment.
fn settings(given: &Given) -> Result<(Settings, Variables), Error> {
    let mut command = command::settings();
    let words = [PROGRAM.to_owned()].into_iter().chain(given.joined());
    let matches = command.try_get_matches_from_mut(words);
    let matches = matches.map_err(|error| refusal(&error))?;
    let settings = Settings::from_arg_matches(&matches).map_err(|error| refusal(&error))?;
    let variables = command.get_arguments().filter_map(|arg| {
        let (option, variable) = (arg.get_long()?, arg.get_env()?);
        let source = matches.value_source(arg.get_id().as_str())?;
        (source == ValueSource::EnvVariable)
            .then(|| (format!("--{option}"), variable.display().to_string()))
    });
    Ok((settings, variables.collect()))
}

/// clap's error in the AWS CLI's words.
fn refusal(error: &clap::Error) -> Error {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.as_str(),
        _ => "",
    };
    let argument = text(ContextKind::InvalidArg);
    let option = argument.split([' ', '=']).next().unwrap_or_default();
    let value = text(ContextKind::InvalidValue);
    if error.kind() == ErrorKind::InvalidValue
        && let Some(ContextValue::Strings(choices)) = error.get(ContextKind::ValidValue)
    {
        return choice::invalid(option, value, choices);
    }
    if error.kind() == ErrorKind::InvalidUtf8 {
        return Error::Argument(format!("{} isn't UTF-8", endpoint::VARIABLE));
    }
    let cause = error.source().map(ToString::to_string);
    let cause = cause.unwrap_or_else(|| "its value isn't good".to_owned());
    Error::Argument(format!("argument {option}: {cause}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_commands_are_well_formed() {
        super::command::root().debug_assert();
    }
}
