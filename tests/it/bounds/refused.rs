//! Calls that are answered before their messages have come.

use prost::Message as _;
use user_attributes::proto::Operation::GetUser;

use crate::{
    refusals::framed,
    support::{Server, calls::query, frames::Frames},
};

/// As many as a connection has at a time.
const AT_ONCE: usize = 100;

#[tokio::test]
async fn a_thousand_of_them_cost_no_connection() {
    let server = Server::start().await;
    let message = framed(0, &query().encode_to_vec());
    for (path, timeout) in [("/made.up.v1.Service/Method", ""), (GetUser.path(), "1m")] {
        let mut frames = Frames::to(server.grpc_addr).await;
        for _ in 0..1000 / AT_ONCE {
            let calls = frames.answered(AT_ONCE, path, timeout).await;
            frames.end(&calls, &message).await;
        }
        frames.answered(1, path, timeout).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn those_whose_messages_never_come_leave_their_room_to_others() {
    let server = Server::start().await;
    let mut frames = Frames::to(server.grpc_addr).await;
    for _ in 0..2 {
        frames.answered(AT_ONCE, GetUser.path(), "1m").await;
        frames.closed(AT_ONCE).await;
    }
    server.stop().await;
}
