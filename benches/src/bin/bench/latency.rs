//! How much later an answer comes than if the caller had called the upstream itself.

use std::time::Duration;

use anyhow::Context as _;

use crate::{
    calls::Shape,
    load::Load,
    process::Process,
    programs::Program,
    table::{self, millis},
    upstream::Upstream,
};

const HOLD: Duration = Duration::from_millis(50);
const BEAT: Duration = Duration::from_millis(1);
const CONNECTIONS: u32 = 8;
/// Short rounds, in turn: what else the machine does disturbs both alike.
const ROUNDS: usize = 5;
const CALLS: u32 = 2_000;

struct Timed<'a> {
    upstream: &'a Upstream,
    load: Load,
    added: Vec<Duration>,
    _process: Process,
}

/// Prints the added latency of calls that begin at a fixed rate.
pub async fn run(proxy: &Program, ours: &Program) -> anyhow::Result<()> {
    // One for each, as both have calls of the same numbers.
    let upstreams = [Upstream::start(HOLD).await?, Upstream::start(HOLD).await?];
    let mut servers = [
        Timed::start(proxy, &upstreams[0]).await?,
        Timed::start(ours, &upstreams[1]).await?,
    ];
    for _ in 0..ROUNDS {
        for server in &mut servers {
            server.round().await?;
        }
    }
    let [proxy, ours] = servers.map(Timed::sorted);
    let rows = [50, 99].map(|percent| {
        let of = |added: &[Duration]| millis(added[(added.len() - 1) * percent / 100]);
        [format!("p{percent}"), of(&proxy), of(&ours)]
    });
    table::print(
        "Added latency",
        "Of 1,000 calls a second over 8 connections, from when a call was due until its answer was \
         there, without the 50 ms for which the upstream held it.",
        ["", "Bare proxy, ms", "Ours, ms"],
        &rows,
    );
    Ok(())
}

impl<'a> Timed<'a> {
    /// Its first calls aren't counted: they make the connections to the upstream.
    async fn start(program: &Program, upstream: &'a Upstream) -> anyhow::Result<Self> {
        let process = Process::start(program.command(&upstream.url)).await?;
        let mut load = Load::connect(&process.url, CONNECTIONS, Shape::USUAL).await?;
        load.calls_at(BEAT, CALLS).await?;
        Ok(Self {
            upstream,
            load,
            added: Vec::new(),
            _process: process,
        })
    }

    async fn round(&mut self) -> anyhow::Result<()> {
        for call in self.load.calls_at(BEAT, CALLS).await? {
            let hold = self.upstream.hold(call.number);
            let added = hold.and_then(|hold| call.after.checked_sub(hold));
            self.added.push(added.context("a call wasn't held")?);
        }
        Ok(())
    }

    fn sorted(mut self) -> Vec<Duration> {
        self.added.sort();
        self.added
    }
}
