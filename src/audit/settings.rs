//! Where the audit goes, and the key of its hashes.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    Audit, InvalidKey, Parts, Rest, Sink, event, file::AuditFile, key::SubjectKey, rotation,
    writer::Writer,
};

/// What to do with the audit.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Audit")]
#[group(skip)] // clap would name each after its type, `Args`
pub struct Args {
    /// File for one JSON object a change, instead of the log; SIGHUP opens it again
    #[arg(long, env = "USER_ATTRIBUTES_AUDIT_FILE", value_name = "FILE")]
    pub audit_file: Option<PathBuf>,

    /// File with the key of the users' hashes, 32 bytes or more; without it each start makes a key
    #[arg(long, env = "USER_ATTRIBUTES_AUDIT_KEY_FILE", value_name = "FILE")]
    pub audit_key_file: Option<PathBuf>,

    /// Refuse a change whose begin can't be written to --audit-file first
    #[arg(long, env = "USER_ATTRIBUTES_AUDIT_REQUIRED")]
    pub audit_required: bool,
}

/// Why there can be no audit.
#[derive(Debug, thiserror::Error)]
pub enum InvalidAudit {
    /// The file can't be opened or made.
    #[error("can't open {0} (--audit-file, USER_ATTRIBUTES_AUDIT_FILE): {1}")]
    File(String, io::Error),
    /// A log can't promise that a line of it is written.
    #[error(
        "--audit-required (USER_ATTRIBUTES_AUDIT_REQUIRED) needs --audit-file \
         (USER_ATTRIBUTES_AUDIT_FILE)"
    )]
    RequiredWithoutFile,
    /// The key is none.
    #[error(transparent)]
    Key(#[from] InvalidKey),
    /// The system has no randomness.
    #[error("can't make a key: {0}")]
    Randomness(getrandom::Error),
    /// The system has no more threads, or signals.
    #[error("can't begin the audit: {0}")]
    System(io::Error),
}

/// An audit whose key is known, and whose file could be opened.
pub struct Plan {
    key: SubjectKey,
    file: Option<PathBuf>,
    required: bool,
}

impl Args {
    /// Reads the key, and finds out whether the file can be opened, without making one.
    ///
    /// # Errors
    ///
    /// If it can't, the key is none, or the settings contradict each other.
    pub fn plan(self) -> Result<Plan, InvalidAudit> {
        let key = match &self.audit_key_file {
            Some(path) => SubjectKey::read(path)?,
            None => SubjectKey::generate().map_err(InvalidAudit::Randomness)?,
        };
        match &self.audit_file {
            Some(path) => AuditFile::check(path).map_err(|error| unopened(path, error))?,
            None if self.audit_required => return Err(InvalidAudit::RequiredWithoutFile),
            None => {}
        }
        Ok(Plan {
            key,
            file: self.audit_file,
            required: self.audit_required,
        })
    }
}

impl Plan {
    /// The audit, its file open. What is left to be written is waited for by the second half.
    ///
    /// # Errors
    ///
    /// If the file can't be opened, or the system has no thread for it.
    pub fn open(self) -> Result<(Audit, Option<Rest>), InvalidAudit> {
        let open = |path: PathBuf| {
            let file = AuditFile::open(path.clone());
            let file = file.map_err(|error| unopened(&path, error));
            file.map(Arc::new)
        };
        let file = self.file.map(open).transpose()?;
        let system = InvalidAudit::System;
        let rotation = rotation::on_hangup(file.clone()).map_err(system)?;
        let (sink, rest) = match file {
            Some(file) => {
                let (writer, rest) = Writer::start(file).map_err(system)?;
                let sink = Sink::File {
                    writer,
                    required: self.required,
                };
                (sink, Some(rest))
            }
            None if event::is_logged() => (Sink::Log, None),
            None => (Sink::Nowhere, None),
        };
        let parts = Parts {
            key: self.key,
            sink,
            _rotation: rotation,
        };
        Ok((Audit(Arc::new(parts)), rest))
    }
}

fn unopened(path: &Path, error: io::Error) -> InvalidAudit {
    InvalidAudit::File(path.display().to_string(), error)
}

impl InvalidAudit {
    /// Whether the settings are at fault, rather than the system.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::File(..) | Self::RequiredWithoutFile | Self::Key(_) => true,
            Self::Randomness(_) | Self::System(_) => false,
        }
    }
}
