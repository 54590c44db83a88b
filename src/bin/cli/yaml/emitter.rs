//! The form of libyaml's emitter: block style, sorted keys, quotes where a reader would take a text
//! for something else, lines folded behind 80 columns.

use std::fmt::Write as _;

use serde_json::Value;

use super::is_text;

/// Columns before a text is folded at the next space.
const WIDTH: usize = 80;
const STEP: usize = 2;

/// A list or a map as a document. Anything else is written as JSON, which YAML includes.
pub fn emit(value: &Value) -> String {
    let mut emitter = Emitter::default();
    match value {
        Value::Array(_) | Value::Object(_) => emitter.node(value, 0),
        scalar => {
            emitter.text = scalar.to_string();
            emitter.text.push('\n');
        }
    }
    emitter.text
}

#[derive(Default)]
struct Emitter {
    text: String,
    column: usize,
}

/// What a text has in it that decides how it can be written.
struct Analysis {
    can_be_plain: bool,
    can_be_single_quoted: bool,
}

impl Emitter {
    /// A collection whose first line has begun, up to this indent, or a scalar and its line's end.
    fn node(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Array(items) if !items.is_empty() => {
                for (index, item) in items.iter().enumerate() {
                    self.begin(index, indent);
                    self.put("- ");
                    self.node(item, indent + STEP);
                }
            }
            Value::Object(members) if !members.is_empty() => {
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by_key(|(key, _)| *key);
                for (index, (key, member)) in members.into_iter().enumerate() {
                    self.begin(index, indent);
                    self.scalar(key, None);
                    self.put(":");
                    self.member(member, indent);
                }
            }
            Value::Array(_) => self.line("[]"),
            Value::Object(_) => self.line("{}"),
            Value::String(text) => {
                self.scalar(text, Some(indent));
                self.line("");
            }
            scalar => self.line(&scalar.to_string()),
        }
    }

    /// What stands behind a key: a list has its key's indent.
    fn member(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Array(items) if !items.is_empty() => {
                self.line("");
                self.put(&" ".repeat(indent));
                self.node(value, indent);
            }
            Value::Object(members) if !members.is_empty() => {
                self.line("");
                self.put(&" ".repeat(indent + STEP));
                self.node(value, indent + STEP);
            }
            scalar => {
                self.put(" ");
                self.node(scalar, indent + STEP);
            }
        }
    }

    /// The indent of an entry; that of the first is there.
    fn begin(&mut self, index: usize, indent: usize) {
        if index > 0 {
            self.put(&" ".repeat(indent));
        }
    }

    /// Folded with this indent, if it may be.
    fn scalar(&mut self, text: &str, fold: Option<usize>) {
        let analysis = analyse(text);
        if analysis.can_be_plain && is_text(text) {
            self.folded(text, fold, String::from);
        } else if analysis.can_be_single_quoted && (fold.is_some() || !text.contains('\n')) {
            self.put("'");
            self.single_quoted(text, fold);
            self.put("'");
        } else {
            self.put("\"");
            self.folded(text, fold, escaped);
            self.put("\"");
        }
    }

    /// Each line break is written twice, and the lines behind it have the indent.
    fn single_quoted(&mut self, text: &str, fold: Option<usize>) {
        let indent = " ".repeat(fold.unwrap_or_default());
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.line("");
            }
            if index > 0 && !line.is_empty() {
                self.line("");
                self.put(&indent);
            }
            self.folded(line, fold, |it| match it {
                '\'' => "''".to_owned(),
                it => it.into(),
            });
        }
        if text.ends_with('\n') {
            self.line("");
            self.put(&indent);
        }
    }

    /// A single space behind the width becomes a line break.
    fn folded(&mut self, text: &str, fold: Option<usize>, form: impl Fn(char) -> String) {
        let characters: Vec<_> = text.chars().collect();
        for (index, character) in characters.iter().enumerate() {
            let is_space = |at: Option<usize>| at.and_then(|at| characters.get(at)) == Some(&' ');
            let is_single =
                *character == ' ' && !is_space(index.checked_sub(1)) && !is_space(Some(index + 1));
            let is_inside = index > 0 && index + 1 < characters.len();
            match fold {
                Some(indent) if is_single && is_inside && self.column > WIDTH => {
                    self.line("");
                    self.put(&" ".repeat(indent));
                }
                _ => self.put(&form(*character)),
            }
        }
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += text.chars().count();
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
        self.column = 0;
    }
}

/// libyaml's `yaml_emitter_analyze_scalar`, for texts in block style.
fn analyse(text: &str) -> Analysis {
    let characters: Vec<_> = text.chars().collect();
    let (first, last) = (characters.first().copied(), characters.last().copied());
    let is_blank = |at: usize| {
        characters
            .get(at)
            .is_none_or(|it| is_break(*it) || " \t".contains(*it))
    };
    let mut has_indicator = text.starts_with("---") || text.starts_with("...");
    for (index, character) in characters.iter().enumerate() {
        has_indicator |= match character {
            '-' | '?' if index == 0 => is_blank(1),
            ':' => is_blank(index + 1),
            '#' => index == 0 || is_blank(index - 1),
            it => index == 0 && ",[]{}&*!|>'\"%@`".contains(*it),
        };
    }
    let is_special = characters.iter().any(|it| !is_printable(*it));
    let has_break = characters.iter().any(|it| is_break(*it));
    let pairs = || characters.iter().zip(characters.iter().skip(1));
    let breaks_space = pairs().any(|(a, b)| is_break(*a) && *b == ' ');
    let spaces_break = pairs().any(|(a, b)| *a == ' ' && is_break(*b));
    let is_edged = [first, last].contains(&Some(' '));
    Analysis {
        can_be_plain: !(has_indicator || is_special || has_break || is_edged),
        can_be_single_quoted: !(is_special || breaks_space || spaces_break),
    }
}

fn is_break(character: char) -> bool {
    matches!(character, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Of a text in quotes. libyaml takes no character beyond the basic plane for printable.
fn is_printable(character: char) -> bool {
    matches!(
        character,
        '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}'
    ) && character != '\u{feff}'
}

fn escaped(character: char) -> String {
    let letter = match character {
        '\0' => '0',
        '\x07' => 'a',
        '\x08' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\x0b' => 'v',
        '\x0c' => 'f',
        '\r' => 'r',
        '\x1b' => 'e',
        '"' | '\\' => character,
        '\u{85}' => 'N',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        it if is_printable(it) => return it.into(),
        it => {
            let number = u32::from(it);
            let mut escape = String::new();
            let _ = match number {
                0..=0xff => write!(escape, "\\x{number:02X}"),
                0x100..=0xffff => write!(escape, "\\u{number:04X}"),
                _ => write!(escape, "\\U{number:08X}"),
            };
            return escape;
        }
    };
    format!("\\{letter}")
}
