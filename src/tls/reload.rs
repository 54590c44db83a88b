//! The files, read again and again: what is good is taken over whole, what isn't leaves all as it was.

use std::{collections::HashMap, path::PathBuf, sync::Arc, time::Duration};

use rustls::ServerConfig;
use tokio::{
    sync::watch,
    task::spawn_blocking,
    time::{Instant, sleep_until},
};

use super::{
    files::{Digest, Files, InvalidFiles, Loaded, NotAfter},
    names::AllowedSans,
    period::Shown,
};
use crate::telemetry::{Metrics, TlsFile};

/// How long after a set that isn't good it is looked at once more: three files can't be read at the
/// same moment.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Keeps the configuration current.
#[derive(Debug)]
pub struct Reload {
    files: Files,
    interval: Duration,
    config: watch::Sender<Arc<ServerConfig>>,
    digest: Digest,
    not_after: Vec<NotAfter>,
    /// What was said last of files that can't be used.
    told: Option<String>,
}

impl Reload {
    pub(super) fn new(
        files: Files,
        loaded: Loaded,
        interval: Duration,
    ) -> (Self, watch::Receiver<Arc<ServerConfig>>) {
        tell_left_out(&loaded);
        let (config, receiver) = watch::channel(loaded.config);
        let reload = Self {
            files,
            interval,
            config,
            digest: loaded.digest,
            not_after: loaded.not_after,
            told: None,
        };
        (reload, receiver)
    }

    pub(super) fn allowed(&self) -> AllowedSans {
        let client = self.files.client.as_ref();
        client.map_or_else(
            || AllowedSans::new(Vec::new()),
            |client| client.allowed.clone(),
        )
    }

    /// Looks for new contents, for ever. What there is to tell of the files is in the metrics at once.
    pub fn run(self, metrics: &Metrics) -> impl Future<Output = ()> + Send + use<> {
        let paths = self.files.paths().into_iter();
        let told: HashMap<_, _> = paths
            .map(|path| {
                (
                    path.to_owned(),
                    metrics.tls_file(&path.display().to_string()),
                )
            })
            .collect();
        self.tell_ends(&told);
        self.keep_looking(told)
    }

    async fn keep_looking(mut self, told: HashMap<PathBuf, TlsFile>) {
        loop {
            sleep_until(Instant::now() + self.interval).await;
            let mut looked = self.look().await;
            if looked.is_err() {
                sleep_until(Instant::now() + LOOK_AGAIN).await;
                looked = self.look().await;
            }
            match looked {
                Ok(None) => self.told = None,
                Ok(Some(loaded)) => {
                    self.take_over(loaded);
                    self.tell_ends(&told);
                }
                Err(invalid) => {
                    for file in invalid.files.iter().filter_map(|(_, path)| told.get(path)) {
                        file.reload_failed();
                    }
                    self.tell(&invalid);
                }
            }
        }
    }

    /// What follows from the files, if they hold something else than before.
    async fn look(&self) -> Result<Option<Loaded>, InvalidFiles> {
        let (files, known) = (self.files.clone(), self.digest);
        let look = move || {
            let contents = files.read()?;
            let is_new = contents.digest() != known;
            is_new.then(|| files.understand(&contents)).transpose()
        };
        // It panics only if the runtime is shutting down.
        spawn_blocking(look).await.unwrap_or(Ok(None))
    }

    fn take_over(&mut self, loaded: Loaded) {
        tracing::info!("took over new TLS files");
        for (file, end) in &loaded.not_after {
            let (file, not_after) = (file.display(), Shown(*end));
            tracing::info!(%file, %not_after, "TLS file in use");
        }
        tell_left_out(&loaded);
        self.config.send_replace(loaded.config);
        self.digest = loaded.digest;
        self.not_after = loaded.not_after;
        self.told = None;
    }

    fn tell_ends(&self, told: &HashMap<PathBuf, TlsFile>) {
        for (path, end) in &self.not_after {
            if let (Some(file), Ok(seconds)) = (told.get(path), i64::try_from(end.as_secs())) {
                file.set_not_after(seconds);
            }
        }
    }

    fn tell(&mut self, invalid: &InvalidFiles) {
        let text = invalid.to_string();
        if self.told.as_ref() != Some(&text) {
            tracing::error!(
                error = text,
                "kept the TLS files of before: the new ones can't be used"
            );
            self.told = Some(text);
        }
    }
}

fn tell_left_out(loaded: &Loaded) {
    for why in &loaded.left_out {
        tracing::warn!(why, "a CA in --tls-client-ca doesn't count");
    }
}
