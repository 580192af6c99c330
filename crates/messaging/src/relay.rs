//! From the outbox to the broker.
//!
//! The relay sends what a commit has just handed over, many at a time, and prunes what the broker has confirmed.
//! It keeps no leases and no state: after a crash the sweeper sends what is left, and an event sent twice is
//! recognised by the broker or harmless to its consumers.

use std::{
    collections::{HashMap, HashSet},
    future::Future,
    time::{Duration, Instant},
};

use async_nats::jetstream::context::PublishErrorKind;
use bson::{Document, doc};
use common::events::Stream;
use futures::{StreamExt, TryStreamExt, future::BoxFuture, stream::FuturesUnordered};
use mongodb::options::{Acknowledgment, WriteConcern};
use runtime::Failure;
use serde::Deserialize;
use tokio::sync::mpsc;

use crate::{
    Messaging, StoreError, envelope,
    outbox::{Entry, Pending, oldest_id_at},
};

/// Messages sent and not yet confirmed, at most.
const IN_FLIGHT: usize = 1024;
/// How long confirmed entries wait for company before they are pruned together.
const PRUNE_EVERY: Duration = Duration::from_millis(100);
/// Confirmed aggregates that are pruned without waiting longer.
const PRUNE_AT: usize = 500;
/// How often the sweeper looks for what was left.
const SWEEP_EVERY: Duration = Duration::from_secs(2);
/// Entries younger than this are the relay's business.
const SWEEP_OLDER_THAN_MS: i64 = 5000;
/// Documents swept at a time.
const SWEEP_BATCH: i64 = 1000;

/// An entry that was sent, and where it is stored.
struct Sent {
    collection: &'static str,
    aggregate: String,
    entry: String,
    confirmed: Result<(), PublishErrorKind>,
}

/// Starts relay and sweeper; the process cannot do without them.
pub(crate) fn start(messaging: &Messaging, publishes: &'static [Stream], queue: mpsc::Receiver<Pending>) {
    let relay = Relay {
        messaging: messaging.clone(),
        publishes,
        in_flight: FuturesUnordered::new(),
        confirmed: HashMap::new(),
        restored: None,
    };
    // In the background: what is still being served commits announcements too.
    messaging.life().spawn_background("the outbox relay", relay.run(queue));
    messaging.life().spawn_critical("the outbox sweeper", sweep(messaging.clone()));
}

struct Relay {
    messaging: Messaging,
    publishes: &'static [Stream],
    in_flight: FuturesUnordered<BoxFuture<'static, Sent>>,
    /// Confirmed entries to prune: by collection, the aggregates and the entries.
    confirmed: HashMap<&'static str, (Vec<String>, Vec<String>)>,
    /// When the streams were last made again.
    restored: Option<Instant>,
}

impl Relay {
    async fn run(mut self, mut queue: mpsc::Receiver<Pending>) -> Result<(), Failure> {
        let mut prune = tokio::time::interval(PRUNE_EVERY);
        prune.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let life = self.messaging.life().clone();
        loop {
            tokio::select! {
                pending = queue.recv(), if self.in_flight.len() < IN_FLIGHT => match pending {
                    Some(pending) => self.send(pending).await,
                    None => break,
                },
                Some(sent) = self.in_flight.next() => self.settle(sent),
                _ = prune.tick(), if !self.confirmed.is_empty() => {
                    let pruning = self.prune();
                    self.messaging.life().spawn(pruning);
                }
                () = life.finishing(), if queue.is_empty() && self.in_flight.is_empty() => break,
            }
        }
        self.prune().await;
        Ok(())
    }

    async fn send(&mut self, pending: Pending) {
        runtime::fault_point("relay.before_publish");
        for entry in pending.entries {
            let subject = self.messaging.settings().prefix.subject(&entry.kind);
            let headers = envelope::headers(&entry, self.messaging.settings().service());
            let sending =
                self.messaging.jetstream().publish_with_headers(subject, headers, entry.data.into()).await;
            let (collection, aggregate) = (pending.collection, pending.aggregate.clone());
            self.in_flight.push(Box::pin(async move {
                let confirmed = match sending {
                    Ok(confirmation) => confirmation.await.map(|_| ()),
                    Err(error) => Err(error),
                };
                Sent {
                    collection,
                    aggregate,
                    entry: entry.id,
                    confirmed: confirmed.map_err(|error| error.kind()),
                }
            }));
        }
    }

    fn settle(&mut self, sent: Sent) {
        match sent.confirmed {
            Ok(()) => {
                metrics::counter!("events_published_total").increment(1);
                let (aggregates, entries) = self.confirmed.entry(sent.collection).or_default();
                aggregates.push(sent.aggregate);
                entries.push(sent.entry);
                if entries.len() >= PRUNE_AT {
                    let pruning = self.prune();
                    self.messaging.life().spawn(pruning);
                }
            }
            Err(kind) => {
                metrics::counter!("events_publish_failed_total").increment(1);
                tracing::warn!(error = %kind, "the broker did not take an event; it stays in the outbox");
                if kind == PublishErrorKind::StreamNotFound {
                    self.restore_streams();
                }
            }
        }
    }

    /// A stream was deleted under us: make it again, so that the sweeper's next round succeeds. Many events may tell
    /// of it at once.
    fn restore_streams(&mut self) {
        if self.restored.is_some_and(|restored| restored.elapsed() < SWEEP_EVERY) {
            return;
        }
        self.restored = Some(Instant::now());
        let (messaging, publishes) = (self.messaging.clone(), self.publishes);
        self.messaging.life().spawn(async move {
            for stream in publishes {
                if let Err(failure) = messaging.ensure_stream(*stream).await {
                    tracing::warn!(%failure, "a stream could not be restored");
                }
            }
        });
    }

    /// Takes what is confirmed, to be pruned.
    fn prune(&mut self) -> impl Future<Output = ()> + Send + 'static {
        let confirmed = std::mem::take(&mut self.confirmed);
        let messaging = self.messaging.clone();
        async move {
            for (collection, (aggregates, entries)) in confirmed {
                prune(&messaging, collection, aggregates, entries).await;
            }
        }
    }
}

/// Removes confirmed entries. Losing this write costs a duplicate, so it waits for no journal.
async fn prune(
    messaging: &Messaging,
    collection: &'static str,
    aggregates: Vec<String>,
    entries: Vec<String>,
) {
    let pruned = messaging
        .database()
        .collection::<Document>(collection)
        .update_many(
            doc! { "_id": { "$in": aggregates } },
            doc! { "$pull": { "outbox": { "id": { "$in": entries } } } },
        )
        .write_concern(WriteConcern::builder().w(Acknowledgment::Nodes(1)).build())
        .await;
    if let Err(error) = pruned {
        tracing::warn!(%error, collection, "pruning the outbox failed; its events will be sent again");
    }
}

#[derive(Debug, Deserialize)]
struct Unsent {
    #[serde(rename = "_id")]
    id: String,
    outbox: Vec<Entry>,
}

/// Hands to the relay what has waited too long: left by a crash, a full queue or a broker that was away.
async fn sweep(messaging: Messaging) -> Result<(), Failure> {
    let mut collections = messaging.collections();
    let mut swept = HashSet::new();
    while !messaging.life().is_stopping() {
        let names = collections.borrow_and_update().clone();
        for name in names {
            // The first time everything is taken: this process has nothing under way yet.
            let older_than = if swept.insert(name) { 0 } else { SWEEP_OLDER_THAN_MS };
            if let Err(error) = sweep_collection(&messaging, name, older_than).await {
                tracing::warn!(error = %Failure::from_error(error), collection = name, "sweeping the outbox failed");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(SWEEP_EVERY) => {}
            Ok(()) = collections.changed() => {}
            () = messaging.life().stopping() => {}
        }
    }
    Ok(())
}

async fn sweep_collection(
    messaging: &Messaging,
    name: &'static str,
    older_than_ms: i64,
) -> Result<(), StoreError> {
    let began = Instant::now();
    let during = StoreError::during("sweeping the outbox");
    let limit = oldest_id_at(messaging.clock().now().as_millisecond() - older_than_ms);
    let filter = doc! { "outbox.id": { "$gt": "", "$lt": &limit } };
    let unsent = messaging
        .database()
        .collection::<Unsent>(name)
        .find(filter)
        .projection(doc! { "outbox": 1 })
        .limit(SWEEP_BATCH)
        .await
        .map_err(&during)?;
    let unsent: Vec<Unsent> = unsent.try_collect().await.map_err(during)?;
    let count = unsent.len();
    for document in unsent {
        let entries = document.outbox.into_iter().filter(|entry| entry.id < limit).collect();
        messaging.outbox().wake(Pending { collection: name, aggregate: document.id, entries });
    }
    metrics::gauge!("outbox_overdue", "collection" => name)
        .set(f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
    if count > 0 {
        tracing::info!(
            collection = name,
            count,
            milliseconds = began.elapsed().as_millis(),
            "sent what was left"
        );
    }
    Ok(())
}
