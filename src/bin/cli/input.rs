//! The parameters of a call: its options, then what a whole input has besides, then the
//! environment's token.

use serde_json::{Map, Value};

use crate::{
    args::{self, Given, Options, SKELETON},
    error::Error,
    json,
    model::{ACCESS_TOKEN, Operation},
    option, paramfile,
    shape::{self, Member},
    token, yaml,
};

/// Parameters by name, as an operation takes them. They hold secrets.
pub struct Parameters(Map<String, Value>);

/// How a whole input is read.
type ReadInput = fn(&str) -> Result<Value, Error>;

/// The options of whole inputs.
const INPUTS: [(&str, ReadInput); 2] = [
    ("cli-input-json", json_input),
    ("cli-input-yaml", yaml_input),
];

impl Parameters {
    /// Reads the options' words and files.
    pub fn read(call: &args::Call, options: &Options) -> Result<Self, Error> {
        let Options { given, unknown } = options;
        let operation = call.operation;
        if !does_without(&call.words) {
            check_given(operation, given)?;
        }
        if !unknown.is_empty() {
            return Err(Error::UnknownOption(args::unknown(unknown)));
        }
        let mut parameters = Map::new();
        for member in operation.input {
            if let Some(value) = value(member, given)? {
                parameters.insert(member.name.to_owned(), value);
            }
        }
        for (name, value) in whole_input(given)? {
            parameters.entry(name).or_insert(value);
        }
        if !parameters.contains_key(ACCESS_TOKEN.name)
            && let Some(token) = token::in_environment()?
        {
            parameters.insert(ACCESS_TOKEN.name.to_owned(), token.into());
        }
        Ok(Self(parameters))
    }

    /// What the operation takes, or every fault at once.
    pub fn checked(self, operation: &Operation) -> Result<Value, Error> {
        shape::check(operation.input, &self.0)?;
        Ok(Value::Object(self.0))
    }
}

/// Whether there is a whole input, or the wish for a sample of one. The AWS CLI looks for these very
/// words: it does not see a short name, nor one with a `=`, nor a second wish.
fn does_without(words: &[String]) -> bool {
    let is_option = |word: &str, option: &str| word.strip_prefix("--") == Some(option);
    let mut at_wish = words.iter().skip_while(|word| !is_option(word, SKELETON));
    let is_sample = at_wish.next().is_some() && at_wish.next().is_none_or(|kind| kind != "output");
    let is_input = |word: &String| INPUTS.iter().any(|(option, _)| is_option(word, option));
    is_sample || words.iter().any(is_input)
}

/// Whether every option is there that has to be.
fn check_given(operation: &Operation, given: &Given) -> Result<(), Error> {
    let mut missing = Vec::new();
    for member in operation.input.iter().filter(|member| member.required) {
        let has_other = member.name == ACCESS_TOKEN.name
            && (given.has(token::FILE) || token::in_environment()?.is_some());
        if !given.has(&member.option()) && !has_other {
            missing.push(format!("--{}", member.option()));
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let error = Error::missing(&missing);
    let token = format!("--{}", ACCESS_TOKEN.option());
    Err(if missing.contains(&token) {
        error.with_tip(&token::tip())
    } else {
        error
    })
}

/// What the option of a parameter says.
fn value(member: &Member, given: &Given) -> Result<Option<Value>, Error> {
    let Some(words) = given.words(&member.option()) else {
        return match given.word(token::FILE) {
            Some(file) if member.name == ACCESS_TOKEN.name => {
                token::in_file(file).map(|token| Some(token.into()))
            }
            _ => Ok(None),
        };
    };
    let option = format!("--{}", member.option());
    let value = option::parse(&option, &member.shape, words)?;
    Ok(Some(match value {
        // The AWS CLI would send the line break that an editor leaves there.
        Value::String(text) if member.is_secret() && words[0].starts_with("file://") => {
            paramfile::without_line_break(&text).into()
        }
        value => value,
    }))
}

/// What `--cli-input-json` or `--cli-input-yaml` says.
fn whole_input(given: &Given) -> Result<Map<String, Value>, Error> {
    let mut inputs = INPUTS
        .iter()
        .filter_map(|(option, read)| Some((*option, given.word(option)?, read)));
    let Some((option, word, read)) = inputs.next() else {
        return Ok(Map::new());
    };
    if inputs.next().is_some() {
        let fault = "Only one --cli-input- parameter may be specified.";
        return Err(Error::Parameter(fault.to_owned()));
    }
    let option = format!("--{option}");
    let text = paramfile::load_input(word).map_err(|error| Error::option(&option, error))?;
    match read(text.as_deref().unwrap_or(word))? {
        Value::Object(members) => Ok(members),
        _ => Err(Error::option(&option, "a map of parameters is expected")),
    }
}

fn json_input(text: &str) -> Result<Value, Error> {
    json::parse(text).map_err(|error| Error::option("--cli-input-json", error))
}

fn yaml_input(text: &str) -> Result<Value, Error> {
    yaml::parse(text).map_err(|error| Error::option("--cli-input-yaml", error))
}

#[cfg(test)]
mod tests;
