//! An option's words as a value: a file's text, JSON or shorthand, as its shape and first
//! characters say.

use serde_json::Value;

use crate::{
    error::Error,
    json,
    paramfile::{self, LoadError},
    shape::Shape,
    shorthand::{self, ShorthandError},
};

/// Parses the words of an option. A list takes any number of them, everything else exactly one.
///
/// The result may not have the shape yet: shorthand has types of its own, and JSON any.
pub fn parse(option: &str, shape: &Shape, words: &[String]) -> Result<Value, Error> {
    match words {
        [word] => match paramfile::load(word) {
            Ok(Some(text)) => whole(option, shape, &text),
            Ok(None) if matches!(shape, Shape::List(_)) => list(option, shape, words),
            Ok(None) => whole(option, shape, word),
            // The AWS CLI falls over bytes where there may be shorthand.
            Err(error @ LoadError::Bytes(_)) if shape.has_shorthand() => Err(Error::File(error)),
            Err(error) => Err(Error::option(option, error)),
        },
        words => list(option, shape, words),
    }
}

/// A value in one text: a word, or a file.
fn whole(option: &str, shape: &Shape, text: &str) -> Result<Value, Error> {
    match (shape, text.trim_start().chars().next()) {
        (Shape::Text { .. }, _) => Ok(Value::String(text.to_owned())),
        (Shape::List(_), Some('[')) | (Shape::Map | Shape::Structure(_), Some('{')) => {
            json::parse(text).map_err(|error| Error::option(option, error))
        }
        // A file alone gets here, which the AWS CLI takes apart.
        (Shape::List(Shape::Text { .. }), None) => Err(Error::Blank(option.to_owned())),
        (Shape::List(Shape::Text { .. }), Some(_)) => {
            Ok(text.chars().map(|it| it.to_string()).collect())
        }
        // The AWS CLI refuses a file with a single object too.
        (Shape::List(_), Some('{')) => Err(not_json(option, "a list is expected")),
        (_, Some('[')) => Err(not_json(option, "a map is expected")),
        _ => shorthand(option, text),
    }
}

/// A list with an element in each word, or all of them as JSON in the only one.
fn list(option: &str, shape: &Shape, words: &[String]) -> Result<Value, Error> {
    let Shape::List(item) = shape else {
        return whole(option, shape, words.last().map_or("", String::as_str));
    };
    let first = words
        .first()
        .and_then(|word| word.trim_start().chars().next());
    if words.len() == 1 && first == Some('[') {
        return whole(option, shape, &words[0]);
    }
    let is_json = matches!(first, Some('[' | '{'));
    let element = |word: &String| match item {
        Shape::Text { .. } => Ok(Value::String(word.clone())),
        // The first word decides for all.
        _ if !is_json => shorthand(option, word),
        _ if word.trim_start().starts_with('{') => {
            json::parse(word).map_err(|error| Error::option(option, error))
        }
        _ if word.trim_start().is_empty() => Err(Error::Blank(option.to_owned())),
        _ => Err(not_json(
            option,
            "after a word with JSON, each has to be a map",
        )),
    };
    let items: Result<Vec<_>, _> = words.iter().map(element).collect();
    items.map(Value::Array)
}

/// What a word that should be JSON, and doesn't look like it, is answered with.
fn not_json(option: &str, why: &str) -> Error {
    Error::option(option, format!("Invalid JSON: {why}"))
}

fn shorthand(option: &str, text: &str) -> Result<Value, Error> {
    shorthand::parse(text).map_err(|error| match error {
        ShorthandError::File(error @ LoadError::Bytes(_)) => Error::option(option, error),
        ShorthandError::File(error) => Error::File(error),
        error => Error::option(option, error),
    })
}
