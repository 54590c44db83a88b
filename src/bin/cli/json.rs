//! JSON values, with the messages of the AWS CLI's parser, which is Python's.

use serde_json::{Value, error::Category};

/// The whole text as one JSON value. The error echoes it.
pub fn parse(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| {
        let (line, column, offset) = position(text, &error);
        let cause = cause(&error);
        format!(
            "Invalid JSON: {cause}: line {line} column {column} (char {offset})\nJSON received: \
             {text}"
        )
    })
}

/// What a word that should be JSON, and doesn't look like it, is answered with.
pub fn not_json(text: &str) -> String {
    format!("Invalid JSON:\n{text}")
}

/// Python counts characters, and points behind the end of a text that is too short.
fn position(text: &str, error: &serde_json::Error) -> (usize, usize, usize) {
    let start = match error.line() {
        0 | 1 => 0,
        line => text
            .match_indices('\n')
            .nth(line - 2)
            .map_or(0, |(at, _)| at + 1),
    };
    let end = match error.classify() {
        Category::Eof => text.len(),
        _ => (start + error.column().saturating_sub(1)).min(text.len()),
    };
    let before = String::from_utf8_lossy(&text.as_bytes()[..end]);
    let last_line = before.rsplit('\n').next().unwrap_or_default();
    (
        before.matches('\n').count() + 1,
        last_line.chars().count() + 1,
        before.chars().count(),
    )
}

fn cause(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or(&text);
    match text {
        "EOF while parsing a list"
        | "EOF while parsing an object"
        | "expected `,` or `]`"
        | "expected `,` or `}`" => "Expecting ',' delimiter",
        "EOF while parsing a value" | "expected value" | "expected ident" => "Expecting value",
        "EOF while parsing a string" => "Unterminated string",
        "expected `:`" => "Expecting ':' delimiter",
        "key must be a string" => "Expecting property name enclosed in double quotes",
        "trailing characters" => "Extra data",
        text => text,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_worded_and_placed_as_pythons() {
        for (text, error) in [
            (
                r#"[{"Name":"a" "b"}]"#,
                "Expecting ',' delimiter: line 1 column 14 (char 13)",
            ),
            (
                r#"{"Name":"a""#,
                "Expecting ',' delimiter: line 1 column 12 (char 11)",
            ),
            (
                r#"[{"Name":"a"}] x"#,
                "Extra data: line 1 column 16 (char 15)",
            ),
            (
                "{a",
                "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
            ),
            (
                "[\n\"é\" x]",
                "Expecting ',' delimiter: line 2 column 5 (char 6)",
            ),
            (r#"{"a":"#, "Expecting value: line 1 column 6 (char 5)"),
        ] {
            let expected = format!("Invalid JSON: {error}\nJSON received: {text}");
            assert_eq!(parse(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn the_order_of_members_is_kept() {
        let value = parse(r#"{"b":1,"a":2}"#).unwrap();
        assert_eq!(value.to_string(), r#"{"b":1,"a":2}"#);
    }
}
