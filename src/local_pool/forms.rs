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

/// The name of a Lambda function.
pub static ARN: Form = Form {
    min: 20,
    max: 2048,
    pattern: Some(&RESOURCE),
    ..Form::ANY
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

pub static CLIENT_SECRET: Form = Form {
    min: 24,
    max: 64,
    pattern: Some(&WORD),
    ..Form::SENSITIVE
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
    ..Form::ANY
};

/// The name of a custom attribute, without its prefix.
pub static CUSTOM_NAME: Form = Form {
    min: 1,
    max: 20,
    pattern: Some(&NAME),
    ..Form::ANY
};

pub static DATA_TYPE: Form = Form {
    one_of: &["String", "Number", "DateTime", "Boolean"],
    ..Form::ANY
};

pub static EMAIL_MESSAGE: Form = Form {
    min: 6,
    max: 20_000,
    pattern: Some(&TEXT_WITH_CODE),
    ..Form::ANY
};

/// Of an invitation: its text is checked once all of it is known.
pub static EMAIL_INVITATION: Form = Form {
    pattern: Some(&TEXT),
    ..EMAIL_MESSAGE_LENGTH
};

pub static EMAIL_SUBJECT: Form = Form {
    min: 1,
    max: 140,
    pattern: Some(&SUBJECT),
    ..Form::ANY
};

pub static PAGINATION_TOKEN: Form = Form {
    min: 1,
    pattern: Some(&NOT_SPACE),
    ..Form::ANY
};

pub static PASSWORD: Form = Form {
    max: 256,
    pattern: Some(&LINE),
    ..Form::SENSITIVE
};

/// An attribute in a list of an app client's.
pub static PERMISSION: Form = Form {
    min: 1,
    max: 2048,
    ..Form::ANY
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

pub static SESSION: Form = Form {
    min: 20,
    max: 4096,
    ..Form::SENSITIVE
};

pub static SMS_MESSAGE: Form = Form {
    min: 6,
    max: 140,
    pattern: Some(&LINE_WITH_CODE),
    ..Form::ANY
};

/// Of an invitation.
pub static SMS_INVITATION: Form = Form {
    min: 6,
    max: 140,
    ..Form::ANY
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

const EMAIL_MESSAGE_LENGTH: Form = Form {
    min: 6,
    max: 20_000,
    ..Form::ANY
};

/// The model has `[\S]+`; this is what Cognito says since it takes spaces within passwords.
static LINE: Pattern = Pattern::new(r"^[\S]+.*[\S]+$", || anchored(r"\S+.*\S+"));
static LINE_WITH_CODE: Pattern = Pattern::new(r".*\{####\}.*", || anchored(r".*\{####\}.*"));
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
static RESOURCE: Pattern = Pattern::new(
    r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?",
    || {
        let word = r"[A-Za-z0-9_+=/,.@\-]";
        let rest = format!("(:{word}+)?");
        anchored(&format!(
            "arn:{word}+:{word}+:{word}*:[0-9]+:{word}+{rest}{rest}"
        ))
    },
);
static SECRET: Pattern = Pattern::new(r"[\w+=/]+", || anchored(r"[A-Za-z0-9_+=/]+"));
static SUBJECT: Pattern = Pattern::new(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+", || {
    anchored(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+")
});
static TEXT: Pattern = Pattern::new(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*", || {
    anchored(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*")
});
static TEXT_WITH_CODE: Pattern = Pattern::new(
    r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*",
    || anchored(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*"),
);
static TITLE: Pattern = Pattern::new(r"[\w\s+=,.@-]+", || anchored(r"[A-Za-z0-9_\s+=,.@\-]+"));
static TOKEN: Pattern = Pattern::new("[A-Za-z0-9-_=.]+", || anchored(r"[A-Za-z0-9\-_=.]+"));
static WORD: Pattern = Pattern::new(r"[\w+]+", || anchored(r"[A-Za-z0-9_+]+"));

fn anchored(pattern: &str) -> Regex {
    Regex::new(&format!("^(?:{pattern})$")).expect("a constant")
}
