//! Values as the AWS CLI shows them in its errors: Python's `str()`, and the names of its types.

use std::fmt::Write as _;

use serde_json::Value;

/// `str()`: a text as it is, anything else as [`repr`].
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => repr(value),
    }
}

/// The name of the value's type.
pub fn class(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

fn repr(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(repr).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) => {
            let member =
                |(key, value): (&String, &Value)| format!("{}: {}", quoted(key), repr(value));
            let members: Vec<_> = map.iter().map(member).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

/// In double quotes only if there is a single quote and no double one.
fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut quoted = String::from(quote);
    for character in text.chars() {
        match character {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\\' => quoted.push_str("\\\\"),
            it if it == quote => quoted.extend(['\\', it]),
            it if it.is_ascii_control() => {
                let _ = write!(quoted, "\\x{:02x}", u32::from(it));
            }
            it => quoted.push(it),
        }
    }
    quoted.push(quote);
    quoted
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_look_as_in_python() {
        for (value, class_name, shown) in [
            (json!(null), "NoneType", "None"),
            (json!(true), "bool", "True"),
            (json!(1), "int", "1"),
            (json!(1.0), "float", "1.0"),
            (json!("it's"), "str", "it's"),
            (
                json!(["it's", "a\"'", "\n\\\u{1b}é"]),
                "list",
                r#"["it's", 'a"\'', '\n\\\x1bé']"#,
            ),
            (
                json!({"a": {"b": [false]}, "c": "d"}),
                "dict",
                "{'a': {'b': [False]}, 'c': 'd'}",
            ),
        ] {
            assert_eq!(class(&value), class_name);
            assert_eq!(text(&value), shown);
        }
    }
}
