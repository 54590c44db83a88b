//! Where the audit goes, and the key of its hashes.

use std::{io, path::PathBuf, sync::Arc};

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{
    Audit, InvalidKey, Parts, Rest, Sink, event,
    file::{AuditFile, Site, in_time},
    key::SubjectKey,
    rotation,
    writer::Writer,
};

const NO_AUDIT: &str = "there is no audit: --log-filter (RUST_LOG) leaves it out of the log, and \
                        there is no --audit-file";

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
    #[arg(
        long,
        env = "USER_ATTRIBUTES_AUDIT_REQUIRED",
        value_name = "BOOL",
        default_value_t = false,
        default_missing_value = "true",
        num_args = 0..=1,
        action = clap::ArgAction::Set
    )]
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

/// An audit whose key is known, and whose file is open or can be made.
pub struct Plan {
    key: SubjectKey,
    file: Option<Site>,
    required: bool,
    hangups: Signal,
}

impl Args {
    /// Reads the key, and finds the file or out whether there can be one, without making it.
    ///
    /// # Errors
    ///
    /// If it can't be opened or made, the key is none, or the settings contradict each other.
    pub async fn plan(self) -> Result<Plan, InvalidAudit> {
        let key = match &self.audit_key_file {
            Some(path) => SubjectKey::read(path)?,
            None => SubjectKey::generate().map_err(InvalidAudit::Randomness)?,
        };
        // From before the file is opened on, so that no rotation is missed.
        let hangups = signal(SignalKind::hangup()).map_err(InvalidAudit::System)?;
        let file = match self.audit_file {
            Some(path) => Some(opened(path.clone(), || Site::find(path)).await?),
            None if self.audit_required => return Err(InvalidAudit::RequiredWithoutFile),
            None => None,
        };
        Ok(Plan {
            key,
            file,
            required: self.audit_required,
            hangups,
        })
    }
}

impl Plan {
    /// The audit, its file open. What is left to be written is waited for by the second half.
    ///
    /// # Errors
    ///
    /// If the file can't be made, or the system has no thread for it.
    pub async fn open(self) -> Result<(Audit, Option<Rest>), InvalidAudit> {
        let file = match self.file {
            Some(site) => {
                let path = site.path().to_owned();
                let file = opened(path, || AuditFile::open(site)).await?;
                Some(Arc::new(file))
            }
            None => None,
        };
        let rotation = rotation::on_hangup(self.hangups, file.clone());
        let (sink, rest) = match file {
            Some(file) => {
                let (writer, rest) = Writer::start(file).map_err(InvalidAudit::System)?;
                let sink = Sink::File {
                    writer,
                    required: self.required,
                };
                (sink, Some(rest))
            }
            None if event::is_logged() => (Sink::Log, None),
            None => {
                tracing::warn!("{NO_AUDIT}");
                // A log that is told to leave warnings out mustn't hide that there is none.
                if !tracing::enabled!(tracing::Level::WARN) {
                    eprintln!("warning: {NO_AUDIT}");
                }
                (Sink::Nowhere, None)
            }
        };
        let parts = Parts {
            key: self.key,
            sink,
            _rotation: rotation,
        };
        Ok((Audit(Arc::new(parts)), rest))
    }
}

/// What opening this path comes to, or that it takes too long.
async fn opened<T: Send + 'static>(
    path: PathBuf,
    open: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, InvalidAudit> {
    let opened = in_time(open).await;
    opened.map_err(|error| InvalidAudit::File(path.display().to_string(), error))
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
