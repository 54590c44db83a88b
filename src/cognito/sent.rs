//! The request behind a refusal: where its attributes stand, and how to cut its secrets out of
//! Cognito's text.

use std::{collections::HashMap, fmt::Write as _, ops::Range};

use serde::Deserialize;

/// A value of fewer characters than this is cut only where it stands as a word of its own, as a key
/// always is: it would otherwise tear other words apart.
const SHORT: usize = 4;
/// What stands in the place of a secret.
const CUT: &str = "[redacted]";
/// Text beyond this many bytes isn't looked at. Cognito's own texts have a few hundred.
const MAX_TEXT: usize = 16 * 1024;
/// A refusal of a request with more secrets than this is told without Cognito's text: looking for
/// them all would take longer than the call. A user pool has no more than 70 attributes.
const MAX_SECRETS: usize = 256;

/// What a refusal's text is read against. Without it the text can't be cleaned, so nobody gets it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_attributes: Vec<Attribute>,
    user_attribute_names: Vec<String>,
    access_token: String,
    client_metadata: HashMap<String, String>,
    code: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    name: String,
    value: Option<String>,
}

impl Request {
    /// The request of this body, if it can be read back and has few enough secrets.
    pub(super) fn of(body: &[u8]) -> Option<Self> {
        let request: Self = serde_json::from_slice(body).ok()?;
        (request.secrets().count() <= MAX_SECRETS).then_some(request)
    }

    /// The path of the attribute of that name in the proto request. One that the request lacks and
    /// the pool requires has none of its own.
    pub(super) fn path(&self, name: &str) -> String {
        let path = self.place(name);
        path.unwrap_or_else(|| self.list().to_owned())
    }

    /// The same, if the request has it.
    pub(super) fn place(&self, name: &str) -> Option<String> {
        let index = self.names().position(|it| it == name)?;
        Some(format!("{}[{index}]", self.list()))
    }

    fn list(&self) -> &'static str {
        if self.user_attribute_names.is_empty() {
            "user_attributes"
        } else {
            "user_attribute_names"
        }
    }

    /// The name that `text` begins with, if it is one of the request's, the longest first.
    pub(super) fn name_before<'a>(&'a self, text: &str, end: &str) -> Option<&'a str> {
        let begins = |name: &&str| {
            text.strip_prefix(*name)
                .is_some_and(|rest| rest.starts_with(end))
        };
        self.names().filter(begins).max_by_key(|name| name.len())
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let updated = self.user_attributes.iter().map(|attribute| &attribute.name);
        updated
            .chain(&self.user_attribute_names)
            .map(String::as_str)
    }

    /// `text` without the token, the values and the metadata of this request: as they are, in lower
    /// case, and escaped as JSON.
    pub(super) fn cut(&self, text: &str) -> String {
        let text = within_limit(text);
        let mut holes: Vec<_> = self
            .secrets()
            .flat_map(|secret| secret.occurrences(text))
            .collect();
        holes.sort_unstable_by_key(|hole| (hole.start, hole.end));

        let mut clean = String::with_capacity(text.len());
        let mut position = 0;
        for hole in holes {
            if hole.start >= position {
                clean.push_str(&text[position..hole.start]);
                clean.push_str(CUT);
            }
            position = position.max(hole.end);
        }
        clean.push_str(&text[position..]);
        clean
    }

    fn secrets(&self) -> impl Iterator<Item = Secret<'_>> {
        let values = self
            .user_attributes
            .iter()
            .filter_map(|attribute| attribute.value.as_deref());
        let anywhere = values
            .chain(self.client_metadata.values().map(String::as_str))
            .chain(self.code.as_deref())
            .chain(std::iter::once(self.access_token.as_str()))
            .map(|text| Secret {
                text,
                is_word: text.chars().count() < SHORT,
            });
        let keys = self.client_metadata.keys().map(|text| Secret {
            text,
            is_word: true,
        });
        anywhere
            .chain(keys)
            .filter(|secret| !secret.text.is_empty())
    }
}

/// What mustn't be told.
struct Secret<'a> {
    text: &'a str,
    /// Whether it counts only where it stands as a word of its own.
    is_word: bool,
}

impl Secret<'_> {
    fn occurrences(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for form in self.forms() {
            let all = text.match_indices(&form);
            let ranges = all.map(|(start, it)| start..start + it.len());
            found.extend(ranges.filter(|range| !self.is_word || is_word(text, range)));
        }
        found
    }

    /// How it may be written.
    fn forms(&self) -> Vec<String> {
        let mut forms = Vec::new();
        for text in [self.text.to_owned(), self.text.to_lowercase()] {
            // A string can always be escaped.
            let escaped = serde_json::to_string(&text).unwrap_or_default();
            let escaped = &escaped[1..escaped.len().max(2) - 1];
            forms.extend([in_ascii(escaped), escaped.to_owned(), text]);
        }
        forms.sort_unstable();
        forms.dedup();
        forms
    }
}

fn is_word(text: &str, range: &Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

/// As JSON that holds nothing but ASCII.
fn in_ascii(text: &str) -> String {
    let mut ascii = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            ascii.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string doesn't fail.
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    ascii
}

/// Whether a text that was cut has a word left. One that was blank, or a secret and no more, has none.
pub(super) fn says_anything(text: &str) -> bool {
    text.split(CUT)
        .any(|rest| rest.contains(char::is_alphanumeric))
}

/// As much of Cognito's text as is looked at.
pub(super) fn within_limit(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_TEXT)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(value: &str, key: &str) -> Request {
        Request {
            user_attributes: vec![Attribute {
                name: "nickname".to_owned(),
                value: Some(value.to_owned()),
            }],
            client_metadata: HashMap::from([(key.to_owned(), "blue".to_owned())]),
            access_token: "eyJhbGciOi".to_owned(),
            ..Request::default()
        }
    }

    #[test]
    fn a_secret_is_found_in_lower_case_and_as_json() {
        let request = request("Dan \"Ö\" O'Neil", "tenant");
        for text in [
            "Dan \"Ö\" O'Neil",
            "dan \"ö\" o'neil",
            r#"Dan \"Ö\" O'Neil"#,
            r#"dan \"ö\" o'neil"#,
            r#"Dan \"\u00d6\" O'Neil"#,
            r#"dan \"\u00f6\" o'neil"#,
            "eyJhbGciOi",
            "eyjhbgcioi",
            "blue",
        ] {
            let cut = request.cut(&format!("It is <{text}>, ẞ"));
            assert_eq!(cut, "It is <[redacted]>, ẞ", "{text}");
        }
    }

    #[test]
    fn a_key_and_a_short_value_tear_no_words_apart() {
        let request = request("Eve", "user");
        let text = "Every username of a user, Evening or Eve";
        let cut = "Every username of a [redacted], Evening or [redacted]";
        assert_eq!(request.cut(text), cut);
    }
}
