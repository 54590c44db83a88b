//! The AWS CLI's shorthand syntax, `Name=email,Value=a@b.c`, to the last of its habits.
//!
//! ```text
//! parameter = pair *("," pair)
//! pair      = key "=" [values] / key "@=" [values]     ; with "@", file://FILE is its text
//! values    = value *("," value) / list / map          ; two values or more are a list
//! list      = "[" [item *("," item)] "]"
//! map       = "{" [key ["@"] "=" item *("," ...)] "}"
//! item      = value / list / map
//! value     = 'single quoted' / "double quoted" / bare ; bare: "\," is a comma
//! ```
//!
//! It knows no shapes. White space around keys, `=`, `,` and bare values is dropped.

mod scanner;

use std::fmt;

use serde_json::{Map, Value};

use self::scanner::{Bare, Scanner};
use crate::paramfile::{self, LoadError};

/// Why a text isn't shorthand. Its message says where, and doesn't repeat the text.
#[derive(Debug, thiserror::Error)]
pub enum ShorthandError {
    #[error(
        "the shorthand has a key for the second time, at character {at}: is there a comma instead of \
         a space before it?"
    )]
    DuplicateKey { at: usize },
    #[error(transparent)]
    File(#[from] LoadError),
    #[error("the shorthand can't be read at character {at}: {expected} is expected there")]
    Syntax { expected: Expected, at: usize },
    #[error("lists and maps are nested too deeply")]
    TooDeep,
}

/// What should have come.
#[derive(Debug, PartialEq, Eq)]
pub enum Expected {
    Character(char),
    ClosingQuote(char),
    Value,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character(character) => write!(f, "{character:?}"),
            Self::ClosingQuote(quote) => write!(f, "a closing {quote} for the quote"),
            Self::Value => f.write_str("a value"),
        }
    }
}

/// One word of an option as a map.
pub fn parse(text: &str) -> Result<Value, ShorthandError> {
    let mut parser = Parser {
        text: Scanner::new(text),
        depth: 0,
        load_files: false,
    };
    parser.parameter().map(Value::Object)
}

/// Deepest nesting of lists and maps.
const MAX_DEPTH: usize = 64;

struct Parser {
    text: Scanner,
    depth: usize,
    /// Whether the values of this key may be `file://FILE`.
    load_files: bool,
}

impl Parser {
    fn parameter(&mut self) -> Result<Map<String, Value>, ShorthandError> {
        let mut members = Map::new();
        let mut end_of_last = 0;
        loop {
            let (key, value) = (self.key()?, self.values()?);
            if members.contains_key(&key) {
                let at = end_of_last + 2;
                return Err(ShorthandError::DuplicateKey { at });
            }
            members.insert(key, value);
            end_of_last = self.text.position();
            if self.text.current().is_none() {
                return Ok(members);
            }
            self.text.expect_among_space(',')?;
        }
    }

    /// A key and the `=` or `@=` behind it.
    fn key(&mut self) -> Result<String, ShorthandError> {
        let key = self.text.key();
        self.text.skip_space();
        self.load_files = self.text.current() == Some('@');
        if self.load_files {
            self.text.expect('@')?;
        }
        self.text.expect_among_space('=')?;
        Ok(key)
    }

    fn values(&mut self) -> Result<Value, ShorthandError> {
        match self.text.current() {
            None => Ok(Value::String(String::new())),
            Some('[' | '{') => self.item(),
            Some(_) => self.separated(),
        }
    }

    /// One value, or a list of them. What follows a comma is a value unless a `=` shows that it is
    /// the next key.
    fn separated(&mut self) -> Result<Value, ShorthandError> {
        let mut values = vec![self.value(Bare::First)?];
        self.text.skip_space();
        let mut more = self.text.current() == Some(',');
        if more {
            self.text.expect_among_space(',')?;
        }
        while more {
            match self.next_value() {
                Ok((value, comma)) => {
                    values.push(value);
                    more = comma;
                }
                Err(ShorthandError::Syntax { .. }) if self.text.current().is_some() => {
                    self.text.back_to(',');
                    more = false;
                }
                Err(error) => return Err(error),
            }
        }
        match values.len() {
            1 => Ok(values.remove(0)),
            _ => Ok(Value::Array(values)),
        }
    }

    /// A value behind a comma, and whether another comma follows.
    fn next_value(&mut self) -> Result<(Value, bool), ShorthandError> {
        let value = self.value(Bare::Second)?;
        self.text.skip_space();
        let more = self.text.current().is_some();
        if more {
            self.text.expect_among_space(',')?;
        }
        Ok((value, more))
    }

    fn item(&mut self) -> Result<Value, ShorthandError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ShorthandError::TooDeep);
        }
        let item = match self.text.current() {
            Some('[') => self.list().map(Value::Array),
            Some('{') => self.map().map(Value::Object),
            _ => self.value(Bare::First),
        };
        self.depth -= 1;
        item
    }

    fn list(&mut self) -> Result<Vec<Value>, ShorthandError> {
        self.text.expect_among_space('[')?;
        let mut items = Vec::new();
        while self.text.current() != Some(']') {
            items.push(self.item()?);
            self.separator(']')?;
        }
        self.text.expect(']')?;
        Ok(items)
    }

    fn map(&mut self) -> Result<Map<String, Value>, ShorthandError> {
        self.text.expect_among_space('{')?;
        let mut members = Map::new();
        while self.text.current() != Some('}') {
            let (key, value) = (self.key()?, self.item()?);
            members.insert(key, value);
            self.separator('}')?;
        }
        self.text.expect('}')?;
        Ok(members)
    }

    /// A comma, unless the end comes next.
    fn separator(&mut self, end: char) -> Result<(), ShorthandError> {
        self.text.skip_space();
        if self.text.current() != Some(end) {
            self.text.expect(',')?;
            self.text.skip_space();
        }
        Ok(())
    }

    fn value(&mut self, place: Bare) -> Result<Value, ShorthandError> {
        let text = match self.text.current() {
            Some(quote @ ('\'' | '"')) => self.text.quoted(quote)?,
            _ => self.text.bare(place)?,
        };
        let file = if self.load_files {
            paramfile::load(&text)?
        } else {
            None
        };
        Ok(Value::String(file.unwrap_or(text)))
    }
}

#[cfg(test)]
mod tests;
