//! A Cognito that answers what a test tells it to, byte by byte.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinSet,
};

pub const REQUEST_ID: &str = "3f2504e0-4f89-11d3-9a0c-0305e82c3301";

/// What to do with a request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// These bytes, and the connection stays open.
    Bytes(Vec<u8>),
    /// These bytes, and the connection is closed.
    BytesThenClose(Vec<u8>),
    /// Reads the request and says nothing.
    Hang,
    /// Hangs until the test lets it answer.
    Held(Vec<u8>),
}

/// The upstream. Its tasks end with it.
pub struct Scripted {
    pub url: String,
    state: Arc<State>,
    _accepting: JoinSet<()>,
}

#[derive(Default)]
struct State {
    answers: Mutex<VecDeque<Answer>>,
    seen: Mutex<Vec<Seen>>,
    arrived: Notify,
    release: Notify,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    pub request_line: String,
    /// In the order of arrival, names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Value,
}

impl Scripted {
    /// Answers each request in turn; the last answer stands for all that follow.
    pub async fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(State {
            answers: Mutex::new(answers.into_iter().collect()),
            ..State::default()
        });
        let mut accepting = JoinSet::new();
        let shared = Arc::clone(&state);
        accepting.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self {
            url,
            state,
            _accepting: accepting,
        }
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().expect("no panic").clone()
    }

    /// Returns once a request has been read.
    pub async fn arrived(&self) {
        self.state.arrived.notified().await;
    }

    /// Lets a held answer go.
    pub fn release(&self) {
        self.state.release.notify_one();
    }
}

async fn serve(stream: TcpStream, state: Arc<State>) {
    let mut stream = BufReader::new(stream);
    while let Some(seen) = read(&mut stream).await {
        state.seen.lock().expect("no panic").push(seen);
        state.arrived.notify_one();
        let answer = {
            let mut answers = state.answers.lock().expect("no panic");
            match answers.len() {
                0 => Answer::Hang,
                1 => answers[0].clone(),
                _ => answers.pop_front().expect("there are two"),
            }
        };
        match answer {
            Answer::Bytes(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Answer::BytesThenClose(bytes) => {
                let _ = stream.write_all(&bytes).await;
                return;
            }
            Answer::Held(bytes) => {
                state.release.notified().await;
                let _ = stream.write_all(&bytes).await;
            }
            Answer::Hang => std::future::pending().await,
        }
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Seen> {
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
        request_line: request_line.trim_end().to_owned(),
        headers,
        body: serde_json::from_slice(&body).expect("JSON"),
    })
}

/// An answer of Cognito's form.
pub fn json(status: u16, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} Scripted\r\ncontent-type: application/x-amz-json-1.1\r\n\
         x-amzn-requestid: {REQUEST_ID}\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// An error of Cognito's form.
pub fn exception(status: u16, code: &str, message: &str) -> Vec<u8> {
    json(
        status,
        &serde_json::json!({ "__type": code, "message": message }).to_string(),
    )
}

/// An answer of something that isn't Cognito.
pub fn html(status: u16, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} Scripted\r\ncontent-type: text/html\r\ncontent-length: {length}\r\n\r\n\
         {body}"
    )
    .into_bytes()
}
