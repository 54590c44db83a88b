//! A Cognito that answers what a test tells it to, byte by byte.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::{Notify, watch},
    task::JoinSet,
    time::{Instant, interval, timeout},
};

pub use super::answers::{REQUEST_ID, exception, html, json};

/// How long a test waits for a request on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

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
    /// Says nothing, and doesn't read the request either.
    Unread,
    /// Closes the connection with the request unread.
    CloseUnread,
    /// These bytes, and then one after another without an end.
    Drip(Vec<u8>),
}

/// The upstream. Its tasks end with it.
pub struct Scripted {
    pub url: String,
    state: Arc<State>,
    _accepting: JoinSet<()>,
}

type Script = Box<dyn FnMut() -> Answer + Send>;

struct State {
    script: Mutex<Script>,
    seen: Mutex<Vec<Seen>>,
    hits: watch::Sender<usize>,
    arrived: Notify,
    release: Notify,
    closed: Notify,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    pub at: Instant,
    pub request_line: String,
    /// In the order of arrival, names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Value,
}

impl Scripted {
    /// Answers each request in turn; the last answer stands for all that follow.
    pub async fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::by(in_turn(answers)).await
    }

    /// Answers each request in turn, at an address that is there already.
    pub fn on(listener: TcpListener, answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::serving(listener, in_turn(answers))
    }

    /// Asks `script` about each request.
    pub async fn by(script: impl FnMut() -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        Self::serving(listener, script)
    }

    fn serving(listener: TcpListener, script: impl FnMut() -> Answer + Send + 'static) -> Self {
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(State {
            script: Mutex::new(Box::new(script)),
            seen: Mutex::default(),
            hits: watch::Sender::default(),
            arrived: Notify::new(),
            release: Notify::new(),
            closed: Notify::new(),
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

    /// Answers differently from now on.
    pub fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        *self.state.script.lock().expect("no panic") = Box::new(in_turn(answers));
    }

    /// The requests that were read so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().expect("no panic").clone()
    }

    /// How many requests have come so far, read or not.
    pub fn hits(&self) -> usize {
        *self.state.hits.borrow()
    }

    /// Returns once so many requests have come.
    pub async fn hit(&self, times: usize) {
        let mut hits = self.state.hits.subscribe();
        let came = timeout(PATIENCE, hits.wait_for(|hits| *hits >= times)).await;
        came.unwrap_or_else(|_elapsed| panic!("{} of {times} came", self.hits()))
            .expect("it runs");
    }

    /// Returns once a request has been read.
    pub async fn arrived(&self) {
        let arrived = timeout(PATIENCE, self.state.arrived.notified());
        arrived.await.expect("a request");
    }

    /// Lets a held answer go.
    pub fn release(&self) {
        self.state.release.notify_one();
    }

    /// Returns once the other side has closed a connection whose request hangs.
    pub async fn closed(&self) {
        let closed = timeout(PATIENCE, self.state.closed.notified());
        closed.await.expect("a close");
    }
}

/// An empty script hangs.
fn in_turn(answers: impl IntoIterator<Item = Answer>) -> impl FnMut() -> Answer + Send + 'static {
    let mut answers: VecDeque<_> = answers.into_iter().collect();
    move || match answers.len() {
        0 => Answer::Hang,
        1 => answers[0].clone(),
        _ => answers.pop_front().expect("there are two"),
    }
}

async fn serve(stream: TcpStream, state: Arc<State>) {
    let mut stream = BufReader::new(stream);
    while comes(stream.get_ref()).await {
        let answer = (state.script.lock().expect("no panic"))();
        state.hits.send_modify(|hits| *hits += 1);
        match answer {
            Answer::CloseUnread => return,
            Answer::Unread => std::future::pending().await,
            _ => {}
        }
        let Some(seen) = read(&mut stream).await else {
            return;
        };
        state.seen.lock().expect("no panic").push(seen);
        state.arrived.notify_one();
        if !give(answer, &mut stream, &state).await {
            return;
        }
    }
}

/// Whether there is another request, none of whose bytes has been read.
async fn comes(stream: &TcpStream) -> bool {
    stream.peek(&mut [0]).await.is_ok_and(|bytes| bytes > 0)
}

/// Whether the connection stays open.
async fn give(answer: Answer, stream: &mut BufReader<TcpStream>, state: &State) -> bool {
    match answer {
        Answer::Bytes(bytes) => stream.write_all(&bytes).await.is_ok(),
        Answer::BytesThenClose(bytes) => {
            let _ = stream.write_all(&bytes).await;
            false
        }
        Answer::Held(bytes) => {
            state.release.notified().await;
            stream.write_all(&bytes).await.is_ok()
        }
        Answer::Drip(bytes) => {
            let mut open = stream.write_all(&bytes).await.is_ok();
            let mut drip = interval(Duration::from_millis(5));
            while open {
                drip.tick().await;
                open = stream.write_all(b" ").await.is_ok();
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
        at: Instant::now(),
        request_line: request_line.trim_end().to_owned(),
        headers,
        body: serde_json::from_slice(&body).expect("JSON"),
    })
}
