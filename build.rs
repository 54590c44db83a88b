//! Compiles the contract in `proto/` without `protoc`: the messages and the service, the encoded
//! descriptor set that reflection serves, a `Debug` that honours `debug_redact`, and the list of the
//! service's operations.

use std::{env, error::Error, fmt::Write as _, fs, path::PathBuf};

use prost_reflect::{
    DescriptorPool, FieldDescriptor, Kind, MessageDescriptor, ServiceDescriptor, Value,
};

const PACKAGE: &str = "cognito.userattributes.v1";
const SERVICE: &str = "cognito.userattributes.v1.UserAttributesService";
const FILES: [&str; 2] = [
    "cognito/userattributes/v1/user_attributes_service.proto",
    "cognito/userattributes/v1/error_reason.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let mut compiler = protox::Compiler::new(["proto"])?;
    compiler
        .include_source_info(true)
        .include_imports(true)
        .open_files(FILES)?;
    // The encoded set keeps the options, `debug_redact` among them; the typed one drops them.
    let descriptor_set = compiler.encode_file_descriptor_set();
    let contract = DescriptorPool::decode(&*descriptor_set)?;
    let redacted: Vec<_> = contract
        .all_messages()
        .filter(|message| message.package_name() == PACKAGE && !message.is_map_entry())
        .filter(|message| message.fields().any(|field| is_redacted(&field)))
        .collect();

    fs::write(out.join("descriptor_set.bin"), descriptor_set)?;
    fs::write(out.join("debug.rs"), debug_impls(&redacted)?)?;
    let service = contract
        .get_service_by_name(SERVICE)
        .ok_or("the contract has no service")?;
    fs::write(out.join("operation.rs"), operations(&service)?)?;
    tonic_prost_build::configure()
        .codec_path("crate::proto::OneMessageCodec")
        .skip_debug(redacted.iter().map(MessageDescriptor::full_name))
        .compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}

fn is_redacted(field: &FieldDescriptor) -> bool {
    field
        .options()
        .get_field_by_name("debug_redact")
        .is_some_and(|value| *value == Value::Bool(true))
}

/// An `impl Debug` for each message, in which a redacted field shows that it is there, never what
/// it holds.
fn debug_impls(messages: &[MessageDescriptor]) -> Result<String, Box<dyn Error>> {
    let mut code = String::new();
    for message in messages {
        let name = message.name();
        writeln!(code, "impl ::core::fmt::Debug for {name} {{")?;
        writeln!(
            code,
            "    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {{"
        )?;
        writeln!(code, "        f.debug_struct({name:?})")?;
        for field in message.fields() {
            let (name, value) = (field.name(), shown(&field));
            writeln!(code, "            .field({name:?}, {value})")?;
        }
        writeln!(code, "            .finish()\n    }}\n}}")?;
    }
    Ok(code)
}

fn shown(field: &FieldDescriptor) -> String {
    let name = field.name();
    if is_redacted(field) {
        "&::core::format_args!(\"[redacted]\")".to_owned()
    } else if matches!(field.kind(), Kind::Enum(_)) && !field.is_list() {
        format!("&self.{name}()")
    } else {
        format!("&self.{name}")
    }
}

/// An enum of the service's methods, with their names and HTTP/2 paths.
fn operations(service: &ServiceDescriptor) -> Result<String, Box<dyn Error>> {
    let names: Vec<_> = service.methods().map(|it| it.name().to_owned()).collect();
    let mut code = String::from(
        "/// A method of the service. Each has the name of the Cognito operation that it calls.\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]\n\
         pub enum Operation {\n",
    );
    for name in &names {
        writeln!(code, "    /// `{name}`\n    {name},")?;
    }
    writeln!(code, "}}\n\nimpl Operation {{\n    /// Every method.")?;
    let count = names.len();
    writeln!(code, "    pub const ALL: [Self; {count}] = [")?;
    for name in &names {
        writeln!(code, "        Self::{name},")?;
    }
    let parts = [
        (
            "name",
            "The name, as Cognito's API and the contract spell it.",
        ),
        ("path", "The HTTP/2 `:path` of its calls."),
    ];
    writeln!(code, "    ];")?;
    for (part, doc) in parts {
        writeln!(code, "\n    /// {doc}")?;
        writeln!(code, "    pub const fn {part}(self) -> &'static str {{")?;
        writeln!(code, "        match self {{")?;
        for name in &names {
            let text = match part {
                "path" => format!("/{SERVICE}/{name}"),
                _ => name.clone(),
            };
            writeln!(code, "            Self::{name} => {text:?},")?;
        }
        writeln!(code, "        }}\n    }}")?;
    }
    writeln!(code, "}}")?;
    Ok(code)
}
