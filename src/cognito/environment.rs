//! AWS's own variables of the environment: which of those that are set count.

use std::ffi::OsStr;

use crate::settings::Environment;

/// How AWS's variables begin.
const AWS: &str = "AWS_";
/// Not AWS's, but its tools read it too.
const CERTIFICATES: &str = "SSL_CERT_FILE";
/// How those of its endpoints begin.
const ENDPOINTS: &str = "AWS_ENDPOINT_URL";
/// Turns the endpoints of the environment off, but not the flag.
const IGNORE_ENDPOINTS: &str = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";

/// Whether a setting's variable counts. AWS's and `SSL_CERT_FILE` don't while they are blank, nor do its
/// endpoints while
/// `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is true.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>
pub fn variable_counts(variable: &str, environment: &Environment) -> bool {
    if !variable.starts_with(AWS) && variable != CERTIFICATES {
        return true;
    }
    let ignored = variable.starts_with(ENDPOINTS) && ignores_endpoints(environment) == Ok(true);
    !ignored && !environment.get(variable).is_some_and(is_blank)
}

/// Whether the endpoints of the environment are turned off.
///
/// # Errors
///
/// If the variable that says so is neither true nor false.
pub fn ignores_endpoints(environment: &Environment) -> Result<bool, String> {
    match set(IGNORE_ENDPOINTS, environment) {
        None => Ok(false),
        Some(value) if value.eq_ignore_ascii_case("true") => Ok(true),
        Some(value) if value.eq_ignore_ascii_case("false") => Ok(false),
        Some(_) => Err(format!("{IGNORE_ENDPOINTS} must be true or false")),
    }
}

fn set<'a>(variable: &str, environment: &'a Environment) -> Option<&'a OsStr> {
    environment.get(variable).filter(|value| !is_blank(value))
}

fn is_blank(value: &OsStr) -> bool {
    value.to_str().is_some_and(|text| text.trim().is_empty())
}
