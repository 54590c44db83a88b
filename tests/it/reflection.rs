//! What the server tells of itself to clients that have no files, in both versions of reflection.

use std::collections::BTreeMap;

use prost_reflect::{
    DescriptorPool, DynamicMessage,
    prost::Message as _,
    prost_types::{FileDescriptorProto, FileDescriptorSet},
};
use tokio_stream::StreamExt as _;
use tonic::{Code, Status, client::Grpc, transport::Channel};
use tonic_prost::ProstCodec;
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, ServerReflectionResponse, server_reflection_request::MessageRequest,
    server_reflection_response::MessageResponse,
};
use tonic_types::Status as Details;

use crate::support::{
    Server,
    process::Process,
    scripted::{self, Answer, Scripted},
    update,
};

/// Their messages are the same.
const VERSIONS: [&str; 2] = ["v1", "v1alpha"];

#[tokio::test]
async fn it_lists_the_services_and_hands_out_the_contract() {
    let server = Server::start().await;
    for version in VERSIONS {
        let client = Reflection::new(server.channel().await, version);

        let listed = client.ask(MessageRequest::ListServices(String::new()));
        let MessageResponse::ListServicesResponse(listed) = listed.await.expect("it is on") else {
            panic!("a list");
        };
        let names: Vec<_> = listed.service.into_iter().map(|it| it.name).collect();
        assert_eq!(
            names,
            [
                "cognito.userattributes.v1.UserAttributesService",
                "grpc.health.v1.Health",
                "grpc.reflection.v1.ServerReflection",
                "grpc.reflection.v1alpha.ServerReflection",
            ]
        );
        let files = client.files_of(&names[0]).await;
        let pool = DescriptorPool::from_file_descriptor_set(files).expect("all that is imported");
        let service = pool.get_service_by_name(&names[0]).expect("the contract");
        assert_eq!(service.methods().len(), 5);
    }
    server.stop().await;
}

#[tokio::test]
async fn what_errors_are_made_of_is_decoded_by_it_alone() {
    let throttled = || scripted::exception(400, "TooManyRequestsException", "Rate exceeded");
    let cognito = Scripted::by(move || Answer::Bytes(throttled())).await;
    let server = Server::in_front_of(&cognito.url).await;
    let mut caller = server.client().await;
    let malformed = caller.update_user_attributes(update("token", &[("sub", Some("x"))]));
    let malformed = malformed.await.unwrap_err();
    let throttled = caller.update_user_attributes(update("token", &[("nickname", Some("x"))]));
    let throttled = throttled.await.unwrap_err();

    for version in VERSIONS {
        let client = Reflection::new(server.channel().await, version);
        assert_eq!(
            client.details_of(&malformed).await,
            ["google.rpc.ErrorInfo", "google.rpc.BadRequest"]
        );
        assert_eq!(
            client.details_of(&throttled).await,
            [
                "google.rpc.RetryInfo",
                "google.rpc.ErrorInfo",
                "google.rpc.RequestInfo"
            ]
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn it_can_be_turned_off() {
    let process = Process::start(&["--region=eu-central-1", "--reflection=false"], &[]).await;
    let url = format!("http://{}", process.grpc_addr);
    let channel = Channel::from_shared(url).expect("a URL").connect().await;
    let channel = channel.expect("it listens");
    for version in VERSIONS {
        let client = Reflection::new(channel.clone(), version);
        let answer = client.ask(MessageRequest::ListServices(String::new()));
        assert_eq!(answer.await.unwrap_err().code(), Code::Unimplemented);
    }
    process.signal(rustix::process::Signal::TERM);
    process.exit().await;
}

/// A client that knows nothing but what it is told.
struct Reflection {
    channel: Channel,
    version: &'static str,
}

impl Reflection {
    fn new(channel: Channel, version: &'static str) -> Self {
        Self { channel, version }
    }

    async fn ask(&self, request: MessageRequest) -> Result<MessageResponse, Status> {
        let request = ServerReflectionRequest {
            message_request: Some(request),
            ..ServerReflectionRequest::default()
        };
        let version = self.version;
        let path = format!("/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo");
        let mut client = Grpc::new(self.channel.clone());
        client.ready().await.expect("a connection");
        let codec = ProstCodec::<ServerReflectionRequest, ServerReflectionResponse>::default();
        let request = tonic::Request::new(tokio_stream::once(request));
        let path = path.parse().expect("a path");
        let mut answers = client.streaming(request, path, codec).await?.into_inner();
        let answer = answers.next().await.expect("an answer")?;
        Ok(answer.message_response.expect("a response"))
    }

    /// The file with this symbol, after all that it imports.
    async fn files_of(&self, symbol: &str) -> FileDescriptorSet {
        let mut files = BTreeMap::new();
        let mut wanted = vec![MessageRequest::FileContainingSymbol(symbol.to_owned())];
        while let Some(request) = wanted.pop() {
            let answer = self.ask(request).await.expect("it is on");
            let MessageResponse::FileDescriptorResponse(found) = answer else {
                panic!("no file, but {answer:?}");
            };
            for file in found.file_descriptor_proto {
                let file = FileDescriptorProto::decode(&*file).expect("a file");
                let imports = file.dependency.iter().cloned();
                wanted.extend(imports.map(MessageRequest::FileByFilename));
                files.insert(file.name().to_owned(), file);
            }
        }
        FileDescriptorSet {
            file: files.into_values().collect(),
        }
    }

    /// The types of an error's details, each of which can be decoded.
    async fn details_of(&self, error: &Status) -> Vec<String> {
        let mut types = Vec::new();
        for detail in Details::decode(error.details()).expect("a status").details {
            let name = detail.type_url.strip_prefix("type.googleapis.com/");
            let name = name.expect("a type").to_owned();
            let pool = DescriptorPool::from_file_descriptor_set(self.files_of(&name).await);
            let message = pool
                .expect("all that is imported")
                .get_message_by_name(&name);
            let message = message.expect("it was asked for");
            let decoded = DynamicMessage::decode(message, &*detail.value).expect("such a message");
            assert_ne!(decoded.fields().count(), 0, "{name}");
            assert_eq!(decoded.unknown_fields().count(), 0, "{name}");
            types.push(name);
        }
        types
    }
}
