//! The contract as clients see it. A change of this snapshot is a change for every client.

use std::fmt::Write as _;

use prost_reflect::{
    Cardinality, DescriptorPool, FieldDescriptor, FileDescriptor, Kind, Value as OptionValue,
};
use serde_json::Value;
use user_attributes::proto::FILE_DESCRIPTOR_SET;

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
    let secret = redact.is_some_and(|value| *value == OptionValue::Bool(true));
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

#[test]
fn an_example_is_an_error_of_an_operation_that_has_it() {
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("a descriptor set");
    let reasons = pool.get_enum_by_name("cognito.userattributes.v1.ErrorReason");
    let reasons = reasons.expect("the contract's");
    let service = "cognito.userattributes.v1.UserAttributesService";
    let service = pool.get_service_by_name(service).expect("the contract's");

    for reason in reasons.values().filter(|it| it.number() != 0) {
        let name = reason.name().trim_start_matches("ERROR_REASON_");
        let text = comment(&reason.parent_enum().parent_file(), reason.path());
        let example = text.split("Example:").nth(1).expect(name);
        let example: Value = serde_json::from_str(example).expect(name);
        assert_eq!(example["reason"], name);
        assert_eq!(example["domain"], "userattributes.cognito", "{name}");
        let operation = example["metadata"]["operation"].as_str().expect(name);
        // A method's comment names the reasons that are its own.
        let owners: Vec<_> = service
            .methods()
            .filter(|it| names(&comment(&service.parent_file(), it.path()), name))
            .map(|it| it.name().to_owned())
            .collect();
        assert!(
            owners.is_empty() || owners.iter().any(|it| it == operation),
            "{name} is of {owners:?}, and its example of {operation}"
        );
        assert!(service.methods().any(|it| it.name() == operation), "{name}");
    }
}

/// What stands above an element.
fn comment(file: &FileDescriptor, path: &[i32]) -> String {
    let source = file.file_descriptor_proto().source_code_info.as_ref();
    let mut places = source.expect("comments").location.iter();
    let place = places.find(|it| it.path == path).expect("its place");
    place.leading_comments().to_owned()
}

/// Whether the word is in the text, and not a part of another one.
fn names(text: &str, word: &str) -> bool {
    let mut words = text.split(|it: char| !(it.is_ascii_alphanumeric() || it == '_'));
    words.any(|it| it == word)
}
