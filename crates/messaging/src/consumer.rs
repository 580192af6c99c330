//! Hearing events: durable consumers, bounded concurrency, and the only place that acknowledges.

use std::{future::Future, sync::Arc, time::Duration};

use async_nats::jetstream::{
    AckKind, Message,
    consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull},
};
use common::events::{Event, Stream};
use futures::{FutureExt, StreamExt};
use runtime::{Failure, Part, TraceParent, entropy};
use tokio::sync::Semaphore;
use tracing::Instrument;

use crate::{Messaging, dead_letter, envelope};

/// Handlers of one subscription that run at once, at most.
const CONCURRENCY: usize = 64;
/// Messages asked for at a time. No more than can be handled at once: those that wait here are timed by the broker.
const BATCH: usize = CONCURRENCY;
/// How long a handler has before the event is delivered again: how late an event is that a crashed process held.
const ACK_WAIT: Duration = Duration::from_secs(10);
/// Deliveries after which an event that is retried becomes a dead letter, if it is also older than a day: an outage,
/// however long the night, is no reason to give up.
const MAX_ATTEMPTS: i64 = 80;
const MAX_AGE: Duration = Duration::from_hours(24);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Events a service wants to hear.
#[derive(Debug, Clone, Copy)]
pub struct Subscription {
    /// The stream they are in.
    pub stream: Stream,
    /// Their types.
    pub types: &'static [&'static str],
}

/// One event as it arrived.
#[derive(Debug)]
pub struct Delivery {
    /// The event.
    pub event: Event,
    /// Its id, the same at every delivery.
    pub id: String,
}

/// What came of an event. Decided where it happens; acknowledged here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The change it asks for is committed.
    Done,
    /// The change had been made before, or a newer state is known: nothing to do.
    AlreadyDone,
    /// It cannot be handled now; try again later.
    Retry(String),
    /// It can never be handled: a dead letter.
    Reject(String),
}

/// A failed operation is tried again.
impl<E: std::error::Error> From<Result<Self, E>> for Outcome {
    fn from(result: Result<Self, E>) -> Self {
        result.unwrap_or_else(|error| Self::Retry(Failure::from_error(error).to_string()))
    }
}

impl Outcome {
    fn label(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::AlreadyDone => "already_done",
            Self::Retry(_) => "retry",
            Self::Reject(_) => "reject",
        }
    }
}

/// Creates the durable consumer and handles its messages until the process ends.
pub(crate) async fn start<H, F>(
    messaging: &Messaging,
    subscription: Subscription,
    handler: H,
) -> Result<(), Failure>
where
    H: Fn(Delivery) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Outcome> + Send + 'static,
{
    let part = messaging.life().part();
    let consumer = open(messaging, subscription).await?;
    let listener = Listener {
        messaging: messaging.clone(),
        subscription,
        permits: Arc::new(Semaphore::new(CONCURRENCY)),
    };
    messaging.life().spawn_critical("a subscription", listener.run(consumer, part, handler));
    Ok(())
}

/// Creates or updates the durable consumer of this service on the subscription's stream.
async fn open(messaging: &Messaging, subscription: Subscription) -> Result<PullConsumer, Failure> {
    messaging.ensure_stream(subscription.stream).await?;
    let prefix = &messaging.settings().prefix;
    let config = pull::Config {
        durable_name: Some(messaging.settings().service().to_owned()),
        filter_subjects: subscription.types.iter().map(|kind| prefix.subject(kind)).collect(),
        deliver_policy: DeliverPolicy::All,
        ack_policy: AckPolicy::Explicit,
        ack_wait: ACK_WAIT,
        max_ack_pending: 4096,
        ..Default::default()
    };
    let stream = prefix.stream(subscription.stream.name());
    messaging.jetstream().create_consumer_on_stream(config, stream.clone()).await.map_err(|error| {
        Failure::from_error(error).during(&format!("creating or updating the consumer on {stream}"))
    })
}

struct Listener {
    messaging: Messaging,
    subscription: Subscription,
    permits: Arc<Semaphore>,
}

impl Listener {
    async fn run<H, F>(self, consumer: PullConsumer, mut part: Part, handler: H) -> Result<(), Failure>
    where
        H: Fn(Delivery) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Outcome> + Send + 'static,
    {
        let mut consumer = Some(consumer);
        while !self.messaging.life().is_stopping() {
            let listened = match consumer.take() {
                Some(consumer) => {
                    part.ready();
                    self.listen(&consumer, &handler).await
                }
                None => open(&self.messaging, self.subscription).await.map(|opened| consumer = Some(opened)),
            };
            // The broker is away or the stream was deleted. What was not acknowledged will come again.
            if let Err(failure) = listened {
                tracing::warn!(%failure, stream = self.subscription.stream.name(), "subscription interrupted");
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_millis(500)) => {}
                    () = self.messaging.life().stopping() => {}
                }
            }
        }
        Ok(())
    }

    async fn listen<H, F>(&self, consumer: &PullConsumer, handler: &H) -> Result<(), Failure>
    where
        H: Fn(Delivery) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Outcome> + Send + 'static,
    {
        let mut messages = consumer
            .stream()
            .max_messages_per_batch(BATCH)
            .expires(Duration::from_secs(30))
            .heartbeat(Duration::from_secs(5))
            .messages()
            .await?;
        loop {
            let permit = Arc::clone(&self.permits).acquire_owned().await?;
            let message = tokio::select! {
                message = messages.next() => message,
                () = self.messaging.life().stopping() => {
                    give_back(&mut messages).await;
                    return Ok(());
                }
            };
            let message = message.ok_or_else(|| Failure::new("the message stream ended"))??;
            let (messaging, handler) = (self.messaging.clone(), handler.clone());
            self.messaging.life().spawn(async move {
                handle(&messaging, message, handler).await;
                drop(permit);
            });
        }
    }
}

/// Lets another process have at once what was fetched and will not be handled here.
async fn give_back(messages: &mut pull::Stream) {
    while let Some(Some(Ok(message))) = messages.next().now_or_never() {
        if let Err(error) = message.ack_with(AckKind::Nak(None)).await {
            tracing::debug!(%error, "a message could not be given back");
        }
    }
}

async fn handle<H, F>(messaging: &Messaging, message: Message, handler: H)
where
    H: Fn(Delivery) -> F,
    F: Future<Output = Outcome> + Send + 'static,
{
    let (kind, outcome) = match envelope::open(message.headers.as_ref(), &message.payload) {
        // What it calls itself may be anything, and is for the log and the dead letter only.
        Err(error) => ("unreadable", Outcome::Reject(Failure::from_error(error).to_string())),
        Ok(opened) => {
            let kind = opened.event.kind();
            let span = tracing::info_span!(
                "event",
                kind,
                id = opened.id,
                subject = opened.event.subject(),
                trace_id = opened.trace.trace_id()
            );
            (kind, keeping(&message, run(opened, handler)).instrument(span).await)
        }
    };
    metrics::counter!("events_handled_total", "type" => kind, "outcome" => outcome.label()).increment(1);
    if let Err(failure) = acknowledge(messaging, &message, outcome).await {
        tracing::warn!(%failure, "an acknowledgement was lost; the event will come again");
    }
}

/// Tells the broker now and then that the message is being worked on, so that it is not delivered a second time.
async fn keeping(message: &Message, work: impl Future<Output = Outcome>) -> Outcome {
    tokio::pin!(work);
    loop {
        tokio::select! {
            outcome = &mut work => return outcome,
            () = tokio::time::sleep(ACK_WAIT / 2) => {
                if let Err(error) = message.ack_with(AckKind::Progress).await {
                    tracing::debug!(%error, "the broker was not told of the work in progress");
                }
            }
        }
    }
}

async fn run<H, F>(opened: envelope::Opened, handler: H) -> Outcome
where
    H: Fn(Delivery) -> F,
    F: Future<Output = Outcome> + Send + 'static,
{
    let trace: TraceParent = opened.trace;
    let work = handler(Delivery { event: opened.event, id: opened.id });
    let work = work.in_current_span();
    // A task of its own, so that a panicking handler is a failed attempt and nothing more.
    let outcome = tokio::spawn(trace.scope(work)).await;
    let outcome = outcome.unwrap_or_else(|panic| Outcome::Retry(panic.to_string()));
    match &outcome {
        Outcome::Done | Outcome::AlreadyDone => tracing::debug!(outcome = outcome.label(), "handled"),
        Outcome::Retry(reason) => tracing::warn!(reason, "will be tried again"),
        Outcome::Reject(reason) => tracing::error!(reason, "rejected"),
    }
    outcome
}

async fn acknowledge(messaging: &Messaging, message: &Message, outcome: Outcome) -> Result<(), Failure> {
    let lost = |error: async_nats::Error| Failure::new(error.to_string());
    let attempts = message.info().map_or(1, |info| info.delivered);
    let reason = match outcome {
        Outcome::Done | Outcome::AlreadyDone => return message.double_ack().await.map_err(lost),
        Outcome::Retry(_) if attempts < MAX_ATTEMPTS || age(messaging, message) < MAX_AGE => {
            return message.ack_with(AckKind::Nak(Some(pause(attempts)))).await.map_err(lost);
        }
        Outcome::Retry(reason) => format!("given up after {attempts} attempts: {reason}"),
        Outcome::Reject(reason) => reason,
    };
    dead_letter::bury(messaging, message, &reason).await?;
    message.double_ack_with(AckKind::Term).await.map_err(lost)
}

/// Doubles from 50 ms to a minute, give or take half.
fn pause(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.clamp(1, 12) - 1).unwrap_or_default();
    let pause = (Duration::from_millis(50) * 2_u32.pow(doublings)).min(LONGEST_PAUSE);
    let share = f64::from(u16::from_be_bytes(entropy())) / f64::from(u16::MAX);
    pause.mul_f64(0.5 + share)
}

/// How long ago the broker took the message; unknown counts as just now.
fn age(messaging: &Messaging, message: &Message) -> Duration {
    let published = message.info().map_or(0, |info| info.published.unix_timestamp());
    let seconds = messaging.clock().now().as_second().saturating_sub(published);
    if published == 0 {
        Duration::ZERO
    } else {
        Duration::from_secs(u64::try_from(seconds).unwrap_or_default())
    }
}
