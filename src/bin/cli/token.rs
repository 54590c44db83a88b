//! Where the access token comes from. It needn't stand in the process list.

use std::{
    env::{self, VarError},
    fs,
    path::PathBuf,
};

use clap::builder::{StringValueParser, TypedValueParser};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{error::Error, option, paramfile::LoadError, shape::Shape};

// Read here and not by clap, which would put it before a file.
const VARIABLE: &str = "USER_ATTRIBUTES_ACCESS_TOKEN";

#[derive(clap::Args)]
pub struct Args {
    /// The access token that Cognito issued to the user. On a command line others can read it.
    /// [env: USER_ATTRIBUTES_ACCESS_TOKEN]
    #[arg(long, value_name = "TOKEN", value_parser = secret())]
    access_token: Option<SecretString>,
    /// A file that holds the access token, and one line break at most. It goes before the
    /// environment, and --access-token before it.
    #[arg(long, value_name = "FILE")]
    access_token_file: Option<PathBuf>,
}

impl Args {
    /// The option's token, else the file's, else the environment's. A blank variable counts as
    /// none.
    pub fn read(self) -> Result<Option<SecretString>, Error> {
        match (self.access_token, self.access_token_file) {
            (Some(word), _) => given(&word).map(Some),
            (None, Some(file)) => in_file(&file).map(Some),
            (None, None) => in_environment(),
        }
    }

    #[cfg(test)]
    pub fn given(token: &str) -> Self {
        Self {
            access_token: Some(SecretString::from(token)),
            access_token_file: None,
        }
    }
}

/// Takes a word that mustn't be shown.
pub fn secret() -> impl TypedValueParser<Value = SecretString> {
    StringValueParser::new().map(SecretString::from)
}

/// The word itself, or the file that it names. The AWS CLI keeps that file's last line break.
fn given(word: &SecretString) -> Result<SecretString, Error> {
    let words = [word.expose_secret().to_owned()];
    let value = option::parse("--access-token", &Shape::TEXT, &words)?;
    Ok(SecretString::from(value.as_str().unwrap_or_default()))
}

fn in_environment() -> Result<Option<SecretString>, Error> {
    match env::var(VARIABLE) {
        Ok(token) if token.is_empty() => Ok(None),
        Ok(token) => Ok(Some(SecretString::from(token))),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Error::Argument(format!("{VARIABLE} isn't UTF-8"))),
    }
}

fn in_file(file: &PathBuf) -> Result<SecretString, Error> {
    let name = file.display().to_string();
    let refused = |cause: LoadError| Error::option("--access-token-file", cause);
    let bytes =
        fs::read(file).map_err(|error| refused(LoadError::unreadable(&name, &name, &error)))?;
    let text = String::from_utf8(bytes).map_err(|_| refused(LoadError::NotText(name)))?;
    let token = text.strip_suffix('\n').unwrap_or(&text);
    Ok(SecretString::from(
        token.strip_suffix('\r').unwrap_or(token),
    ))
}
