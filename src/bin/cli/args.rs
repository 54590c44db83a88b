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

use self::words::is_nothing;
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

/// A command line, with the options read that every command has.
pub struct Line {
    pub settings: Settings,
    variables: Variables,
    /// The command, and the words that are its own.
    rest: Vec<String>,
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
    pub settings: Settings,
    pub variables: Variables,
    /// The operation's own, as they were written.
    pub words: Vec<String>,
}

/// An operation's own words, sorted. Their values aren't parsed yet.
pub struct Options {
    pub given: Given,
    /// Words that belong to no option.
    pub unknown: Vec<String>,
}

/// Options that the environment gave, each with its variable.
pub type Variables = Vec<(String, String)>;

/// Headings of the help: the AWS CLI's options, and this client's own.
const AWS: &str = "Options of the AWS CLI";
pub const OURS: &str = "Options of this client";

impl Line {
    /// Reads the process's words, the program's name among them, and its environment.
    pub fn read(words: impl IntoIterator<Item = OsString>) -> Result<Self, Error> {
        let words = words.into_iter().skip(1).map(OsString::into_string);
        let words: Result<Vec<_>, _> = words.collect();
        let words = words.map_err(|_| Error::Argument("an argument isn't UTF-8".to_owned()))?;
        refuse_prompts(&words)?;
        let (globals, rest) = words::take(&command::settings(), words)?;
        let (settings, variables) = settings(&globals)?;
        Ok(Self {
            settings,
            variables,
            rest,
        })
    }

    pub fn asked(self) -> Result<Asked, Error> {
        let Self {
            settings,
            variables,
            mut rest,
        } = self;
        let place = rest.iter().position(|word| !word.starts_with('-'));
        let options = || rest.iter().take_while(|word| *word != "--");
        if options().any(|word| ["--help", "-h"].contains(&word.as_str())) {
            return help(place.map(|place| rest[place].as_str())).map(Asked::Text);
        }
        // The AWS CLI has no other option with this beginning.
        if options().any(|word| word == "-V" || word.len() > 2 && "--version".starts_with(word)) {
            return Ok(Asked::Text(command::root().render_version()));
        }
        let place = place.ok_or_else(|| Error::missing(&["command".to_owned()]))?;
        let name = rest.remove(place);
        match (Operation::named(&name), &rest[..]) {
            (_, [word]) if word == "help" => help(Some(&name)).map(Asked::Text),
            (Some(operation), _) => {
                // To the AWS CLI's parser, it belongs to the name before it.
                if rest.get(place).is_some_and(|word| word == "--") {
                    rest.remove(place);
                }
                Ok(Asked::Call(Box::new(Call {
                    operation,
                    settings,
                    variables,
                    words: rest,
                })))
            }
            (None, rest) => written(&name, rest).map(Asked::Text),
        }
    }
}

impl Call {
    /// Sorts the operation's words, which the AWS CLI does after it has looked at the settings.
    pub fn options(&self) -> Result<Options, Error> {
        let command = command::operation(self.operation);
        let (given, mut unknown) = words::take(&command, self.words.clone())?;
        if is_nothing(&unknown) {
            unknown.clear();
        }
        Ok(Options { given, unknown })
    }
}

/// Nobody is asked for anything here. As in the AWS CLI, the word counts wherever it stands.
fn refuse_prompts(words: &[String]) -> Result<(), Error> {
    let has = |it: &str| words.iter().any(|word| word == it);
    if !has("--cli-auto-prompt") {
        return Ok(());
    }
    if has("--no-cli-auto-prompt") {
        let fault = "Both --cli-auto-prompt and --no-cli-auto-prompt cannot be specified at the \
                     same time.";
        return Err(Error::Parameter(fault.to_owned()));
    }
    if ["help", "--help", "--version"].into_iter().any(has) {
        return Ok(());
    }
    let fault = "--cli-auto-prompt: this client has no prompts";
    Err(Error::Setting(fault.to_owned()))
}

/// What the commands print that call nothing.
fn written(name: &str, rest: &[String]) -> Result<String, Error> {
    let word = rest.first().map(String::as_str);
    match (name, word) {
        ("help" | "man" | "completions", _) if rest.len() > 1 => {
            Err(Error::UnknownOption(unknown(&rest[1..])))
        }
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
    // A blank variable of the environment is none, but not a blank option.
    if given.word("endpoint") == Some("") {
        let fault = "argument --endpoint: it must be a URL such as http://127.0.0.1:50051";
        return Err(Error::Argument(fault.to_owned()));
    }
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
