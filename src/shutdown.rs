//! When to stop, and how long that may take: the first signal drains, the second aborts.

use std::{io, time::Duration};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use crate::settings::{positive_time, time};

/// How long the drain may take.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Drain")]
#[group(skip)] // clap would name each after its type, `Args`
pub struct Args {
    /// From the first signal on, how long connections and calls are still taken, while health says
    /// NOT_SERVING, so that balancers see it [default: 5s, with --local-pool 0s]
    #[arg(
        long,
        env = "USER_ATTRIBUTES_DRAIN_DELAY",
        value_name = "TIME",
        value_parser = time
    )]
    pub drain_delay: Option<Duration>,

    /// From the first signal on, how long calls in flight have to end; together, --drain-delay and
    /// --max-deadline must not be longer
    #[arg(
        long,
        env = "USER_ATTRIBUTES_DRAIN_TIMEOUT",
        value_name = "TIME",
        default_value = "25s",
        value_parser = positive_time
    )]
    pub drain_timeout: Duration,
}

/// Fires a [`Shutdown`]: once to drain, once more to abort.
#[derive(Debug)]
pub struct Trigger(watch::Sender<u8>);

/// Tells when to stop. A lost [`Trigger`] counts as both of its shots.
#[derive(Clone, Debug)]
pub struct Shutdown(watch::Receiver<u8>);

/// A shutdown, and what fires it.
pub fn channel() -> (Trigger, Shutdown) {
    let (sender, receiver) = watch::channel(0);
    (Trigger(sender), Shutdown(receiver))
}

/// A shutdown that SIGTERM and SIGINT fire. From now on SIGHUP doesn't end the process either: what it
/// rotates may not be there yet.
///
/// # Errors
///
/// If the signals' handlers can't be installed.
pub fn on_signals() -> io::Result<Shutdown> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    // Whoever has something to do at it listens for itself.
    drop(signal(SignalKind::hangup())?);
    let (trigger, shutdown) = channel();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => tracing::info!(signal = "SIGTERM", "signal received"),
                _ = interrupt.recv() => tracing::info!(signal = "SIGINT", "signal received"),
            }
            trigger.fire();
        }
    });
    Ok(shutdown)
}

impl Trigger {
    /// Asks for a drain, and when that was asked for already, for an abort.
    pub fn fire(&self) {
        self.0.send_modify(|shots| *shots = shots.saturating_add(1));
    }
}

impl Shutdown {
    /// Returns once a drain is asked for.
    pub async fn drain(&self) {
        self.shots(1).await;
    }

    /// Returns once an abort is asked for.
    pub async fn abort(&self) {
        self.shots(2).await;
    }

    async fn shots(&self, at_least: u8) {
        // An error means that the trigger is gone.
        let _ = self.0.clone().wait_for(|shots| *shots >= at_least).await;
    }
}

#[cfg(test)]
mod tests {
    use rustix::process::{Signal, getpid, kill_process};

    use super::*;

    #[tokio::test]
    async fn a_sighup_doesnt_end_the_process_as_soon_as_signals_are_heard() {
        let shutdown = on_signals().expect("handlers");
        let mut hangup = signal(SignalKind::hangup()).expect("a handler");
        kill_process(getpid(), Signal::HUP).expect("this process");
        hangup
            .recv()
            .await
            .expect("it comes, and this process is there");
        assert_eq!(*shutdown.0.borrow(), 0, "it doesn't ask for a drain");
    }
}
