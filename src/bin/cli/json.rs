//! JSON that a caller has written.

use serde_json::{Value, error::Category};

/// The whole text as one JSON value. The error doesn't repeat it.
pub fn parse(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| match error.classify() {
        Category::Eof => "Invalid JSON: it ends before it is complete".to_owned(),
        _ => format!(
            "Invalid JSON: it can't be read at line {} column {}",
            error.line(),
            error.column()
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_where_and_not_what() {
        for (text, error) in [
            (
                r#"[{"a":"s3cr3t" "b"}]"#,
                "it can't be read at line 1 column 16",
            ),
            (r#"{"a":"s3cr3t""#, "it ends before it is complete"),
            ("[\n\"é\" s3cr3t]", "it can't be read at line 2 column 6"),
            (r#"{"a":1} s3cr3t"#, "it can't be read at line 1 column 9"),
        ] {
            assert_eq!(parse(text), Err(format!("Invalid JSON: {error}")), "{text}");
        }
    }

    #[test]
    fn the_order_of_members_is_kept() {
        let value = parse(r#"{"b":1,"a":2}"#).unwrap();
        assert_eq!(value.to_string(), r#"{"b":1,"a":2}"#);
    }
}
