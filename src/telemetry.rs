//! What the process tells about itself: logs, on stderr.
//!
//! No token, attribute value, client metadata, code or destination is ever in them. Attribute names
//! are. The libraries below this crate log requests and headers in full at their lower levels, so a
//! ceiling keeps them to warnings, which no setting lifts.

mod calls;

use std::{
    io, panic,
    sync::atomic::{AtomicU64, Ordering},
};

use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    EnvFilter, Layer, filter::FilterExt, filter::Targets, fmt, layer::SubscriberExt,
    util::SubscriberInitExt,
};

pub use self::calls::{CallLayer, CallsInFlight, record_attributes};
use crate::{cognito, proto::code_name};

/// Targets that log what passes through them, by the beginnings of their names.
const CAPPED: [&str; 9] = [
    "aws", "axum", "h2", "hyper", "rustls", "tokio", "tonic", "tower", "want",
];

/// How to log.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Logs")]
#[group(skip)] // clap would name each after its type, `Args`
pub struct Args {
    /// Form of the log on stderr
    #[arg(
        long,
        env = "USER_ATTRIBUTES_LOG_FORMAT",
        value_name = "FORMAT",
        default_value = "text"
    )]
    pub log_format: Format,

    /// What to log: a level, or target=level pairs, comma-separated
    #[arg(
        long,
        env = "RUST_LOG",
        value_name = "FILTER",
        default_value = "info",
        value_parser = filter
    )]
    pub log_filter: String,
}

/// A form of log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Args {
    /// Starts to log, and logs panics instead of printing them. Once a process.
    pub fn init(&self) {
        let filter = EnvFilter::new(&self.log_filter).and(ceiling());
        let layer = fmt::layer().with_writer(io::stderr);
        let layer = match self.log_format {
            Format::Text => layer.with_ansi(false).boxed(),
            Format::Json => layer
                .json()
                .flatten_event(true)
                .with_span_list(false)
                .boxed(),
        };
        tracing_subscriber::registry()
            .with(layer.with_filter(filter))
            .init();
        panic::set_hook(Box::new(log_panic));
    }
}

/// Logs what the transport says of a call that reached no answer. Cognito's own answers stand in
/// the call's line, without their texts.
pub fn log_failure(error: &cognito::Error) {
    if let Some(source) = &error.source {
        let chain =
            std::iter::successors(Some(source.as_ref() as &dyn std::error::Error), |error| {
                error.source()
            });
        let chain: Vec<_> = chain.map(ToString::to_string).collect();
        tracing::warn!(cause = chain.join(": "), "no answer from Cognito");
    }
}

/// Changes whose callers had all left, since the start of the process.
static UNHEARD: AtomicU64 = AtomicU64::new(0);

/// Logs the result of a change whose callers had all left, and counts it: nobody else is told.
pub fn log_unheard<T>(result: &Result<T, Status>) {
    let (code, reason, outcome) = match result {
        Ok(_) => (Code::Ok, None, None),
        Err(status) => {
            let info = status.get_details_error_info();
            let outcome = info
                .as_ref()
                .and_then(|it| it.metadata.get("outcome").cloned());
            (status.code(), info.map(|info| info.reason), outcome)
        }
    };
    let code = code_name(code);
    let count = UNHEARD.fetch_add(1, Ordering::Relaxed) + 1;
    tracing::info!(code, reason, outcome, count, "completed after caller left");
}

fn filter(text: &str) -> Result<String, String> {
    match EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn ceiling() -> Targets {
    Targets::new()
        .with_default(LevelFilter::TRACE)
        .with_targets(CAPPED.map(|target| (target, LevelFilter::WARN)))
}

/// A message that was put together at run time can hold anything, so it isn't repeated.
fn log_panic(info: &panic::PanicHookInfo<'_>) {
    let message = info.payload().downcast_ref::<&'static str>();
    let location = info.location().map(tracing::field::display);
    tracing::error!(
        location,
        panic = message.copied().unwrap_or("[not shown]"),
        "panicked"
    );
}
