//! SIGHUP: whoever rotates the file has renamed it, and it is to be opened again. A process that does
//! nothing about the signal is ended by it, so it is taken where there is no file, too.

use std::{io, sync::Arc};

use tokio::{signal::unix::Signal, sync::Semaphore, task::spawn_blocking, time::timeout};
use tokio_util::task::AbortOnDropHandle;

use super::file::{AuditFile, OPENING};

/// Most attempts at the same time. A disk that hangs keeps each for as long as it does.
const MAX_ATTEMPTS: usize = 3;

/// Opens the file again at each SIGHUP, if there is one, for as long as the result is kept.
pub(super) fn on_hangup(
    mut hangups: Signal,
    file: Option<Arc<AuditFile>>,
) -> AbortOnDropHandle<()> {
    let attempts = Arc::new(Semaphore::new(MAX_ATTEMPTS));
    let task = tokio::spawn(async move {
        while hangups.recv().await.is_some() {
            let Some(file) = &file else {
                tracing::info!(signal = "SIGHUP", "there is no audit file to open again");
                continue;
            };
            let Ok(attempt) = Arc::clone(&attempts).try_acquire_owned() else {
                tell_failure(
                    file,
                    &io::Error::other("earlier attempts still wait for it"),
                );
                continue;
            };
            let opened = Arc::clone(file);
            let opened = spawn_blocking(move || {
                reopen(&opened);
                drop(attempt);
            });
            // If it panics, the hook of panics tells.
            if timeout(OPENING, opened).await.is_err() {
                tell_failure(file, &io::ErrorKind::TimedOut.into());
            }
        }
    });
    AbortOnDropHandle::new(task)
}

fn reopen(file: &AuditFile) {
    match file.reopen() {
        Ok(()) => {
            let path = file.path().display();
            tracing::info!(signal = "SIGHUP", %path, "audit file opened again");
        }
        Err(error) => tell_failure(file, &error),
    }
}

fn tell_failure(file: &AuditFile, error: &io::Error) {
    tracing::error!(
        signal = "SIGHUP",
        path = %file.path().display(),
        %error,
        "can't open the audit file again: the old one is written on"
    );
}
