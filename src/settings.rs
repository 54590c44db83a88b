//! How settings are written, where more than one room has that kind.

use std::time::Duration;

/// A span of time with its unit: `250ms`, `20s`, `1m 30s`. A day at most.
///
/// # Errors
///
/// If it isn't one.
pub fn time(text: &str) -> Result<Duration, String> {
    const LONGEST: Duration = Duration::from_hours(24);
    match humantime::parse_duration(text) {
        Ok(time) if time <= LONGEST => Ok(time),
        Ok(_) => Err("it must be a day at most".to_owned()),
        Err(error) => Err(format!("{error}; it must be a time such as 250ms or 20s")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_its_unit_and_is_a_day_at_most() {
        assert_eq!(time("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(time("1m 30s"), Ok(Duration::from_secs(90)));
        for bad in [
            "",
            "20",
            "-1s",
            "20 parsecs",
            "25h",
            "99999999999999999999s",
        ] {
            assert!(time(bad).is_err(), "{bad}");
        }
    }
}
