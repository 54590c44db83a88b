//! From when until when certificates and lists are valid.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use rustls::pki_types::UnixTime;
use x509_parser::{certificate::X509Certificate, time::ASN1Time};

/// Both ends are in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Period {
    begin: UnixTime,
    pub end: UnixTime,
}

/// Now isn't within a period.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotNow {
    #[error("it isn't valid before {}", Shown(*.0))]
    Early(UnixTime),
    #[error("it ended at {}", Shown(*.0))]
    Late(UnixTime),
}

/// A time as the log shows it.
pub(super) struct Shown(pub UnixTime);

impl Period {
    pub fn new(begin: ASN1Time, end: ASN1Time) -> Self {
        let [begin, end] = [begin, end].map(|time| {
            let seconds = u64::try_from(time.timestamp()).unwrap_or_default();
            UnixTime::since_unix_epoch(Duration::from_secs(seconds))
        });
        Self { begin, end }
    }

    /// A certificate's.
    pub fn of(certificate: &X509Certificate<'_>) -> Self {
        let validity = certificate.validity();
        Self::new(validity.not_before, validity.not_after)
    }

    /// Whether this time is in it.
    pub fn check(&self, now: UnixTime) -> Result<(), NotNow> {
        if now < self.begin {
            Err(NotNow::Early(self.begin))
        } else if now > self.end {
            Err(NotNow::Late(self.end))
        } else {
            Ok(())
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(self.0.as_secs());
        humantime::format_rfc3339_seconds(time).fmt(f)
    }
}
