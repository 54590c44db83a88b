//! Where it was measured.

use anyhow::Context as _;
use procfs::{CpuInfo, Current as _, sys::kernel::Version};
use tokio::process::Command;

/// Processor, kernel and compiler, in one line.
pub async fn description() -> anyhow::Result<String> {
    let processor = CpuInfo::current()?;
    let model = processor.model_name(0).unwrap_or("an unnamed processor");
    let cores = processor.num_cores();
    let Version {
        major,
        minor,
        patch,
    } = Version::current()?;
    let compiler = Command::new("rustc").arg("--version").output().await;
    let compiler = String::from_utf8(compiler.context("no rustc")?.stdout)?;
    let compiler = compiler.trim();
    Ok(format!(
        "Measured on {model}, {cores} cores, Linux {major}.{minor}.{patch}, with {compiler}."
    ))
}
