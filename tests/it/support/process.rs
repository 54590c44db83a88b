//! The real server binary, as a process.

use std::{net::SocketAddr, process::Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines},
    process::{Child, ChildStderr, Command},
};

/// A running server. It is killed when this is dropped.
pub struct Process {
    pub grpc_addr: SocketAddr,
    pub admin_addr: SocketAddr,
    child: Child,
    log: Lines<BufReader<ChildStderr>>,
    lines: Vec<String>,
}

/// What a process left behind.
pub struct Exit {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// The server's binary with nothing of this process's environment.
pub fn command(flags: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_user-attributes-server"));
    command.args(flags);
    prepared(command, environment)
}

fn prepared(mut command: Command, environment: &[(&str, &str)]) -> Command {
    command
        .env_clear()
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Runs the binary to its end.
pub async fn run(flags: &[&str], environment: &[(&str, &str)]) -> Exit {
    let output = command(flags, environment).output().await.expect("a run");
    Exit {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Runs the binary, whose settings must not do, and checks that `--check-config` says the same.
pub async fn refused(flags: &[&str], environment: &[(&str, &str)]) -> Exit {
    let start = run(flags, environment).await;
    let check = run(&[&["--check-config"], flags].concat(), environment).await;
    let case = format!("{flags:?} {environment:?}: {}", check.stderr);
    assert_eq!(check.code, start.code, "{case}");
    assert_eq!(check.stdout, start.stdout, "{case}");
    assert_eq!(untimed(&check.stderr), untimed(&start.stderr), "{case}");
    start
}

/// The lines of a log in text without their times.
fn untimed(log: &str) -> Vec<&str> {
    let is_time = |word: &str| word.ends_with('Z') && word.contains('T');
    log.lines()
        .map(|line| match line.split_once(' ') {
            Some((first, rest)) if is_time(first) => rest,
            _ => line,
        })
        .collect()
}

impl Process {
    /// Starts the binary on ports of its own, with JSON logs, and waits until it is ready.
    pub async fn start(flags: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::begin(flags, environment).ready().await
    }

    /// The same without the wait. It has no addresses yet.
    pub fn begin(flags: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut own: Vec<&str> = super::own_flags(flags).collect();
        own.push("--log-format=json");
        let flags = [&own, flags].concat();
        Self::spawn(command(&flags, environment))
    }

    /// The same, with so many descriptors at most.
    pub async fn start_with_descriptors(
        most: usize,
        flags: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let mut own: Vec<&str> = super::own_flags(flags).collect();
        own.push("--log-format=json");
        let limited = format!("ulimit -n {most} && exec \"$0\" \"$@\"");
        let server = env!("CARGO_BIN_EXE_user-attributes-server");
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", &limited, server]).args(own).args(flags);
        Self::spawn(prepared(shell, environment)).ready().await
    }

    fn spawn(mut command: Command) -> Self {
        let mut child = command.spawn().expect("a start");
        let log = BufReader::new(child.stderr.take().expect("piped")).lines();
        let unknown = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            grpc_addr: unknown,
            admin_addr: unknown,
            child,
            log,
            lines: Vec::new(),
        }
    }

    /// Waits until it is.
    pub async fn ready(mut self) -> Self {
        let listening = self.logged("listening").await;
        let addr = |name| {
            let addr = listening[name].as_str().expect("it tells its address");
            addr.parse().expect("an address")
        };
        self.grpc_addr = addr("grpc_addr");
        self.admin_addr = addr("admin_addr");
        self.logged("ready").await;
        self
    }

    /// Waits for this message in the log, and returns its event.
    pub async fn logged(&mut self, message: &str) -> Value {
        loop {
            let line = self.log.next_line().await.expect("text");
            let line = line.unwrap_or_else(|| panic!("no {message:?} in {:?}", self.lines));
            let event: Value = serde_json::from_str(&line).expect("one JSON object a line");
            self.lines.push(line);
            if event["message"] == message {
                return event;
            }
        }
    }

    /// The next line on stderr, whether it is of the log or not.
    pub async fn line(&mut self) -> String {
        let line = self.log.next_line().await.expect("text");
        line.unwrap_or_else(|| panic!("no more than {:?}", self.lines))
    }

    /// Host and port of the Cognito that it calls.
    pub fn upstream_authority(&self) -> String {
        let told = self.lines.iter().find_map(|line| {
            let event: Value = serde_json::from_str(line).ok()?;
            event["upstream"]
                .as_str()?
                .strip_prefix("http://")
                .map(str::to_owned)
        });
        told.expect("it told its upstream")
    }

    pub fn id(&self) -> Pid {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok());
        id.and_then(Pid::from_raw).expect("it runs")
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.id(), signal).expect("it runs");
    }

    /// Waits for the end and returns all that was written.
    pub async fn exit(mut self) -> Exit {
        while let Some(line) = self.log.next_line().await.expect("text") {
            self.lines.push(line);
        }
        let mut stdout = String::new();
        let mut pipe = self.child.stdout.take().expect("piped");
        pipe.read_to_string(&mut stdout).await.expect("text");
        Exit {
            code: self.child.wait().await.expect("an end").code(),
            stdout,
            stderr: self.lines.join("\n"),
        }
    }
}
