//! Who writes the file: a thread of its own, from a queue with a bound. No call waits for it, but one
//! whose change has to be on record.

use std::{
    io,
    sync::{
        Arc,
        mpsc::{Receiver as EndReceiver, RecvTimeoutError, channel},
    },
    thread,
    time::Duration,
};

use tokio::sync::{
    mpsc::{self, OwnedPermit, Receiver, Sender},
    oneshot,
};
use tokio_util::task::AbortOnDropHandle;

use super::{file::AuditFile, losses::Losses};

/// Most lines that wait to be written, of some 400 bytes each.
const MAX_LINES: usize = 4096;
/// Most lines that are written in one go.
const AT_ONCE: usize = 256;
/// How long the end of the process waits for the lines that are left.
const FLUSH: Duration = Duration::from_millis(1500);

/// Has lines written.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Sender<Line>,
    losses: Arc<Losses>,
    _telling: AbortOnDropHandle<()>,
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
pub struct Rest {
    end: EndReceiver<()>,
    losses: Arc<Losses>,
}

impl Writer {
    /// Starts the thread. It ends once all that could have a line written is gone.
    pub fn start(file: Arc<AuditFile>) -> io::Result<(Self, Rest)> {
        let (queue, lines) = mpsc::channel(MAX_LINES);
        let (done, end) = channel::<()>();
        let losses = Arc::new(Losses::default());
        let of_thread = Arc::clone(&losses);
        thread::Builder::new()
            .name("audit".to_owned())
            .spawn(move || {
                write_all(lines, &file, &of_thread);
                drop(done);
            })?;
        let writer = Self {
            queue,
            losses: Arc::clone(&losses),
            _telling: Arc::clone(&losses).tell_them(),
        };
        Ok((writer, Rest { end, losses }))
    }

    /// The lines that aren't written.
    pub fn losses(&self) -> &Arc<Losses> {
        &self.losses
    }

    /// Has a line written, in a place that was kept for it, or where there is one. Without room it
    /// is dropped and counted.
    pub fn write(&self, bytes: Vec<u8>, place: Option<OwnedPermit<Line>>) {
        let line = Line {
            bytes,
            written: None,
        };
        self.losses.asked();
        if let Some(place) = place {
            place.send(line);
        } else if self.queue.try_send(line).is_err() {
            self.losses.dropped();
        }
    }

    /// Has a line written that another one will follow: the receiver is told that it is, or is
    /// dropped, and the other has its place. Without room it is nothing, and the line is counted.
    pub fn write_first(
        &self,
        bytes: Vec<u8>,
    ) -> Option<(oneshot::Receiver<()>, OwnedPermit<Line>)> {
        let (told, written) = oneshot::channel();
        let line = Line {
            bytes,
            written: Some(told),
        };
        self.losses.asked();
        let place = self.queue.clone().try_reserve_owned().ok();
        let place = place.filter(|_| self.queue.try_send(line).is_ok());
        if place.is_none() {
            self.losses.dropped();
        }
        Some((written, place?))
    }
}

impl Rest {
    /// Returns once all is written, unless the disk takes too long. The log tells what isn't.
    pub fn written(self) {
        // Nothing is ever sent: the other end is dropped.
        if self.end.recv_timeout(FLUSH) == Err(RecvTimeoutError::Timeout) {
            self.losses.give_up();
        }
        self.losses.tell();
    }
}

/// What the thread does.
fn write_all(mut queue: Receiver<Line>, file: &AuditFile, losses: &Losses) {
    let mut lines = Vec::with_capacity(AT_ONCE);
    let mut bytes = Vec::new();
    while queue.blocking_recv_many(&mut lines, AT_ONCE) > 0 {
        for line in &lines {
            bytes.extend_from_slice(&line.bytes);
        }
        let (written, result) = file.append(&bytes);
        bytes.clear();
        let all = lines.len() as u64;
        let taken = answer(lines.drain(..), written);
        losses.written(taken);
        if let Err(error) = result {
            losses.failed(all - taken, error);
        }
    }
}

/// Tells those who wait which lines are within the bytes that were written, and returns how many are.
fn answer(lines: impl Iterator<Item = Line>, written: usize) -> u64 {
    let (mut end, mut taken) = (0, 0);
    for line in lines {
        end += line.bytes.len();
        if end <= written {
            taken += 1;
            if let Some(told) = line.written {
                // Whoever waited may have left.
                let _ = told.send(());
            }
        }
    }
    taken
}
