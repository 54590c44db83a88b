//! The fields of a request that a refusal of Cognito's is about, where they are certain.

use super::{
    error::Cause,
    sent::{Request, within_limit},
};
use crate::{attributes::Violation, proto::Operation};

/// What Cognito's text is about, where the name of an attribute stands in it.
const AROUND_A_NAME: [(&str, &str); 2] = [
    ("Attribute value for ", " must not be null"),
    ("Cannot modify the non-mutable attribute ", ""),
];
/// Texts about one attribute that say its name in other words.
const FORMATS: [(&str, &str); 2] = [
    ("Invalid email address format", "email"),
    ("Invalid phone number format", "phone_number"),
];
/// How texts begin about the attribute that a code is for.
const CODES: [&str; 2] = [
    "Invalid attribute name.",
    "User does not have a valid registered ",
];

/// What `text` is about. `clean` is the same for the caller, without the secrets of the request.
pub(super) fn violations(
    operation: Operation,
    cause: Cause,
    text: &str,
    clean: &str,
    request: &Request,
) -> Vec<Violation> {
    let field = match cause {
        Cause::CodeMismatch if operation == Operation::VerifyUserAttribute => {
            Some("code".to_owned())
        }
        Cause::InvalidParameter => {
            let text = within_limit(text);
            let lines = lines(text, request);
            if !lines.is_empty() {
                return lines;
            }
            attribute(text, request).or_else(|| field(operation, text))
        }
        _ => None,
    };
    let violation = field.map(|field| Violation {
        field,
        description: clean.to_owned(),
    });
    violation.into_iter().collect()
}

/// Each of the lines `user.<name>: <description>`. Deletion's text has a beginning of its own, and may
/// lack the `user.`.
fn lines(text: &str, request: &Request) -> Vec<Violation> {
    let (text, prefix) = match text.strip_prefix("Invalid user attributes: ") {
        Some(rest) => (rest, ""),
        None => (text, "user."),
    };
    text.lines()
        .filter_map(|line| {
            let line = line.strip_prefix("user.").or(line.strip_prefix(prefix))?;
            let name = request
                .name_before(line, ": ")
                .or_else(|| line.split_once(": ").map(|(name, _)| name))?;
            let description = line.get(name.len() + 2..)?;
            Some(Violation {
                field: request.path(name),
                description: request.cut(description) + prefix_hint(name, description),
            })
        })
        .collect()
}

/// The commonest reason for an unknown name.
fn prefix_hint(name: &str, description: &str) -> &'static str {
    if description.contains("does not exist in the schema") && !name.starts_with("custom:") {
        " The name of a custom attribute must begin with custom:"
    } else {
        ""
    }
}

/// The one attribute that the text is about, if it is in the request.
fn attribute(text: &str, request: &Request) -> Option<String> {
    let text = text.trim().trim_end_matches('.');
    let named = |(before, after): &(&str, &str)| {
        let name = text.strip_prefix(before)?.strip_suffix(after)?;
        request.place(name)
    };
    let meant = |(known, name): &(&str, &str)| (text == *known).then(|| request.place(name))?;
    let found = AROUND_A_NAME.iter().find_map(named);
    found.or_else(|| FORMATS.iter().find_map(meant))
}

/// The field that is at fault, of the operations without a list of attributes. GetUser has one.
fn field(operation: Operation, text: &str) -> Option<String> {
    let field = match operation {
        Operation::GetUser => "access_token",
        Operation::VerifyUserAttribute | Operation::GetUserAttributeVerificationCode
            if CODES.iter().any(|begin| text.starts_with(begin)) =>
        {
            "attribute_name"
        }
        _ => return None,
    };
    Some(field.to_owned())
}
