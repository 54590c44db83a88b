//! How long to wait for what.

use std::time::Duration;

use crate::{args::Settings, error::Error};

pub struct Limits {
    pub connect: Duration,
    /// For the whole call.
    pub answer: Duration,
}

const CONNECT: Duration = Duration::from_secs(10);
/// The server gives up after 20 seconds and says what it knows; this waits for that answer.
const ANSWER: Duration = Duration::from_secs(25);

impl Limits {
    /// `--timeout` goes before the AWS CLI's option.
    pub fn read(settings: &Settings) -> Result<Self, Error> {
        let globals = &settings.globals;
        let connect = seconds(
            "--cli-connect-timeout",
            globals.cli_connect_timeout.as_deref(),
        )?;
        let read = seconds("--cli-read-timeout", globals.cli_read_timeout.as_deref())?;
        Ok(Self {
            connect: connect.unwrap_or(CONNECT),
            answer: settings.service.timeout.or(read).unwrap_or(ANSWER),
        })
    }
}

/// Nothing for none, and for zero.
fn seconds(option: &str, text: Option<&str>) -> Result<Option<Duration>, Error> {
    // No call takes longer, and gRPC can't say any time.
    const LONGEST: u64 = 24 * 60 * 60;
    match text.map(|text| text.trim().parse::<u64>()) {
        None | Some(Ok(0)) => Ok(None),
        Some(Ok(seconds)) => Ok(Some(Duration::from_secs(seconds.min(LONGEST)))),
        Some(Err(_)) => Err(Error::Setting(format!(
            "Bad value for {option}: it has to be a number of seconds"
        ))),
    }
}
