//! The record of one change, from before it is sent to what became of it.

use std::{sync::Arc, time::Duration};

use tokio::{sync::mpsc::OwnedPermit, time::timeout};

use super::{
    Audit, Sink,
    claims::Claims,
    event::Event,
    writer::{Line, Writer},
};
use crate::{
    attributes::AccessToken,
    call::{Call, CallId, Caller, Outcome, Progress},
    proto::Operation,
};

/// How long a change waits to be on record. A disk that takes longer can't be relied on.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is known of a change as soon as it is asked for. Without an audit it is nothing.
pub struct Record(Option<Asked>);

struct Asked {
    audit: Audit,
    operation: Operation,
    attributes: Arc<[String]>,
    request_id: CallId,
    caller: Arc<Caller>,
}

/// A change under way.
pub struct Begun(Option<UnderWay>);

/// Dropped before its end was told, it tells what is known of it.
struct UnderWay {
    asked: Asked,
    sub_hmac: Option<String>,
    client_id: Option<String>,
    progress: Progress,
    /// For the line of its end, if that of its begin is written or may yet be.
    place: Option<OwnedPermit<Line>>,
    is_told: bool,
}

/// What became of a change.
pub struct End<'a> {
    /// That it was made, or whether it may have been.
    pub result: Result<(), Outcome>,
    /// The id of Cognito's answer, where it gave one.
    pub aws_request_id: Option<&'a str>,
    /// Whether that answer proves the token to be good.
    pub is_token_good: bool,
}

/// The change mustn't be made: it can't be put on record.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the begin of the change can't be written to the audit")]
pub struct Unwritten;

impl Record {
    pub(super) fn new(audit: Option<Audit>, operation: Operation, call: &Call) -> Self {
        Self(audit.map(|audit| Asked {
            audit,
            operation,
            attributes: call.attributes(),
            request_id: call.id().clone(),
            caller: Arc::clone(call.caller()),
        }))
    }

    /// The change is about to be sent. Returns once that is on record, if it has to be.
    ///
    /// # Errors
    ///
    /// If it has to be and can't. Then nothing may be sent.
    pub async fn begin(self, token: &AccessToken, progress: &Progress) -> Result<Begun, Unwritten> {
        let Some(asked) = self.0 else {
            return Ok(Begun(None));
        };
        let mut claims = Claims::default();
        token.feed(&mut |token| claims = Claims::of(token));
        let audit = asked.audit.clone();
        let mut change = UnderWay {
            asked,
            sub_hmac: claims.sub.map(|sub| audit.0.key.hash(&sub)),
            client_id: claims.client_id,
            progress: progress.clone(),
            place: None,
            is_told: false,
        };
        match &audit.0.sink {
            Sink::File {
                writer,
                required: true,
                ..
            } => change.put_on_record(writer).await?,
            Sink::File { .. } | Sink::Log | Sink::Nowhere => {}
        }
        Ok(Begun(Some(change)))
    }
}

impl Begun {
    /// It is over.
    pub fn end(self, end: &End<'_>) {
        if let Some(mut change) = self.0 {
            change.tell(end);
        }
    }
}

impl UnderWay {
    async fn put_on_record(&mut self, writer: &Writer) -> Result<(), Unwritten> {
        let line = self.event(None).line();
        let (written, place) = writer.write_first(line).ok_or(Unwritten)?;
        self.place = Some(place);
        match timeout(PATIENCE, written).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_given_up)) => {
                self.place = None;
                Err(Unwritten)
            }
            // It may yet be written, and is followed by its end.
            Err(_elapsed) => Err(Unwritten),
        }
    }

    fn tell(&mut self, end: &End<'_>) {
        self.is_told = true;
        let place = self.place.take();
        let event = self.event(Some(end));
        match &self.asked.audit.0.sink {
            Sink::Nowhere => {}
            Sink::Log => event.log(),
            Sink::File { writer, .. } => writer.write(event.line(), place),
        }
    }

    /// Of its begin, or of its end.
    fn event<'a>(&'a self, end: Option<&End<'a>>) -> Event<'a> {
        Event {
            is_begin: end.is_none(),
            operation: self.asked.operation.name(),
            attributes: &self.asked.attributes,
            outcome: end.map(|end| match end.result {
                Ok(()) => "applied",
                Err(outcome) => outcome.as_str(),
            }),
            request_id: self.asked.request_id.as_str(),
            aws_request_id: end.and_then(|end| end.aws_request_id),
            caller: self.asked.caller.san(),
            sub_hmac: self.sub_hmac.as_deref(),
            client_id: self.client_id.as_deref(),
            claims_verified: end.is_some_and(|end| end.is_token_good),
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let outcome = if self.is_told {
            return;
        } else if self.progress.may_be_sent() {
            Outcome::Unknown
        } else if self.place.is_some() {
            Outcome::NotApplied
        } else {
            // It was given up before anything was sent, and nothing says that it began.
            return;
        };
        self.tell(&End {
            result: Err(outcome),
            aws_request_id: None,
            is_token_good: false,
        });
    }
}
