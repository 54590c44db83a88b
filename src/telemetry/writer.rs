//! Where log lines go: to stderr, by a thread of its own. A line for which there is no room, because
//! nobody reads the log, is dropped and counted; no call waits for it.

use std::{
    io::{self, Write},
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc::{Sender as EndSender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use tokio::sync::mpsc::{self, Receiver, Sender};
use tracing_subscriber::fmt::MakeWriter;

/// Most lines that wait to be written, of some 300 bytes each.
const MAX_LINES: usize = 4096;
/// Most lines that are written in one go.
const AT_ONCE: usize = 256;
/// How long the thread rests after it has written. What comes meanwhile is written in one go, and
/// nobody has to wake the thread for it.
const REST: Duration = Duration::from_millis(5);
/// How long the end of the process waits for the lines that are left.
const FLUSH: Duration = Duration::from_millis(1500);
/// How often it is told that lines are being dropped.
const TELL_AGAIN: Duration = Duration::from_secs(1);

/// Counts the lines for which there was no room, since the start of the process.
static DROPPED: AtomicU64 = AtomicU64::new(0);

/// Has lines written. Clones write to the same place.
#[derive(Clone, Debug)]
pub(super) struct Lines(Sender<Message>);

/// Writes what is left of the log when it is dropped, unless nobody reads it.
#[derive(Debug)]
#[must_use = "the log ends with it"]
pub struct Log(Sender<Message>);

#[derive(Debug)]
enum Message {
    Line(Vec<u8>),
    /// All lines before it are to be written, and then this is dropped.
    End(EndSender<()>),
}

/// A writer that never blocks.
///
/// # Errors
///
/// If the system has no thread for it.
pub(super) fn stderr() -> io::Result<(Lines, Log)> {
    let (queue, messages) = mpsc::channel(MAX_LINES);
    let mut thread = Thread {
        told: 0,
        told_at: None,
    };
    thread::Builder::new()
        .name("log".to_owned())
        .spawn(move || thread.run(messages))?;
    Ok((Lines(queue.clone()), Log(queue)))
}

/// How many lines have been dropped since the start of the process.
pub(super) fn dropped_lines() -> u64 {
    DROPPED.load(Ordering::Relaxed)
}

impl Lines {
    /// Has a line written, which ends with a newline.
    pub fn write(&self, line: Vec<u8>) {
        if self.0.try_send(Message::Line(line)).is_err() {
            DROPPED.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The subscriber writes each of its lines in one go.
impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        Self::write(self, line.to_vec());
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// What the thread has told of lines that were dropped.
struct Thread {
    told: u64,
    told_at: Option<Instant>,
}

impl Thread {
    fn run(&mut self, mut queue: Receiver<Message>) {
        let mut messages = Vec::with_capacity(AT_ONCE);
        let mut ends = None;
        while ends.is_none() && queue.blocking_recv_many(&mut messages, AT_ONCE) > 0 {
            ends = write(&mut messages);
            if queue.is_empty() || self.told_at.is_none_or(|at| at.elapsed() > TELL_AGAIN) {
                self.tell();
            }
            if ends.is_none() && queue.is_empty() {
                #[expect(clippy::disallowed_methods, reason = "there is no condition: it rests")]
                thread::sleep(REST);
            }
        }
        // Its own last line among them.
        while let Ok(message) = queue.try_recv() {
            messages.push(message);
        }
        write(&mut messages);
    }

    /// Its line takes its place behind those that wait.
    fn tell(&mut self) {
        let dropped = dropped_lines();
        if dropped > self.told {
            tracing::warn!(count = dropped, "log lines dropped since the start");
            self.told = dropped;
            self.told_at = Some(Instant::now());
        }
    }
}

/// Writes the lines, and returns who waits for the end.
fn write(messages: &mut Vec<Message>) -> Option<EndSender<()>> {
    let mut lines = Vec::new();
    let mut ends = None;
    for message in messages.drain(..) {
        match message {
            // Most often there is one.
            Message::Line(line) if lines.is_empty() => lines = line,
            Message::Line(line) => lines.extend_from_slice(&line),
            Message::End(end) => ends = Some(end),
        }
    }
    // Whoever could be told of an error would read it here.
    let _ = io::stderr().write_all(&lines);
    ends
}

impl Drop for Log {
    fn drop(&mut self) {
        let (end, has_ended) = channel();
        let queue = self.0.clone();
        // Where nobody reads the log there is no room for it, perhaps never.
        thread::spawn(move || queue.blocking_send(Message::End(end)));
        // Nothing is sent: the other end is dropped.
        let _ = has_ended.recv_timeout(FLUSH);
    }
}
