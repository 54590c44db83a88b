//! How OpenTelemetry's variables are written.

use crate::settings::Environment;

/// Those that are set. A blank one isn't.
pub(super) struct Variables<'a> {
    environment: &'a Environment,
    problems: &'a mut Vec<String>,
}

impl<'a> Variables<'a> {
    pub fn new(environment: &'a Environment, problems: &'a mut Vec<String>) -> Self {
        Self {
            environment,
            problems,
        }
    }

    /// The value of one, without white space around it.
    pub fn get(&mut self, name: &'static str) -> Option<&'a str> {
        let value = self.environment.get(name)?;
        match value.to_str() {
            Some(value) => Some(value.trim()).filter(|value| !value.is_empty()),
            None => self.refuse(name, "it isn't UTF-8"),
        }
    }

    /// The first that is set, and its name.
    pub fn first<const N: usize>(
        &mut self,
        names: [&'static str; N],
    ) -> Option<(&'static str, &'a str)> {
        names
            .into_iter()
            .find_map(|name| self.get(name).map(|value| (name, value)))
    }

    /// A number from 1 to `most`, by the first that is set.
    pub fn number<const N: usize>(
        &mut self,
        names: [&'static str; N],
        default: u64,
        most: u64,
    ) -> Option<u64> {
        let Some((name, value)) = self.first(names) else {
            return Some(default);
        };
        match value.parse() {
            Ok(number) if (1..=most).contains(&number) => Some(number),
            _ => self.refuse(name, &format!("it must be a number from 1 to {most}")),
        }
    }

    /// A variable can't be obeyed.
    pub fn refuse<T>(&mut self, name: &'static str, why: &str) -> Option<T> {
        let problem = format!("{name} is set in the environment, but {why}");
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
        None
    }
}

/// The pairs of `name=value,name=value`, percent-decoded. `None` is one that isn't well formed.
pub(super) fn pairs(list: &str) -> impl Iterator<Item = Option<(String, String)>> {
    let entries = list.split(',').map(str::trim);
    entries.filter(|entry| !entry.is_empty()).map(|entry| {
        let (name, value) = entry.split_once('=')?;
        let name = decoded(name.trim())?;
        (!name.is_empty()).then_some((name, decoded(value.trim())?))
    })
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend_from_slice(parts.next()?.as_bytes());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        bytes.push(is_hex.then(|| u8::from_str_radix(digits, 16).ok())??);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}
