//! The words of a command line, sorted by the rules of the AWS CLI's parser, which is Python's
//! argparse: options may stand anywhere, their names may be cut short, `=` may stand before a
//! value, and the last one wins. Only the AWS CLI's own options count for a short name, so that
//! one of ours never takes a short name from it.

use std::collections::HashMap;

use clap::{Arg, ArgAction, Command};

use super::{OURS, choice};
use crate::{
    error::{Error, shortened},
    model::OPERATIONS,
};

/// An option as far as its words are concerned.
struct Known {
    name: String,
    /// The option's own name.
    means: String,
    takes: Takes,
    /// What its value may be, if not anything.
    choices: Vec<String>,
    is_ours: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    One,
    OneAtMost,
    Any,
}

/// Options with their words, by name.
#[derive(Default)]
pub struct Given(HashMap<String, Vec<String>>);

impl Given {
    pub fn has(&self, option: &str) -> bool {
        self.0.contains_key(option)
    }

    /// All words of an option that was given.
    pub fn words(&self, option: &str) -> Option<&[String]> {
        self.0.get(option).map(Vec::as_slice)
    }

    /// The word of an option that takes one.
    pub fn word(&self, option: &str) -> Option<&str> {
        self.words(option)?.first().map(String::as_str)
    }

    /// The options as clap reads them.
    pub fn joined(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(name, words)| match words.first() {
            Some(word) => format!("--{name}={word}"),
            None => format!("--{name}"),
        })
    }
}

/// Takes a command's options out of the words. What is left belongs to no option of these.
pub fn take(command: &Command, words: Vec<String>) -> Result<(Given, Vec<String>), Error> {
    let options: Vec<_> = command.get_arguments().flat_map(known).collect();
    let mut given = Given::default();
    let mut rest = Vec::new();
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        if word == "--" {
            // From here on, nothing is an option.
            rest.push(word);
            rest.extend(words);
            break;
        }
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word.as_str(), None),
        };
        let Some(option) = named(&options, name)? else {
            rest.push(word);
            continue;
        };
        let mut taken: Vec<_> = value.into_iter().collect();
        let most = match option.takes {
            Takes::Nothing if taken.is_empty() => 0,
            Takes::Nothing => return Err(of(option, "takes no value")),
            Takes::Any if taken.is_empty() => usize::MAX,
            Takes::Any | Takes::One | Takes::OneAtMost => 1,
        };
        while taken.len() < most
            && let Some(word) = words.next_if(|word| is_value(&options, word))
        {
            taken.push(word);
        }
        if option.takes == Takes::One && taken.is_empty() {
            return Err(of(option, "expected one argument"));
        }
        // Of several, the last one counts, but each has to be good.
        let is_wrong =
            |word: &&String| !option.choices.is_empty() && !option.choices.contains(word);
        if let Some(word) = taken.iter().find(is_wrong) {
            let name = format!("--{}", option.name);
            return Err(choice::invalid(&name, word, &option.choices));
        }
        given.0.insert(option.means.clone(), taken);
    }
    Ok((given, rest))
}

/// An option by its name, and by each other name of the AWS CLI's that it has.
fn known(arg: &Arg) -> Vec<Known> {
    let takes = match (arg.get_action(), arg.get_num_args()) {
        (ArgAction::SetTrue, _) => Takes::Nothing,
        (_, Some(range)) if range.max_values() > 1 => Takes::Any,
        (_, Some(range)) if range.min_values() == 0 => Takes::OneAtMost,
        _ => Takes::One,
    };
    let Some(long) = arg.get_long() else {
        return Vec::new();
    };
    let is_ours = arg.get_help_heading() == Some(OURS);
    let choices = arg.get_possible_values();
    let choices = choices.iter().map(|it| it.get_name().to_owned());
    let choices: Vec<_> = choices.collect();
    let of = |name: &str, is_ours| Known {
        name: name.to_owned(),
        means: long.to_owned(),
        takes,
        choices: choices.clone(),
        is_ours,
    };
    let others = arg.get_visible_aliases().unwrap_or_default();
    let others = others.into_iter().map(|name| of(name, false));
    [of(long, is_ours)].into_iter().chain(others).collect()
}

/// The option that a word names, whole or cut short.
fn named<'a>(options: &'a [Known], word: &str) -> Result<Option<&'a Known>, Error> {
    let Some(name) = word.strip_prefix("--") else {
        return Ok(None);
    };
    if let Some(option) = options.iter().find(|it| it.name == name) {
        return Ok(Some(option));
    }
    let candidates = options.iter().filter(|it| !it.is_ours);
    let candidates: Vec<_> = candidates.filter(|it| it.name.starts_with(name)).collect();
    match candidates[..] {
        [] => Ok(None),
        [option] => Ok(Some(option)),
        _ => {
            let names: Vec<_> = candidates
                .iter()
                .map(|it| format!("--{}", it.name))
                .collect();
            Err(Error::Argument(format!(
                "ambiguous option: {} could match {}",
                cut(word),
                names.join(", ")
            )))
        }
    }
}

fn of(option: &Known, fault: &str) -> Error {
    Error::Argument(format!("argument --{}: {fault}", option.name))
}

/// Whether a word isn't an option: without a dash, a negative number, or with a space in it.
fn is_value(options: &[Known], word: &str) -> bool {
    let Some(behind) = word.strip_prefix('-') else {
        return true;
    };
    let is_number = behind.parse::<f64>().is_ok()
        && behind.starts_with(|it: char| it.is_ascii_digit() || it == '.')
        && behind.chars().all(|it| it.is_ascii_digit() || it == '.');
    let name = word.split_once('=').map_or(word, |(name, _)| name);
    behind.is_empty()
        || is_number
        || (word.contains(' ') && matches!(named(options, name), Ok(None)))
}

/// Whether words that belong to no option are nothing to the AWS CLI's parser either: one blank
/// word, and a `--` that ends the options.
pub fn is_nothing(words: &[String]) -> bool {
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    matches!(words[..], ["" | "--"] | ["--", ""])
}

/// Words that belong to no option, for a message.
pub fn unknown(words: &[String]) -> String {
    let name = |word: &String| match word.strip_prefix("--") {
        Some(_) => cut(word),
        // A stray word is what a token with a space in it leaves behind.
        None => "a word that belongs to no option".to_owned(),
    };
    let names: Vec<_> = words.iter().map(name).collect();
    names.join(", ")
}

/// The part that can be an option's name; what follows may be a secret that lost its space.
pub fn cut(word: &str) -> String {
    let members = OPERATIONS.iter().flat_map(|operation| operation.input);
    let mut secrets = members.filter(|member| member.is_secret());
    let option = secrets.find_map(|member| {
        let option = format!("--{}", member.option());
        word.starts_with(&option).then_some(option)
    });
    match option {
        Some(option) => option + "…",
        None => shortened(word, |it| it.is_ascii_lowercase() || it == '-'),
    }
}

#[cfg(test)]
mod tests;
