//! Measures what a call costs, next to a bare proxy that does the same call, and prints it as
//! Markdown. Calls and upstream are in this process, so that one clock times both.

mod calls;
mod cost;
mod cpu;
mod gate;
mod growth;
mod instructions;
mod latency;
mod load;
mod machine;
mod process;
mod programs;
mod starts;
mod table;
mod upstream;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use self::{
    gate::Limits,
    programs::{PROXY, PROXY_MIMALLOC, Program},
};

/// Measures what a call costs, next to a bare proxy
#[derive(Parser)]
struct Args {
    /// Release binary of the server; it is built if this isn't given
    #[arg(long, value_name = "PATH", global = true)]
    server: Option<PathBuf>,
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Subcommand)]
enum Part {
    /// Measure the instructions of a call alone, and fail if there are more than these
    Instructions(Limits),
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> anyhow::Result<()> {
    raise_descriptor_limit()?;
    instructions::check_for_valgrind().await?;
    let ours = programs::server(args.server).await?;
    let proxy = programs::proxy(PROXY).await?;
    match args.part {
        Some(Part::Instructions(limits)) => gate::run(&proxy, &ours, limits).await,
        None => run_all(&proxy, &ours).await,
    }
}

async fn run_all(proxy: &Program, ours: &Program) -> anyhow::Result<()> {
    let with_mimalloc = programs::proxy(PROXY_MIMALLOC).await?;
    println!("{}\n", machine::description().await?);
    let costs = cost::run(proxy, &with_mimalloc, ours).await?;
    growth::run(proxy, ours, costs).await?;
    cpu::run(proxy, ours).await?;
    latency::run(proxy, ours).await?;
    starts::run(proxy, ours).await
}

/// A thousand connections need more descriptors than a shell gives. The servers inherit them.
fn raise_descriptor_limit() -> nix::Result<()> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, most, most)
}
