//! A change that comes more than once while it is under way.

mod change;
mod ids;
mod remembered;

use tokio::{spawn, task::JoinHandle};
use tonic::{Code, Status};
use user_attributes::proto::Operation;

use self::change::{CODE, Change, UPDATE};
use crate::support::{
    calls::{check_failed, good, held},
    front::Front,
    scripted::Answer,
};

pub use self::ids::reused;

impl Front {
    /// Has this change under way.
    fn begin(&self, change: Change) -> JoinHandle<Result<(), Status>> {
        spawn(change.call(self.client.clone()))
    }
}

#[tokio::test]
async fn identical_changes_under_way_reach_cognito_once_and_all_get_its_answer() {
    for change in [UPDATE, CODE, UPDATE.named("id"), CODE.named("id")] {
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
async fn changes_that_differ_in_anything_share_nothing() {
    for change in [UPDATE, CODE] {
        let brief = ["--upstream-timeout=500ms"];
        let front = Front::with([Answer::Hang], &brief).await;
        let different = [
            change,
            change.named("a"),
            change.named("b"),
            change.named("a").of("other-token"),
            change.of("other-token"),
            change.with_metadata("x"),
            change.with_metadata("y"),
            change.to("phone_number"),
        ];
        let calls = different.map(|change| front.begin(change));
        front.cognito.hit(different.len()).await;
        for call in calls {
            let lost = call.await.expect("no panic");
            check_failed(lost, Code::Unknown, "UPSTREAM_OUTCOME_UNKNOWN", "unknown");
        }
        assert_eq!(front.sent(change.operation), different.len());
        front.stop().await;
    }
}

#[tokio::test]
async fn without_an_id_a_change_that_comes_again_later_is_made_again() {
    for change in [UPDATE, CODE] {
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
        let calls = timeouts.map(|timeout| front.begin(UPDATE.within(timeout)));
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
        let calls = [(); 2].map(|()| front.begin(UPDATE));
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
