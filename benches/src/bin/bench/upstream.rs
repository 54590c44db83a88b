//! The upstream: a Cognito that says yes to every update, at once or after a time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::sleep_until,
};

use crate::calls;

const ANSWER: &str = r#"{"CodeDeliveryDetailsList":[{"AttributeName":"email","DeliveryMedium":"EMAIL","Destination":"d***@e***"}]}"#;
const REQUEST_ID: &str = "6a2f41a3-c54c-fce8-32d2-0324e1c32e22";

/// The upstream. Its tasks end with it.
pub struct Upstream {
    /// Where it serves.
    pub url: String,
    holds: Holds,
    _accepting: JoinSet<()>,
}

/// For how long each call was held, by its number.
type Holds = Arc<Mutex<HashMap<u64, Duration>>>;

impl Upstream {
    /// Holds each call for this long.
    pub async fn start(hold: Duration) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let holds = Holds::default();
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, hold, Arc::clone(&holds)));
        Ok(Self {
            url,
            holds,
            _accepting: accepting,
        })
    }

    /// From when it had read this call until it handed the answer over.
    pub fn hold(&self, number: u64) -> Option<Duration> {
        let holds = self.holds.lock().expect("no panic");
        holds.get(&number).copied()
    }
}

async fn accept(listener: TcpListener, hold: Duration, holds: Holds) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, hold, Arc::clone(&holds)));
    }
}

/// A failure of the connection is the caller's to tell: its call fails.
async fn serve(stream: TcpStream, hold: Duration, holds: Holds) {
    let _ = stream.set_nodelay(true);
    let answer = service_fn(|request| answer(request, hold, &holds));
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), answer)
        .await;
}

async fn answer(
    request: Request<Incoming>,
    hold: Duration,
    holds: &Holds,
) -> anyhow::Result<Response<Full<Bytes>>> {
    let body = request.into_body().collect().await?.to_bytes();
    let begun = Instant::now();
    let number = number(&body).context("not an update of ours")?;
    let response = Response::builder()
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amzn-requestid", REQUEST_ID)
        .body(ANSWER.into())?;
    if !hold.is_zero() {
        sleep_until((begun + hold).into()).await;
        let mut holds = holds.lock().expect("no panic");
        holds.insert(number, begun.elapsed());
    }
    Ok(response)
}

fn number(body: &[u8]) -> Option<u64> {
    let body: Value = serde_json::from_slice(body).ok()?;
    calls::number(body["UserAttributes"][0]["Value"].as_str()?)
}
