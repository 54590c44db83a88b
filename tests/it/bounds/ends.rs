//! Requests that don't end as gRPC has it.

use prost::Message as _;
use tonic::Status;
use user_attributes::proto::Operation::{GetUser, UpdateUserAttributes};

use super::check_shed;
use crate::{
    refusals::framed,
    support::{
        calls::{self, call, good, held, nickname},
        front::Front,
        unread::{End, Peer},
    },
};

#[tokio::test]
async fn a_call_that_ends_with_trailers_counts_as_any_other_and_a_drain_waits_for_it() {
    let front = Front::with([held(), good()], &["--max-in-flight=1"]).await;
    let peer = Peer::of(front.server.grpc_addr).await;
    let path = UpdateUserAttributes.path();
    let update = || framed(0, &nickname("Dan").encode_to_vec());
    let first = peer.call(path, "", update(), End::Trailers);
    front.cognito.arrived().await;
    let second = peer.call(path, "", update(), End::Trailers);
    let second = second.await.expect("no panic").expect("headers");
    let status = Status::from_header_map(second.headers()).expect("a status");
    check_shed(Err(status));
    let other = calls::client(front.server.grpc_addr);
    check_shed(call(&other, GetUser, "").await);
    front.cognito.release();
    first.await.expect("no panic").expect("an answer");
    assert_eq!(front.cognito.hits(), 1);
    drop(peer);
    front.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_is_given_up_before_it_ends_is_never_sent() {
    let front = Front::new([good()]).await;
    call(&front.client, GetUser, "").await.expect("an answer");
    let peer = Peer::of(front.server.grpc_addr).await;
    for _ in 0..300 {
        let update = framed(0, &nickname("Dan").encode_to_vec());
        let given_up = peer.call(UpdateUserAttributes.path(), "", update, End::None);
        tokio::task::yield_now().await;
        given_up.abort();
    }
    // Whatever came before it has had its turn.
    let last = framed(0, &nickname("Eve").encode_to_vec());
    let last = peer.call(UpdateUserAttributes.path(), "", last, End::Usual);
    last.await.expect("no panic").expect("an answer");
    assert_eq!(front.sent(UpdateUserAttributes), 1);
    drop(peer);
    front.stop().await;
}
