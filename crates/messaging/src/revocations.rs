//! Following `session.revoked`, so that a session ended anywhere stops working here.

use std::time::Duration;

use async_nats::jetstream::{
    consumer::{DeliverPolicy, pull::OrderedConfig},
    context::GetStreamErrorKind,
    stream::Info,
};
use common::{
    events::{Event, Stream},
    session::Revocations,
};
use futures::StreamExt;
use runtime::{Failure, Part};
use tokio::time::MissedTickBehavior;

use crate::{Messaging, envelope};

/// How often it is made sure that the stream is still the one being read.
const LOOK_EVERY: Duration = Duration::from_secs(1);

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

async fn read(messaging: &Messaging, revocations: &Revocations, part: &mut Part) -> Result<(), Failure> {
    let prefix = &messaging.settings().prefix;
    let stream = messaging.jetstream().get_stream(prefix.stream(Stream::Sessions.name())).await?;
    let last = stream.cached_info().state.last_sequence;
    let config = OrderedConfig {
        deliver_policy: DeliverPolicy::All,
        filter_subject: prefix.subject(Stream::Sessions.subjects()),
        ..Default::default()
    };
    let mut messages = stream.create_consumer(config).await?.messages().await?;
    if stream.cached_info().state.messages == 0 {
        part.ready();
    }
    let mut look = tokio::time::interval(LOOK_EVERY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let message = tokio::select! {
            message = messages.next() => message,
            _ = look.tick() => {
                same_stream(messaging, stream.cached_info()).await?;
                continue;
            }
            () = messaging.life().stopping() => return Ok(()),
        };
        let message = message.ok_or_else(|| Failure::new("the message stream ended"))??;
        match envelope::open(message.headers.as_ref(), &message.payload) {
            Ok(envelope::Opened { event: Event::SessionRevoked(revoked), .. }) => {
                revocations.apply(&revoked, messaging.clock().now());
            }
            Ok(other) => tracing::warn!(kind = other.event.kind(), "not a revocation"),
            Err(error) => {
                tracing::error!(error = %Failure::from_error(error), "a revocation could not be read");
            }
        }
        if message.info().is_ok_and(|info| info.stream_sequence >= last || info.pending == 0) {
            part.ready();
        }
    }
}

/// Fails if the stream being read is gone or was made anew.
///
/// An ordered consumer does not tell: it waits for the stream without end, and then goes on where the old one ended,
/// past everything the new one begins with. While the broker is away there is nothing to compare.
async fn same_stream(messaging: &Messaging, reading: &Info) -> Result<(), Failure> {
    match messaging.jetstream().get_stream(&reading.config.name).await {
        Ok(stream) if stream.cached_info().created != reading.created => {
            Err(Failure::new("the stream was made anew"))
        }
        Err(error) if matches!(error.kind(), GetStreamErrorKind::JetStream(_)) => Err(error.into()),
        Ok(_) | Err(_) => Ok(()),
    }
}
