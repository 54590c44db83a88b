//! What there was no room for.

/// Why a call was answered OVERLOADED, or a connection closed at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no room: {}", self.as_str())]
pub enum Shed {
    /// There are as many calls as there may be, or the rest is left to connections with few.
    Calls,
    /// The connection has its share of them.
    CallsOfConnection,
    /// There are as many health watches and reflection streams as there may be.
    Streams,
    /// The connection has its share of them.
    StreamsOfConnection,
    /// The message had been arriving for the longest when others needed its place or its bytes.
    Messages,
    /// Messages and answers have as many bytes as they may.
    Bytes,
    /// Those of the connection have its share of them.
    BytesOfConnection,
    /// There are as many connections as there may be.
    Connections,
    /// The drain is over: nothing is admitted any more.
    Draining,
}

impl Shed {
    /// Every reason.
    pub const ALL: [Self; 9] = [
        Self::Calls,
        Self::CallsOfConnection,
        Self::Streams,
        Self::StreamsOfConnection,
        Self::Messages,
        Self::Bytes,
        Self::BytesOfConnection,
        Self::Connections,
        Self::Draining,
    ];

    /// Its name in the metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::CallsOfConnection => "calls_of_connection",
            Self::Streams => "streams",
            Self::StreamsOfConnection => "streams_of_connection",
            Self::Messages => "messages",
            Self::Bytes => "bytes",
            Self::BytesOfConnection => "bytes_of_connection",
            Self::Connections => "connections",
            Self::Draining => "draining",
        }
    }
}
