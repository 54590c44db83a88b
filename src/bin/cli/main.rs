//! The command-line client: the AWS CLI's syntax, output, errors and exit codes, in front of this
//! service instead of Cognito.
//!
//! ```text
//! words -> args -> option (file, JSON or shorthand) -> shape -> input -> call -> output
//! ```
//!
//! An operation is a variant in [`args`], its shapes in [`input`], a method in [`call`], its reply
//! in [`output`] and the line of these in [`perform`]; the parsers know none of them.

mod args;
mod call;
mod endpoint;
mod error;
mod input;
mod json;
mod option;
mod output;
mod paramfile;
mod perform;
mod python;
mod required;
mod shape;
mod shorthand;
mod tls;
mod token;
mod wire;

use std::{
    env,
    io::{self, Write as _},
    process::ExitCode,
};

use crate::{args::Asked, error::Error, perform::perform};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let printed = run().await.and_then(|text| print(&text));
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = write!(io::stderr(), "{}", error.report());
            ExitCode::from(error.exit_code())
        }
    }
}

/// What goes to stdout.
async fn run() -> Result<String, Error> {
    match args::parse(env::args_os())? {
        Asked::Help(text) => Ok(text),
        Asked::Call(operation, service) => perform(operation, service).await,
    }
}

fn print(text: &str) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(Error::Output)
}
