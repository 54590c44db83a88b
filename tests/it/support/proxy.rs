//! A proxy on loopback that opens tunnels, or does what a test tells it to.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{
        AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader,
        copy_bidirectional,
    },
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use super::tls::Form;

/// What to do with what is asked.
#[derive(Clone, Copy, Debug)]
pub enum Deed {
    /// Open a tunnel to this address, wherever it was asked for.
    Tunnel(SocketAddr),
    /// Answer this line, and close.
    Answer(&'static str),
    /// Close without a word.
    Close,
    /// Say nothing.
    Hang,
}

/// Its tasks end with it.
pub struct Proxy {
    pub addr: SocketAddr,
    asked: Arc<Mutex<Vec<Vec<String>>>>,
    _accepting: JoinSet<()>,
}

impl Proxy {
    pub async fn new(deed: Deed) -> Self {
        Self::speaking(&Form::Plain, deed).await
    }

    /// One that is itself spoken to in this form.
    pub async fn speaking(form: &Form, deed: Deed) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        let asked = Arc::default();
        let mut accepting = JoinSet::new();
        let (shared, form) = (Arc::clone(&asked), form.clone());
        accepting.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(accept(stream, form.clone(), deed, Arc::clone(&shared)));
            }
        });
        Self {
            addr,
            asked,
            _accepting: accepting,
        }
    }

    /// The lines of each request that has come.
    pub fn asked(&self) -> Vec<Vec<String>> {
        self.asked.lock().expect("no panic").clone()
    }
}

async fn accept(stream: TcpStream, form: Form, deed: Deed, asked: Arc<Mutex<Vec<Vec<String>>>>) {
    match form {
        Form::Plain => serve(stream, deed, &asked).await,
        Form::Tls(tls) => {
            if let Ok(stream) = tls.acceptor.accept(stream).await {
                serve(stream, deed, &asked).await;
            }
        }
    }
}

async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    deed: Deed,
    asked: &Mutex<Vec<Vec<String>>>,
) {
    let mut stream = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if !stream
            .read_line(&mut line)
            .await
            .is_ok_and(|bytes| bytes > 0)
        {
            return;
        }
        if line == "\r\n" {
            break;
        }
        lines.push(line.trim_end().to_owned());
    }
    asked.lock().expect("no panic").push(lines);
    let answer = match deed {
        Deed::Tunnel(_) => "HTTP/1.1 200 Connection established",
        Deed::Answer(line) => line,
        Deed::Close => return,
        Deed::Hang => std::future::pending().await,
    };
    let answered = stream
        .write_all(format!("{answer}\r\n\r\n").as_bytes())
        .await;
    answered.expect("it still waits");
    stream.flush().await.expect("it still waits");
    if let Deed::Tunnel(to) = deed {
        let mut there = TcpStream::connect(to).await.expect("it listens");
        // Either side may end it as it likes.
        let _ = copy_bidirectional(&mut stream, &mut there).await;
    }
}
