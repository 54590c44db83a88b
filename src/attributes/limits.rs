//! The limits of the API's service model, each checked where a field has it.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use regex::Regex;

use super::violations::Violations;

/// Longest attribute name, in Unicode scalar values.
const MAX_NAME: usize = 32;
/// Attributes that Cognito alone may change. With `*_verified` a user would vouch for himself.
const NOT_MUTABLE: [&str; 3] = ["sub", "email_verified", "phone_number_verified"];
/// Longest attribute value, in Unicode scalar values.
pub(super) const MAX_VALUE: usize = 2048;
/// Longest verification code, in Unicode scalar values.
const MAX_CODE: usize = 2048;
/// Longest key and longest value of the client metadata, in Unicode scalar values.
const MAX_METADATA: usize = 131_072;

/// The names of a list, each of which may stand in it once.
#[derive(Default)]
pub(super) struct Names<'a>(HashSet<&'a str>);

impl<'a> Names<'a> {
    /// Notes what is wrong with the next name: `fault`, or that it came before.
    pub(super) fn check(
        &mut self,
        name: &'a str,
        fault: Option<String>,
        field: impl FnOnce() -> String,
        violations: &mut Violations,
    ) {
        if let Some(description) = fault {
            violations.add(field(), description);
        } else if !self.0.insert(name) {
            let description = format!("{name} stands in the list more than once");
            violations.add(field(), description);
        }
    }
}

/// Notes what is wrong with the name of one attribute.
pub(super) fn check_name(name: &str, violations: &mut Violations) {
    if let Some(description) = name_fault(name) {
        violations.add("attribute_name", description);
    }
}

/// What is wrong with an attribute's name. A name that breaks a limit isn't repeated: it may be a
/// value that stands in the wrong place.
fn name_fault(name: &str) -> Option<String> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\A[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+\z").expect("the pattern is constant")
    });
    // All of them are letters, numbers, symbols and punctuation.
    let is_plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_graphic());

    if name.is_empty() {
        Some("must not be empty".to_owned())
    } else if exceeds(name, MAX_NAME) {
        Some(format!("must have at most {MAX_NAME} characters"))
    } else if !is_plain(name) && !NAME.is_match(name) {
        Some(
            "must consist of letters, marks, symbols, numbers, punctuation, spaces, tabs and line \
             breaks"
                .to_owned(),
        )
    } else {
        None
    }
}

/// What is wrong with the name of an attribute that is to be set or deleted.
pub(super) fn change_fault(name: &str) -> Option<String> {
    let not_mutable = || {
        NOT_MUTABLE
            .contains(&name)
            .then(|| format!("{name} can't be changed by the user"))
    };
    name_fault(name).or_else(not_mutable)
}

pub(super) fn check_access_token(token: &str, violations: &mut Violations) {
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "without branches, and without an end at the first fault, many bytes are checked at \
                  a time"
    )]
    let is_allowed = |byte: u8| {
        byte.is_ascii_alphanumeric()
            | (byte == b'-')
            | (byte == b'_')
            | (byte == b'=')
            | (byte == b'.')
    };
    if token.is_empty() {
        violations.add("access_token", "must not be empty");
    } else if !token.bytes().fold(true, |all, byte| all & is_allowed(byte)) {
        violations.add(
            "access_token",
            "must consist of the characters A-Z a-z 0-9 - _ = . alone",
        );
    }
}

/// Notes what is wrong with a verification code.
pub(super) fn check_code(code: &str, violations: &mut Violations) {
    if code.is_empty() {
        violations.add("code", "must not be empty");
    } else if exceeds(code, MAX_CODE) {
        violations.add("code", format!("must have at most {MAX_CODE} characters"));
    } else if code.contains(is_white_space) {
        violations.add("code", "must not hold white space");
    }
}

/// As the model's pattern `\S` means it.
fn is_white_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\x0B' | '\x0C' | '\r')
}

/// Keys are as secret as values: a violation counts them and names none.
pub(super) fn check_client_metadata(
    metadata: &HashMap<String, String>,
    violations: &mut Violations,
) {
    for (what, count) in [
        (
            "keys",
            metadata
                .keys()
                .filter(|key| exceeds(key, MAX_METADATA))
                .count(),
        ),
        (
            "values",
            metadata
                .values()
                .filter(|value| exceeds(value, MAX_METADATA))
                .count(),
        ),
    ] {
        if count > 0 {
            violations.add(
                "client_metadata",
                format!("{what} must have at most {MAX_METADATA} characters; too long: {count}"),
            );
        }
    }
}

/// Whether a text has more than `limit` Unicode scalar values. Most texts are shorter in bytes
/// already and aren't counted.
pub(super) fn exceeds(text: &str, limit: usize) -> bool {
    text.len() > limit && text.chars().count() > limit
}
