//! The lines that are written often, each put together and written in one go. They look as the
//! subscriber's own lines do, which take ten times as long.

#[cfg(test)]
mod tests;

use std::{sync::OnceLock, time::Duration};

use tracing::{Level, level_filters::LevelFilter};
use tracing_subscriber::filter::Targets;

use super::{
    Fields, Format,
    time::{Timestamp, timestamp},
    writer::Lines,
};

/// What the filter knows the lines of calls by.
const TARGET: &str = "user_attributes::telemetry::line";
const MESSAGE: &str = "call";
/// Most lines have fewer bytes.
const USUAL: usize = 512;

/// Where the lines go, from the start of the log on.
static LOG: OnceLock<Log> = OnceLock::new();

struct Log {
    filter: Targets,
    /// What the filter lets pass of the lines of calls.
    calls: LevelFilter,
    format: Format,
    writer: Lines,
}

/// What each line of the log has.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// What the filter knows it by.
    pub target: &'static str,
    /// How grave it is.
    pub level: Level,
    /// What happened.
    pub message: &'static str,
}

/// What is told of a call. What doesn't apply is left out.
pub(super) struct Line<'a> {
    pub method: &'static str,
    pub code: &'static str,
    pub reason: Option<&'a str>,
    pub fields: &'a [String],
    pub outcome: Option<&'a str>,
    pub aws_error_code: Option<&'a str>,
    pub aws_request_id: Option<&'a str>,
    pub request_id: &'a str,
    pub attributes: &'a [String],
    pub duration: Duration,
    pub peer: &'a str,
    pub caller: Option<&'a str>,
    pub trace_id: Option<String>,
}

/// The lines go here from now on.
pub(super) fn begin(filter: Targets, format: Format, writer: Lines) {
    let levels = [
        Level::TRACE,
        Level::DEBUG,
        Level::INFO,
        Level::WARN,
        Level::ERROR,
    ];
    let passes = |level: &Level| filter.would_enable(TARGET, level);
    let most = levels.into_iter().find(passes);
    let _ = LOG.set(Log {
        calls: most.map_or(LevelFilter::OFF, LevelFilter::from_level),
        filter,
        format,
        writer,
    });
}

/// Whether the log takes lines of this target. What asks once needn't ask for each line.
pub fn takes(target: &str, level: Level) -> bool {
    LOG.get()
        .is_some_and(|log| log.filter.would_enable(target, &level))
}

/// Writes a line, whatever the filter says. The writer drops what it has no room for.
pub fn write(head: Head, fields: impl FnOnce(&mut Fields<'_>)) {
    if let Some(log) = LOG.get() {
        log.writer
            .write(head.line(&timestamp(), log.format, fields));
    }
}

/// A line with the time and these fields, as one JSON object.
pub fn object(fields: impl FnOnce(&mut Fields<'_>)) -> Vec<u8> {
    object_at(&timestamp(), fields)
}

fn object_at(time: &Timestamp, fields: impl FnOnce(&mut Fields<'_>)) -> Vec<u8> {
    let mut line = Vec::with_capacity(USUAL);
    line.extend_from_slice(b"{\"timestamp\":\"");
    line.extend_from_slice(time);
    line.push(b'"');
    fields(&mut Fields::of(&mut line, Format::Json));
    line.extend_from_slice(b"}\n");
    line
}

impl Head {
    fn line(
        self,
        time: &Timestamp,
        format: Format,
        fields: impl FnOnce(&mut Fields<'_>),
    ) -> Vec<u8> {
        let Self {
            target,
            level,
            message,
        } = self;
        match format {
            Format::Text => {
                let mut line = Vec::with_capacity(USUAL);
                line.extend_from_slice(time);
                // As wide as the longest of them.
                line.extend_from_slice(if level.as_str().len() < 5 {
                    b"  "
                } else {
                    b" "
                });
                for part in [level.as_str(), " ", target, ": ", message] {
                    line.extend_from_slice(part.as_bytes());
                }
                fields(&mut Fields::of(&mut line, format));
                line.push(b'\n');
                line
            }
            Format::Json => object_at(time, |line| {
                line.plain("level", level.as_str());
                line.plain("message", message);
                fields(line);
                line.plain("target", target);
            }),
        }
    }
}

impl Line<'_> {
    /// Writes it, if the filter lets it pass.
    pub fn write(&self, level: Level) {
        if LOG.get().is_some_and(|log| level <= log.calls) {
            write(Self::head(level), |fields| self.add_to(fields));
        }
    }

    fn head(level: Level) -> Head {
        Head {
            target: TARGET,
            level,
            message: MESSAGE,
        }
    }

    fn add_to(&self, fields: &mut Fields<'_>) {
        fields
            .text("method", self.method)
            .plain("code", self.code)
            .plain("reason", self.reason)
            .list("fields", self.fields)
            .plain("outcome", self.outcome)
            .text("aws_error_code", self.aws_error_code)
            .text("aws_request_id", self.aws_request_id)
            .text("request_id", self.request_id)
            .list("attributes", self.attributes)
            .millis("duration_ms", self.duration)
            .bare("peer", self.peer)
            .text("caller", self.caller)
            .plain("trace_id", self.trace_id.as_deref());
    }
}
