//! Which users somebody looks for.
//!
//! Source: [`ListUsers`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html)

use std::sync::LazyLock;

use regex::Regex;

use super::{exception::Exception, user::User};

/// Attributes that can be searched, besides what isn't one.
const ATTRIBUTES: [&str; 7] = [
    "email",
    "phone_number",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "sub",
];

/// One property of a user's, and the text that it is or begins with.
pub struct Filter {
    property: String,
    prefix: bool,
    text: String,
}

impl Filter {
    /// `given_name ^= "Jo"`. None is what matches every user: a blank text.
    ///
    /// # Errors
    ///
    /// `InvalidParameterException`
    pub fn parse(text: &str) -> Result<Option<Self>, Exception> {
        static FORM: LazyLock<Regex> = LazyLock::new(|| {
            let form = r#"^\s*([A-Za-z_:]+)\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$"#;
            Regex::new(form).expect("a constant")
        });
        if text.trim().is_empty() {
            return Ok(None);
        }
        let parts = FORM.captures(text).map(|it| it.extract::<3>().1);
        let unreadable = || Exception::invalid_parameter("Error while parsing filter.");
        let [property, operator, text] = parts.ok_or_else(unreadable)?;
        let others = ["username", "status", "cognito:user_status"];
        if !ATTRIBUTES.contains(&property) && !others.contains(&property) {
            let message = format!("Invalid search attribute: {property}");
            return Err(Exception::invalid_parameter(message));
        }
        let text = text.replace(r#"\""#, "\"").replace(r"\\", r"\");
        Ok(Some(Self {
            property: property.to_owned(),
            prefix: operator == "^=",
            text: match property {
                "cognito:user_status" => text.to_uppercase(),
                _ => text,
            },
        }))
    }

    pub fn matches(&self, user: &User) -> bool {
        match &*self.property {
            "username" => self.fits(&user.username),
            "status" if user.enabled => self.fits("Enabled"),
            "status" => self.fits("Disabled"),
            "cognito:user_status" => self.fits(user.status.name()),
            attribute => {
                let value = user.attributes.get(attribute);
                value.is_some_and(|value| self.fits(value))
            }
        }
    }

    fn fits(&self, value: &str) -> bool {
        if self.prefix {
            value.starts_with(&self.text)
        } else {
            value == self.text
        }
    }
}
