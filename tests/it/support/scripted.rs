//! A Cognito that answers what a test tells it to, byte by byte.

mod connection;

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Notify, watch},
    task::JoinSet,
    time::{Instant, timeout},
};

pub use super::answers::{REQUEST_ID, exception, html, json};
use super::tls::Form;

/// How long a test waits for a request on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(10);

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
    pub addr: SocketAddr,
    pub url: String,
    state: Arc<State>,
    _accepting: JoinSet<()>,
}

type Script = Box<dyn FnMut() -> Answer + Send>;

struct State {
    script: Mutex<Script>,
    seen: Mutex<Vec<Seen>>,
    connections: Mutex<Vec<Option<String>>>,
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

    /// The same, in this form.
    pub async fn speaking(form: &Form, answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        Self::on(listener, form, answers)
    }

    /// The same, at an address that is there already.
    pub fn on(
        listener: TcpListener,
        form: &Form,
        answers: impl IntoIterator<Item = Answer>,
    ) -> Self {
        Self::serving(listener, form, in_turn(answers))
    }

    /// Asks `script` about each request.
    pub async fn by(script: impl FnMut() -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        Self::serving(listener, &Form::Plain, script)
    }

    fn serving(
        listener: TcpListener,
        form: &Form,
        script: impl FnMut() -> Answer + Send + 'static,
    ) -> Self {
        let addr = listener.local_addr().expect("an address");
        let state = Arc::new(State {
            script: Mutex::new(Box::new(script)),
            seen: Mutex::default(),
            connections: Mutex::default(),
            hits: watch::Sender::default(),
            arrived: Notify::new(),
            release: Notify::new(),
            closed: Notify::new(),
        });
        let mut accepting = JoinSet::new();
        let (shared, spoken) = (Arc::clone(&state), form.clone());
        accepting.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(accept(stream, spoken.clone(), Arc::clone(&shared)));
            }
        });
        Self {
            addr,
            url: form.url(addr),
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

    /// The connections that were made so far, each with what TLS agreed to speak.
    pub fn connections(&self) -> Vec<Option<String>> {
        self.state.connections.lock().expect("no panic").clone()
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

async fn accept(stream: TcpStream, form: Form, state: Arc<State>) {
    let made = |protocol: Option<&[u8]>| {
        let protocol = protocol.map(|it| String::from_utf8_lossy(it).into_owned());
        state.connections.lock().expect("no panic").push(protocol);
    };
    match form {
        Form::Plain => {
            made(None);
            connection::serve(stream, &state).await;
        }
        Form::Tls(tls) => {
            let Ok(stream) = tls.acceptor.accept(stream).await else {
                return;
            };
            made(stream.get_ref().1.alpn_protocol());
            connection::serve(stream, &state).await;
        }
    }
}
