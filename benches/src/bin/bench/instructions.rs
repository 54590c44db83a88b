//! Instructions of a call in user space, counted by Callgrind. Unlike time they are nearly the same
//! in each run, whatever else the machine does.

use std::{fs, io::ErrorKind, path::Path, time::Duration};

use anyhow::{Context as _, bail};
use tokio::process::Command;

use crate::{calls::Shape, load::Load, process::Process, programs::Program, upstream::Upstream};

/// Calls of the two runs, whose difference leaves start, first calls and end out.
const FEW: u64 = 200;
const MANY: u64 = 1_200;

/// Counts the instructions of one call, which are made one after another on one connection.
pub async fn of_a_call(program: &Program, shape: Shape) -> anyhow::Result<u32> {
    let few = of_calls(program, shape, FEW).await?;
    let many = of_calls(program, shape, MANY).await?;
    let more = many.checked_sub(few).context("more calls cost less")?;
    Ok(u32::try_from(more / (MANY - FEW))?)
}

async fn of_calls(program: &Program, shape: Shape, count: u64) -> anyhow::Result<u64> {
    let directory = tempfile::tempdir()?;
    let profile = directory.path().join("profile");
    let upstream = Upstream::start(Duration::ZERO).await?;
    let command = program.command_under_callgrind(&upstream.url, &profile);
    let process = Process::start(command).await?;
    let mut load = Load::connect(&process.url, 1, shape).await?;
    load.calls(count, 1).await?;
    drop(load);
    process.end().await?;
    total(&profile)
}

/// Says what to install, before anything is built.
pub async fn check_for_valgrind() -> anyhow::Result<()> {
    match Command::new("valgrind").arg("--version").output().await {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            bail!("Valgrind isn't there: install the package valgrind")
        }
        other => other.map(|_| ()).context("Valgrind doesn't run"),
    }
}

fn total(profile: &Path) -> anyhow::Result<u64> {
    let text = fs::read_to_string(profile).context("no profile")?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    Ok(total.context("the profile has no total")?.trim().parse()?)
}
