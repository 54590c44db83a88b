//! Where the access token comes from. It needn't stand in the process list.

use std::{fs, path::PathBuf};

use secrecy::{ExposeSecret as _, SecretString};

use crate::{error::Error, option, paramfile::LoadError, shape::Shape};

/// The field that the environment can fill too.
pub const OPTION_ID: &str = "access_token";

#[derive(clap::Args)]
pub struct Args {
    /// The access token that Cognito issued to the user. On a command line others can read it.
    #[arg(
        long,
        value_name = "TOKEN",
        env = "USER_ATTRIBUTES_ACCESS_TOKEN",
        hide_env_values = true,
        value_parser = |text: &str| Ok::<_, std::convert::Infallible>(SecretString::from(text))
    )]
    access_token: Option<SecretString>,
    /// A file that holds the access token, and one line break at most. It goes before the
    /// environment, and --access-token before it.
    #[arg(long, value_name = "FILE")]
    access_token_file: Option<PathBuf>,
}

impl Args {
    /// The option's token, else the file's, else the environment's. A blank variable counts as
    /// none.
    pub fn read(self, from_environment: bool) -> Result<Option<SecretString>, Error> {
        let Self {
            access_token,
            access_token_file,
        } = self;
        match (access_token, access_token_file) {
            (Some(token), _) if !from_environment => given(&token).map(Some),
            (_, Some(file)) => in_file(&file).map(Some),
            (token, None) => Ok(token.filter(|token| !token.expose_secret().is_empty())),
        }
    }
}

/// The word itself, or the file that it names. The AWS CLI keeps that file's last line break.
fn given(word: &SecretString) -> Result<SecretString, Error> {
    let words = [word.expose_secret().to_owned()];
    let value = option::parse("--access-token", &Shape::TEXT, &words)?;
    Ok(SecretString::from(value.as_str().unwrap_or_default()))
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
