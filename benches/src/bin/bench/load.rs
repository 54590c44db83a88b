//! The callers.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, anyhow};
use tokio::task::{JoinSet, spawn_blocking};
use tonic::transport::{Channel, Endpoint};
use user_attributes_benches::proto::user_attributes_service_client::UserAttributesServiceClient;

use crate::calls::Shape;

type Client = UserAttributesServiceClient<Channel>;

/// Connections to a server, and the number of the next call.
pub struct Load {
    clients: Vec<Client>,
    shape: Shape,
    next: u64,
}

/// A call that was answered.
pub struct Answered {
    /// The call's number.
    pub number: u64,
    /// From when it was to be sent until its answer was there.
    pub after: Duration,
}

impl Load {
    /// Makes so many connections.
    pub async fn connect(url: &str, connections: u32, shape: Shape) -> anyhow::Result<Self> {
        let endpoint = Endpoint::from_shared(url.to_owned())?;
        let mut clients = Vec::new();
        for _ in 0..connections {
            let channel = endpoint.connect().await.context("no connection")?;
            clients.push(Client::new(channel));
        }
        let next = 0;
        Ok(Self {
            clients,
            shape,
            next,
        })
    }

    /// Makes so many calls, so many of them at a time, over the connections in turn.
    pub async fn calls(&mut self, count: u64, at_a_time: usize) -> anyhow::Result<()> {
        let end = self.next + count;
        let mut callers = JoinSet::new();
        for first in (self.next..end).take(at_a_time) {
            let clients = self.clients.clone();
            let shape = self.shape;
            callers.spawn(async move {
                for number in (first..end).step_by(at_a_time) {
                    call(client_of(&clients, number), shape, number).await?;
                }
                anyhow::Ok(())
            });
        }
        self.next = end;
        while let Some(caller) = callers.join_next().await {
            caller??;
        }
        Ok(())
    }

    /// Begins a call at every beat, however long the ones before take. A call's time begins when it
    /// was to be sent, so that one that had to wait for this process counts, too.
    pub async fn calls_at(&mut self, beat: Duration, count: u32) -> anyhow::Result<Vec<Answered>> {
        let (clients, shape, first) = (self.clients.clone(), self.shape, self.next);
        self.next += u64::from(count);
        let begin = move || {
            let mut calls = JoinSet::new();
            let begun = Instant::now();
            for index in 0..count {
                let due = begun + beat * index;
                wait_until(due);
                let number = first + u64::from(index);
                let client = client_of(&clients, number);
                calls.spawn(async move {
                    call(client, shape, number).await?;
                    let after = due.elapsed();
                    anyhow::Ok(Answered { number, after })
                });
            }
            calls
        };
        spawn_blocking(begin)
            .await?
            .join_all()
            .await
            .into_iter()
            .collect()
    }
}

/// The runtime's timer is no finer than a millisecond.
#[expect(clippy::disallowed_methods, reason = "the condition is a time")]
fn wait_until(due: Instant) {
    thread::sleep(due.saturating_duration_since(Instant::now()));
}

fn client_of(clients: &[Client], number: u64) -> Client {
    let count = clients.len() as u64;
    let index = usize::try_from(number % count).expect("less than a length");
    clients[index].clone()
}

async fn call(mut client: Client, shape: Shape, number: u64) -> anyhow::Result<()> {
    let answer = client.update_user_attributes(shape.request(number)).await;
    answer.map_err(|status| anyhow!("call {number} failed: {status}"))?;
    Ok(())
}
