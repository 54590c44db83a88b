//! How settings are written, where more than one room has that kind.

mod environment;
mod file;
mod nearest;
mod printed;
mod unknown;

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

pub use self::{
    environment::Environment,
    file::read_file,
    nearest::nearest,
    printed::printed,
    unknown::{Lacking, unknown_variables},
};

/// What stands for a word that may hold a password.
pub const CONCEALED: &str = "[not shown]";

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
        Err(_) => Err(match text.parse::<u64>() {
            Ok(number) => format!("a time needs its unit, such as {number}s or {number}ms"),
            Err(_) => "it must be a time with its unit, such as 250ms or 20s".to_owned(),
        }),
    }
}

/// A time with which nothing would work if it were zero.
///
/// # Errors
///
/// If it isn't a time, or is zero.
pub fn positive_time(text: &str) -> Result<Duration, String> {
    match time(text)? {
        Duration::ZERO => Err("it must be more than zero".to_owned()),
        time => Ok(time),
    }
}

/// How many there may be: 1 to a million.
///
/// # Errors
///
/// If it isn't one.
pub fn count(text: &str) -> Result<usize, String> {
    const LARGEST: usize = 1_000_000;
    match text.parse() {
        Ok(count @ 1..=LARGEST) => Ok(count),
        _ => Err(format!("it must be a number from 1 to {LARGEST}")),
    }
}

/// An address to listen on: `127.0.0.1:50051`, `[::1]:50051`, `localhost:50051`. The name
/// `localhost` stands for `127.0.0.1`; no other is looked up.
///
/// # Errors
///
/// If it isn't one.
pub fn address(text: &str) -> Result<SocketAddr, String> {
    let local = text.split_once(':').and_then(|(name, port)| {
        let port = port.parse().ok()?;
        name.eq_ignore_ascii_case("localhost")
            .then_some(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
    });
    local.or_else(|| text.parse().ok()).ok_or_else(|| {
        "it must be an IP address, or localhost, and a port, such as 127.0.0.1:50051".to_owned()
    })
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

    #[test]
    fn a_positive_time_is_not_zero() {
        assert_eq!(positive_time("1ns"), Ok(Duration::from_nanos(1)));
        for bad in ["0s", "0h 0ms", "25h", "20"] {
            assert!(positive_time(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_is_an_ip_address_or_localhost_with_a_port() {
        for (text, addr) in [
            ("127.0.0.1:1", "127.0.0.1:1"),
            ("[::1]:65535", "[::1]:65535"),
            ("localhost:0", "127.0.0.1:0"),
            ("LocalHost:50051", "127.0.0.1:50051"),
        ] {
            assert_eq!(address(text), Ok(addr.parse().unwrap()), "{text}");
        }
        for bad in [
            "",
            "localhost",
            "localhost:",
            "localhost:65536",
            "localhost.:1",
            "example.com:1",
            "127.0.0.1",
            "::1:",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
