//! Certificates as an operator has them: a CA, and what it signs, in PEM files.

use rcgen::ExtendedKeyUsagePurpose;

use super::ca::{Ca, Files, Pair};

/// A CA with a folder for its files.
pub struct Authority {
    ca: Ca,
    files: Files,
    /// Its own certificate.
    pub file: String,
}

/// The files of a certificate and its key.
pub struct Identity {
    pub certificate: String,
    pub key: String,
}

impl Authority {
    pub fn new() -> Self {
        let ca = Ca::new();
        let files = Files::new(&[("ca.pem", &ca.pem())]);
        let file = files.path("ca.pem").display().to_string();
        Self { ca, files, file }
    }

    /// A good certificate for these names.
    pub fn identity(&self, names: &[&str]) -> Identity {
        self.identity_until(2100, names)
    }

    /// One that is for servers alone.
    pub fn identity_of_server(&self, names: &[&str]) -> Identity {
        let purposes = [ExtendedKeyUsagePurpose::ServerAuth];
        let [from, until] = [2000, 2100].map(|year| rcgen::date_time_ymd(year, 1, 1));
        let pair = self.ca.issue_for(&purposes, names, from, until);
        self.put(&format!("{}-server", names.join("-")), &pair)
    }

    /// One that is good until the year begins.
    pub fn identity_until(&self, year: i32, names: &[&str]) -> Identity {
        let file = format!("{}-{year}", names.join("-").replace('/', "_"));
        let [from, until] = [2000, year].map(|year| rcgen::date_time_ymd(year, 1, 1));
        self.put(&file, &self.ca.issue_between(names, from, until))
    }

    fn put(&self, file: &str, pair: &Pair) -> Identity {
        Identity {
            certificate: self.written(&format!("{file}.pem"), &pair.cert),
            key: self.written(&format!("{file}.key"), &pair.key),
        }
    }

    /// A file of its folder with this text.
    pub fn written(&self, name: &str, text: &str) -> String {
        self.files.put(name, text);
        self.files.path(name).display().to_string()
    }
}
