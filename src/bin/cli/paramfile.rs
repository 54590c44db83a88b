//! Values that stand in a file: `file://FILE`, for a whole option or, after `@=`, in shorthand.

use std::{env, fs, io, path::PathBuf};

/// Why a file's text isn't to be had.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("Unable to load paramfile {reference}: {cause}")]
    Unreadable { reference: String, cause: String },
    #[error("Unable to load paramfile ({0}), text contents could not be decoded.")]
    NotText(String),
    #[error("Unable to load paramfile {0}: fileb:// gives bytes, and every value here is text")]
    Bytes(String),
}

impl LoadError {
    /// In the words of the AWS CLI, which are Python's.
    pub fn unreadable(reference: &str, path: &str, error: &io::Error) -> Self {
        let text = error.to_string();
        let cause = match error.raw_os_error() {
            None => text,
            Some(number) => {
                let plain = text.split(" (os error").next().unwrap_or(&text);
                format!("[Errno {number}] {plain}: '{path}'")
            }
        };
        Self::Unreadable {
            reference: reference.to_owned(),
            cause,
        }
    }
}

/// The text of the file that a word refers to, or nothing if it doesn't refer to one. The last
/// line break is kept.
pub fn load(word: &str) -> Result<Option<String>, LoadError> {
    if word.starts_with("fileb://") {
        return Err(LoadError::Bytes(word.to_owned()));
    }
    let Some(path) = word.strip_prefix("file://") else {
        return Ok(None);
    };
    let bytes =
        fs::read(at_home(path)).map_err(|error| LoadError::unreadable(word, path, &error))?;
    let text = String::from_utf8(bytes).map_err(|_| LoadError::NotText(path.to_owned()))?;
    Ok(Some(text))
}

/// No shell expands the tilde behind `file://`.
fn at_home(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}
