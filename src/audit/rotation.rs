//! SIGHUP: whoever rotates the file has renamed it, and it is to be opened again. A process that does
//! nothing about the signal is ended by it, so it is taken where there is no file, too.

use std::{io, sync::Arc};

use tokio::{
    signal::unix::{SignalKind, signal},
    task::spawn_blocking,
};
use tokio_util::task::AbortOnDropHandle;

use super::file::AuditFile;

/// Opens the file again at each SIGHUP, if there is one, for as long as the result is kept.
pub(super) fn on_hangup(file: Option<Arc<AuditFile>>) -> io::Result<AbortOnDropHandle<()>> {
    let mut hangup = signal(SignalKind::hangup())?;
    let task = tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            let Some(file) = file.clone() else {
                tracing::info!(signal = "SIGHUP", "there is no audit file to open again");
                continue;
            };
            // A disk can be slow. If this panics, the hook of panics tells.
            let _ = spawn_blocking(move || reopen(&file)).await;
        }
    });
    Ok(AbortOnDropHandle::new(task))
}

fn reopen(file: &AuditFile) {
    let path = file.path().display();
    match file.reopen() {
        Ok(()) => tracing::info!(signal = "SIGHUP", %path, "audit file opened again"),
        Err(error) => tracing::error!(
            signal = "SIGHUP",
            %path,
            %error,
            "can't open the audit file again: the old one is written on"
        ),
    }
}
