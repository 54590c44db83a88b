//! A collector of traces: OTLP's own gRPC service, on a port of its own.

use std::{collections::BTreeMap, fmt, time::Duration};

use hyper::server::conn::http2;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    service::TowerToHyperService,
};
use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    common::v1::{AnyValue, KeyValue, any_value::Value},
    trace::v1::{Span, span::SpanKind, status::StatusCode},
};
use prost::Message as _;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::timeout,
};
use tonic::{Request, Response, Status, async_trait, metadata::MetadataMap};

use super::tls::Form;

/// How long a test waits for spans on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// What it does with spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Takes them.
    Takes,
    /// Refuses them for good.
    Refuses,
    /// Reads them and never answers.
    Swallows,
}

/// The collector. Its tasks end with it.
pub struct Collector {
    pub url: String,
    received: watch::Sender<Received>,
    mood: watch::Sender<Mood>,
    _serving: JoinSet<()>,
}

#[derive(Clone, Default)]
struct Received {
    connections: usize,
    requests: usize,
    spans: Vec<Told>,
    bytes: Vec<u8>,
    metadata: MetadataMap,
}

/// A span as it came.
#[derive(Clone)]
pub struct Told {
    pub name: String,
    pub kind: SpanKind,
    /// In hexadecimal digits, as the ids below.
    pub trace: String,
    pub id: String,
    /// Blank if it has none.
    pub parent: String,
    pub state: String,
    pub attributes: BTreeMap<String, String>,
    pub is_error: bool,
    pub resource: BTreeMap<String, String>,
    /// All of it.
    pub whole: Span,
}

impl Collector {
    pub async fn new() -> Self {
        Self::speaking(&Form::Plain).await
    }

    pub async fn speaking(form: &Form) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = form.url(listener.local_addr().expect("an address"));
        let (received, mood) = (watch::Sender::default(), watch::Sender::new(Mood::Takes));
        let service = TraceServiceServer::new(Service {
            received: received.clone(),
            mood: mood.clone(),
        });
        let (made, form) = (received.clone(), form.clone());
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                made.send_modify(|received: &mut Received| received.connections += 1);
                connections.spawn(accept(stream, form.clone(), service.clone()));
            }
        });
        Self {
            url,
            received,
            mood,
            _serving: serving,
        }
    }

    /// Behaves so from now on.
    pub fn set(&self, mood: Mood) {
        self.mood.send_replace(mood);
    }

    /// Waits until spans have come so many times, taken or not.
    pub async fn asked(&self, times: usize) {
        self.until(|received| received.requests >= times).await;
    }

    /// The spans that have come so far.
    pub fn all(&self) -> Vec<Told> {
        self.received.borrow().spans.clone()
    }

    /// All that it was told in them and besides, as it came.
    pub fn bytes(&self) -> Vec<u8> {
        self.received.borrow().bytes.clone()
    }

    /// How many connections were made so far.
    pub fn connections(&self) -> usize {
        self.received.borrow().connections
    }

    /// What came with the last spans.
    pub fn metadata(&self) -> MetadataMap {
        self.received.borrow().metadata.clone()
    }

    async fn until(&self, is_there: impl FnMut(&Received) -> bool) {
        let mut received = self.received.subscribe();
        let came = timeout(PATIENCE, received.wait_for(is_there)).await.is_ok();
        assert!(came, "too few came: {:?}", self.all());
    }
}

async fn accept(stream: TcpStream, form: Form, service: TraceServiceServer<Service>) {
    match form {
        Form::Plain => serve(stream, service).await,
        Form::Tls(tls) => {
            if let Ok(stream) = tls.acceptor.accept(stream).await {
                serve(stream, service).await;
            }
        }
    }
}

async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    service: TraceServiceServer<Service>,
) {
    let server = http2::Builder::new(TokioExecutor::new());
    let service = TowerToHyperService::new(service);
    // It ends when the other side is gone.
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}

struct Service {
    received: watch::Sender<Received>,
    mood: watch::Sender<Mood>,
}

#[async_trait]
impl TraceService for Service {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let mood = *self.mood.borrow();
        self.received.send_modify(|received| {
            received.requests += 1;
            received.metadata = request.metadata().clone();
            if mood == Mood::Takes {
                let request = request.into_inner();
                received.bytes.extend(request.encode_to_vec());
                received.spans.extend(told(request));
            }
        });
        match mood {
            Mood::Takes => Ok(Response::new(ExportTraceServiceResponse::default())),
            Mood::Refuses => Err(Status::invalid_argument("marked: not these")),
            Mood::Swallows => std::future::pending().await,
        }
    }
}

fn told(request: ExportTraceServiceRequest) -> Vec<Told> {
    let mut all = Vec::new();
    for of_resource in request.resource_spans {
        let resource = of_resource.resource.unwrap_or_default();
        let resource = attributes(&resource.attributes);
        let scopes = of_resource.scope_spans.into_iter();
        all.extend(scopes.flat_map(|scope| scope.spans).map(|span| {
            Told {
                name: span.name.clone(),
                kind: span.kind(),
                trace: hex(&span.trace_id),
                id: hex(&span.span_id),
                parent: hex(&span.parent_span_id),
                state: span.trace_state.clone(),
                attributes: attributes(&span.attributes),
                is_error: span
                    .status
                    .as_ref()
                    .is_some_and(|it| it.code() == StatusCode::Error),
                resource: resource.clone(),
                whole: span,
            }
        }));
    }
    all
}

fn attributes(list: &[KeyValue]) -> BTreeMap<String, String> {
    list.iter()
        .map(|KeyValue { key, value, .. }| {
            let value = match value {
                Some(AnyValue {
                    value: Some(Value::StringValue(text)),
                }) => text.clone(),
                Some(AnyValue {
                    value: Some(Value::IntValue(number)),
                }) => number.to_string(),
                other => format!("{other:?}"),
            };
            (key.clone(), value)
        })
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    let digits = |text: String, byte| text + &format!("{byte:02x}");
    bytes.iter().fold(String::new(), digits)
}

impl Told {
    /// The value of an attribute, blank if it has none.
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    pub fn is_server(&self) -> bool {
        self.kind == SpanKind::Server
    }
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {} {:?}", self.kind, self.name, self.attributes)
    }
}
