//! How far consumers are behind, as the broker tells it.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use async_nats::jetstream::{self, stream::Stream as JetStream};
use common::events::Stream;
use futures::TryStreamExt;

const LOOK_EVERY: Duration = Duration::from_millis(20);
const SAMPLE_EVERY: Duration = Duration::from_millis(250);

/// One stream and who reads it.
#[derive(Clone)]
pub(crate) struct Backlog {
    stream: JetStream,
}

/// One consumer's arrears.
#[derive(Debug, Clone)]
pub(crate) struct Arrears {
    pub(crate) consumer: String,
    /// Events it has not acknowledged yet.
    pub(crate) events: u64,
}

/// How a consumer caught up.
#[derive(Debug, Clone)]
pub(crate) struct CaughtUp {
    pub(crate) consumer: String,
    /// The most it was ever seen behind.
    pub(crate) most: u64,
    /// How far it was behind when the load ended.
    pub(crate) at_end: u64,
    /// How long after the end of the load it was behind no more.
    pub(crate) after: Duration,
}

impl Backlog {
    pub(crate) async fn of(jetstream: &jetstream::Context, stream: Stream) -> Result<Self> {
        let found = jetstream.get_stream(stream.name()).await;
        Ok(Self { stream: found.with_context(|| format!("finding the stream {}", stream.name()))? })
    }

    /// Events ever stored.
    pub(crate) async fn stored(&self) -> Result<u64> {
        Ok(self.stream.get_info().await?.state.last_sequence)
    }

    /// The body of the newest event.
    pub(crate) async fn newest(&self) -> Result<String> {
        let message = self.stream.direct_get(self.stored().await?).await?;
        Ok(String::from_utf8_lossy(&message.payload).into_owned())
    }

    /// Every consumer's arrears.
    pub(crate) async fn arrears(&self) -> Result<Vec<Arrears>> {
        let mut consumers = self.stream.consumers();
        let mut all = Vec::new();
        while let Some(info) = consumers.try_next().await? {
            let events = info.num_pending + info.num_ack_pending as u64;
            all.push(Arrears { consumer: info.name, events });
        }
        Ok(all)
    }

    /// Waits until the stream has stored this many events.
    pub(crate) async fn until_stored(&self, events: u64, within: Duration) -> Result<()> {
        let began = Instant::now();
        loop {
            let stored = self.stored().await?;
            if stored >= events {
                return Ok(());
            }
            ensure!(began.elapsed() < within, "{stored} of {events} events stored after {within:?}");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until nobody is behind.
    pub(crate) async fn until_read(&self, within: Duration) -> Result<()> {
        let began = Instant::now();
        loop {
            let behind: Vec<_> = self.arrears().await?.into_iter().filter(|one| one.events > 0).collect();
            if behind.is_empty() {
                return Ok(());
            }
            ensure!(began.elapsed() < within, "still behind after {within:?}: {behind:?}");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// Watches arrears while a load runs.
pub(crate) struct Watch {
    backlog: Backlog,
    sampling: tokio::task::JoinHandle<Vec<Arrears>>,
    over: tokio::sync::watch::Sender<bool>,
}

impl Watch {
    pub(crate) fn start(backlog: &Backlog) -> Self {
        let (over, mut ended) = tokio::sync::watch::channel(false);
        let watched = backlog.clone();
        let sampling = tokio::spawn(async move {
            let mut most: Vec<Arrears> = Vec::new();
            while !*ended.borrow() {
                for now in watched.arrears().await.unwrap_or_default() {
                    match most.iter_mut().find(|one| one.consumer == now.consumer) {
                        Some(one) => one.events = one.events.max(now.events),
                        None => most.push(now),
                    }
                }
                let _ = tokio::time::timeout(SAMPLE_EVERY, ended.changed()).await;
            }
            most
        });
        Self { backlog: backlog.clone(), sampling, over }
    }

    /// The load has just ended, and `events` will be in the stream once all are sent. Waits until everybody has
    /// read them.
    pub(crate) async fn caught_up(self, events: u64, within: Duration) -> Result<Vec<CaughtUp>> {
        let ended = Instant::now();
        let _ = self.over.send(true);
        let unsent = events.saturating_sub(self.backlog.stored().await?);
        let at_end = self.backlog.arrears().await?;
        let most = self.sampling.await?;
        self.backlog.until_stored(events, within).await?;
        let mut waiting: Vec<_> = at_end
            .into_iter()
            .map(|one| {
                let most =
                    most.iter().find(|most| most.consumer == one.consumer).map_or(0, |most| most.events);
                let at_end = one.events + unsent;
                CaughtUp { consumer: one.consumer, most: most.max(at_end), at_end, after: Duration::ZERO }
            })
            .collect();
        let mut done = Vec::new();
        while !waiting.is_empty() {
            ensure!(ended.elapsed() < within, "still behind after {within:?}: {waiting:?}");
            let now = self.backlog.arrears().await?;
            let behind =
                |one: &CaughtUp| now.iter().any(|now| now.consumer == one.consumer && now.events > 0);
            let (still, caught): (Vec<_>, Vec<_>) = waiting.into_iter().partition(behind);
            done.extend(caught.into_iter().map(|one| CaughtUp { after: ended.elapsed(), ..one }));
            waiting = still;
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(done)
    }
}
