//! The forms of the model's members, version 2016-04-18.
//!
//! Source: the [API reference](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/Welcome.html),
//! on each operation's page.

use regex::Regex;

use super::constraints::{Form, Pattern};

/// Longest value of an attribute, in characters.
pub const MAX_VALUE: usize = 2048;

pub static ACCESS_TOKEN: Form = Form {
    pattern: Some(&TOKEN),
    ..Form::SENSITIVE
};

pub static ATTRIBUTE_NAME: Form = Form {
    min: 1,
    max: 32,
    pattern: Some(&NAME_OR_SPACE),
    ..Form::ANY
};

/// Of pools from before May 2024, in some Regions: without white space.
pub static OLD_ATTRIBUTE_NAME: Form = Form {
    pattern: Some(&NAME),
    ..ATTRIBUTE_NAME_LENGTH
};

pub static ATTRIBUTE_VALUE: Form = Form {
    max: MAX_VALUE,
    ..Form::SENSITIVE
};

pub static AUTH_FLOW: Form = Form {
    one_of: &[
        "USER_SRP_AUTH",
        "REFRESH_TOKEN_AUTH",
        "REFRESH_TOKEN",
        "CUSTOM_AUTH",
        "ADMIN_NO_SRP_AUTH",
        "USER_PASSWORD_AUTH",
        "ADMIN_USER_PASSWORD_AUTH",
        "USER_AUTH",
    ],
    ..Form::ANY
};

pub static CLIENT_ID: Form = Form {
    min: 1,
    max: 128,
    pattern: Some(&WORD),
    ..Form::SENSITIVE
};

pub static CLIENT_NAME: Form = Form {
    min: 1,
    max: 128,
    pattern: Some(&TITLE),
    ..Form::ANY
};

/// A key or a value of client metadata, of parameters or of the like.
pub static ENTRY: Form = Form {
    max: 131_072,
    ..Form::SENSITIVE
};

pub static CODE: Form = Form {
    min: 1,
    max: 2048,
    pattern: Some(&NOT_SPACE),
    ..Form::SENSITIVE
};

/// The name of a custom attribute, without its prefix.
pub static CUSTOM_NAME: Form = Form {
    min: 1,
    max: 20,
    pattern: Some(&NAME_OR_SPACE),
    ..Form::ANY
};

pub static DATA_TYPE: Form = Form {
    one_of: &["String", "Number", "DateTime", "Boolean"],
    ..Form::ANY
};

pub static PASSWORD: Form = Form {
    max: 256,
    pattern: Some(&LINE),
    ..Form::SENSITIVE
};

pub static POOL_ID: Form = Form {
    min: 1,
    max: 55,
    pattern: Some(&POOL),
    ..Form::ANY
};

pub static POOL_NAME: Form = Form {
    min: 1,
    max: 128,
    pattern: Some(&TITLE),
    ..Form::ANY
};

pub static REFRESH_TOKEN: Form = Form {
    pattern: Some(&TOKEN),
    ..Form::SENSITIVE
};

pub static SECRET_HASH: Form = Form {
    min: 1,
    max: 128,
    pattern: Some(&SECRET),
    ..Form::SENSITIVE
};

pub static USERNAME: Form = Form {
    min: 1,
    max: 128,
    pattern: Some(&NAME),
    ..Form::SENSITIVE
};

const ATTRIBUTE_NAME_LENGTH: Form = Form {
    min: 1,
    max: 32,
    ..Form::ANY
};

static LINE: Pattern = Pattern::new(r"[\S]+.*[\S]+", || anchored(r"\S+.*\S+"));
static NAME: Pattern = Pattern::new(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", || {
    anchored(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+")
});
static NAME_OR_SPACE: Pattern = Pattern::new(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+", || {
    anchored(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+")
});
static NOT_SPACE: Pattern = Pattern::new(r"[\S]+", || anchored(r"\S+"));
static POOL: Pattern = Pattern::new(r"[\w-]+_[0-9a-zA-Z]+", || {
    anchored(r"[A-Za-z0-9_\-]+_[0-9a-zA-Z]+")
});
static SECRET: Pattern = Pattern::new(r"[\w+=/]+", || anchored(r"[A-Za-z0-9_+=/]+"));
static TITLE: Pattern = Pattern::new(r"[\w\s+=,.@-]+", || anchored(r"[A-Za-z0-9_\s+=,.@\-]+"));
static TOKEN: Pattern = Pattern::new("[A-Za-z0-9-_=.]+", || anchored(r"[A-Za-z0-9\-_=.]+"));
static WORD: Pattern = Pattern::new(r"[\w+]+", || anchored(r"[A-Za-z0-9_+]+"));

fn anchored(pattern: &str) -> Regex {
    Regex::new(&format!("^(?:{pattern})$")).expect("a constant")
}
