//! Where log lines go: to stderr, by a thread of its own. A line for which there is no room, because
//! nobody reads the log, is dropped and counted; no call waits for it.

use std::{
    io::{self, Stderr, Write},
    sync::{OnceLock, mpsc},
    thread,
    time::{Duration, Instant},
};

use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};

/// Most lines that wait to be written, of some 300 bytes each.
const MAX_LINES: usize = 4096;
/// How long the end of the process waits for the lines that are left.
const FLUSH: Duration = Duration::from_millis(1500);
/// How often it is told that lines are being dropped.
const TELL_AGAIN: Duration = Duration::from_secs(1);

/// Counts the lines for which there was no room, from the start of the log on.
static DROPPED: OnceLock<ErrorCounter> = OnceLock::new();

/// Writes what is left of the log when it is dropped, unless nobody reads it.
#[derive(Debug)]
#[must_use = "the log ends with it"]
pub struct Log(Option<WorkerGuard>);

/// A writer that never blocks.
pub(super) fn stderr() -> (NonBlocking, Log) {
    let told = Told {
        inner: io::stderr(),
        count: 0,
        at: None,
    };
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(MAX_LINES)
        .thread_name("log")
        .finish(told);
    let _ = DROPPED.set(writer.error_counter());
    (writer, Log(Some(guard)))
}

/// How many lines have been dropped since the start of the process.
pub(super) fn dropped_lines() -> u64 {
    let dropped = DROPPED.get().map_or(0, ErrorCounter::dropped_lines);
    dropped as u64
}

/// Writes lines, and tells how many were dropped before them.
struct Told {
    inner: Stderr,
    count: u64,
    at: Option<Instant>,
}

impl Told {
    fn tell(&mut self) {
        let dropped = dropped_lines();
        if dropped > self.count {
            // This line takes its place behind those that wait.
            tracing::warn!(count = dropped, "log lines dropped since the start");
            self.count = dropped;
            self.at = Some(Instant::now());
        }
    }
}

impl Write for Told {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        if self.at.is_none_or(|at| at.elapsed() > TELL_AGAIN) {
            self.tell();
        }
        Ok(written)
    }

    /// Is called when no more lines wait.
    fn flush(&mut self) -> io::Result<()> {
        self.tell();
        self.inner.flush()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let guard = self.0.take();
        let (done, is_done) = mpsc::channel::<()>();
        // Dropping the guard can wait for a reader that never comes.
        thread::spawn(move || {
            drop(guard);
            drop(done);
        });
        let _ = is_done.recv_timeout(FLUSH);
    }
}
