//! The time of a line.

use std::{fmt::Write as _, time::SystemTime};

use humantime::format_rfc3339_micros;

/// This moment, as the log writes it: RFC 3339 in UTC, to the microsecond. The subscriber's own takes
/// four times as long.
pub fn timestamp() -> String {
    let mut time = String::with_capacity(32);
    // It fails for a clock before 1970, and then there is no time.
    let _ = write!(time, "{}", format_rfc3339_micros(SystemTime::now()));
    time
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::fmt::{
        format::Writer,
        time::{FormatTime as _, SystemTime},
    };

    use super::*;

    #[test]
    fn a_timestamp_is_as_the_subscribers() {
        let before = timestamp();
        let mut subscribers = String::new();
        let written = SystemTime.format_time(&mut Writer::new(&mut subscribers));
        written.expect("a time");
        // As texts, too, they are in order.
        assert!(before <= subscribers && subscribers <= timestamp());
        assert_eq!(before.len(), subscribers.len());
    }
}
