//! The time of a line.

use std::{
    cell::Cell,
    io::Write as _,
    time::{SystemTime, UNIX_EPOCH},
};

use humantime::format_rfc3339_seconds;

const DIGITS: &[u8; 10] = b"0123456789";

/// A moment as the log writes it: RFC 3339 in UTC, to the microsecond.
pub(super) type Timestamp = [u8; 27];

/// Where the six digits of the microseconds stand.
const MICROS: std::ops::Range<usize> = 20..26;

thread_local! {
    /// The second that this thread's last line was of, and its first microsecond as it is written.
    /// Most lines are of the same second as the one before.
    static LAST: Cell<(u64, Timestamp)> = const { Cell::new((0, *b"1970-01-01T00:00:00.000000Z")) };
}

/// This moment. A clock before 1970 is taken for the begin of that year.
pub(super) fn timestamp() -> Timestamp {
    let now = SystemTime::now();
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (mut second, mut written) = LAST.get();
    if second != since.as_secs() {
        second = since.as_secs();
        written = begin_of_second(now);
        LAST.set((second, written));
    }
    let mut micros = since.subsec_micros();
    for digit in written[MICROS].iter_mut().rev() {
        *digit = DIGITS[(micros % 10) as usize];
        micros /= 10;
    }
    written
}

fn begin_of_second(now: SystemTime) -> Timestamp {
    let mut written = *b"0000-00-00T00:00:00.000000Z";
    // It fails for a clock past 9999, and then there is no time.
    let _ = write!(&mut written[..], "{}", format_rfc3339_seconds(now));
    written[MICROS.start - 1] = b'.';
    written
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tracing_subscriber::fmt::{
        format::Writer,
        time::{FormatTime as _, SystemTime as Subscriber},
    };

    use super::*;

    #[test]
    fn a_timestamp_is_as_the_subscribers() {
        // The second one is put together from the first.
        for _ in 0..2 {
            let before = timestamp();
            let mut subscribers = String::new();
            let written = Subscriber.format_time(&mut Writer::new(&mut subscribers));
            written.expect("a time");
            // As texts, too, they are in order.
            let after = timestamp();
            assert!(&before[..] <= subscribers.as_bytes() && subscribers.as_bytes() <= &after[..]);
            assert_eq!(before.len(), subscribers.len());
        }
    }

    #[test]
    fn a_second_begins_without_microseconds() {
        let second = UNIX_EPOCH + Duration::from_micros(1_795_694_445_987_654);
        assert_eq!(begin_of_second(second), *b"2026-11-26T12:00:45.000000Z");
    }
}
