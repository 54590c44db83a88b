//! What the process tells about itself: logs, on stderr, metrics, and traces, to a collector. It is
//! given plain values and knows no other room but [`call`](crate::call).
//!
//! No token, attribute value, client metadata, code or destination is ever in them. Attribute names
//! are in logs. The libraries below this crate log requests and headers in full at their lower
//! levels, so a ceiling keeps them to warnings, which no setting lifts.

mod fields;
mod line;
mod metrics;
mod time;
pub mod traces;
mod writer;
mod written;

use std::{io, panic};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    Layer,
    filter::{FilterExt, ParseError, Targets},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use self::line::OURS_TO_MEND;
pub use self::{
    fields::Fields,
    line::{call, cut, no_answer, unheard},
    metrics::{Attempt, CONTENT_TYPE, CodeMedium, Exposition, Flight, Metrics, TlsFile},
    writer::Log,
    written::{Head, object, takes, write},
};

/// Targets that log what passes through them, by the beginnings of their names.
const CAPPED: [&str; 10] = [
    "aws",
    "axum",
    "h2",
    "hyper",
    "opentelemetry",
    "rustls",
    "tokio",
    "tonic",
    "tower",
    "want",
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
        value_parser = targets
    )]
    pub log_filter: Targets,

    /// How to trace, if calls are to be traced.
    #[arg(skip)]
    pub traces: Option<traces::Settings>,
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
    /// Starts to log, and logs panics instead of printing them. Once a process. What waits to be
    /// written is lost unless the result is dropped at the end.
    ///
    /// # Errors
    ///
    /// If the system has no thread for it.
    pub fn init(&self) -> io::Result<Log> {
        let (writer, log) = writer::stderr()?;
        let filter = self.log_filter.clone();
        written::begin(filter.clone(), self.log_format, writer.clone());
        let layer = fmt::layer().with_writer(writer);
        let layer = match self.log_format {
            Format::Text => layer.with_ansi(false).boxed(),
            Format::Json => layer
                .json()
                .flatten_event(true)
                .with_span_list(false)
                .boxed(),
        };
        tracing_subscriber::registry()
            .with(layer.with_filter(filter.and(ceiling())))
            .init();
        panic::set_hook(Box::new(log_panic));
        Ok(log)
    }
}

/// `info`, or `warn,user_attributes=info`. Blank parts count for nothing; without any other it is
/// `info`. Left alone, [`Targets`] takes any word for a target, so that a level by a wrong name would
/// turn off the log and the audit, and a blank part for `error`.
fn targets(text: &str) -> Result<Targets, String> {
    let parts = text.split(',').map(str::trim);
    let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        return Ok(Targets::new().with_default(LevelFilter::INFO));
    }
    let is_good = |part: &&&str| match part.split_once('=') {
        None => part.parse::<LevelFilter>().is_ok(),
        Some((target, level)) => is_target(target) && !level.is_empty(),
    };
    if !parts.iter().all(|part| is_good(&part)) {
        return Err("it must hold levels (off, error, warn, info, debug, trace) and target=level pairs, between \
             commas"
            .to_owned());
    }
    let targets = parts.join(",").parse();
    targets.map_err(|error: ParseError| error.to_string())
}

/// The path of a module, or its beginning.
fn is_target(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_:-".contains(&byte);
    text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.bytes().all(is_part)
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

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn a_filter_is_levels_and_targets_and_blank_parts_count_for_nothing() {
        let (own, other) = ("user_attributes::telemetry::line", "other");
        for (filter, own_level, other_level) in [
            ("", Some(Level::INFO), Some(Level::INFO)),
            (" , ", Some(Level::INFO), Some(Level::INFO)),
            ("info", Some(Level::INFO), Some(Level::INFO)),
            ("info,", Some(Level::INFO), Some(Level::INFO)),
            (",DEBUG", Some(Level::DEBUG), Some(Level::DEBUG)),
            ("off", None, None),
            (
                "warn, user_attributes=info,",
                Some(Level::INFO),
                Some(Level::WARN),
            ),
            ("off,user_attributes=trace", Some(Level::TRACE), None),
            ("info,user_attributes=off", None, Some(Level::INFO)),
        ] {
            let targets = targets(filter).expect("a filter");
            for (target, most) in [(own, own_level), (other, other_level)] {
                for level in [
                    Level::ERROR,
                    Level::WARN,
                    Level::INFO,
                    Level::DEBUG,
                    Level::TRACE,
                ] {
                    let passes = most.is_some_and(|most| level <= most);
                    let told = targets.would_enable(target, &level);
                    assert_eq!(told, passes, "{filter:?} {target} {level}");
                }
            }
        }
    }

    #[test]
    fn what_is_neither_is_refused() {
        for filter in [
            "\"info\"",
            "/info",
            "=info",
            "user_attributes=",
            "a=b=c",
            "a=loud",
            "inof",
            "info,user_attributes",
            "info;hyper=warn",
            "info hyper=warn",
            "[call]=info",
            "user_attributes[{code}]=info",
        ] {
            assert!(targets(filter).is_err(), "{filter:?}");
        }
    }
}
