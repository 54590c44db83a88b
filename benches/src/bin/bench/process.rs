//! A server that runs.

use std::{fs, os::unix::process::ExitStatusExt as _, process::ExitStatus, time::Duration};

use anyhow::{Context as _, bail, ensure};
use nix::{
    sys::signal::{Signal, kill},
    time::ClockId,
    unistd::Pid,
};
use procfs::process::Process as Proc;
use tempfile::NamedTempFile;
use tokio::{
    process::{Child, Command},
    time::{interval, timeout},
};

/// How long a start and an end may take. Valgrind is slow.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often the log is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// A running server. It is killed when this is dropped.
pub struct Process {
    /// Where it serves gRPC.
    pub url: String,
    child: Child,
    id: Pid,
}

/// Resident memory, in KiB.
#[derive(Clone, Copy)]
pub struct Memory {
    /// What it has.
    pub now: u64,
    /// The most that it had.
    pub peak: u64,
}

impl Process {
    /// Starts it and waits until it is ready. It logs into a file, which takes a line at once:
    /// nobody who reads it more slowly than it is written can change what is measured.
    pub async fn start(mut command: Command) -> anyhow::Result<Self> {
        let log = NamedTempFile::new()?;
        command.stderr(log.reopen()?);
        let program = command.as_std().get_program().to_owned();
        let mut child = command
            .spawn()
            .with_context(|| format!("{} doesn't start", program.display()))?;
        let id = child.id().context("it has ended")?;
        let ready = timeout(PATIENCE, ready(&mut child, &log)).await;
        Ok(Self {
            url: ready.context("it isn't ready in time")??,
            child,
            id: Pid::from_raw(id.try_into()?),
        })
    }

    /// CPU time that it has used, of all its threads, in user space and in the kernel.
    pub fn cpu_time(&self) -> nix::Result<Duration> {
        let clock = ClockId::pid_cpu_clock_id(self.id)?;
        clock.now().map(Duration::from)
    }

    /// How much memory it has, and had.
    pub fn memory(&self) -> anyhow::Result<Memory> {
        let status = Proc::new(self.id.as_raw())?.status()?;
        Ok(Memory {
            now: status.vmrss.context("no VmRSS")?,
            peak: status.vmhwm.context("no VmHWM")?,
        })
    }

    /// Asks it to end, and waits until it has.
    pub async fn end(mut self) -> anyhow::Result<()> {
        kill(self.id, Signal::SIGTERM)?;
        let ended = timeout(PATIENCE, self.child.wait()).await;
        let status = ended.context("it doesn't end in time")??;
        ensure!(is_clean(status), "it ended with {status}");
        Ok(())
    }
}

/// The proxy leaves the signal to the system.
fn is_clean(status: ExitStatus) -> bool {
    status.success() || status.signal() == Some(Signal::SIGTERM as i32)
}

/// Waits until it says that it is ready: its URL.
async fn ready(child: &mut Child, log: &NamedTempFile) -> anyhow::Result<String> {
    let mut look = interval(LOOK);
    loop {
        look.tick().await;
        let text = fs::read_to_string(log)?;
        if let (true, Some(addr)) = (is_ready(&text), address(&text)) {
            return Ok(format!("http://{addr}"));
        }
        if let Some(status) = child.try_wait()? {
            bail!("it ended with {status}: {text}");
        }
    }
}

/// Whether a log says so, in whichever form.
pub fn is_ready(log: &str) -> bool {
    let mut words = log.split(|it: char| !it.is_alphanumeric());
    words.any(|word| word == "ready")
}

/// The address that a log tells, in whichever form.
fn address(log: &str) -> Option<&str> {
    let (_, after) = log.split_once("grpc_addr")?;
    let addr = &after[after.find(|it: char| it.is_ascii_digit())?..];
    let end = addr.find(|it: char| !it.is_ascii_digit() && !".:".contains(it))?;
    Some(&addr[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_each_form_of_log() {
        for line in [
            "INFO listening grpc_addr=127.0.0.1:5 admin_addr=127.0.0.1:6\n",
            "{\"message\":\"listening\",\"grpc_addr\":\"127.0.0.1:5\"}\n",
            "ready grpc_addr=127.0.0.1:5\n",
        ] {
            assert_eq!(address(line), Some("127.0.0.1:5"));
        }
        assert_eq!(address("ready grpc_addr=127.0.0.1:5"), None, "half a line");
    }
}
