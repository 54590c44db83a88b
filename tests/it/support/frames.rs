//! A peer that writes HTTP/2 frame by frame, so that a test can have a message follow its answer.
//!
//! Source: [RFC 9113](https://www.rfc-editor.org/rfc/rfc9113#section-6),
//! [HPACK](https://www.rfc-editor.org/rfc/rfc7541#section-6.2.2)

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use super::scripted::PATIENCE;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// One connection.
pub struct Frames {
    stream: TcpStream,
    last_call: u32,
}

impl Frames {
    pub async fn to(server: SocketAddr) -> Self {
        let stream = TcpStream::connect(server).await.expect("it listens");
        let mut frames = Self {
            stream,
            last_call: 0,
        };
        let mut preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
        preface.extend(frame(SETTINGS, 0, 0, b""));
        frames.write(&preface).await;
        frames
    }

    /// Begins so many calls of this method, and returns once the server has ended its side of each.
    /// Their messages haven't begun.
    pub async fn answered(&mut self, count: usize, path: &str, timeout: &str) -> Vec<u32> {
        let first = self.last_call + if self.last_call == 0 { 1 } else { 2 };
        let calls: Vec<_> = (first..).step_by(2).take(count).collect();
        let headers = headers(path, timeout);
        let begin = |call: &u32| frame(HEADERS, END_HEADERS, *call, &headers);
        let all: Vec<_> = calls.iter().flat_map(begin).collect();
        self.write(&all).await;
        self.last_call = *calls.last().expect("some");
        let is_end = |kind, flags| kind <= HEADERS && flags & END_STREAM != 0;
        self.read_until(count, is_end).await;
        calls
    }

    /// Returns once the server has closed so many calls whose messages haven't come.
    pub async fn closed(&mut self, count: usize) {
        self.read_until(count, |kind, _| kind == RST_STREAM).await;
    }

    /// Sends the messages of these calls, and ends them.
    pub async fn end(&mut self, calls: &[u32], message: &[u8]) {
        let end = |call: &u32| frame(DATA, END_STREAM, *call, message);
        let all: Vec<_> = calls.iter().flat_map(end).collect();
        self.write(&all).await;
    }

    async fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.expect("it is read");
    }

    /// Reads until so many frames are as they have to be, by kind and flags.
    async fn read_until(&mut self, count: usize, is_one: impl Fn(u8, u8) -> bool) {
        let mut read = 0;
        while read < count {
            let (kind, flags) = self.read().await;
            assert_ne!(kind, GOAWAY, "the connection goes on");
            read += usize::from(is_one(kind, flags));
        }
    }

    /// Kind and flags of the next frame.
    async fn read(&mut self) -> (u8, u8) {
        let mut head = [0; 9];
        let read = async {
            self.stream.read_exact(&mut head).await.expect("a frame");
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let mut payload = vec![0; length as usize];
            self.stream.read_exact(&mut payload).await.expect("a frame");
        };
        timeout(PATIENCE, read).await.expect("a frame");
        (head[3], head[4])
    }
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("small").to_be_bytes();
    let stream = stream.to_be_bytes();
    [&length[1..], &[kind, flags], &stream, payload].concat()
}

/// The headers of a gRPC call.
fn headers(path: &str, timeout: &str) -> Vec<u8> {
    let mut block = Vec::new();
    let mut all = vec![
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "localhost"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ];
    if !timeout.is_empty() {
        all.push(("grpc-timeout", timeout));
    }
    for (name, value) in all {
        // Both are literal, and kept in no table.
        block.push(0);
        for text in [name, value] {
            let length = u8::try_from(text.len()).ok().filter(|it| *it < 127);
            block.push(length.expect("short"));
            block.extend(text.as_bytes());
        }
    }
    block
}
