//! How long a start takes.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::{
    process::is_ready,
    programs::Program,
    table::{self, millis},
    upstream::Upstream,
};

const RUNS: usize = 30;

/// Prints the time from a process's start until it says that it is ready.
pub async fn run(proxy: &Program, ours: &Program) -> anyhow::Result<()> {
    let upstream = Upstream::start(Duration::ZERO).await?;
    let rows = [
        row("Bare proxy", proxy, &upstream.url).await?,
        row("Ours", ours, &upstream.url).await?,
    ];
    let title = format!("From start to ready, {RUNS} starts");
    table::print(
        &title,
        "Until its log says so.",
        ["", "Median, ms", "Longest, ms"],
        &rows,
    );
    Ok(())
}

async fn row(name: &str, program: &Program, upstream: &str) -> anyhow::Result<[String; 3]> {
    let mut times = Vec::new();
    for _ in 0..RUNS {
        times.push(start(program, upstream).await?);
    }
    times.sort();
    Ok([
        name.to_owned(),
        millis(times[RUNS / 2]),
        millis(times[RUNS - 1]),
    ])
}

/// Reads the log from a pipe, which tells at once what is written.
async fn start(program: &Program, upstream: &str) -> anyhow::Result<Duration> {
    let mut command = program.command(upstream);
    let begun = Instant::now();
    let mut child = command.stderr(Stdio::piped()).spawn()?;
    let log = child.stderr.take().context("it is piped")?;
    let mut log = BufReader::new(log).lines();
    let mut line = Some(String::new());
    while line.as_ref().is_some_and(|line| !is_ready(line)) {
        line = log.next_line().await?;
    }
    let time = begun.elapsed();
    ensure!(line.is_some(), "it ended before it was ready");
    child.kill().await?;
    Ok(time)
}
