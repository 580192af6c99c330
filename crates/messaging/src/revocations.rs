//! Following `session.revoked`, so that a session ended anywhere stops working here.

use common::{
    events::{Event, Stream},
    session::Revocations,
};
use runtime::Failure;

use crate::{Begin, Messaging, News};

/// Keeps `revocations` up to date until the process ends, from the start of the stream.
///
/// The process is not ready before it has read what the stream held. Every process reads for itself: there is no
/// durable consumer to share, because each must know all. Starting over changes nothing that is known.
pub async fn follow_revocations(messaging: &Messaging, revocations: Revocations) -> Result<(), Failure> {
    let clock = messaging.clock().clone();
    let follower = move |news| match news {
        News::Began(_) => {}
        News::Happened(happened) => match happened.event {
            Event::SessionRevoked(revoked) => revocations.apply(&revoked, clock.now()),
            other => tracing::warn!(kind = other.kind(), "not a revocation"),
        },
    };
    messaging.follow(Stream::Sessions, Begin::AtTheStart, follower).await
}
