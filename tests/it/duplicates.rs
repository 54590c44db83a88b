//! A change that comes more than once.

use tonic::Status;
use user_attributes::proto::UpdateUserAttributesRequest;

use crate::support::{
    Failure, Server,
    scripted::{self, Answer, Scripted},
    update,
};

/// An update of the nickname under this id.
fn named(id: &str, nickname: &str) -> UpdateUserAttributesRequest {
    UpdateUserAttributesRequest {
        request_id: id.to_owned(),
        ..update("token", &[("nickname", Some(nickname))])
    }
}

/// The answer to an id that belongs to another change.
pub async fn reused() -> Status {
    let cognito = Scripted::new([Answer::Bytes(scripted::json(200, "{}"))]).await;
    let server = Server::in_front_of(&cognito.url).await;
    let mut client = server.client().await;
    let first = client.update_user_attributes(named("id", "Dan")).await;
    first.expect("updated");
    let second = client.update_user_attributes(named("id", "Eve")).await;
    assert_eq!(cognito.seen().len(), 1);
    server.stop().await;
    second.unwrap_err()
}

#[tokio::test]
async fn an_id_of_another_change_is_refused_and_nothing_is_sent() {
    let failure = Failure::of(&reused().await);
    assert_eq!(failure.reason, "REQUEST_ID_REUSED");
    assert_eq!(failure.outcome, "not_applied");
}

#[tokio::test]
async fn a_repeat_under_the_same_id_gets_the_first_result() {
    let cognito = Scripted::new([
        Answer::Bytes(scripted::json(200, "{}")),
        Answer::Bytes(scripted::exception(400, "InvalidParameterException", "x")),
    ])
    .await;
    let server = Server::in_front_of(&cognito.url).await;
    let mut client = server.client().await;
    for _ in 0..3 {
        let answer = client.update_user_attributes(named("id", "Dan")).await;
        answer.expect("the first result");
    }
    assert_eq!(cognito.seen().len(), 1);
    server.stop().await;
}
