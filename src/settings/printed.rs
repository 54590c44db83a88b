//! The settings as a process has them, for an operator to read.

use std::fmt::Write as _;

use clap::{Arg, ArgMatches, Command, parser::ValueSource};

use super::CONCEALED;

/// The source of what nobody has given.
const DEFAULT: &str = "default";
/// How the names of settings end whose values are secret, unless they name a file.
const SECRETS: [&str; 4] = ["key", "password", "secret", "token"];

/// A line for each setting that `--help` shows, in its order:
///
/// ```text
/// name = value (flag | environment VARIABLE | default)
/// ```
///
/// The value is as it was given; of several there are commas between. A setting without one is
/// `name = (default)`. `implied` has the values, by the settings' names, that follow from other
/// settings where none is given. A hidden setting `default-NAME` counts where NAME isn't given, and
/// has no line of its own. Passwords, and what could be some, are left out.
pub fn printed(command: &Command, matches: &ArgMatches, implied: &[(&str, String)]) -> String {
    let mut lines = String::new();
    for arg in command.get_arguments() {
        if arg.get_env().is_none() || arg.is_hide_set() {
            continue;
        }
        let name = arg.get_long().unwrap_or_default();
        let second = format!("default-{name}");
        let mut both = command
            .get_arguments()
            .filter(|it| [Some(name), Some(&second)].contains(&it.get_long()));
        let given = both.find_map(|arg| Some((arg, source(arg, matches)?)));
        let implied = implied.iter().find(|(implied, _)| *implied == name);
        let (value, source) = match (given, implied) {
            (Some((arg, source)), _) => (value(arg, matches), source),
            (None, Some((_, value))) => (value.clone(), DEFAULT.to_owned()),
            (None, None) => (value(arg, matches), DEFAULT.to_owned()),
        };
        let space = if value.is_empty() { "" } else { " " };
        let _ = writeln!(lines, "{name} = {value}{space}({source})");
    }
    lines
}

/// Where a setting is given, if it is.
fn source(arg: &Arg, matches: &ArgMatches) -> Option<String> {
    match matches.value_source(arg.get_id().as_str())? {
        ValueSource::CommandLine => Some("flag".to_owned()),
        ValueSource::EnvVariable => {
            let variable = arg.get_env().unwrap_or_default();
            Some(format!("environment {}", variable.display()))
        }
        _ => None,
    }
}

fn value(arg: &Arg, matches: &ArgMatches) -> String {
    let values = matches.get_raw(arg.get_id().as_str());
    let values = values.into_iter().flatten();
    let shown: Vec<_> = values
        .map(|value| one_line(&shown(arg, &value.to_string_lossy())))
        .collect();
    shown.join(",")
}

/// A value without what may be a password.
fn shown(arg: &Arg, value: &str) -> String {
    let name = arg.get_long().unwrap_or_default();
    let is_a = |what| {
        arg.get_value_names()
            .is_some_and(|it| it.iter().any(|it| it == what))
    };
    if is_a("FILE") {
        value.to_owned()
    } else if name.ends_with("headers") {
        names_of_pairs(value)
    } else if SECRETS.iter().any(|end| name.ends_with(end))
        || arg.is_hide_env_values_set() && !is_a("URL")
    {
        CONCEALED.to_owned()
    } else if value.contains("://") || value.contains('@') {
        without_user(value)
    } else {
        value.to_owned()
    }
}

/// `a=secret,b=secret` without the secrets.
fn names_of_pairs(pairs: &str) -> String {
    let pairs = pairs.split(',').map(|pair| match pair.split_once('=') {
        Some((name, _)) => format!("{name}={CONCEALED}"),
        None => CONCEALED.to_owned(),
    });
    pairs.collect::<Vec<_>>().join(",")
}

/// A URL without what stands before its host, and without its query.
fn without_user(url: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + "://".len());
    let (scheme, rest) = url.split_at(start);
    let (user, rest) = match rest.rfind('@') {
        Some(at) => (CONCEALED, &rest[at..]),
        None => ("", rest),
    };
    match rest.split_once('?') {
        Some((rest, _)) => format!("{scheme}{user}{rest}?{CONCEALED}"),
        None => format!("{scheme}{user}{rest}"),
    }
}

/// A line break in the name of a file mustn't look like another setting.
fn one_line(text: &str) -> String {
    let mut line = String::new();
    for each in text.chars() {
        if each.is_control() {
            line.extend(each.escape_default());
        } else {
            line.push(each);
        }
    }
    line
}

#[cfg(test)]
mod tests;
