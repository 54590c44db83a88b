//! The command-line client: the AWS CLI's syntax, output and exit codes, in front of this service
//! instead of Cognito.
//!
//! ```text
//! words -> args -> input (option: file, JSON or shorthand; whole inputs) -> shape -> request
//!       -> call -> reply -> query -> format
//! ```
//!
//! An operation is an entry of [`model`], a variant of [`request`], and a line of [`call`]; its
//! reply is in [`reply`]. Options, help, checks and samples follow from the entry.

mod args;
mod call;
mod endpoint;
mod error;
mod format;
mod input;
mod json;
mod limits;
mod model;
mod option;
mod paramfile;
mod perform;
mod query;
mod reply;
mod request;
mod shape;
mod shorthand;
mod skeleton;
mod tls;
mod token;
mod wire;
mod yaml;

use std::{
    env,
    io::{self, Write as _},
    process::ExitCode,
};

use crate::{
    args::{
        Asked, Line,
        globals::{Color, ErrorFormat},
    },
    error::Error,
    perform::perform,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let (mut error_format, mut color) = (ErrorFormat::in_environment(), Color::Off);
    let text = match Line::read(env::args_os()) {
        Ok(line) => {
            error_format = line.settings.globals.error_format();
            color = line.settings.globals.color;
            answer(line).await
        }
        Err(error) => Err(error),
    };
    match text.and_then(|text| print(&text)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let report = error.report(error_format, format::style(color));
            let _ = write!(io::stderr(), "{report}");
            ExitCode::from(error.exit_code())
        }
    }
}

async fn answer(line: Line) -> Result<String, Error> {
    match line.asked()? {
        Asked::Text(text) => Ok(text),
        Asked::Call(call) => perform(*call).await,
    }
}

fn print(text: &str) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(Error::Output)
}
