//! CPU time of a call and memory, by how many connections the calls come over.

use std::time::Duration;

use crate::{
    calls::Shape,
    load::Load,
    process::{Memory, Process},
    programs::Program,
    table::{self, count, micros, ratio},
    upstream::Upstream,
};

const CONNECTIONS: [u32; 3] = [8, 64, 1_000];
const AT_A_TIME: usize = 64;
/// Short rounds, in turn: what else the machine does disturbs both alike.
const ROUNDS: usize = 5;
const CALLS: u32 = 10_000;

/// A server under load.
struct Loaded {
    process: Process,
    load: Load,
    idle: Memory,
    /// CPU time of a call, in each round.
    costs: Vec<Duration>,
}

/// What was measured with so many connections.
struct Measured {
    connections: u32,
    proxy: Figures,
    ours: Figures,
}

/// What was measured of one server.
struct Figures {
    cost: Duration,
    idle: Memory,
    loaded: Memory,
}

/// Prints CPU time and memory.
pub async fn run(proxy: &Program, ours: &Program) -> anyhow::Result<()> {
    let mut all = Vec::new();
    for connections in CONNECTIONS {
        all.push(measure(proxy, ours, connections).await?);
    }
    print_time(&all);
    print_memory(&all);
    Ok(())
}

async fn measure(proxy: &Program, ours: &Program, connections: u32) -> anyhow::Result<Measured> {
    let upstream = Upstream::start(Duration::ZERO).await?;
    let mut proxy = Loaded::start(proxy, &upstream.url, connections).await?;
    let mut ours = Loaded::start(ours, &upstream.url, connections).await?;
    for _ in 0..ROUNDS {
        proxy.round().await?;
        ours.round().await?;
    }
    Ok(Measured {
        connections,
        proxy: proxy.figures()?,
        ours: ours.figures()?,
    })
}

impl Loaded {
    /// Its first calls aren't counted: they make the connections to the upstream.
    async fn start(program: &Program, upstream: &str, connections: u32) -> anyhow::Result<Self> {
        let process = Process::start(program.command(upstream)).await?;
        let idle = process.memory()?;
        let mut load = Load::connect(&process.url, connections, Shape::USUAL).await?;
        load.calls(CALLS.into(), AT_A_TIME).await?;
        Ok(Self {
            process,
            load,
            idle,
            costs: Vec::new(),
        })
    }

    async fn round(&mut self) -> anyhow::Result<()> {
        let before = self.process.cpu_time()?;
        self.load.calls(CALLS.into(), AT_A_TIME).await?;
        let used = self.process.cpu_time()?.saturating_sub(before);
        self.costs.push(used / CALLS);
        Ok(())
    }

    fn figures(mut self) -> anyhow::Result<Figures> {
        self.costs.sort();
        Ok(Figures {
            cost: self.costs[ROUNDS / 2],
            idle: self.idle,
            loaded: self.process.memory()?,
        })
    }
}

fn print_time(all: &[Measured]) {
    let row = |it: &Measured| {
        [
            count(it.connections),
            micros(it.proxy.cost),
            micros(it.ours.cost),
            times(&it.ours, &it.proxy),
        ]
    };
    let mut rows: Vec<_> = all.iter().map(row).collect();
    if let [fewest, .., most] = all {
        rows.push([
            format!(
                "{} / {}",
                count(most.connections),
                count(fewest.connections)
            ),
            times(&most.proxy, &fewest.proxy),
            times(&most.ours, &fewest.ours),
            String::new(),
        ]);
    }
    table::print(
        &format!("CPU time of a call, {AT_A_TIME} at a time"),
        "In user space and in the kernel. The upstream answers at once, and the calls come over \
         the connections in turn.",
        ["Connections", "Bare proxy, µs", "Ours, µs", "× proxy"],
        &rows,
    );
}

fn times(figures: &Figures, of: &Figures) -> String {
    ratio(figures.cost.as_secs_f64(), of.cost.as_secs_f64())
}

fn print_memory(all: &[Measured]) {
    let row = |name: String, proxy: Memory, ours: Memory| {
        [
            name,
            count(proxy.now),
            count(proxy.peak),
            count(ours.now),
            count(ours.peak),
        ]
    };
    let idle = all.iter().take(1);
    let idle = idle.map(|it| row("idle".to_owned(), it.proxy.idle, it.ours.idle));
    let loaded = all
        .iter()
        .map(|it| row(count(it.connections), it.proxy.loaded, it.ours.loaded));
    table::print(
        "Resident memory",
        "In KiB, of the same servers.",
        ["Connections", "Bare proxy", "peak", "Ours", "peak"],
        &idle.chain(loaded).collect::<Vec<_>>(),
    );
}
