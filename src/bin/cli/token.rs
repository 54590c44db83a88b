//! Where the access token comes from. It needn't stand in the process list.

use std::env::{self, VarError};

use crate::{error::Error, paramfile};

// Read here and not by clap, which would put it before a file.
const VARIABLE: &str = "USER_ATTRIBUTES_ACCESS_TOKEN";
/// The option for a file that holds the token, and one line break at most.
pub const FILE: &str = "access-token-file";

/// Where it can come from besides its option.
pub fn tip() -> String {
    format!("the token can also stand in a file, --{FILE}, or in the variable {VARIABLE}")
}

/// The environment's token. A blank variable counts as none.
pub fn in_environment() -> Result<Option<String>, Error> {
    match env::var(VARIABLE) {
        Ok(token) if token.is_empty() => Ok(None),
        Ok(token) => Ok(Some(token)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Error::Argument(format!("{VARIABLE} isn't UTF-8"))),
    }
}

/// The token in a file.
pub fn in_file(file: &str) -> Result<String, Error> {
    let text =
        paramfile::text(file).map_err(|error| Error::option("--access-token-file", error))?;
    Ok(paramfile::without_line_break(&text).to_owned())
}
