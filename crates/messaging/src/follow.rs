//! Following a stream: every process reads it for itself, in order, for as long as it lives.
//!
//! A subscription shares the work among replicas and acknowledges; a follower wants to know what happened, all of it,
//! in each of them, and keeps it in memory only.

use std::time::Duration;

use async_nats::{
    datetime::DateTime,
    jetstream::{
        consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull},
        message::Info as MessageInfo,
        stream::Info as StreamInfo,
    },
};
use common::events::{Event, Stream};
use futures::StreamExt;
use jiff::Timestamp;
use runtime::{Failure, Part};

use crate::{Messaging, envelope};

/// How often the broker has to show that it has not forgotten us. After two silences the stream is read anew.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// How long the broker keeps a consumer nobody asks for messages.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(30);
/// Messages asked for at a time.
const BATCH: usize = 256;

/// Where following begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// With the first event there is; after every interruption again, since hearing it twice changes nothing.
    AtTheStart,
    /// This long before the newest event. After an interruption it goes on behind the last one heard.
    BeforeTheNewest(Duration),
}

/// What a follower is told.
#[derive(Debug)]
pub enum News {
    /// From here on every event will be told. Told once at first, and again only if events may have been missed.
    Began(Began),
    /// The next event.
    Happened(Happened),
}

/// Where uninterrupted knowledge of a stream begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Began {
    /// Tells apart streams of the same name: one that was deleted and made anew counts from one again.
    pub epoch: i64,
    /// Every event numbered higher will be told.
    pub after: u64,
    /// Every event the broker took at this moment or later will be told.
    pub since: Timestamp,
}

/// An event in its stream.
#[derive(Debug)]
pub struct Happened {
    /// The event.
    pub event: Event,
    /// Its number in the stream, the same for every follower.
    pub sequence: u64,
    /// When the broker took it.
    pub published: Timestamp,
}

impl Messaging {
    /// Tells `follower` what happens in a stream until the process ends.
    ///
    /// The process is not ready before it has told what the stream held when the following began. Outages of the
    /// broker and the loss of the stream are waited for and mended.
    pub async fn follow(
        &self,
        stream: Stream,
        begin: Begin,
        follower: impl FnMut(News) + Send + 'static,
    ) -> Result<(), Failure> {
        let part = self.life().part();
        self.ensure_stream(stream).await?;
        let reader = Reader { messaging: self.clone(), stream, begin, heard: None, part, follower };
        self.life().spawn_critical("following a stream", reader.run());
        Ok(())
    }
}

struct Reader<F> {
    messaging: Messaging,
    stream: Stream,
    begin: Begin,
    heard: Option<Heard>,
    part: Part,
    follower: F,
}

/// How far a stream was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Heard {
    epoch: i64,
    last: u64,
}

impl<F: FnMut(News)> Reader<F> {
    async fn run(mut self) -> Result<(), Failure> {
        let life = self.messaging.life().clone();
        while !life.is_stopping() {
            if let Err(failure) = self.read().await {
                tracing::warn!(%failure, stream = self.stream.name(), "following interrupted");
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_millis(500)) => {}
                    () = life.stopping() => {}
                }
                if let Err(failure) = self.messaging.ensure_stream(self.stream).await {
                    tracing::warn!(%failure, "a stream that is followed could not be restored");
                }
            }
        }
        Ok(())
    }

    /// Reads the stream until something goes wrong.
    ///
    /// Not with an ordered consumer: it needs more than 15 s to notice that the broker was started anew, waits for
    /// a deleted stream without end, and goes on in a new stream where the old one ended, past all it begins with.
    async fn read(&mut self) -> Result<(), Failure> {
        let prefix = &self.messaging.settings().prefix;
        let stream = self.messaging.jetstream().get_stream(prefix.stream(self.stream.name())).await?;
        let info = stream.cached_info();
        let plan = Plan::of(self.begin, self.heard, info);
        let config = pull::Config {
            deliver_policy: plan.policy(),
            ack_policy: AckPolicy::None,
            filter_subject: prefix.subject(self.stream.subjects()),
            inactive_threshold: FORGOTTEN_AFTER,
            memory_storage: true,
            num_replicas: 1,
            ..Default::default()
        };
        let consumer: PullConsumer = stream.create_consumer(config).await?;
        let epoch = epoch(info);
        if !matches!(plan, Plan::Behind(_)) {
            // The broker has found the place: it will deliver everything behind it.
            let after = consumer.cached_info().delivered.stream_sequence;
            self.heard = Some(Heard { epoch, last: after });
            (self.follower)(News::Began(Began { epoch, after, since: since(plan, info)? }));
        }
        let last = info.state.last_sequence;
        if self.heard.is_some_and(|heard| heard.last >= last) {
            self.part.ready();
        }
        self.listen(&consumer, epoch, last).await
    }

    async fn listen(&mut self, consumer: &PullConsumer, epoch: i64, last: u64) -> Result<(), Failure> {
        let messages =
            consumer.stream().max_messages_per_batch(BATCH).expires(FORGOTTEN_AFTER).heartbeat(HEARTBEAT);
        let mut messages = messages.messages().await?;
        let life = self.messaging.life().clone();
        let mut read = 0;
        loop {
            let message = tokio::select! {
                message = messages.next() => message,
                () = life.stopping() => return Ok(()),
            };
            let message = message.ok_or_else(|| Failure::new("the message stream ended"))??;
            let info = message.info().map_err(|error| Failure::new(error.to_string()))?;
            read += 1;
            if info.consumer_sequence != read {
                return Err(Failure::new("an event was lost on its way"));
            }
            match envelope::open(message.headers.as_ref(), &message.payload) {
                Ok(opened) => (self.follower)(News::Happened(happened(opened.event, &info)?)),
                // Of a kind that a newer publisher knows, perhaps. Whoever must not miss it is a subscription.
                Err(error) => {
                    let error = Failure::from_error(error);
                    tracing::error!(stream = self.stream.name(), %error, "an event could not be read");
                }
            }
            self.heard = Some(Heard { epoch, last: info.stream_sequence });
            if info.stream_sequence >= last || info.pending == 0 {
                self.part.ready();
            }
        }
    }
}

/// From where a stream is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plan {
    /// From its first message.
    All,
    /// From the first message of this moment or later.
    Since(DateTime),
    /// Behind this message, where the reading stopped.
    Behind(u64),
}

impl Plan {
    fn of(begin: Begin, heard: Option<Heard>, info: &StreamInfo) -> Self {
        let Begin::BeforeTheNewest(span) = begin else { return Self::All };
        let state = &info.state;
        match heard {
            // A broker that lost the end of a stream gives its numbers to others: then nobody knows what was heard.
            Some(Heard { epoch, last })
                if epoch == self::epoch(info)
                    && state.first_sequence <= last + 1
                    && last <= state.last_sequence =>
            {
                Self::Behind(last)
            }
            // A new stream of the old name: all that is in it is news.
            Some(heard) if heard.epoch != self::epoch(info) => Self::All,
            _ if state.messages == 0 => Self::All,
            _ => Self::Since(state.last_timestamp - span),
        }
    }

    fn policy(self) -> DeliverPolicy {
        match self {
            Self::All => DeliverPolicy::All,
            Self::Since(start_time) => DeliverPolicy::ByStartTime { start_time },
            Self::Behind(last) => DeliverPolicy::ByStartSequence { start_sequence: last + 1 },
        }
    }
}

fn epoch(info: &StreamInfo) -> i64 {
    i64::try_from(info.created.unix_timestamp_nanos() / 1_000_000).unwrap_or_default()
}

/// From when on everything is heard that is read by this plan. Counted by the broker's clock alone.
fn since(plan: Plan, info: &StreamInfo) -> Result<Timestamp, Failure> {
    let created = moment(info.created)?;
    let state = &info.state;
    Ok(match plan {
        Plan::Since(start) => moment(start)?.max(created),
        // What it held was removed.
        _ if state.messages == 0 && state.last_sequence > 0 => moment(state.last_timestamp)?.max(created),
        _ if state.first_sequence > 1 => moment(state.first_timestamp)?.max(created),
        Plan::All | Plan::Behind(_) => created,
    })
}

fn happened(event: Event, info: &MessageInfo<'_>) -> Result<Happened, Failure> {
    Ok(Happened { event, sequence: info.stream_sequence, published: moment(info.published)? })
}

fn moment(time: DateTime) -> Result<Timestamp, Failure> {
    Ok(Timestamp::from_nanosecond(time.unix_timestamp_nanos())?)
}
