//! Traces: what a collector gets of calls, and what it can't do to them.

mod collectors;
mod ends;
mod secrets;
mod settings;

use rustix::process::Signal;
use tonic::{Request, transport::Channel};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
};
use user_attributes::proto::Operation;

use crate::support::{
    answers::REQUEST_ID,
    calls::{self, Client, call, good, query, throttled},
    collector::{Collector, Told},
    process::{Exit, Process},
    scripted::{Answer, Scripted},
};

const SERVICE: &str = "cognito.userattributes.v1.UserAttributesService";
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SPAN: &str = "b7ad6b7169203331";

/// A server whose spans a collector gets.
struct Traced {
    cognito: Scripted,
    collector: Collector,
    process: Process,
    client: Client,
}

impl Traced {
    async fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::with(answers, &[], &[]).await
    }

    /// With these settings besides. It tries again at once.
    async fn with(
        answers: impl IntoIterator<Item = Answer>,
        flags: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let (cognito, collector) = (Scripted::new(answers).await, Collector::new().await);
        let url = collector.url.clone();
        let own = [("OTEL_EXPORTER_OTLP_ENDPOINT", &*url)];
        let process = start(&cognito, flags, &[&own[..], environment].concat()).await;
        Self {
            client: calls::client(process.grpc_addr),
            cognito,
            collector,
            process,
        }
    }

    async fn call(&self, operation: Operation) {
        // What becomes of it is in the spans.
        let _ = call(&self.client, operation, "").await;
    }

    /// Stops the server, and returns all the spans that it made.
    async fn end(self) -> Vec<Told> {
        let exit = stop(self.process).await;
        assert_eq!(exit.code, Some(0), "{}", exit.stderr);
        self.collector.all()
    }
}

/// A server in front of this Cognito. Spans leave it when it stops, and not before.
async fn start(cognito: &Scripted, flags: &[&str], environment: &[(&str, &str)]) -> Process {
    let own = [
        &*format!("--endpoint-url={}", cognito.url),
        "--first-retry-delay=1ms",
        "--second-retry-delay=1ms",
        "--upstream-timeout=10s",
    ];
    let name = |flag: &str| flag.split('=').next().map(str::to_owned);
    let own = own
        .into_iter()
        .filter(|own| flags.iter().all(|flag| name(flag) != name(own)));
    let flags: Vec<_> = own.chain(flags.iter().copied()).collect();
    let own_environment = [("OTEL_BSP_SCHEDULE_DELAY", "3600000")];
    let environment = [&own_environment[..], environment].concat();
    Process::start(&flags, &environment).await
}

async fn stop(process: Process) -> Exit {
    process.signal(Signal::TERM);
    process.exit().await
}

/// The span of the one call, and those of its attempts in their order.
fn one_call(spans: &[Told]) -> (&Told, Vec<&Told>) {
    let (servers, mut clients): (Vec<_>, Vec<_>) = spans.iter().partition(|span| span.is_server());
    clients.sort_by_key(|span| span.whole.start_time_unix_nano);
    assert_eq!(servers.len(), 1, "{spans:?}");
    (servers[0], clients)
}

fn with_metadata<T>(message: T, metadata: &[(&'static str, &str)]) -> Request<T> {
    let mut request = Request::new(message);
    for (name, value) in metadata {
        let value = value.parse().expect("ASCII");
        request.metadata_mut().append(*name, value);
    }
    request
}

#[tokio::test]
async fn a_call_has_a_span_and_below_it_the_attempt_has_one() {
    for operation in Operation::ALL {
        let traced = Traced::new([good()]).await;
        let port = traced.cognito.addr.port().to_string();
        traced.call(operation).await;
        let spans = traced.end().await;

        let (server, clients) = one_call(&spans);
        let method = format!("{SERVICE}/{}", operation.name());
        assert_eq!(server.name, method);
        let told = [
            ("rpc.method", &*method),
            ("rpc.status_code", "OK"),
            ("rpc.system.name", "grpc"),
        ];
        assert_eq!(server.attributes, told.map(owned).into());
        assert_eq!((&*server.parent, server.is_error), ("", false));

        let [client] = clients[..] else {
            panic!("one attempt in {spans:?}");
        };
        let method = format!("AWSCognitoIdentityProviderService/{}", operation.name());
        assert_eq!(client.name, method);
        let told = [
            ("aws.request_id", REQUEST_ID),
            ("http.response.status_code", "200"),
            ("rpc.method", &method),
            ("rpc.status_code", "OK"),
            ("rpc.system.name", "aws-api"),
            ("server.address", "127.0.0.1"),
            ("server.port", &port),
        ];
        assert_eq!(client.attributes, told.map(owned).into());
        assert_eq!((&client.trace, &client.parent), (&server.trace, &server.id));
        assert!(!client.is_error);
        let (call, attempt) = (&server.whole, &client.whole);
        assert!(call.start_time_unix_nano <= attempt.start_time_unix_nano);
        assert!(attempt.end_time_unix_nano <= call.end_time_unix_nano);
    }
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[tokio::test]
async fn each_attempt_has_a_span_of_its_own() {
    let traced = Traced::new([throttled(), throttled(), good()]).await;
    traced.call(Operation::UpdateUserAttributes).await;
    let spans = traced.end().await;

    let (server, clients) = one_call(&spans);
    let told: Vec<_> = clients
        .iter()
        .map(|span| {
            assert_eq!((&span.trace, &span.parent), (&server.trace, &server.id));
            let again = span.attribute("http.request.resend_count");
            (again, span.attribute("error.type"), span.is_error)
        })
        .collect();
    let throttled = "TooManyRequestsException";
    let expected = [
        ("", throttled, true),
        ("1", throttled, true),
        ("2", "", false),
    ];
    assert_eq!(told, expected);
    assert_eq!(server.attribute("rpc.status_code"), "OK");
    assert!(!server.is_error);
}

#[tokio::test]
async fn a_callers_trace_goes_on_here_and_is_handed_on_to_nobody() {
    let traced = Traced::new([good()]).await;
    let metadata = [
        ("traceparent", &*format!("00-{TRACE}-{SPAN}-01")),
        ("tracestate", "one=1"),
        ("tracestate", "two=2"),
        ("baggage", "user=dan"),
    ];
    let request = with_metadata(query(), &metadata);
    traced
        .client
        .clone()
        .get_user(request)
        .await
        .expect("an answer");
    let seen = traced.cognito.seen();
    let spans = traced.end().await;

    let (server, clients) = one_call(&spans);
    assert_eq!((&*server.trace, &*server.parent), (TRACE, SPAN));
    assert_eq!(
        (&*clients[0].trace, &clients[0].parent),
        (TRACE, &server.id)
    );
    assert_eq!(
        (&*server.state, &*clients[0].state),
        ("one=1,two=2", "one=1,two=2")
    );
    let names = seen[0].headers.iter().map(|(name, _)| &**name);
    let told: Vec<_> = names
        .filter(|name| name.starts_with("trace") || *name == "baggage" || name.contains("x-amzn"))
        .collect();
    assert_eq!(told, Vec::<&str>::new());
}

#[tokio::test]
async fn what_its_caller_does_not_sample_has_no_span() {
    let traced = Traced::new([good()]).await;
    let unsampled = format!("00-{TRACE}-{SPAN}-00");
    let request = with_metadata(query(), &[("traceparent", &unsampled)]);
    traced
        .client
        .clone()
        .get_user(request)
        .await
        .expect("an answer");
    traced.call(Operation::GetUser).await;
    let spans = traced.end().await;

    let (server, clients) = one_call(&spans);
    assert_eq!(clients.len(), 1);
    assert_ne!(server.trace, TRACE);
}

#[tokio::test]
async fn health_and_reflection_have_no_span_and_an_unknown_method_has_no_name() {
    let traced = Traced::new([good()]).await;
    let url = format!("http://{}", traced.process.grpc_addr);
    let channel = Channel::from_shared(url).expect("a URL").connect().await;
    let channel = channel.expect("it listens");
    let mut health = HealthClient::new(channel.clone());
    health
        .check(HealthCheckRequest::default())
        .await
        .expect("an answer");
    let mut watch = health
        .watch(HealthCheckRequest::default())
        .await
        .expect("a stream");
    watch.get_mut().message().await.expect("a status");
    let request = tokio_stream::once(ServerReflectionRequest::default());
    let mut reflection = ServerReflectionClient::new(channel.clone());
    let told = reflection.server_reflection_info(request).await;
    drop((watch, told.expect("a stream")));
    let mut unknown = tonic::client::Grpc::new(channel);
    unknown.ready().await.expect("a connection");
    let path = http::uri::PathAndQuery::from_static("/marked.Service/Marked");
    let codec = tonic_prost::ProstCodec::<(), ()>::default();
    let answer = unknown.unary(Request::new(()), path, codec).await;
    answer.expect_err("no such method");
    let spans = traced.end().await;

    let (server, clients) = one_call(&spans);
    assert_eq!((&*server.name, clients.len()), ("grpc", 0));
    assert_eq!(server.attribute("rpc.method"), "_OTHER");
    assert_eq!(server.attribute("rpc.status_code"), "UNIMPLEMENTED");
    assert!(server.is_error);
    assert!(
        !format!("{:?}", server.whole)
            .to_lowercase()
            .contains("marked")
    );
}
