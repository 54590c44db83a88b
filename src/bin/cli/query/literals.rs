//! Texts between backticks without quotes of their own, as in `[?Name==`email`]`: the language has
//! them no more, and the AWS CLI's users write them.

/// The query with quotes around such texts.
pub fn quoted(query: &str) -> String {
    let mut result = String::new();
    let mut rest = query;
    while let Some(start) = rest.find(['\'', '"', '`']) {
        let (before, from) = rest.split_at(start);
        let delimiter = &from[..1];
        result.push_str(before);
        let Some(length) = closed(&from[1..], delimiter) else {
            rest = from;
            break;
        };
        let inside = &from[1..=length];
        let json = inside.replace("\\`", "`");
        let text = format!("\"{}\"", json.trim_start());
        let is_json = |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
        if delimiter == "`" && !is_json(&json) && is_json(&text) {
            let text = text.replace('`', "\\`");
            result.extend(["`", &text, "`"]);
        } else {
            result.push_str(&from[..length + 2]);
        }
        rest = &from[length + 2..];
    }
    result + rest
}

/// Where the delimiter stands without a backslash before it.
fn closed(text: &str, delimiter: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let is_end = !is_escaped && delimiter.as_bytes() == [byte];
        is_escaped = !is_escaped && byte == b'\\';
        is_end
    })
}
