//! One call: what it asks for, who asks, until when it is to be answered, how far it has got, and
//! what became of it.
//!
//! The outermost layer of the server makes a [`Call`] and hands it down in the request's
//! extensions. Nothing here knows of gRPC, of the AWS SDK or of a log; of a trace it keeps the ids.

mod bytes;
mod caller;
mod failure;
mod id;
mod in_flight;
mod method;
mod progress;
mod shed;

use std::{
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Instant,
};

use opentelemetry::trace::SpanContext;

pub use self::{
    bytes::{Bytes, Charge, NoRoom},
    caller::Caller,
    failure::{Failure, Outcome},
    id::CallId,
    in_flight::{InFlight, Permit},
    method::Method,
    progress::Progress,
    shed::Shed,
};

/// Most attribute names that are kept of a call, for its line in the log.
const MAX_NAMES: usize = 20;

/// A call from its headers to the end of its answer. Clones are the same call.
#[derive(Clone, Debug)]
pub struct Call(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    method: Method,
    caller: Arc<Caller>,
    id: CallId,
    begun: Instant,
    trace: OnceLock<SpanContext>,
    attributes: OnceLock<Arc<[String]>>,
    state: Mutex<State>,
}

/// All that changes while a call lasts, under one lock.
#[derive(Debug)]
struct State {
    deadline: Instant,
    may_be_sent: bool,
    permit: Option<Arc<Permit>>,
    bytes: Option<Charge>,
    shed: Option<Shed>,
    aws_request_id: Option<String>,
}

impl Call {
    /// A call whose headers have come just now. Until it is told another deadline, it has no time.
    pub fn begin(method: Method, caller: Arc<Caller>, id: CallId) -> Self {
        let begun = Instant::now();
        Self(Arc::new(Shared {
            method,
            caller,
            id,
            begun,
            trace: OnceLock::new(),
            attributes: OnceLock::new(),
            state: Mutex::new(State {
                deadline: begun,
                may_be_sent: false,
                permit: None,
                bytes: None,
                shed: None,
                aws_request_id: None,
            }),
        }))
    }

    /// What is called.
    pub fn method(&self) -> Method {
        self.0.method
    }

    /// Who calls.
    pub fn caller(&self) -> &Arc<Caller> {
        &self.0.caller
    }

    /// Its own id. It has nothing to do with the `request_id` of a change.
    pub fn id(&self) -> &CallId {
        &self.0.id
    }

    /// The same, as text.
    pub fn request_id(&self) -> &str {
        self.0.id.as_str()
    }

    /// When its headers came.
    pub fn begun(&self) -> Instant {
        self.0.begun
    }

    /// Tells which span it has. Only the first one counts.
    pub fn set_trace(&self, span: SpanContext) {
        let _ = self.0.trace.set(span);
    }

    /// Its span, if calls are traced.
    pub fn trace(&self) -> Option<&SpanContext> {
        self.0.trace.get().filter(|span| span.is_valid())
    }

    /// The id of the trace that it belongs to, if calls are traced: 32 hexadecimal digits. The trace
    /// needn't be sampled.
    pub fn trace_id(&self) -> Option<String> {
        self.trace().map(|span| span.trace_id().to_string())
    }

    /// When its handler has to be done.
    pub fn deadline(&self) -> Instant {
        self.state().deadline
    }

    /// Sets when its handler has to be done.
    pub fn set_deadline(&self, deadline: Instant) {
        self.state().deadline = deadline;
    }

    /// Whether its change may have been sent and executed. `false` is certain, `true` is not.
    pub fn may_be_sent(&self) -> bool {
        self.state().may_be_sent
    }

    /// The change that it waited for may have been sent, or may still be.
    pub fn mark_sent(&self) {
        self.state().may_be_sent = true;
    }

    /// From now on it counts as in flight, until [`Call::release`] or its end.
    pub fn admit(&self, permit: Permit) {
        self.state().permit = Some(Arc::new(permit));
    }

    /// There was no room for it: it won't be carried out.
    pub fn shed(&self, reason: Shed) {
        self.state().shed = Some(reason);
    }

    /// What there was no room for, if it won't be carried out.
    pub fn shed_for(&self) -> Option<Shed> {
        self.state().shed
    }

    /// Has the bytes of its message counted until its end.
    pub fn set_bytes(&self, charge: Charge) {
        self.state().bytes = Some(charge);
    }

    /// Counts the bytes of its answer until its end.
    ///
    /// # Errors
    ///
    /// If there is no room for them.
    pub fn add_bytes(&self, more: usize) -> Result<(), NoRoom> {
        match &mut self.state().bytes {
            Some(charge) => charge.add(more),
            None => Ok(()),
        }
    }

    /// What keeps it in flight. A change that outlives its call holds on to it.
    pub fn permit(&self) -> Option<Arc<Permit>> {
        self.state().permit.clone()
    }

    /// Its answer is there.
    pub fn release(&self) {
        // Dropping it can wake the drain, which has no business under this lock.
        let permit = self.state().permit.take();
        drop(permit);
    }

    /// Notes the names of the attributes that it is about, the first of them. Only the first time
    /// counts.
    pub fn set_attributes<'a>(&self, names: impl IntoIterator<Item = &'a str>) {
        let names = names.into_iter().take(MAX_NAMES).map(str::to_owned);
        let _ = self.0.attributes.set(names.collect());
    }

    /// The names that were noted.
    pub fn attributes(&self) -> Arc<[String]> {
        self.0.attributes.get().cloned().unwrap_or_default()
    }

    /// Notes the id that Cognito gave its answer.
    pub fn set_aws_request_id(&self, id: Option<&str>) {
        self.state().aws_request_id = id.map(str::to_owned);
    }

    /// The id that was noted. It leaves the call.
    pub fn take_aws_request_id(&self) -> Option<String> {
        self.state().aws_request_id.take()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        let state = self.0.state.lock();
        state.unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use opentelemetry::trace::{SpanId, TraceFlags, TraceId, TraceState};

    use super::*;

    fn call() -> Call {
        let caller = Caller::new(SocketAddr::from(([127, 0, 0, 1], 1)), None);
        Call::begin(Method::Unknown, Arc::new(caller), CallId::of(None))
    }

    #[test]
    fn a_call_and_the_request_for_it_belong_to_a_trace_if_calls_are_traced() {
        let call = call();
        assert_eq!((call.trace_id(), Progress::of(&call).trace()), (None, None));
        let (trace, span) = (TraceId::from(0xa), SpanId::from(0xb));
        let flags = TraceFlags::NOT_SAMPLED;
        let span = SpanContext::new(trace, span, flags, false, TraceState::NONE);
        call.set_trace(span.clone());
        let id = "0000000000000000000000000000000a";
        assert_eq!(call.clone().trace_id().as_deref(), Some(id));
        let progress = Progress::of(&call);
        assert_eq!(progress.trace(), Some(&span));
        assert_eq!(progress.trace_id().as_deref(), Some(id));
    }

    #[test]
    fn a_span_without_ids_is_none() {
        let call = call();
        call.set_trace(SpanContext::NONE);
        assert_eq!((call.trace_id(), call.trace()), (None, None));
    }
}
