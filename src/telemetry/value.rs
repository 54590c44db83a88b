//! A field of a line, as text or as JSON. Put together by hand: every call pays for it, and a
//! formatter or a serializer takes several times as long.

use std::fmt::Write as _;

use super::Format;

/// The value of a field.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// Text with nothing in it that would have to be escaped.
    Plain(&'a str),
    /// Such a text, and without quotes where the line is text.
    Bare(&'a str),
    /// Any text.
    Text(&'a str),
    /// Texts.
    List(&'a [String]),
    /// A number that is one.
    Number(f64),
    /// Yes or no.
    Bool(bool),
}

/// Appends a field to a line that has one before it.
pub fn add(line: &mut String, format: Format, name: &str, value: Value<'_>) {
    match format {
        Format::Text => {
            line.push(' ');
            line.push_str(name);
            line.push('=');
        }
        Format::Json => {
            line.push_str(",\"");
            line.push_str(name);
            line.push_str("\":");
        }
    }
    match value {
        Value::Bare(text) if format == Format::Text => line.push_str(text),
        Value::Plain(text) | Value::Bare(text) => add_plain(line, text),
        Value::Text(text) => add_text(line, format, text),
        Value::List(texts) => add_list(line, format, texts),
        // Writing to a string doesn't fail.
        Value::Number(number) => drop(write!(line, "{number:?}")),
        Value::Bool(value) => line.push_str(if value { "true" } else { "false" }),
    }
}

fn add_list(line: &mut String, format: Format, texts: &[String]) {
    line.push('[');
    for (index, text) in texts.iter().enumerate() {
        if index > 0 {
            line.push_str(match format {
                Format::Text => ", ",
                Format::Json => ",",
            });
        }
        add_text(line, format, text);
    }
    line.push(']');
}

fn add_plain(line: &mut String, text: &str) {
    line.push('"');
    line.push_str(text);
    line.push('"');
}

fn add_text(line: &mut String, format: Format, text: &str) {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        return add_plain(line, text);
    }
    match format {
        Format::Text => drop(write!(line, "{text:?}")),
        // A string is always JSON.
        Format::Json => line.push_str(&serde_json::to_string(text).unwrap_or_default()),
    }
}
