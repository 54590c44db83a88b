//! What is measured: the server and its yardsticks, built and with their settings.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context as _, ensure};
use serde_json::Value;
use tokio::process::Command;

const BENCHES: &str = env!("CARGO_MANIFEST_DIR");
/// The yardstick, with the system's allocator.
pub const PROXY: &str = "proxy";
/// The same with mimalloc.
pub const PROXY_MIMALLOC: &str = "proxy-mimalloc";

/// A program and its settings.
#[derive(Clone)]
pub struct Program {
    path: PathBuf,
    flags: Vec<&'static str>,
}

impl Program {
    /// The same, with this setting besides.
    pub fn with(mut self, flag: &'static str) -> Self {
        self.flags.push(flag);
        self
    }

    /// Runs it in front of this upstream.
    pub fn command(&self, upstream: &str) -> Command {
        self.under(Command::new(&self.path), upstream)
    }

    /// The same, with its instructions counted into this file. It has two worker threads on any
    /// machine: each further one looks for work, which costs instructions.
    pub fn command_under_callgrind(&self, upstream: &str, profile: &Path) -> Command {
        let mut option = OsString::from("--callgrind-out-file=");
        option.push(profile);
        let mut command = Command::new("valgrind");
        command.args(["--quiet", "--tool=callgrind"]);
        command.arg(option).arg(&self.path);
        let mut command = self.under(command, upstream);
        command.env("TOKIO_WORKER_THREADS", "2");
        command
    }

    /// No setting of the caller's becomes the program's. The path finds Valgrind.
    fn under(&self, mut command: Command, upstream: &str) -> Command {
        command
            .args(&self.flags)
            .args(["--endpoint-url", upstream])
            .env_clear()
            .envs(env::var_os("PATH").map(|path| ("PATH", path)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true);
        command
    }
}

/// The server, as an image has it.
pub async fn server(path: Option<PathBuf>) -> anyhow::Result<Program> {
    let root = Path::new(BENCHES).parent().context("no repository")?;
    let features = ["--no-default-features"];
    let path = match path {
        Some(path) => path,
        None => built(root, "user-attributes-server", &features).await?,
    };
    let flags = vec![
        "--grpc-addr=127.0.0.1:0",
        "--admin-addr=127.0.0.1:0",
        "--drain-delay=0s",
    ];
    Ok(Program { path, flags })
}

/// The yardstick of this name.
pub async fn proxy(name: &str) -> anyhow::Result<Program> {
    let path = built(Path::new(BENCHES), name, &[]).await?;
    let flags = Vec::new();
    Ok(Program { path, flags })
}

/// Builds a program of the crate in this directory. Cargo alone knows where it ends up.
async fn built(directory: &Path, name: &str, features: &[&str]) -> anyhow::Result<PathBuf> {
    eprintln!("building {name}");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let build = Command::new(cargo)
        .current_dir(directory)
        .args(["build", "--quiet", "--release", "--locked", "--bin", name])
        .arg("--message-format=json-render-diagnostics")
        .args(features)
        .stderr(Stdio::inherit())
        .output()
        .await
        .context("no cargo")?;
    ensure!(build.status.success(), "{name} can't be built");
    String::from_utf8(build.stdout)?
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .with_context(|| format!("cargo doesn't say where {name} is"))
}
