//! The fields of a line, as text or as JSON. Put together by hand: every call pays for it, and a
//! formatter or a serializer takes several times as long.

use std::{io::Write as _, time::Duration};

use super::Format;

const DIGITS: &[u8; 10] = b"0123456789";

/// Appends fields to a line that has something before them. A field without a value is left out.
#[derive(Debug)]
pub struct Fields<'a> {
    line: &'a mut Vec<u8>,
    format: Format,
}

impl<'a> Fields<'a> {
    /// Those that follow in this line.
    pub(super) fn of(line: &'a mut Vec<u8>, format: Format) -> Self {
        Self { line, format }
    }

    /// Text with nothing in it that would have to be escaped.
    #[inline]
    pub fn plain<'t>(&mut self, name: &'static str, text: impl Into<Option<&'t str>>) -> &mut Self {
        if let Some(text) = text.into() {
            self.name(name);
            self.quoted(text);
        }
        self
    }

    /// Such a text, and without quotes where the line is text.
    #[inline]
    pub fn bare(&mut self, name: &'static str, text: &str) -> &mut Self {
        self.name(name);
        match self.format {
            Format::Text => self.line.extend_from_slice(text.as_bytes()),
            Format::Json => self.quoted(text),
        }
        self
    }

    /// Any text.
    #[inline]
    pub fn text<'t>(&mut self, name: &'static str, text: impl Into<Option<&'t str>>) -> &mut Self {
        if let Some(text) = text.into() {
            self.name(name);
            self.escaped(text);
        }
        self
    }

    /// Texts, if there are any.
    pub fn list(&mut self, name: &'static str, texts: &[String]) -> &mut Self {
        let comma: &[u8] = match self.format {
            Format::Text => b", ",
            Format::Json => b",",
        };
        for (index, text) in texts.iter().enumerate() {
            if index == 0 {
                self.name(name);
                self.line.push(b'[');
            } else {
                self.line.extend_from_slice(comma);
            }
            self.escaped(text);
        }
        if !texts.is_empty() {
            self.line.push(b']');
        }
        self
    }

    /// A time in milliseconds, to the microsecond.
    #[inline]
    pub fn millis(&mut self, name: &'static str, time: Duration) -> &mut Self {
        self.name(name);
        let micros = u64::try_from((time.as_nanos() + 500) / 1000).unwrap_or(u64::MAX);
        let mut whole = itoa::Buffer::new();
        self.line
            .extend_from_slice(whole.format(micros / 1000).as_bytes());
        self.line.push(b'.');
        // A digit at least, and no zero at the end but that one.
        let mut rest = u16::try_from(micros % 1000).unwrap_or_default();
        for place in [100, 10, 1] {
            self.line.push(DIGITS[usize::from(rest / place)]);
            rest %= place;
            if rest == 0 {
                break;
            }
        }
        self
    }

    /// Yes or no.
    #[inline]
    pub fn bool(&mut self, name: &'static str, value: bool) -> &mut Self {
        self.name(name);
        let value: &[u8] = if value { b"true" } else { b"false" };
        self.line.extend_from_slice(value);
        self
    }

    #[inline]
    fn name(&mut self, name: &'static str) {
        match self.format {
            Format::Text => {
                self.line.push(b' ');
                self.line.extend_from_slice(name.as_bytes());
                self.line.push(b'=');
            }
            Format::Json => {
                self.line.extend_from_slice(b",\"");
                self.line.extend_from_slice(name.as_bytes());
                self.line.extend_from_slice(b"\":");
            }
        }
    }

    #[inline]
    fn quoted(&mut self, text: &str) {
        self.line.push(b'"');
        self.line.extend_from_slice(text.as_bytes());
        self.line.push(b'"');
    }

    #[inline]
    fn escaped(&mut self, text: &str) {
        // All bytes are looked at, many at once, as hardly any text has one to escape.
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~' if byte != b'"' && byte != b'\\');
        if text.bytes().fold(true, |all, byte| all & is_plain(byte)) {
            self.quoted(text);
        } else {
            self.by_formatter(text);
        }
    }

    #[cold]
    fn by_formatter(&mut self, text: &str) {
        // Writing to memory doesn't fail, and a string is always JSON.
        match self.format {
            Format::Text => drop(write!(self.line, "{text:?}")),
            Format::Json => drop(serde_json::to_writer(&mut *self.line, text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(format: Format, add: impl FnOnce(&mut Fields<'_>)) -> String {
        let mut line = Vec::new();
        add(&mut Fields::of(&mut line, format));
        String::from_utf8(line).expect("text")
    }

    #[test]
    fn a_time_is_a_number_of_milliseconds_with_as_many_digits_as_it_needs() {
        for (nanos, expected) in [
            (0, "0.0"),
            (499, "0.0"),
            (500, "0.001"),
            (10_000, "0.01"),
            (123_456, "0.123"),
            (999_999, "1.0"),
            (12_000_000, "12.0"),
            (1_234_500_000, "1234.5"),
            (60_000_050_000, "60000.05"),
        ] {
            let time = Duration::from_nanos(nanos);
            let written = line(Format::Text, |it| {
                it.millis("t", time);
            });
            assert_eq!(written, format!(" t={expected}"));
        }
        let longest = line(Format::Text, |it| {
            it.millis("t", Duration::MAX);
        });
        assert_eq!(longest, " t=18446744073709551.615");
    }

    #[test]
    fn whatever_a_text_holds_stays_one_value() {
        for char in (0..0x250).filter_map(char::from_u32) {
            let text = format!("long enough to be looked at many bytes at once{char}");
            let written = line(Format::Text, |it| {
                it.text("t", &*text);
            });
            assert_eq!(written, format!(" t={text:?}"));
            let written = line(Format::Json, |it| {
                it.text("t", &*text);
            });
            let value: String = serde_json::from_str(&written[",\"t\":".len()..]).expect("JSON");
            assert_eq!(value, text);
        }
    }

    #[test]
    fn what_is_not_there_is_left_out() {
        for format in [Format::Text, Format::Json] {
            let written = line(format, |it| {
                it.plain("a", None).text("b", None).list("c", &[]);
            });
            assert_eq!(written, "");
        }
    }
}
