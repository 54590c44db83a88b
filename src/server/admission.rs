//! How much there may be at a time, of all callers and of one: calls, streams that last, and bytes
//! of messages.
//!
//! A call is admitted when its message is there. One whose message is still arriving holds bytes and
//! a place among the arriving alone; when those run out, the one that has been arriving for the
//! longest is given up, so that half messages can't keep whole ones out.

use std::task::{Context, Poll};

use http::{Request, Response};
use tokio_util::either::Either;
use tonic::body::Body;
use tower::{Layer, Service};

use super::{
    arriving::{Arriving, Message},
    request_body::RequestBody,
};
use crate::{
    call::{Bytes, Call, InFlight, Method},
    status,
};

/// Admits calls while there is room. Clones share the room.
#[derive(Clone, Debug)]
pub(super) struct AdmissionLayer {
    pub(super) in_flight: InFlight,
    pub(super) streams: InFlight,
    pub(super) bytes: Bytes,
    pub(super) arriving: Arriving,
}

impl<S> Layer<S> for AdmissionLayer {
    type Service = Admission<S>;

    fn layer(&self, inner: S) -> Admission<S> {
        let room = self.clone();
        Admission { inner, room }
    }
}

/// The service that [`AdmissionLayer`] makes.
#[derive(Clone, Debug)]
pub(super) struct Admission<S> {
    inner: S,
    room: AdmissionLayer,
}

impl<S> Service<Request<RequestBody>> for Admission<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Either<std::future::Ready<Result<Response<Body>, S::Error>>, S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        let call = request.extensions().get::<Call>();
        let call = call.expect("the outermost layer made it").clone();
        let message = |in_flight: Option<InFlight>, body| {
            let charge = self.room.bytes.charge(call.caller());
            let message = Message::new(body, call.clone(), charge, &self.room.arriving, in_flight);
            Body::new(message)
        };
        let request = match call.method() {
            Method::Operation(_) => {
                let in_flight = self.room.in_flight.clone();
                request.map(|body| message(Some(in_flight), body))
            }
            // A busy server is not an unhealthy one.
            Method::HealthCheck => request.map(|body| message(None, body)),
            Method::HealthWatch | Method::Reflection | Method::ReflectionAlpha => {
                match self.room.streams.admit(call.caller()) {
                    Ok(permit) => call.admit(permit),
                    Err(reason) => {
                        call.shed(reason);
                        let refusal = status::overloaded(None).into_http();
                        return Either::Left(std::future::ready(Ok(refusal)));
                    }
                }
                request.map(Body::new)
            }
            Method::Unknown => request.map(Body::new),
        };
        Either::Right(self.inner.call(request))
    }
}
