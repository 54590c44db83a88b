//! The variables of the process's environment.

use std::{
    collections::BTreeMap,
    env,
    ffi::{OsStr, OsString},
};

/// All that are set. A value may be secret, so there is no `Debug`.
pub struct Environment(BTreeMap<String, OsString>);

impl Environment {
    /// This process's own.
    pub fn of_process() -> Self {
        env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value))
            .collect()
    }

    /// The value of a variable that is set.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.get(name).map(OsString::as_os_str)
    }

    /// Names and values, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &OsStr)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_os_str()))
    }
}

impl<N: Into<String>, V: Into<OsString>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let owned = |(name, value): (N, V)| (name.into(), value.into());
        Self(variables.into_iter().map(owned).collect())
    }
}
