//! One connection to a scripted Cognito, plain or with TLS.

use std::time::Duration;

use tokio::{
    io::{
        AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _,
        BufReader,
    },
    net::TcpStream,
    time::{Instant, interval},
};
use tokio_rustls::server::TlsStream;

use super::{Answer, Seen, State};

/// What requests are read from.
pub trait Stream: AsyncRead + AsyncWrite + Send + Sized + Unpin {
    /// Whether there is another request. None of its bytes has been read, as far as can be.
    fn comes(stream: &mut BufReader<Self>) -> impl Future<Output = bool> + Send;

    fn tcp(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    async fn comes(stream: &mut BufReader<Self>) -> bool {
        stream
            .get_ref()
            .peek(&mut [0])
            .await
            .is_ok_and(|bytes| bytes > 0)
    }

    fn tcp(&self) -> &TcpStream {
        self
    }
}

/// What comes may also be a farewell of TLS's own, so it has to be decrypted to know.
impl Stream for TlsStream<TcpStream> {
    async fn comes(stream: &mut BufReader<Self>) -> bool {
        stream.fill_buf().await.is_ok_and(|bytes| !bytes.is_empty())
    }

    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Answers one request after another.
pub async fn serve<S: Stream>(stream: S, state: &State) {
    let mut stream = BufReader::new(stream);
    while S::comes(&mut stream).await {
        let answer = (state.script.lock().expect("no panic"))();
        state.hits.send_modify(|hits| *hits += 1);
        match answer {
            Answer::CloseUnread => {
                // As the system does of itself where bytes are unread.
                let _ = stream.get_ref().tcp().set_zero_linger();
                return;
            }
            Answer::Unread => std::future::pending().await,
            _ => {}
        }
        let Some(seen) = read(&mut stream).await else {
            return;
        };
        state.seen.lock().expect("no panic").push(seen);
        state.arrived.notify_one();
        if !give(answer, &mut stream, state).await {
            return;
        }
    }
}

/// Whether the connection stays open.
async fn give<S: Stream>(answer: Answer, stream: &mut BufReader<S>, state: &State) -> bool {
    match answer {
        Answer::Bytes(bytes) => write(stream, &bytes).await,
        Answer::BytesThenClose(bytes) => {
            write(stream, &bytes).await;
            false
        }
        Answer::Held(bytes) => {
            state.release.notified().await;
            write(stream, &bytes).await
        }
        Answer::Drip(bytes) => {
            let mut open = write(stream, &bytes).await;
            let mut drip = interval(Duration::from_millis(5));
            while open {
                drip.tick().await;
                open = write(stream, b" ").await;
            }
            state.closed.notify_one();
            false
        }
        Answer::Hang | Answer::Unread | Answer::CloseUnread => {
            let _ = stream.read(&mut [0]).await;
            state.closed.notify_one();
            false
        }
    }
}

/// Whether they could be written.
async fn write<S: Stream>(stream: &mut BufReader<S>, bytes: &[u8]) -> bool {
    stream.write_all(bytes).await.is_ok() && stream.flush().await.is_ok()
}

async fn read<S: Stream>(stream: &mut BufReader<S>) -> Option<Seen> {
    let mut request_line = String::new();
    if stream.read_line(&mut request_line).await.ok()? == 0 {
        return None;
    }
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.to_owned())),
            None => break,
        }
    }
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .map_or(0, |(_, value)| value.parse().expect("a number"));
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Seen {
        at: Instant::now(),
        request_line: request_line.trim_end().to_owned(),
        headers,
        body: serde_json::from_slice(&body).expect("JSON"),
    })
}
