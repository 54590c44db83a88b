//! A quota that is asked for four times as much as it has.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval},
};

use crate::support::{
    calls::{self, good, nickname, throttled, within},
    front,
    scripted::{Answer, Scripted},
};

/// Cognito's, in requests a second. It isn't to be raised.
const QUOTA: f64 = 25.0;
const OFFERED: u32 = 100;
const SECONDS: u32 = 3;
const BUDGET: Duration = Duration::from_secs(2);
/// Some waits would end after the deadline.
const LONG_WAITS: [&str; 2] = ["--first-retry-delay=1s", "--second-retry-delay=2s"];
/// What a request takes to arrive on a busy machine.
const BUSY: Duration = Duration::from_secs(1);

/// What has been filled in and not been spent.
struct Bucket {
    tokens: f64,
    filled: Instant,
    /// All that ever could be spent,
    given: f64,
    /// and what was.
    spent: u32,
}

impl Bucket {
    /// It begins empty, and holds what comes in a second.
    fn new() -> Self {
        Self {
            tokens: 0.0,
            filled: Instant::now(),
            given: 0.0,
            spent: 0,
        }
    }

    fn ask(&mut self) -> Answer {
        let now = Instant::now();
        let came = QUOTA * (now - self.filled).as_secs_f64();
        let came = came.min(QUOTA - self.tokens);
        self.filled = now;
        self.given += came;
        self.tokens += came;
        if self.tokens < 1.0 {
            return throttled();
        }
        self.tokens -= 1.0;
        self.spent += 1;
        good()
    }
}

#[tokio::test]
async fn a_quota_that_is_asked_for_too_much_is_spent_on_successes_and_not_after_a_deadline() {
    let bucket = Arc::new(Mutex::new(Bucket::new()));
    let asked = Arc::clone(&bucket);
    let cognito = Scripted::by(move || asked.lock().expect("no panic").ask()).await;
    let server = front::server(&cognito.url, &LONG_WAITS).await;
    let client = calls::client(server.grpc_addr);

    let mut pace = interval(Duration::from_secs(1) / OFFERED);
    pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (mut calls, mut deadlines) = (JoinSet::new(), HashMap::new());
    for number in 0..OFFERED * SECONDS {
        pace.tick().await;
        let name = number.to_string();
        let mut client = client.clone();
        let request = within(&format!("{}m", BUDGET.as_millis()), nickname(&name));
        deadlines.insert(name, Instant::now() + BUDGET);
        calls.spawn(async move { client.update_user_attributes(request).await.is_ok() });
    }
    // While it is asked for too much: what is left of it later nobody wants.
    let (spent, given) = {
        let bucket = bucket.lock().expect("no panic");
        (f64::from(bucket.spent), bucket.given)
    };
    assert!(spent / given >= 0.95, "{spent} of {given}");
    let succeeded = calls.join_all().await.into_iter().filter(|it| *it).count();
    server.stop().await;

    let late = cognito.seen().into_iter().filter(|seen| {
        let name = seen.body["UserAttributes"][0]["Value"].as_str();
        seen.at > deadlines[name.expect("a value")] + BUSY
    });
    assert_eq!(late.count(), 0, "attempts after the deadline");
    let spent = bucket.lock().expect("no panic").spent;
    let share = f64::from(u32::try_from(succeeded).expect("few")) / f64::from(spent);
    assert!(share >= 0.95, "{succeeded} of {spent}");
    let calls = usize::try_from(OFFERED * SECONDS).expect("few");
    assert!(cognito.hits() > calls, "some were tried again");
}
