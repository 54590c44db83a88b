//! The request behind a refusal: where its attributes stand, and how to cut its secrets out of
//! Cognito's text.

use std::{collections::HashMap, ops::Range, sync::Arc};

use aws_smithy_types::body::SdkBody;
use serde::Deserialize;

/// A secret of fewer characters than this is cut only where it stands as a word of its own: it
/// would otherwise tear other words apart.
const SHORT: usize = 4;
/// What stands in the place of a secret.
const CUT: &str = "[redacted]";
/// Text beyond this many bytes isn't looked at. Cognito's own texts have a few hundred.
const MAX_TEXT: usize = 16 * 1024;
/// A refusal of a request with more secrets than this is told without Cognito's text: looking for
/// them all would take longer than the call. A user pool has no more than 70 attributes.
const MAX_SECRETS: usize = 256;

/// The body of a request that has been sent, shared with the connection that sent it.
#[derive(Clone, Debug)]
pub(super) struct Sent(Arc<SdkBody>);

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

impl Sent {
    pub(super) fn new(body: SdkBody) -> Self {
        Self(Arc::new(body))
    }

    /// The request, read back, if it can be and has few enough secrets.
    pub(super) fn request(&self) -> Option<Request> {
        let request: Request = serde_json::from_slice(self.0.bytes()?).ok()?;
        (request.secrets().count() <= MAX_SECRETS).then_some(request)
    }
}

impl Request {
    /// The path of the attribute of that name in the proto request. One that the request lacks and
    /// the pool requires has none of its own.
    pub(super) fn path(&self, name: &str) -> String {
        let index = self.names().position(|it| it == name);
        let list = if self.user_attribute_names.is_empty() {
            "user_attributes"
        } else {
            "user_attribute_names"
        };
        index.map_or_else(|| list.to_owned(), |index| format!("{list}[{index}]"))
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

    /// `text` without the token, the values and the metadata of this request.
    pub(super) fn cut(&self, text: &str) -> String {
        let text = within_limit(text);
        let mut holes: Vec<_> = self
            .secrets()
            .filter(|secret| !secret.is_empty())
            .flat_map(|secret| occurrences(text, secret))
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

    fn secrets(&self) -> impl Iterator<Item = &str> {
        let values = self
            .user_attributes
            .iter()
            .filter_map(|attribute| attribute.value.as_deref());
        let metadata = self
            .client_metadata
            .iter()
            .flat_map(|(key, value)| [key.as_str(), value.as_str()]);
        values
            .chain(metadata)
            .chain(self.code.as_deref())
            .chain(std::iter::once(self.access_token.as_str()))
    }
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

fn occurrences(text: &str, secret: &str) -> Vec<Range<usize>> {
    let short = secret.chars().count() < SHORT;
    let is_word = |range: &Range<usize>| {
        let before = text[..range.start].chars().next_back();
        let after = text[range.end..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    };
    text.match_indices(secret)
        .map(|(start, found)| start..start + found.len())
        .filter(|range| !short || is_word(range))
        .collect()
}
