//! The settings of this process: its flags, then its environment, then the defaults.

use std::{env, ffi::OsStr};

use clap::{
    Arg, Command, CommandFactory as _, FromArgMatches as _,
    builder::{Resettable, StyledStr},
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::{Args, pool};
use crate::{
    cognito,
    settings::{CONCEALED, Environment, Lacking, printed, unknown_variables},
    telemetry::traces,
};

/// What this build was made without.
const LACKING: &[Lacking] = if pool::EXISTS {
    &[]
} else {
    &[Lacking {
        flags: "local-pool",
        part: "local pool",
    }]
};

/// What a command line asks for.
pub enum Asked {
    /// A server with these settings, or whether there could be one.
    Server(Box<Args>),
    /// This text on stdout.
    Text(String),
}

/// What to do with the settings, other than to serve.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)]
pub(super) struct Errand {
    /// Do what a start does before it takes a port, say whether the settings are good, and end
    #[arg(long, conflicts_with = "print_config")]
    pub(super) check_config: bool,

    /// Print each setting with its value and where that is from, and end
    #[arg(long)]
    print_config: bool,
}

impl Asked {
    /// What this process's command line asks for, with the settings of its environment.
    ///
    /// # Errors
    ///
    /// If a setting can't be read, or a variable of the environment must have been meant for one.
    /// The error names the flag, or the variable, or both where a flag's value comes from a variable.
    pub fn of_process() -> Result<Self, clap::Error> {
        let environment = Environment::of_process();
        let mut command = Args::command().mut_args(|arg| match variable(&arg) {
            Some(variable) if !cognito::variable_counts(variable, &environment) => {
                without_variable(arg)
            }
            _ => arg,
        });
        let matches = command.clone().try_get_matches();
        let matches = matches.map_err(|error| explain(error, command.clone()))?;
        let mut problems = unknown_variables(&environment, &Args::command(), LACKING);
        problems.extend(cognito::ignores_endpoints(&environment).err());
        let traces = traces::Settings::of_environment(&environment, &mut problems);
        if !problems.is_empty() {
            return Err(command.error(ErrorKind::InvalidValue, problems.join("\n")));
        }
        let mut args = Args::from_arg_matches(&matches)?;
        args.cognito.connection.proxies = cognito::Proxies::of_environment();
        args.telemetry.traces = traces;
        Ok(if args.errand.print_config {
            let delay = humantime::format_duration(args.drain_delay()).to_string();
            Self::Text(printed(
                &Args::command(),
                &matches,
                &[("drain-delay", delay)],
            ))
        } else {
            Self::Server(Box::new(args))
        })
    }
}

fn variable(arg: &Arg) -> Option<&str> {
    arg.get_env().and_then(OsStr::to_str)
}

fn without_variable(arg: Arg) -> Arg {
    arg.env(Resettable::Reset)
}

/// Says where a bad value comes from, and leaves out of clap's text what nobody should read there.
fn explain(mut error: clap::Error, mut command: Command) -> clap::Error {
    if !error.use_stderr() {
        return error;
    }
    // Flags are read first, so an error that stays without the environment is one of theirs.
    let flags = command.clone().mut_args(without_variable);
    let from_environment = flags.try_get_matches().is_ok();
    command.build();

    let invalid = text(&error, ContextKind::InvalidArg);
    let arg = command
        .get_arguments()
        .find(|arg| arg.to_string() == invalid);
    if let Some(arg) = arg {
        conceal_value(&mut error, arg, from_environment);
        if from_environment {
            name_variable(&mut error, arg);
        }
    } else if error.kind() == ErrorKind::InvalidUtf8 {
        if from_environment {
            name_unreadable(&mut error, &command);
        }
    } else {
        conceal_stray_word(&mut error, &invalid);
        suggest(&mut error, &invalid, &command);
    }
    error
}

fn text(error: &clap::Error, kind: ContextKind) -> String {
    error.get(kind).map(ToString::to_string).unwrap_or_default()
}

/// Where `--help` hides the value of a variable, no message shows it, or the flag's.
fn conceal_value(error: &mut clap::Error, arg: &Arg, from_environment: bool) {
    let value = text(error, ContextKind::InvalidValue);
    let typed = !from_environment && password_may_be_typed();
    if !value.is_empty() && (arg.is_hide_env_values_set() || value.contains('@') || typed) {
        insert(error, ContextKind::InvalidValue, CONCEALED);
    }
}

/// A word that belongs to no flag is also what a password with a space in it leaves behind.
fn conceal_stray_word(error: &mut clap::Error, word: &str) {
    if word.contains('@') || !word.starts_with('-') && password_may_be_typed() {
        insert(error, ContextKind::InvalidArg, CONCEALED);
    }
}

fn password_may_be_typed() -> bool {
    env::args_os().any(|word| word.to_string_lossy().contains('@'))
}

/// A hidden flag is there for its variable alone.
fn name_variable(error: &mut clap::Error, arg: &Arg) {
    let variable = variable(arg).unwrap_or_default();
    if arg.is_hide_set() {
        insert(error, ContextKind::InvalidArg, variable);
    } else {
        tip(error, format!("{variable} is set in the environment"));
    }
}

/// clap doesn't say which value isn't UTF-8.
fn name_unreadable(error: &mut clap::Error, command: &Command) {
    let unreadable = |name: &&str| env::var_os(name).is_some_and(|value| value.to_str().is_none());
    let names: Vec<_> = command
        .get_arguments()
        .filter_map(variable)
        .filter(unreadable)
        .collect();
    tip(error, format!("{} isn't UTF-8", names.join(", ")));
}

fn suggest(error: &mut clap::Error, unknown: &str, command: &Command) {
    if let Some(lacking) = LACKING.iter().find(|lacking| lacking.has_flag(unknown)) {
        error.remove(ContextKind::SuggestedArg);
        error.remove(ContextKind::Usage);
        tip(error, format!("this build has no {}", lacking.part));
    }
    let suggested = text(error, ContextKind::SuggestedArg);
    let mut hidden = command.get_arguments().filter(|arg| arg.is_hide_set());
    if hidden.any(|arg| arg.get_long() == suggested.strip_prefix("--")) {
        error.remove(ContextKind::SuggestedArg);
    }
}

fn insert(error: &mut clap::Error, kind: ContextKind, text: &str) {
    error.insert(kind, ContextValue::String(text.to_owned()));
}

fn tip(error: &mut clap::Error, text: String) {
    let tips = vec![StyledStr::from(text)];
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
}
