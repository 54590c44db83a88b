//! YAML as the AWS CLI reads and writes it: version 1.2, by ruamel.yaml on libyaml.

mod emitter;

use std::{collections::HashMap, sync::LazyLock};

use regex::Regex;
use saphyr_parser::{Event, Parser, ScalarStyle, StrInput};
use serde_json::{Map, Value};

pub use self::emitter::emit;

/// Deepest nesting of lists and maps, which are followed by recursion.
const MAX_DEPTH: usize = 64;

/// The only document of a text. The error doesn't repeat it.
pub fn parse(text: &str) -> Result<Value, &'static str> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        anchored: HashMap::new(),
    };
    let mut document = None;
    loop {
        match reader.next()? {
            Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd => {}
            Event::StreamEnd => return Ok(document.unwrap_or_default()),
            _ if document.is_some() => return Err("there is more than one document"),
            event => document = Some(reader.node(event, 0)?),
        }
    }
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    /// What an alias stands for.
    anchored: HashMap<usize, Value>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Event<'a>, &'static str> {
        match self.parser.next_event() {
            Some(Ok((event, _))) => Ok(event),
            _ => Err("Invalid YAML"),
        }
    }

    fn node(&mut self, event: Event<'a>, depth: usize) -> Result<Value, &'static str> {
        if depth > MAX_DEPTH {
            return Err("lists and maps are nested too deeply");
        }
        let (anchor, value) = match event {
            Event::Alias(anchor) => {
                let value = self.anchored.get(&anchor);
                return value.cloned().ok_or("an alias stands for nothing");
            }
            // Only a plain text can be something else.
            Event::Scalar(text, ScalarStyle::Plain, anchor, None) if !is_text(&text) => {
                (anchor, special(&text))
            }
            Event::Scalar(text, _, anchor, _) => (anchor, Value::String(text.into_owned())),
            Event::SequenceStart(anchor, _) => (anchor, self.list(depth + 1)?),
            Event::MappingStart(anchor, _) => (anchor, self.map(depth + 1)?),
            _ => return Err("Invalid YAML"),
        };
        if anchor > 0 {
            self.anchored.insert(anchor, value.clone());
        }
        Ok(value)
    }

    fn list(&mut self, depth: usize) -> Result<Value, &'static str> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Event::SequenceEnd => return Ok(Value::Array(items)),
                event => items.push(self.node(event, depth)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Value, &'static str> {
        let mut members = Map::new();
        loop {
            let key = match self.next()? {
                Event::MappingEnd => return Ok(Value::Object(members)),
                Event::Scalar(key, ..) => key.into_owned(),
                _ => return Err("a key isn't a text"),
            };
            let event = self.next()?;
            let value = self.node(event, depth)?;
            if members.insert(key, value).is_some() {
                return Err("a key is there for the second time");
            }
        }
    }
}

/// What isn't a text. Which number or date it is doesn't matter: no parameter is one.
fn special(text: &str) -> Value {
    match text.to_ascii_lowercase().as_str() {
        "" | "~" | "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => Value::from(0),
    }
}

/// Whether a plain text is one, and no number, date, truth value, null or operator of YAML's.
fn is_text(plain: &str) -> bool {
    static SPECIAL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?x)^(?:
            | ~ | null | Null | NULL | = | <<
            | true | True | TRUE | false | False | FALSE
            | [-+]?0b[01_]+ | [-+]?0o?[0-7_]+ | [-+]?[0-9_]+ | [-+]?0x[0-9a-fA-F_]+
            | [-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?
            | [-+]?[0-9][0-9_]*[eE][-+]?[0-9]+
            | [-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?
            | [-+]?\.(?:inf|Inf|INF) | \.(?:nan|NaN|NAN)
            | [0-9]{4}-[0-9]{2}-[0-9]{2}
            | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[\ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}
              (?:\.[0-9]*)?(?:[\ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?
            )$",
        )
        .expect("a good pattern")
    });
    !SPECIAL.is_match(plain)
}

#[cfg(test)]
mod tests;
