//! Values that stand in a file: `file://FILE`, for a whole option or, after `@=`, in shorthand.

use std::{
    env,
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use regex::Regex;

const MIB: u64 = 1024 * 1024;
/// Most bytes of a value's file: more than a message may have, and than a token or a code ever has.
const LARGEST: u64 = 2 * MIB;

/// Why a file's text isn't to be had.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("Unable to load paramfile {file}: it has more than {} MiB", most / MIB)]
    TooLarge { file: String, most: u64 },
    #[error("Unable to load paramfile {file}: {cause}")]
    Unreadable { file: String, cause: io::Error },
    #[error("Unable to load paramfile {0}: it isn't a text in UTF-8")]
    NotText(String),
    #[error("Unable to load paramfile {0}: fileb:// gives bytes, and every value here is a text")]
    Bytes(String),
}

/// The text of the file that a word refers to, or nothing if it doesn't refer to one. As the AWS CLI
/// reads it: each line ends in a line feed, and the last end of a line is kept.
pub fn load(word: &str) -> Result<Option<String>, LoadError> {
    if let Some(path) = word.strip_prefix("fileb://") {
        bytes(expanded(path), LARGEST)?;
        return Err(LoadError::Bytes(word.to_owned()));
    }
    let Some(path) = word.strip_prefix("file://") else {
        return Ok(None);
    };
    let text = text(expanded(path))?;
    Ok(Some(text.replace("\r\n", "\n").replace('\r', "\n")))
}

/// The same for a whole input, which may also be bytes: they are a text as they are.
pub fn load_input(word: &str) -> Result<Option<String>, LoadError> {
    match word.strip_prefix("fileb://") {
        Some(path) => text(expanded(path)).map(Some),
        None => load(word),
    }
}

/// A text without the line break at its end, which an editor leaves there.
pub fn without_line_break(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

/// The bytes of a file whose name is as it is, which may be a pipe, as `<(…)` gives one to a shell's
/// commands. Of what has more than `most` bytes, or never ends, no more is read.
pub fn bytes(file: impl AsRef<Path>, most: u64) -> Result<Vec<u8>, LoadError> {
    let file = file.as_ref();
    let name = || file.display().to_string();
    let mut bytes = Vec::new();
    let size = File::open(file)
        .and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
        .map_err(|cause| LoadError::Unreadable {
            file: name(),
            cause,
        })?;
    if size as u64 > most {
        return Err(LoadError::TooLarge { file: name(), most });
    }
    Ok(bytes)
}

/// The same of a value's file, as a text.
pub fn text(file: impl AsRef<Path>) -> Result<String, LoadError> {
    let file = file.as_ref();
    String::from_utf8(bytes(file, LARGEST)?)
        .map_err(|_| LoadError::NotText(file.display().to_string()))
}

/// No shell expands the tilde and the variables behind `file://`. What isn't set stays as it is.
fn expanded(path: &str) -> PathBuf {
    let variable = Regex::new(r"\$(?:\{(?<braced>[^}]*)\}|(?<bare>[A-Za-z0-9_]+))").expect("good");
    let path = variable.replace_all(path, |found: &regex::Captures<'_>| {
        let name = found.name("braced").or_else(|| found.name("bare"));
        let value = name.and_then(|name| env::var(name.as_str()).ok());
        value.unwrap_or_else(|| found[0].to_owned())
    });
    match (path.strip_prefix("~/"), env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path.into_owned()),
    }
}
