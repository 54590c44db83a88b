//! Who changed what, and what became of it: one event a change that may have been sent to Cognito,
//! for the log or for a file of its own.
//!
//! An event holds names and hashes, never a value, a token, a code or a destination. It is made in
//! the task that makes the change, so a change whose caller has left has one as well, and one that
//! the end of the process cuts.
//!
//! The file belongs to a thread: no call waits for a disk. Only where a change has to be on record
//! before it is made does its task wait for that thread's word.

mod claims;
mod event;
mod file;
mod key;
mod losses;
mod record;
mod rotation;
mod settings;
#[cfg(test)]
mod tests;
mod writer;

use std::sync::Arc;

use tokio_util::task::AbortOnDropHandle;

pub use self::{
    key::InvalidKey,
    record::{Begun, End, Record, Unwritten},
    settings::{Args, InvalidAudit, Plan},
    writer::Rest,
};
use self::{key::SubjectKey, writer::Writer};
use crate::{call::Call, proto::Operation};

/// The audit of this process. Clones share it.
#[derive(Clone, Debug)]
pub struct Audit(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    key: SubjectKey,
    sink: Sink,
    _rotation: AbortOnDropHandle<()>,
}

/// Where events go.
#[derive(Debug)]
enum Sink {
    /// The log is told to leave them out.
    Nowhere,
    Log,
    File {
        writer: Writer,
        /// Whether a change is made only once its begin is on record.
        required: bool,
    },
}

impl Audit {
    /// What will be told of a change that this call asks for, if anything is.
    pub fn record(&self, operation: Operation, call: &Call) -> Record {
        let is_told = !matches!(self.0.sink, Sink::Nowhere);
        Record::new(is_told.then(|| self.clone()), operation, call)
    }

    /// Counts the lines that should be in the file and aren't, whether there is still an audit or not.
    pub fn lines_lost(&self) -> impl Fn() -> u64 + Send + Sync + use<> {
        let losses = match &self.0.sink {
            Sink::File { writer, .. } => Some(Arc::clone(writer.losses())),
            Sink::Log | Sink::Nowhere => None,
        };
        move || losses.as_ref().map_or(0, |losses| losses.count())
    }
}
