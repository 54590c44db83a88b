//! The file of pools: which there are from the start, with their app clients and users.
//!
//! `tests/it/data/pools.toml` shows every key. The pool that is there without a file is such a file
//! too: `seed.toml`.

mod checks;
mod file;
mod made;
mod problems;

use std::path::Path;

use self::{file::File, problems::Problems};
use super::{behaviour::Behaviour, clock::Seconds, pool::UserPool};
use crate::settings::read_file;

/// The Region of pools whose id nobody chose.
pub const REGION: &str = "us-east-1";

const SEED: &str = include_str!("seed.toml");

/// What a file holds, each part of it good in itself.
pub struct Config {
    file: File,
}

/// Why a setting or the file won't do. It may hold what the file holds: addresses, but no real user's.
#[derive(Debug, thiserror::Error)]
#[error("{setting}: {problem}")]
pub struct InvalidConfig {
    setting: String,
    problem: String,
}

impl InvalidConfig {
    fn new(path: &Path, problem: impl Into<String>) -> Self {
        Self {
            setting: format!("{} (--local-pool-config)", path.display()),
            problem: problem.into(),
        }
    }

    pub(super) fn unread(path: &Path) -> Self {
        Self::new(path, "only --local-pool reads it, and that isn't set")
    }

    pub(super) fn of(flag: &str, problem: impl Into<String>) -> Self {
        Self {
            setting: flag.to_owned(),
            problem: problem.into(),
        }
    }
}

impl Config {
    /// The pool that is there without a file.
    pub fn seed() -> Self {
        let file = toml::from_str(SEED).expect("a constant");
        Self { file }
    }

    /// # Errors
    ///
    /// If the file can't be read, isn't TOML, has a key that means nothing, or a value that can't
    /// be.
    pub fn load(path: &Path) -> Result<Self, InvalidConfig> {
        let text = read_file(path).map_err(|error| InvalidConfig::new(path, error.to_string()))?;
        let text = String::from_utf8(text)
            .map_err(|_| InvalidConfig::new(path, "it isn't valid UTF-8"))?;
        Self::parse(&text).map_err(|problem| InvalidConfig::new(path, problem))
    }

    /// # Errors
    ///
    /// As [`Self::load`], of the file's text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| placed(text, &error))?;
        if file.pools.is_empty() {
            return Err("it must have at least one [[pools]]".to_owned());
        }
        let config = Self { file };
        // Whether users can be is found out by making them.
        config.try_pools("http://127.0.0.1", 0)?;
        Ok(config)
    }

    pub fn behaviour(&self) -> Behaviour {
        self.file.behaviour.clone()
    }

    /// The pools, with every user as of `now`.
    pub fn pools(&self, base_url: &str, now: Seconds) -> Vec<UserPool> {
        self.try_pools(base_url, now)
            .expect("tried when it was read")
    }

    /// The pools, or everything that is wrong with them, each line with the path of its entry.
    fn try_pools(&self, base_url: &str, now: Seconds) -> Result<Vec<UserPool>, String> {
        let mut problems = Problems::default();
        self.file.check(&mut problems);
        let pools = self.file.pools.iter().enumerate().map(|(index, file)| {
            let at = format!("pools[{index}]");
            let mut pool = made::pool(file, &at, base_url, now, &mut problems);
            for client in pool.clients.values_mut() {
                client.unlisted = self.file.behaviour.unlisted_client_attributes;
            }
            pool
        });
        let pools = pools.collect();
        problems.none().map(|()| pools)
    }
}

/// With its line, and without the line's text.
fn placed(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map(|before| before.matches('\n').count() + 1);
    match line {
        Some(line) => format!("line {line}: {}", error.message()),
        None => error.message().to_owned(),
    }
}
