//! A server between a client and a scripted Cognito.

use tokio::spawn;
use user_attributes::proto::Operation;

use super::{
    Server,
    calls::{self, Client, call},
    scripted::{Answer, Scripted},
};

pub struct Front {
    pub cognito: Scripted,
    pub server: Server,
    pub client: Client,
}

/// It tries again at once, and waits for an answer long enough for a busy machine.
const QUICK: [&str; 3] = [
    "--first-retry-delay=1ms",
    "--second-retry-delay=2ms",
    "--upstream-timeout=10s",
];

impl Front {
    pub async fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::with(answers, &QUICK).await
    }

    pub async fn with(answers: impl IntoIterator<Item = Answer>, flags: &[&str]) -> Self {
        let cognito = Scripted::new(answers).await;
        let server = server(&cognito.url, flags).await;
        let client = calls::client(server.grpc_addr);
        Self {
            cognito,
            server,
            client,
        }
    }

    /// Returns once one call has reached Cognito, every other that was spawned before has been taken
    /// up too, and every one that was aborted is over: tasks and the calls of one connection have
    /// their turns in order. This makes a call of its own.
    pub async fn settle(&self) {
        self.cognito.hit(1).await;
        let client = self.client.clone();
        let marker = spawn(async move { call(&client, Operation::GetUser, "").await });
        marker.await.expect("no panic").expect("an answer");
    }

    /// How many requests of this operation Cognito has read.
    pub fn sent(&self, operation: Operation) -> usize {
        let target = format!("AWSCognitoIdentityProviderService.{}", operation.name());
        let header = ("x-amz-target".to_owned(), target);
        let seen = self.cognito.seen();
        seen.iter()
            .filter(|it| it.headers.contains(&header))
            .count()
    }

    pub async fn stop(self) {
        self.server.stop().await;
    }
}

/// A server in front of this address.
pub async fn server(url: &str, flags: &[&str]) -> Server {
    let endpoint = format!("--endpoint-url={url}");
    Server::with(&[&[endpoint.as_str()], flags].concat()).await
}

/// A server in front of this address, as quick as above.
pub async fn quick(url: &str) -> Server {
    server(url, &QUICK).await
}
