//! A peer that doesn't read its answers, or doesn't end its messages.

use std::{convert::Infallible, net::SocketAddr};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, StreamBody, combinators::BoxBody};
use hyper::{
    body::{Frame, Incoming},
    client::conn::http2::{self, SendRequest},
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use prost::Message as _;
use tokio::{net::TcpStream, task::JoinHandle};
use tokio_stream::StreamExt as _;
use user_attributes::proto::{Operation, UpdateUserAttributesRequest};

use super::calls::query;
use crate::refusals::framed;

type Body = BoxBody<Bytes, Infallible>;

const TE: HeaderName = HeaderName::from_static("x-trailer");

/// How a request ends.
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// As gRPC has it.
    Usual,
    /// With trailers, which gRPC doesn't have in a request.
    Trailers,
    /// Not at all.
    None,
}

/// One connection of HTTP/2, which gives the answers to its requests no room.
pub struct Peer {
    authority: String,
    sender: SendRequest<Body>,
    connection: JoinHandle<hyper::Result<()>>,
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

impl Peer {
    pub async fn of(server: SocketAddr) -> Self {
        let stream = TcpStream::connect(server).await.expect("it listens");
        let (sender, connection) = http2::Builder::new(TokioExecutor::new())
            .initial_stream_window_size(0)
            .handshake(TokioIo::new(stream))
            .await
            .expect("an HTTP/2 peer");
        Self {
            authority: server.to_string(),
            sender,
            connection: tokio::spawn(connection),
        }
    }

    /// Makes a call whose message has these bytes, and ends or doesn't.
    pub fn call(
        &self,
        path: &str,
        timeout: &str,
        body: Vec<u8>,
        end: End,
    ) -> JoinHandle<hyper::Result<Response<Incoming>>> {
        let mut request = Request::post(format!("http://{}{path}", self.authority))
            .header("content-type", "application/grpc")
            .header("te", "trailers");
        if !timeout.is_empty() {
            request = request.header("grpc-timeout", timeout);
        }
        let frame = tokio_stream::once(Ok(Frame::data(Bytes::from(body))));
        let body = match end {
            End::Usual => StreamBody::new(frame).boxed(),
            End::Trailers => {
                let trailers = HeaderMap::from_iter([(TE, HeaderValue::from_static("x"))]);
                let trailers = tokio_stream::once(Ok(Frame::trailers(trailers)));
                StreamBody::new(frame.chain(trailers)).boxed()
            }
            End::None => StreamBody::new(frame.chain(tokio_stream::pending())).boxed(),
        };
        let mut sender = self.sender.clone();
        let request = request.body(body).expect("a request");
        tokio::spawn(async move {
            sender.ready().await?;
            sender.send_request(request).await
        })
    }

    /// Begins an update whose message lacks its last byte, of so many.
    pub fn half(
        &self,
        timeout: &str,
        bytes: usize,
    ) -> JoinHandle<hyper::Result<Response<Incoming>>> {
        let message = UpdateUserAttributesRequest {
            access_token: "x".repeat(bytes),
            ..UpdateUserAttributesRequest::default()
        };
        let mut body = framed(0, &message.encode_to_vec());
        body.pop();
        self.call(
            Operation::UpdateUserAttributes.path(),
            timeout,
            body,
            End::None,
        )
    }
}

/// Has a read answered, whose answer isn't read.
pub async fn answer(
    server: SocketAddr,
    operation: Operation,
    timeout: &str,
) -> (Peer, Response<Incoming>) {
    let peer = Peer::of(server).await;
    let body = framed(0, &query().encode_to_vec());
    let answer = peer.call(operation.path(), timeout, body, End::Usual);
    let answer = answer.await.expect("no panic").expect("headers");
    (peer, answer)
}
