//! A change reaches Cognito once: repeats of it share its flight or get its result, and once it has
//! been sent it runs to its end although its callers have left.
//!
//! Two halves: `flights` are the changes under way, each in a task of its own; the `ledger` is what
//! became of those that are over. A change is told from others by keyed hashes alone. Both are this
//! process's: replicas know nothing of each other's changes.

mod flights;
mod identity;
mod ledger;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::flights::Flights;
pub use self::{
    flights::NoAnswer,
    identity::{Identity, Keys},
};
use crate::{
    attributes::{AccessToken, CodeRequest, Deletion, Identified, Update, Verification},
    audit::{Audit, End, Unwritten},
    call::{Call, Outcome, Progress},
    cognito::{Client, CodeDelivery, Error, Medium, Reply},
    proto::Operation,
    telemetry::{self, CodeMedium, Metrics},
};

/// What a change came to: the codes that Cognito sent, or why it failed.
pub type Answer = Result<Reply<Vec<CodeDelivery>>, Failed>;

/// Why a change failed.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The call to Cognito did.
    #[error(transparent)]
    Call(#[from] Error),
    /// It couldn't be put on record before it was sent, so it wasn't.
    #[error(transparent)]
    Unaudited(#[from] Unwritten),
}

/// What a caller may change.
#[derive(Debug)]
#[expect(missing_docs, reason = "each is documented where it is defined")]
pub enum Change {
    Update(Update),
    Verification(Verification),
    CodeRequest(CodeRequest),
    Deletion(Deletion),
}

/// Makes changes, each once.
pub struct Changes {
    cognito: Client,
    keys: Keys,
    audit: Audit,
    flights: Flights<Answer>,
    metrics: Metrics,
}

impl Changes {
    /// Changes in front of `cognito`. `unheard` is told of an answer that nobody was left to hear, of
    /// the request that it is to, and how many there have been.
    pub fn new(
        cognito: Client,
        keys: Keys,
        audit: Audit,
        metrics: Metrics,
        unheard: fn(Operation, &Progress, &Answer, u64),
    ) -> Self {
        Self {
            cognito,
            keys,
            audit,
            flights: Flights::new(remembered, unheard, metrics.clone()),
            metrics,
        }
    }

    /// What the change came to: known already, on its way, or after a flight of its own. If the
    /// returned future is dropped, the call says whether the change may have been sent.
    ///
    /// # Errors
    ///
    /// If the `request_id` belongs to another change, or the flight panics.
    pub async fn make(&self, change: Change, call: &Call) -> Result<Arc<Answer>, NoAnswer> {
        let (operation, identity) = (change.operation(), change.identity(&self.keys));
        let (cognito, record) = (self.cognito.clone(), self.audit.record(operation, call));
        let metrics = self.metrics.clone();
        let flight = |progress| async move {
            let record = record.begin(change.access_token(), &progress).await?;
            let mut answer = change.send(&cognito, &progress).await;
            match &mut answer {
                Ok(reply) => count_codes(&reply.body, &metrics),
                Err(error) => {
                    telemetry::no_answer(error.operation, &progress, error.source.take());
                }
            }
            record.end(&end(&answer));
            Ok(answer?)
        };
        self.flights.answer(operation, identity, call, flight).await
    }
}

impl Change {
    fn operation(&self) -> Operation {
        match self {
            Self::Update(_) => Update::OPERATION,
            Self::Verification(_) => Verification::OPERATION,
            Self::CodeRequest(_) => CodeRequest::OPERATION,
            Self::Deletion(_) => Deletion::OPERATION,
        }
    }

    fn access_token(&self) -> &AccessToken {
        match self {
            Self::Update(it) => it.access_token(),
            Self::Verification(it) => it.access_token(),
            Self::CodeRequest(it) => it.access_token(),
            Self::Deletion(it) => it.access_token(),
        }
    }

    fn identity(&self, keys: &Keys) -> Option<Identity> {
        match self {
            Self::Update(it) => keys.identity(it),
            Self::Verification(it) => keys.identity(it),
            Self::CodeRequest(it) => keys.identity(it),
            Self::Deletion(it) => keys.identity(it),
        }
    }

    async fn send(
        self,
        cognito: &Client,
        progress: &Progress,
    ) -> Result<Reply<Vec<CodeDelivery>>, Error> {
        match self {
            Self::Update(it) => cognito.update_user_attributes(it, progress).await,
            Self::Verification(it) => {
                let reply = cognito.verify_user_attribute(it, progress).await;
                reply.map(|reply| reply.map(|()| Vec::new()))
            }
            Self::CodeRequest(it) => {
                let reply = cognito
                    .get_user_attribute_verification_code(it, progress)
                    .await;
                reply.map(|reply| reply.map(|delivery| vec![delivery]))
            }
            Self::Deletion(it) => {
                let reply = cognito.delete_user_attributes(it, progress).await;
                reply.map(|reply| reply.map(|()| Vec::new()))
            }
        }
    }
}

/// Once a change, whoever still waits for it, and however often its result is told.
fn count_codes(sent: &[CodeDelivery], metrics: &Metrics) {
    for delivery in sent {
        match delivery.medium {
            Medium::Sms => metrics.code_sent(CodeMedium::Sms),
            Medium::Email => metrics.code_sent(CodeMedium::Email),
            Medium::Unknown => {}
        }
    }
}

/// How many bytes it takes to remember this, if a repeat is to get it again: what has been done, or
/// may have been. After anything else a repeat is a real try.
fn remembered(answer: &Answer) -> Option<usize> {
    match answer {
        Ok(reply) => Some(reply.bytes()),
        Err(Failed::Call(error)) if error.outcome() == Outcome::Unknown => Some(error.bytes()),
        Err(_) => None,
    }
}

/// What the audit is told of an answer of Cognito's, or of its absence.
fn end(answer: &Result<Reply<Vec<CodeDelivery>>, Error>) -> End<'_> {
    let id = match answer {
        Ok(reply) => &reply.request_id,
        Err(error) => &error.request_id,
    };
    End {
        result: answer.as_ref().map(drop).map_err(Error::outcome),
        aws_request_id: id.as_deref(),
        is_token_good: answer.as_ref().map_or_else(Error::is_token_good, |_| true),
    }
}
