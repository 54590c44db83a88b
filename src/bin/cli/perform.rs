//! An operation, from its options to the text of its reply.

use std::env;

use clap::ValueEnum as _;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    args::{self, Given, Settings, globals::Format},
    call::Connection,
    error::Error,
    format,
    input::Parameters,
    limits::Limits,
    model::Operation,
    query::Query,
    request::Request,
    skeleton,
};

/// How a reply is shown.
struct Printing {
    format: Format,
    query: Option<Query>,
}

/// Calls this service, once, if the options make a request; or prints the sample that they ask for.
pub async fn perform(call: args::Call) -> Result<String, Error> {
    let printing = Printing::read(&call)?;
    let limits = Limits::read(&call.settings)?;
    let options = call.options()?;
    let parameters = Parameters::read(&call, &options)?;
    let given = options.given;
    let args::Call {
        operation,
        settings,
        variables,
        ..
    } = call;
    let sample = given
        .has(args::SKELETON)
        .then(|| given.word(args::SKELETON).unwrap_or("input"));
    match sample {
        Some("yaml-input") => return Ok(skeleton::yaml_input(operation.input)),
        Some("input") => {
            let input = skeleton::input(operation.input);
            return format::printed(
                &input,
                "",
                Format::Json,
                format::style(settings.globals.color),
            );
        }
        _ => {}
    }
    settings.globals.check()?;
    let parameters = parameters.checked(operation)?;
    let reply = if sample.is_some() {
        skeleton::output(operation.output)
    } else {
        let request_id = request_id(operation, &given)?;
        let request = Request::new(operation, parameters, request_id.clone())?;
        let (endpoint, tls) = settings
            .service
            .read(&settings.globals)
            .map_err(|error| error.of_variable(&variables))?;
        let connection = Connection::open(endpoint, tls, &limits).await?;
        connection.send(operation, request, request_id).await?
    };
    printing.shown(&reply, operation.name(), &settings.globals)
}

impl Printing {
    fn read(call: &args::Call) -> Result<Self, Error> {
        let Settings { globals, .. } = &call.settings;
        let query = globals.query.as_deref();
        let query = query.map(|text| Query::compile(text, call.operation));
        Ok(Self {
            query: query.transpose()?,
            format: match globals.output {
                Some(format) => format,
                None => format_in_environment()?,
            },
        })
    }

    fn shown(
        &self,
        reply: &Value,
        title: &str,
        globals: &args::globals::Args,
    ) -> Result<String, Error> {
        let style = format::style(globals.color);
        match &self.query {
            Some(query) if self.format != Format::Off => {
                format::printed(&query.search(reply)?, title, self.format, style)
            }
            _ => format::printed(reply, title, self.format, style),
        }
    }
}

/// A blank variable counts as none.
fn format_in_environment() -> Result<Format, Error> {
    match env::var("AWS_DEFAULT_OUTPUT") {
        Ok(name) if !name.is_empty() => Format::from_str(&name, false)
            .map_err(|_| Error::Setting("Unknown output type in AWS_DEFAULT_OUTPUT".to_owned())),
        _ => Ok(Format::Json),
    }
}

/// A change's, given or made up. A blank one would be none to the server.
fn request_id(operation: &Operation, given: &Given) -> Result<Option<String>, Error> {
    const OPTION: &str = "request-id";
    match given.word(OPTION) {
        _ if operation.method.is_read() => Ok(None),
        None => Ok(Some(Uuid::new_v4().to_string())),
        Some("") => Err(Error::option(
            &format!("--{OPTION}"),
            "it is blank, so that nothing would make the change safe to repeat; without the \
             option, this client makes an id up",
        )),
        Some(id) => Ok(Some(id.to_owned())),
    }
}
