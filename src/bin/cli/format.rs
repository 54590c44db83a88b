//! A reply as the AWS CLI prints it, in each of its forms.

mod table;
mod text;

use std::io::{self, IsTerminal as _};

use serde::Serialize as _;
use serde_json::{
    Value,
    ser::{PrettyFormatter, Serializer},
};

pub use self::table::Style;
use crate::{
    args::globals::{Color, Format},
    error::Error,
    yaml,
};

/// The reply, or what a query has found in it, with a title for a table. Nothing is printed for an
/// empty map.
pub fn printed(value: &Value, title: &str, format: Format, style: Style) -> Result<String, Error> {
    if value.as_object().is_some_and(serde_json::Map::is_empty) {
        return Ok(String::new());
    }
    Ok(match format {
        Format::Json => json(value),
        Format::Text => text::of(value)?,
        Format::Table => table::of(value, title, style)?,
        Format::Yaml => yaml::emit(value),
        Format::YamlStream => yaml::emit(&Value::Array(vec![value.clone()])),
        Format::Off => String::new(),
    })
}

/// How a table looks where standard output goes.
pub fn style(color: Color) -> Style {
    let stdout = io::stdout();
    let width = rustix::termios::tcgetwinsize(&stdout).map(|size| size.ws_col);
    Style {
        has_color: match color {
            Color::On => true,
            Color::Off => false,
            Color::Auto => stdout.is_terminal(),
        },
        width: width.map_or(table::USUAL_WIDTH, usize::from),
    }
}

fn json(value: &Value) -> String {
    let mut text = Vec::new();
    let formatter = PrettyFormatter::with_indent(b"    ");
    value
        .serialize(&mut Serializer::with_formatter(&mut text, formatter))
        .expect("a value is always JSON");
    format!("{}\n", String::from_utf8_lossy(&text))
}

/// A value without parts, as Python's `str()` has it.
fn scalar(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

fn has_parts(value: &Value) -> bool {
    value.is_array() || value.is_object()
}

#[cfg(test)]
mod tests;
