//! Figures of the process, under the names that every library of Prometheus's gives them.
//! Source: [process metrics](https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics)

use std::{
    fs,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeGaugeValue, EncodeMetric as _},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
};
use rustix::{
    param::{clock_ticks_per_second, page_size},
    process::{Resource, getrlimit},
    time::{ClockId, clock_gettime},
};

/// The clock that `/proc` counts by. Where there is no `/proc`, nothing asks for it.
#[cfg(target_os = "linux")]
const SINCE_BOOT: ClockId = ClockId::Boottime;
#[cfg(not(target_os = "linux"))]
const SINCE_BOOT: ClockId = ClockId::Monotonic;

/// Reads them when somebody asks. Where the system has no `/proc`, some are missing.
#[derive(Debug)]
pub(super) struct Process {
    /// In seconds since 1970.
    started: f64,
}

/// What `/proc/self/stat` says.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    threads: u64,
    /// Since the system's start.
    started_ticks: u64,
    virtual_bytes: u64,
    resident_pages: u64,
}

impl Process {
    /// This process. Without `/proc` it counts as started just now.
    pub fn of_this() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let age = Stat::read().map_or(Duration::ZERO, |stat| stat.age());
        let started = now.unwrap_or_default().saturating_sub(age);
        Self {
            started: started.as_secs_f64(),
        }
    }
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder) -> std::fmt::Result {
        let cpu = ConstCounter::new(cpu_seconds());
        cpu.encode(encoder.encode_descriptor(
            "process_cpu_seconds",
            "Time of the process on CPUs, in user space and in the kernel, in seconds.",
            None,
            MetricType::Counter,
        )?)?;
        let started = "When the process started, in seconds since 1970.";
        gauge(
            &mut encoder,
            "process_start_time_seconds",
            started,
            self.started,
        )?;
        if let Some(stat) = Stat::read() {
            let resident = stat.resident_pages * page_size() as u64;
            for (name, help, value) in [
                ("threads", "Threads of the process.", stat.threads),
                (
                    "virtual_memory_bytes",
                    "Virtual memory of the process, in bytes.",
                    stat.virtual_bytes,
                ),
                (
                    "resident_memory_bytes",
                    "Resident memory of the process, in bytes.",
                    resident,
                ),
            ] {
                gauge(&mut encoder, &format!("process_{name}"), help, value)?;
            }
        }
        if let Some(open) = open_descriptors() {
            gauge(
                &mut encoder,
                "process_open_fds",
                "File descriptors that the process has open.",
                open,
            )?;
        }
        match getrlimit(Resource::Nofile).current {
            Some(max) => {
                let help = "Most file descriptors that the process may have open.";
                gauge(&mut encoder, "process_max_fds", help, max)
            }
            None => Ok(()),
        }
    }
}

fn gauge(
    encoder: &mut DescriptorEncoder,
    name: &str,
    help: &str,
    value: impl EncodeGaugeValue,
) -> std::fmt::Result {
    let encoder = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
    ConstGauge::new(value).encode(encoder)
}

/// Of every thread, those that have ended included.
fn cpu_seconds() -> f64 {
    clock(ClockId::ProcessCPUTime).as_secs_f64()
}

fn clock(id: ClockId) -> Duration {
    Duration::try_from(clock_gettime(id)).unwrap_or_default()
}

/// But for the one that reads them.
fn open_descriptors() -> Option<u64> {
    let open = fs::read_dir("/proc/self/fd").ok()?.count();
    u64::try_from(open).ok()?.checked_sub(1)
}

impl Stat {
    fn read() -> Option<Self> {
        Self::parse(&fs::read_to_string("/proc/self/stat").ok()?)
    }

    fn age(&self) -> Duration {
        let started = Duration::from_secs(self.started_ticks)
            .checked_div(u32::try_from(clock_ticks_per_second()).unwrap_or(u32::MAX));
        clock(SINCE_BOOT).saturating_sub(started.unwrap_or_default())
    }

    /// By the numbers of the fields: 20, 22, 23 and 24. The second is the program's name in brackets,
    /// which can hold spaces and brackets.
    /// Source: [proc_pid_stat(5)](https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html)
    fn parse(text: &str) -> Option<Self> {
        let (_, rest) = text.rsplit_once(')')?;
        let mut fields = rest.split_ascii_whitespace();
        let mut number = |skipped| fields.nth(skipped)?.parse().ok();
        Some(Self {
            threads: number(20 - 3)?,
            started_ticks: number(22 - 20 - 1)?,
            virtual_bytes: number(0)?,
            resident_pages: number(0)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_counted_from_the_end_of_the_name() {
        let numbers: Vec<_> = (4..=52).map(|number: u64| number.to_string()).collect();
        let text = format!("1 (a) b) S {}\n", numbers.join(" "));
        let stat = Stat {
            threads: 20,
            started_ticks: 22,
            virtual_bytes: 23,
            resident_pages: 24,
        };
        assert_eq!(Stat::parse(&text), Some(stat));
        assert_eq!(Stat::parse("1 (a) S 4"), None);
    }
}
