//! Following `session.revoked`, so that a session ended anywhere stops working here.

use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use common::{
    events::{Event, Stream},
    session::Revocations,
};
use futures::StreamExt;
use runtime::{Failure, Part};

use crate::{Messaging, envelope};

/// How often the broker has to show that it has not forgotten us. After two silences the stream is read anew.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// How long the broker keeps a consumer nobody asks for messages.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(30);
/// Messages asked for at a time.
const BATCH: usize = 256;

/// Keeps `revocations` up to date until the process ends, from the start of the stream.
///
/// The process is not ready before it has read what the stream held. Every process reads for itself: there is no
/// durable consumer to share, because each must know all.
pub async fn follow_revocations(messaging: &Messaging, revocations: Revocations) -> Result<(), Failure> {
    let part = messaging.life().part();
    messaging.ensure_stream(Stream::Sessions).await?;
    messaging.life().spawn_critical("following revocations", follow(messaging.clone(), revocations, part));
    Ok(())
}

async fn follow(messaging: Messaging, revocations: Revocations, mut part: Part) -> Result<(), Failure> {
    while !messaging.life().is_stopping() {
        if let Err(failure) = read(&messaging, &revocations, &mut part).await {
            tracing::warn!(%failure, "following revocations interrupted");
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(500)) => {}
                () = messaging.life().stopping() => {}
            }
            if let Err(failure) = messaging.ensure_stream(Stream::Sessions).await {
                tracing::warn!(%failure, "the stream of revocations could not be restored");
            }
        }
    }
    Ok(())
}

/// Reads the stream from its start until something goes wrong; starting over changes nothing that is known.
///
/// Not with an ordered consumer: it needs more than 15 s to notice that the broker was started anew, waits for
/// a deleted stream without end, and goes on in a new stream where the old one ended, past all it begins with.
async fn read(messaging: &Messaging, revocations: &Revocations, part: &mut Part) -> Result<(), Failure> {
    let prefix = &messaging.settings().prefix;
    let stream = messaging.jetstream().get_stream(prefix.stream(Stream::Sessions.name())).await?;
    let state = &stream.cached_info().state;
    let (last, empty) = (state.last_sequence, state.messages == 0);
    let config = pull::Config {
        deliver_policy: DeliverPolicy::All,
        ack_policy: AckPolicy::None,
        filter_subject: prefix.subject(Stream::Sessions.subjects()),
        inactive_threshold: FORGOTTEN_AFTER,
        memory_storage: true,
        num_replicas: 1,
        ..Default::default()
    };
    let consumer = stream.create_consumer(config).await?;
    let messages =
        consumer.stream().max_messages_per_batch(BATCH).expires(FORGOTTEN_AFTER).heartbeat(HEARTBEAT);
    let mut messages = messages.messages().await?;
    if empty {
        part.ready();
    }
    let mut read = 0;
    loop {
        let message = tokio::select! {
            message = messages.next() => message,
            () = messaging.life().stopping() => return Ok(()),
        };
        let message = message.ok_or_else(|| Failure::new("the message stream ended"))??;
        let info = message.info().map_err(|error| Failure::new(error.to_string()))?;
        read += 1;
        if info.consumer_sequence != read {
            return Err(Failure::new("a revocation was lost on its way"));
        }
        match envelope::open(message.headers.as_ref(), &message.payload) {
            Ok(envelope::Opened { event: Event::SessionRevoked(revoked), .. }) => {
                revocations.apply(&revoked, messaging.clock().now());
            }
            Ok(other) => tracing::warn!(kind = other.event.kind(), "not a revocation"),
            Err(error) => {
                tracing::error!(error = %Failure::from_error(error), "a revocation could not be read");
            }
        }
        if info.stream_sequence >= last || info.pending == 0 {
            part.ready();
        }
    }
}
