//! The words of the grammar: keys, quoted and bare values, and where an error stands.

use super::{Expected, ShorthandError};

/// A text and how far it is read.
pub struct Scanner {
    /// Characters, since errors count them.
    text: Vec<char>,
    at: usize,
}

/// Where a bare value stands: behind a `=` it may hold another one, behind a comma it may hold a
/// closing bracket.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Bare {
    First,
    Second,
}

impl Scanner {
    pub fn new(text: &str) -> Self {
        Self {
            text: text.chars().collect(),
            at: 0,
        }
    }

    /// A key, which may be empty.
    pub fn key(&mut self) -> String {
        let start = self.at;
        while self.current().is_some_and(is_of_key) {
            self.at += 1;
        }
        self.text[start..self.at].iter().collect()
    }

    /// A backslash before the quote keeps it. If no other quote is left, the last such quote ends
    /// the value after all, so that `"back\"` is `back\`.
    pub fn quoted(&mut self, quote: char) -> Result<String, ShorthandError> {
        let start = self.at + 1;
        let (mut next, mut end) = (start, None);
        while let Some(&character) = self.text.get(next) {
            if character == quote {
                end = Some(next);
                break;
            }
            if character == '\\' && self.text.get(next + 1) == Some(&quote) {
                next += 1;
                end = Some(next);
            }
            next += 1;
        }
        let Some(end) = end else {
            return Err(self.syntax(Expected::ClosingQuote(quote)));
        };
        self.at = end + 1;
        let text: String = self.text[start..end].iter().collect();
        Ok(text
            .replace(&format!("\\{quote}"), &quote.to_string())
            .replace("\\\\", "\\"))
    }

    pub fn bare(&mut self, place: Bare) -> Result<String, ShorthandError> {
        let start = self.at;
        while let Some(character) = self.current() {
            if character == '\\' && self.text.get(self.at + 1) == Some(&',') {
                self.at += 2;
            } else if (self.at == start && starts_bare(character))
                || (self.at > start && continues_bare(character, place))
            {
                self.at += 1;
            } else {
                break;
            }
        }
        if self.at == start && place == Bare::Second {
            return Err(self.syntax(Expected::Value));
        }
        let text: String = self.text[start..self.at].iter().collect();
        Ok(text.replace("\\,", ",").trim_end().to_owned())
    }

    pub fn position(&self) -> usize {
        self.at
    }

    pub fn current(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    pub fn skip_space(&mut self) {
        while self
            .current()
            .is_some_and(|it| " \t\n\r\x0b\x0c".contains(it))
        {
            self.at += 1;
        }
    }

    pub fn back_to(&mut self, character: char) {
        while self.at > 0 && self.current() != Some(character) {
            self.at -= 1;
        }
    }

    pub fn expect_among_space(&mut self, character: char) -> Result<(), ShorthandError> {
        self.skip_space();
        self.expect(character)?;
        self.skip_space();
        Ok(())
    }

    pub fn expect(&mut self, character: char) -> Result<(), ShorthandError> {
        if self.current() == Some(character) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.syntax(Expected::Character(character)))
        }
    }

    /// At the character that comes next, the first of all being 1.
    fn syntax(&self, expected: Expected) -> ShorthandError {
        let at = self.at + 1;
        ShorthandError::Syntax { expected, at }
    }
}

fn is_of_key(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-_.#/:".contains(character)
}

/// The AWS CLI's ranges of characters end here: an emoji has to be quoted.
const LAST: char = '\u{ffff}';

fn starts_bare(character: char) -> bool {
    (' '..=LAST).contains(&character) && !" \"',=[{".contains(character)
}

fn continues_bare(character: char, place: Bare) -> bool {
    let ends = match place {
        Bare::First => "\"',]}",
        Bare::Second => "\"',=",
    };
    (character >= ' ' || character.is_whitespace())
        && character <= LAST
        && !ends.contains(character)
}
