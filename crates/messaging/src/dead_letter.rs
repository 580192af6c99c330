//! Events a service could not handle, kept with the reason until someone replays them.

use std::time::Duration;

use async_nats::{
    HeaderMap,
    header::NATS_MESSAGE_ID,
    jetstream::{
        Message, context::PublishErrorKind, stream::Config as StreamConfig, stream::Stream as JetStream,
    },
};
use runtime::Failure;

use crate::{Messaging, envelope, outbox::event_id};

const STREAM: &str = "DEAD_LETTERS";
const REASON: &str = "dead-letter-reason";
const ORIGINAL_SUBJECT: &str = "dead-letter-subject";
const RETENTION: Duration = Duration::from_hours(90 * 24);

pub(crate) async fn ensure_stream(messaging: &Messaging) -> Result<(), Failure> {
    let prefix = &messaging.settings().prefix;
    let config = StreamConfig {
        name: prefix.stream(STREAM),
        subjects: vec![prefix.subject("dead.>")],
        max_age: RETENTION,
        ..Default::default()
    };
    messaging.ensure(config).await
}

/// Keeps a copy of a message with the reason. Returns once the broker has it.
pub(crate) async fn bury(messaging: &Messaging, message: &Message, reason: &str) -> Result<(), Failure> {
    let mut headers = message.headers.clone().unwrap_or_default();
    let kind = headers.get(envelope::TYPE).map_or("unknown", |kind| kind.as_str()).to_owned();
    // Named by its place in its stream and the time it came there: burying it twice keeps one copy a service, and a
    // stream made anew counts from one again.
    if let Ok(info) = message.info() {
        let (service, published) = (messaging.settings().service(), info.published.unix_timestamp_nanos());
        let id = format!("{service}-{}-{}-{published}", info.stream, info.stream_sequence);
        headers.insert(NATS_MESSAGE_ID, id.as_str());
    }
    headers.insert(REASON, reason.replace(['\r', '\n'], " ").as_str());
    headers.insert(ORIGINAL_SUBJECT, message.subject.as_str());
    let token: String =
        kind.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '_' }).collect();
    let subject = format!("dead.{}.{token}", messaging.settings().service());
    let subject = messaging.settings().prefix.subject(&subject);
    let copy = messaging.jetstream().publish_with_headers(subject, headers, message.payload.clone()).await?;
    match copy.await {
        Ok(_) => {}
        Err(error) if error.kind() == PublishErrorKind::StreamNotFound => {
            ensure_stream(messaging).await?;
            return Err(Failure::from_error(error).during("the stream of dead letters had to be made again"));
        }
        Err(error) => return Err(error.into()),
    }
    metrics::counter!("dead_letters_total").increment(1);
    Ok(())
}

/// An event this service could not handle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its number, for replaying just this one.
    pub sequence: u64,
    /// The event's type.
    pub kind: String,
    /// The aggregate it is about.
    pub subject: String,
    /// Why it could not be handled.
    pub reason: String,
}

/// The dead letters of one service.
#[derive(Debug, Clone)]
pub struct DeadLetters {
    messaging: Messaging,
}

impl DeadLetters {
    pub(crate) fn new(messaging: Messaging) -> Self {
        Self { messaging }
    }

    /// All of them, oldest first.
    pub async fn list(&self) -> Result<Vec<DeadLetter>, Failure> {
        Ok(self.read().await?.into_iter().map(|buried| buried.letter).collect())
    }

    /// Publishes them again as they first were, and removes them; only number `only` if given. Returns how many.
    ///
    /// Every service hears a replayed event again. Those that had handled it find nothing to do.
    pub async fn replay(&self, only: Option<u64>) -> Result<usize, Failure> {
        let stream = self.stream().await?;
        let mut count = 0;
        for buried in self.read().await? {
            if only.is_some_and(|sequence| sequence != buried.letter.sequence) {
                continue;
            }
            let now = self.messaging.clock().now().as_millisecond();
            let mut headers = HeaderMap::new();
            for (name, values) in buried.headers.iter() {
                let ours: &str = name.as_ref();
                if ours != REASON && ours != ORIGINAL_SUBJECT && ours != "Nats-Msg-Id" {
                    for value in values {
                        headers.append(name.clone(), value.clone());
                    }
                }
            }
            headers.insert(NATS_MESSAGE_ID, event_id(now).to_string().as_str());
            let jetstream = self.messaging.jetstream();
            jetstream.publish_with_headers(buried.original_subject, headers, buried.payload).await?.await?;
            stream.delete_message(buried.letter.sequence).await?;
            count += 1;
        }
        Ok(count)
    }

    async fn stream(&self) -> Result<JetStream, Failure> {
        Ok(self.messaging.jetstream().get_stream(self.messaging.settings().prefix.stream(STREAM)).await?)
    }

    async fn read(&self) -> Result<Vec<Buried>, Failure> {
        let stream = self.stream().await?;
        let filter = format!("dead.{}.>", self.messaging.settings().service());
        let filter = self.messaging.settings().prefix.subject(&filter);
        let last = stream.cached_info().state.last_sequence;
        let mut found = Vec::new();
        let mut next = stream.cached_info().state.first_sequence.max(1);
        while next <= last {
            use async_nats::jetstream::stream::DirectGetErrorKind;
            let message = match stream.direct_get_next_for_subject(filter.as_str(), Some(next)).await {
                Ok(message) => message,
                Err(error) if error.kind() == DirectGetErrorKind::NotFound => break,
                Err(error) => return Err(error.into()),
            };
            next = message.sequence + 1;
            let text = |name: &str| message.headers.get(name).map_or("", |value| value.as_str()).to_owned();
            found.push(Buried {
                letter: DeadLetter {
                    sequence: message.sequence,
                    kind: text(envelope::TYPE),
                    subject: text(envelope::SUBJECT),
                    reason: text(REASON),
                },
                original_subject: text(ORIGINAL_SUBJECT),
                headers: message.headers.clone(),
                payload: message.payload,
            });
        }
        Ok(found)
    }
}

struct Buried {
    letter: DeadLetter,
    original_subject: String,
    headers: HeaderMap,
    payload: bytes::Bytes,
}
