//! The files of TLS: until when they are good, and how often they couldn't be loaded again.

use prometheus_client::metrics::{counter::Counter, family::Family, gauge::Gauge};

type Label = [(&'static str, String); 1];

/// The files that there are.
#[derive(Clone, Debug, Default)]
pub(super) struct TlsFiles {
    pub not_after: Family<Label, Gauge>,
    pub reload_failures: Family<Label, Counter>,
}

/// The figures of one file. They are looked up, as no call waits for it.
#[derive(Clone, Debug)]
pub struct TlsFile {
    all: TlsFiles,
    label: Label,
}

impl TlsFiles {
    pub fn file(&self, path: &str) -> TlsFile {
        let label = [("file", path.to_owned())];
        drop(self.reload_failures.get_or_create(&label));
        TlsFile {
            all: self.clone(),
            label,
        }
    }
}

impl TlsFile {
    /// The first of its certificates or lists ends at this time, in seconds since 1970. A file without
    /// them, such as a key, doesn't say so.
    pub fn set_not_after(&self, seconds: i64) {
        self.all.not_after.get_or_create(&self.label).set(seconds);
    }

    /// It couldn't be loaded again, and what was loaded before is still in use.
    pub fn reload_failed(&self) {
        self.all.reload_failures.get_or_create(&self.label).inc();
    }
}
