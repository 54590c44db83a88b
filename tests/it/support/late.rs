//! A way to the server whose answers can be held up.

use std::{net::SocketAddr, sync::Arc};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy},
    net::{TcpListener, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
    sync::{Notify, watch},
    task::JoinSet,
    time::timeout,
};

use super::scripted::PATIENCE;

/// Takes one connection.
pub struct LateProxy {
    pub addr: SocketAddr,
    is_held: Arc<watch::Sender<bool>>,
    held_back: Arc<Notify>,
    _running: JoinSet<()>,
}

impl LateProxy {
    pub async fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        let is_held = Arc::new(watch::Sender::new(false));
        let held_back = Arc::new(Notify::new());
        let mut running = JoinSet::new();
        let (gate, noticed) = (Arc::clone(&is_held), Arc::clone(&held_back));
        running.spawn(async move {
            let (client, _) = listener.accept().await.expect("a client");
            let server = tokio::net::TcpStream::connect(server).await;
            let (mut from_client, to_client) = client.into_split();
            let (from_server, mut to_server) = server.expect("it listens").into_split();
            let there = async {
                let _ = copy(&mut from_client, &mut to_server).await;
                let _ = to_server.shutdown().await;
            };
            tokio::join!(there, answers(from_server, to_client, &gate, &noticed));
        });
        Self {
            addr,
            is_held,
            held_back,
            _running: running,
        }
    }

    /// What the server sends from now on waits.
    pub fn hold(&self) {
        self.is_held.send_replace(true);
    }

    /// Returns once something waits.
    pub async fn held_back(&self) {
        let waits = timeout(PATIENCE, self.held_back.notified());
        waits.await.expect("bytes of the server's");
    }

    pub fn let_go(&self) {
        self.is_held.send_replace(false);
    }
}

async fn answers(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    gate: &watch::Sender<bool>,
    noticed: &Notify,
) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if *gate.borrow() {
            noticed.notify_one();
            let _ = gate.subscribe().wait_for(|is_held| !is_held).await;
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
