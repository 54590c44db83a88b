//! Who calls: the peer of one connection, and what it has of what all share.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
};

/// The peer of a connection.
#[derive(Debug)]
pub struct Caller {
    peer: String,
    san: Option<String>,
    /// Calls and flights.
    pub(super) in_flight: Share,
    /// Streams that last: health watches and reflection.
    pub(super) streams: Share,
    /// Bytes of messages that are being received, held or sent.
    pub(super) bytes: Share,
}

/// How much of something one has.
#[derive(Debug, Default)]
pub(super) struct Share(AtomicUsize);

impl Caller {
    /// A peer that has nothing yet. `san` is the name in its certificate, where that was verified.
    pub fn new(addr: SocketAddr, san: Option<String>) -> Self {
        Self {
            // Each of its calls tells it.
            peer: addr.to_string(),
            san,
            in_flight: Share::default(),
            bytes: Share::default(),
            streams: Share::default(),
        }
    }

    /// The address that it calls from.
    pub fn peer(&self) -> &str {
        &self.peer
    }

    /// The name in its certificate: the URI or DNS name by which it may call. `None` where callers
    /// need no certificate.
    pub fn san(&self) -> Option<&str> {
        self.san.as_deref()
    }
}

impl Share {
    /// Takes some more, unless that would be over the limit, and returns what it was before.
    pub fn take(&self, more: usize, limit: usize) -> Option<usize> {
        let added = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |had| {
                had.checked_add(more).filter(|sum| *sum <= limit)
            });
        added.ok()
    }

    /// Gives some back.
    pub fn give(&self, back: usize) {
        self.0.fetch_sub(back, Ordering::Relaxed);
    }

    /// How much it is.
    #[cfg(test)]
    pub fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}
