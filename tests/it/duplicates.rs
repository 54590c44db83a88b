//! A change that comes more than once. Only a `request_id` makes two changes the same one.

pub mod change;
mod ids;
mod remembered;

use tokio::{spawn, task::JoinHandle};
use tonic::{Code, Status};
use user_attributes::proto::Operation;

use self::change::{ALL, Change, UPDATE};
use crate::support::{
    calls::{check_failed, good, held},
    front::Front,
    scripted::Answer,
};

pub use self::ids::reused;

/// An update that may come again.
const NAMED: Change = UPDATE.named("id");

impl Front {
    /// Has this change under way.
    fn begin(&self, change: Change) -> JoinHandle<Result<(), Status>> {
        spawn(change.call(self.client.clone()))
    }
}

#[tokio::test]
async fn under_one_id_changes_under_way_reach_cognito_once_and_all_get_its_answer() {
    for change in ALL.map(|change| change.named("id")) {
        let front = Front::new([held(), good()]).await;
        let calls = [(); 3].map(|()| front.begin(change));
        front.settle().await;
        front.cognito.release();
        for call in calls {
            call.await.expect("no panic").expect("the one answer");
        }
        assert_eq!(front.sent(change.operation), 1, "{change:?}");
        front.stop().await;
    }
}

#[tokio::test]
async fn without_an_id_each_of_two_equal_changes_under_way_is_made() {
    for change in ALL {
        let front = Front::new([held(), good()]).await;
        let first = front.begin(change);
        front.cognito.arrived().await;
        let second = front.begin(change).await.expect("no panic");
        second.expect("an answer of its own, while the first has none");
        front.cognito.release();
        first.await.expect("no panic").expect("an answer");
        assert_eq!(front.sent(change.operation), 2, "{change:?}");
        front.stop().await;
    }
}

/// The second "A" is meant to undo "B". It must not get the answer to the first one.
#[tokio::test]
async fn without_an_id_a_value_that_is_set_back_is_set_back() {
    let front = Front::new([held(), good()]).await;
    let slow = front.begin(UPDATE.to("A"));
    front.cognito.arrived().await;
    for value in ["B", "A"] {
        let call = front.begin(UPDATE.to(value)).await.expect("no panic");
        call.expect("an answer of its own");
    }
    front.cognito.release();
    slow.await.expect("no panic").expect("an answer");
    let seen = front.cognito.seen();
    let values: Vec<_> = seen
        .iter()
        .map(|it| &it.body["UserAttributes"][0]["Value"])
        .collect();
    assert_eq!(values, ["A", "B", "A"]);
    front.stop().await;
}

#[tokio::test]
async fn changes_of_other_ids_tokens_or_operations_share_nothing() {
    let brief = ["--upstream-timeout=500ms"];
    let front = Front::with([Answer::Hang], &brief).await;
    let different = ALL.map(|change| {
        [
            change,
            change.of("other-token"),
            change.named("a"),
            change.named("b"),
            change.named("a").of("other-token"),
        ]
    });
    let different = different.concat();
    let calls: Vec<_> = different.iter().map(|it| front.begin(*it)).collect();
    front.cognito.hit(different.len()).await;
    for call in calls {
        let lost = call.await.expect("no panic");
        check_failed(lost, Code::Unknown, "UPSTREAM_OUTCOME_UNKNOWN", "unknown");
    }
    for change in ALL {
        assert_eq!(front.sent(change.operation), 5, "{change:?}");
    }
    front.stop().await;
}

#[tokio::test]
async fn without_an_id_a_change_that_comes_again_later_is_made_again() {
    for change in ALL {
        let front = Front::new([good()]).await;
        for change in [change, change.to("phone_number"), change] {
            let call = front.begin(change).await.expect("no panic");
            call.expect("an answer of its own");
        }
        assert_eq!(front.sent(change.operation), 3);
        front.stop().await;
    }
}

#[tokio::test]
async fn each_who_waits_keeps_a_deadline_of_its_own() {
    for first_leaves in [true, false] {
        let front = Front::new([held(), good()]).await;
        let timeouts = in_order(["300m", "20S"], first_leaves);
        let calls = timeouts.map(|timeout| front.begin(NAMED.within(timeout)));
        front.settle().await;
        let [leaves, stays] = in_order(calls, first_leaves);
        let late = leaves.await.expect("no panic");
        check_failed(late, Code::DeadlineExceeded, "DEADLINE_EXCEEDED", "unknown");
        front.cognito.release();
        stays.await.expect("no panic").expect("the answer");
        assert_eq!(front.sent(Operation::UpdateUserAttributes), 1);
        front.stop().await;
    }
}

#[tokio::test]
async fn one_who_leaves_takes_nothing_from_another() {
    for first_leaves in [true, false] {
        let front = Front::new([held(), good()]).await;
        let calls = [(); 2].map(|()| front.begin(NAMED));
        front.settle().await;
        let [leaves, stays] = in_order(calls, first_leaves);
        leaves.abort();
        front.settle().await;
        front.cognito.release();
        stays.await.expect("no panic").expect("the answer");
        assert_eq!(front.sent(Operation::UpdateUserAttributes), 1);
        front.stop().await;
    }
}

/// The two, or the two turned round.
fn in_order<T>([first, second]: [T; 2], keep: bool) -> [T; 2] {
    if keep {
        [first, second]
    } else {
        [second, first]
    }
}
