//! The contract as clients see it. A change of this snapshot is a change for every client.

use std::fmt::Write as _;

use prost_reflect::{Cardinality, DescriptorPool, FieldDescriptor, Kind, Value};
use tokio_stream::StreamExt as _;
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};
use user_attributes::proto::FILE_DESCRIPTOR_SET;

use crate::support::{Server, process::Process};

#[test]
fn the_contract_is_unchanged() {
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("a descriptor set");
    let package = |name: &str| name == "cognito.userattributes.v1";
    let mut text = String::new();
    for service in pool.services().filter(|it| package(it.package_name())) {
        writeln!(text, "service {}", service.full_name()).unwrap();
        for method in service.methods() {
            let (name, input, output) = (method.name().to_owned(), method.input(), method.output());
            writeln!(
                text,
                "  rpc {name}({}) returns ({})",
                input.name(),
                output.name()
            )
            .unwrap();
        }
    }
    for message in pool.all_messages() {
        if package(message.package_name()) && !message.is_map_entry() {
            writeln!(text, "message {}", message.name()).unwrap();
            for field in message.fields() {
                writeln!(text, "  {}", shown(&field)).unwrap();
            }
        }
    }
    for list in pool.all_enums().filter(|it| package(it.package_name())) {
        writeln!(text, "enum {}", list.name()).unwrap();
        for value in list.values() {
            writeln!(text, "  {} = {}", value.name(), value.number()).unwrap();
        }
    }
    insta::assert_snapshot!(text);
}

fn shown(field: &FieldDescriptor) -> String {
    let kind = match field.kind() {
        Kind::Message(message) if message.is_map_entry() => "map<string, string>".to_owned(),
        Kind::Message(message) => message.name().to_owned(),
        Kind::Enum(list) => list.name().to_owned(),
        scalar => format!("{scalar:?}").to_lowercase(),
    };
    let label = match field.cardinality() {
        Cardinality::Repeated if !field.is_map() => "repeated ",
        _ if field.field_descriptor_proto().proto3_optional() => "optional ",
        _ => "",
    };
    let options = field.options();
    let redact = options.get_field_by_name("debug_redact");
    let secret = redact.is_some_and(|value| *value == Value::Bool(true));
    let secret = if secret { " [secret]" } else { "" };
    format!(
        "{label}{kind} {} = {}{secret}",
        field.name(),
        field.number()
    )
}

#[test]
fn clients_in_other_languages_get_packages_of_their_own() {
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("a descriptor set");
    let files: Vec<_> = pool
        .files()
        .filter(|file| file.package_name() == "cognito.userattributes.v1")
        .collect();
    assert_eq!(files.len(), 2);
    for file in files {
        let options = file
            .file_descriptor_proto()
            .options
            .clone()
            .expect("options");
        assert_eq!(
            options.go_package(),
            "cognito/userattributes/v1;userattributesv1"
        );
        assert_eq!(options.java_package(), "cognito.userattributes.v1");
        assert!(options.java_multiple_files());
        assert_eq!(options.csharp_namespace(), "Cognito.UserAttributes.V1");
        assert_eq!(options.php_namespace(), "Cognito\\UserAttributes\\V1");
        assert_eq!(options.ruby_package(), "Cognito::UserAttributes::V1");
    }
}

#[tokio::test]
async fn reflection_lists_the_services_and_hands_out_the_contract() {
    let server = Server::start().await;
    let url = server.grpc_url();

    let listed = reflect(&url, MessageRequest::ListServices(String::new())).await;
    let MessageResponse::ListServicesResponse(listed) = listed.expect("reflection is on") else {
        panic!("a list");
    };
    let names: Vec<_> = listed
        .service
        .iter()
        .map(|service| service.name.as_str())
        .collect();
    assert!(
        names.contains(&"cognito.userattributes.v1.UserAttributesService"),
        "{names:?}"
    );
    assert!(names.contains(&"grpc.health.v1.Health"), "{names:?}");

    let symbol = "cognito.userattributes.v1.UserAttributesService".to_owned();
    let found = reflect(&url, MessageRequest::FileContainingSymbol(symbol)).await;
    let MessageResponse::FileDescriptorResponse(found) = found.expect("reflection is on") else {
        panic!("a file");
    };
    assert!(!found.file_descriptor_proto.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn reflection_can_be_turned_off() {
    let process = Process::start(&["--region=eu-central-1", "--reflection=false"], &[]).await;
    let url = format!("http://{}", process.grpc_addr);
    let answer = reflect(&url, MessageRequest::ListServices(String::new())).await;
    assert_eq!(answer.unwrap_err().code(), tonic::Code::Unimplemented);
    process.signal(rustix::process::Signal::TERM);
    process.exit().await;
}

async fn reflect(url: &str, request: MessageRequest) -> Result<MessageResponse, tonic::Status> {
    let channel = tonic::transport::Channel::from_shared(url.to_owned()).expect("a URL");
    let mut client = ServerReflectionClient::new(channel.connect().await.expect("it listens"));
    let request = ServerReflectionRequest {
        message_request: Some(request),
        ..ServerReflectionRequest::default()
    };
    let mut answers = client
        .server_reflection_info(tokio_stream::once(request))
        .await?
        .into_inner();
    let answer = answers.next().await.expect("an answer")?;
    Ok(answer.message_response.expect("a response"))
}
