//! Who writes the file: a thread of its own, from a queue with a bound. No call waits for it, but one
//! whose change has to be on record.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver as EndReceiver, channel},
    },
    thread,
    time::{Duration, Instant},
};

use tokio::sync::{
    mpsc::{self, OwnedPermit, Receiver, Sender},
    oneshot,
};

use super::file::AuditFile;

/// Most lines that wait to be written, of some 400 bytes each.
const MAX_LINES: usize = 4096;
/// Most lines that are written in one go.
const AT_ONCE: usize = 256;
/// How long the end of the process waits for the lines that are left.
const FLUSH: Duration = Duration::from_millis(1500);
/// How often it is told that lines aren't written.
const TELL_AGAIN: Duration = Duration::from_secs(1);

/// Has lines written.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Sender<Line>,
    /// Lines for which there was no room, since the start.
    dropped: Arc<AtomicU64>,
}

/// A line for the file.
#[derive(Debug)]
pub(super) struct Line {
    bytes: Vec<u8>,
    /// Is told that it is written; dropped if it can't be.
    written: Option<oneshot::Sender<()>>,
}

/// What is left to be written at the end of the process.
#[derive(Debug)]
pub struct Rest(EndReceiver<()>);

impl Writer {
    /// Starts the thread. It ends once all that could have a line written is gone.
    pub fn start(file: Arc<AuditFile>) -> io::Result<(Self, Rest)> {
        let (queue, lines) = mpsc::channel(MAX_LINES);
        let (done, is_done) = channel::<()>();
        let dropped = Arc::new(AtomicU64::new(0));
        let mut thread = Thread {
            file,
            dropped: Arc::clone(&dropped),
            failed: 0,
            told: 0,
            told_at: None,
        };
        thread::Builder::new()
            .name("audit".to_owned())
            .spawn(move || {
                thread.run(lines);
                drop(done);
            })?;
        Ok((Self { queue, dropped }, Rest(is_done)))
    }

    /// Has a line written, in a place that was kept for it, or where there is one. Without room it
    /// is dropped and counted.
    pub fn write(&self, bytes: Vec<u8>, place: Option<OwnedPermit<Line>>) {
        let line = Line {
            bytes,
            written: None,
        };
        if let Some(place) = place {
            place.send(line);
        } else if self.queue.try_send(line).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Has a line written that another one will follow: the receiver is told that it is, or is
    /// dropped, and the other has its place. Without room it is nothing.
    pub fn write_first(
        &self,
        bytes: Vec<u8>,
    ) -> Option<(oneshot::Receiver<()>, OwnedPermit<Line>)> {
        let place = self.queue.clone().try_reserve_owned().ok()?;
        let (told, written) = oneshot::channel();
        let line = Line {
            bytes,
            written: Some(told),
        };
        self.queue.try_send(line).ok()?;
        Some((written, place))
    }
}

impl Rest {
    /// Returns once all is written, unless the disk takes too long.
    pub fn written(self) {
        // Nothing is ever sent: the other end is dropped.
        let _ = self.0.recv_timeout(FLUSH);
    }
}

/// What the thread has.
struct Thread {
    file: Arc<AuditFile>,
    dropped: Arc<AtomicU64>,
    /// Lines that the file didn't take, since the start,
    failed: u64,
    /// and so many lines less than there should be were told of,
    told: u64,
    /// at this time.
    told_at: Option<Instant>,
}

impl Thread {
    fn run(&mut self, mut queue: Receiver<Line>) {
        let mut lines = Vec::with_capacity(AT_ONCE);
        let mut bytes = Vec::new();
        while queue.blocking_recv_many(&mut lines, AT_ONCE) > 0 {
            for line in &lines {
                bytes.extend_from_slice(&line.bytes);
            }
            let (written, result) = self.file.append(&bytes);
            self.failed += answer(lines.drain(..), written);
            bytes.clear();
            if self.told_at.is_none_or(|at| at.elapsed() > TELL_AGAIN) {
                self.tell(result.err());
            }
        }
        self.tell(None);
    }

    fn tell(&mut self, error: Option<io::Error>) {
        let count = self.failed + self.dropped.load(Ordering::Relaxed);
        if count > self.told {
            let error = error.map(tracing::field::display);
            tracing::error!(count, error, "audit lines not written since the start");
            self.told = count;
            self.told_at = Some(Instant::now());
        }
    }
}

/// Tells those who wait which lines are within the bytes that were written, and returns how many
/// aren't.
fn answer(lines: impl Iterator<Item = Line>, written: usize) -> u64 {
    let (mut end, mut failed) = (0, 0);
    for line in lines {
        end += line.bytes.len();
        if end > written {
            failed += 1;
        } else if let Some(told) = line.written {
            // Whoever waited may have left.
            let _ = told.send(());
        }
    }
    failed
}
