//! Options that an operation can't do without.

use crate::error::Error;

/// The names of those that aren't there.
#[derive(Default)]
pub struct Missing(Vec<&'static str>);

/// What `gather` makes of options that are all there, or an error that names each missing one, in
/// the order in which `gather` asks for them: the API's.
pub fn required<T>(gather: impl FnOnce(&mut Missing) -> T) -> Result<T, Error> {
    let mut missing = Missing::default();
    let gathered = gather(&mut missing);
    if missing.0.is_empty() {
        Ok(gathered)
    } else {
        Err(Error::missing(&missing.0))
    }
}

impl Missing {
    /// The option's value. A default one stands in for it until [`required`] refuses the whole.
    pub fn or<T: Default>(&mut self, option: &'static str, value: Option<T>) -> T {
        value.unwrap_or_else(|| {
            self.0.push(option);
            T::default()
        })
    }
}
