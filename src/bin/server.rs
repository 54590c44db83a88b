//! The server: parse, bind, run.

use std::{
    io::{self, Write as _},
    num::NonZero,
    process::ExitCode,
    thread::available_parallelism,
    time::Duration,
};

use mimalloc::MiMalloc;
use tokio::runtime::Runtime;
use user_attributes::{
    app::{Args, Asked, StartError},
    audit::Rest,
    listener::raise_descriptor_limit,
    shutdown,
};

/// A call makes a hundred allocations, which cost the system's allocator several times as much.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// `EX_USAGE` of sysexits.h: the settings are wrong.
const USAGE: u8 = 64;

/// Most threads that calls are worked on by.
const MOST_WORKERS: usize = 8;

/// How long what is left of the work has to be dropped in, such as a look-up of a name.
const LEFT_BEHIND: Duration = Duration::from_millis(100);

fn main() -> ExitCode {
    forbid_core_dumps();
    raise_descriptor_limit();
    let args = match Asked::of_process() {
        Ok(Asked::Server(args)) => args,
        Ok(Asked::Text(text)) => return print(&text),
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { USAGE } else { 0 });
        }
    };
    let _log = match args.telemetry().init() {
        Ok(log) => log,
        Err(error) => {
            eprintln!("error: can't log: {error}");
            return ExitCode::FAILURE;
        }
    };
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "can't start");
            return ExitCode::FAILURE;
        }
    };
    let mut audit = None;
    let code = match runtime.block_on(run(*args, &mut audit)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            // A log that is told to leave errors out mustn't hide why there is no server.
            if !tracing::enabled!(tracing::Level::ERROR) {
                eprintln!("error: {error:#}");
            }
            let usage = error.downcast_ref().is_some_and(StartError::is_usage);
            ExitCode::from(if usage { USAGE } else { 1 })
        }
    };
    // What is cut says so.
    runtime.shutdown_timeout(LEFT_BEHIND);
    if let Some(audit) = audit {
        audit.written();
    }
    code
}

/// On a large node a thread for each CPU would take memory, and have nothing to do: the work of a call
/// is waiting for Cognito.
fn runtime() -> io::Result<Runtime> {
    let cpus = available_parallelism().map_or(1, NonZero::get);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cpus.min(MOST_WORKERS))
        .enable_all()
        .build()
}

/// `audit` is what the audit has left to write, which only the end of the runtime completes.
async fn run(args: Args, audit: &mut Option<Rest>) -> anyhow::Result<()> {
    let shutdown = shutdown::on_signals()?;
    let only_checks = args.only_checks();
    let plan = args.plan().await?;
    if only_checks {
        let mut stdout = io::stdout();
        let good = "the settings are good: calls go to";
        return Ok(writeln!(stdout, "{good} {}", plan.cognito())?);
    }
    let mut app = plan.bind().await?;
    *audit = app.take_audit_rest();
    tracing::info!(
        grpc_addr = %app.grpc_addr(),
        admin_addr = %app.admin_addr(),
        upstream = app.upstream().url(),
        proxy = app.upstream().proxy().map(tracing::field::display),
        "listening"
    );
    if let Some(pool) = app.local_pool() {
        // On stdout, for a person: it alone may hold a token.
        println!("{}", pool.banner(&app.grpc_url()));
    }
    app.run(shutdown).await?;
    tracing::info!("stopped");
    Ok(())
}

fn print(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A core dump holds the tokens of the calls in flight. The limit alone doesn't stop one that goes to
/// a program.
fn forbid_core_dumps() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}
