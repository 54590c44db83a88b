//! One who changes an address again and again, and retries as the contract allows.

use std::sync::Arc;

use serde_json::json;
use tonic::{Code, Status};
use user_attributes::proto::UpdateUserAttributesRequest;

use crate::support::{Failure, Server, calls::Client, update};

/// What became of a change, as far as its caller was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Applied,
    NotApplied,
    Unknown,
}

/// Each with its share of a hundred. The rare one takes as long as the limit on an answer.
const FAULTS: [(&str, u64); 8] = [
    ("TooManyRequestsException", 40),
    ("close_after_read", 20),
    ("close_before_read", 10),
    ("http_500", 10),
    ("InternalErrorException", 10),
    ("LimitExceededException", 5),
    ("UserLambdaValidationException", 4),
    ("hang", 1),
];
/// Of a hundred changes, how many have a fault ordered before them.
const FAULTY: u64 = 30;
/// Of a hundred changes, how many are sent twice at once, and how many again after their result.
const DOUBLED: u64 = 10;
const REPEATED: u64 = 10;
/// Of a hundred that weren't made, how many are tried again under their id.
const TRIED_AGAIN: u64 = 50;

pub struct Worker {
    pub fates: Vec<(String, Fate)>,
    /// How many faults were ordered that carry a change out and lose the answer.
    pub lost: usize,
    /// How many changes were made under an id under which they had been refused before.
    pub mended: usize,
    name: String,
    token: String,
    client: Client,
    server: Arc<Server>,
    random: u64,
}

impl Worker {
    pub async fn new(number: usize, server: &Arc<Server>, client: &Client) -> Self {
        let name = format!("u{number}");
        Self {
            fates: Vec::new(),
            lost: 0,
            mended: 0,
            token: server.sign_in_as("client", &name, "Passw0rd!").await,
            name,
            client: client.clone(),
            server: Arc::clone(server),
            random: number as u64,
        }
    }

    pub async fn run(mut self, changes: usize) -> Self {
        for _ in 0..changes {
            if self.chance(FAULTY) {
                self.order_a_fault().await;
            }
            self.change().await;
        }
        self
    }

    /// Makes a change that nobody has made before, and tells what became of it.
    pub async fn change(&mut self) -> Fate {
        let id = format!("{}.{}", self.name, self.fates.len());
        let email = format!("{id}@example.org");
        let request = UpdateUserAttributesRequest {
            request_id: id,
            ..update(&self.token, &[("email", Some(&email))])
        };
        let mut fate = if self.chance(DOUBLED) {
            let (one, other) = tokio::join!(self.retried(&request), self.retried(&request));
            of_both(one, other, &email)
        } else {
            self.retried(&request).await
        };
        // What wasn't made isn't remembered: a repeat is a real try.
        if fate == Fate::NotApplied && self.chance(TRIED_AGAIN) {
            fate = self.retried(&request).await;
            self.mended += usize::from(fate == Fate::Applied);
        }
        let is_known = fate != Fate::NotApplied;
        if is_known && (fate == Fate::Unknown || self.chance(REPEATED)) {
            let repeat = self.retried(&request).await;
            assert_eq!(repeat, fate, "{email}: the first result");
        }
        self.fates.push((email, fate));
        fate
    }

    /// Calls until the contract says that another call is of no use.
    async fn retried(&self, request: &UpdateUserAttributesRequest) -> Fate {
        loop {
            let call = self
                .client
                .clone()
                .update_user_attributes(request.clone())
                .await;
            match call {
                Ok(reply) => {
                    let codes = reply.into_inner().code_delivery_details_list.len();
                    assert_eq!(codes, 1, "{}", request.request_id);
                    return Fate::Applied;
                }
                Err(status) if may_be_retried(&status) => {}
                Err(status) if Failure::of(&status).outcome == "unknown" => return Fate::Unknown,
                Err(_) => return Fate::NotApplied,
            }
        }
    }

    async fn order_a_fault(&mut self) {
        let mut share = self.below(100);
        let picked = FAULTS.iter().find(|(_, weight)| {
            let found = share < *weight;
            share = share.saturating_sub(*weight);
            found
        });
        let (fault, _) = picked.expect("a hundred in all");
        let times = if *fault == "hang" {
            1
        } else {
            1 + self.below(3)
        };
        let order = json!({ "operation": "UpdateUserAttributes", "fault": fault, "times": times });
        assert_eq!(self.server.order("faults", order).await.status, 200);
        if *fault == "close_after_read" {
            self.lost += usize::try_from(times).expect("small");
        }
    }

    fn chance(&mut self, of_a_hundred: u64) -> bool {
        self.below(100) < of_a_hundred
    }

    /// The next number of a fixed sequence.
    /// Source: [splitmix64](https://prng.di.unimi.it/splitmix64.c)
    fn below(&mut self, bound: u64) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// What became of a change that was sent twice at once. Either call gets the one result, but for one
/// that is over, with nothing made, before the other is a real try.
fn of_both(one: Fate, other: Fate, email: &str) -> Fate {
    match (one, other) {
        (Fate::NotApplied, fate) | (fate, Fate::NotApplied) => fate,
        _ => {
            assert_eq!(one, other, "{email}: one result for both");
            one
        }
    }
}

/// Whatever wasn't executed may be, unless gRPC is told not to.
fn may_be_retried(status: &Status) -> bool {
    let forbidden = status.metadata().get("grpc-retry-pushback-ms");
    let forbidden = forbidden.is_some_and(|pushback| pushback == "-1");
    let passing = matches!(status.code(), Code::Unavailable | Code::ResourceExhausted);
    !forbidden && (passing || Failure::of(status).outcome == "not_applied")
}
