//! Sessions ended anywhere are known everywhere.

use std::time::{Duration, Instant};

use common::{
    events::{Event, RevokedSessions, SessionRevoked, Stream},
    id::{Id, SessionId, UserId},
    session::{Claims, Revocations},
};
use messaging::follow_revocations;
use runtime::entropy;
use testkit::{Broker, eventually};

use crate::world::{Service, World};

fn claims(world: &World) -> Claims {
    let now = world.clock.now();
    Claims {
        sub: UserId::generate(now, entropy()),
        email: "ada@example.org".parse().unwrap(),
        sid: SessionId::generate(now, entropy()),
        iat: now.as_second(),
        exp: now.as_second() + 3600,
    }
}

async fn revoke(world: &World, claims: &Claims) {
    let scope = RevokedSessions::One { session_id: claims.sid };
    let expires_at = world.clock.now() + Duration::from_hours(1);
    let broker = Broker::connect(&world.namespace).await;
    broker.publish(&Event::SessionRevoked(SessionRevoked { scope, expires_at })).await;
}

async fn follow(world: &World, name: &'static str) -> (Service, Revocations) {
    let service = world.service(name, &[]).await;
    let revocations = Revocations::default();
    follow_revocations(&service.messaging, revocations.clone()).await.unwrap();
    eventually("the service to be ready", || async { service.life.is_ready().then_some(()) }).await;
    (service, revocations)
}

async fn known(revocations: &Revocations, claims: &Claims) {
    eventually("the revocation to be known", || async { revocations.revoked(claims).then_some(()) }).await;
}

#[tokio::test]
async fn a_service_that_is_ready_knows_all_earlier_revocations() {
    let world = World::new().await;
    let _auth = world.service("auth", &[Stream::Sessions]).await;
    let sessions: Vec<Claims> = (0..50).map(|_| claims(&world)).collect();
    for session in &sessions {
        revoke(&world, session).await;
    }
    let (_orders, revocations) = follow(&world, "orders").await;
    assert!(sessions.iter().all(|session| revocations.revoked(session)));
    assert!(!revocations.revoked(&claims(&world)));
}

#[tokio::test]
async fn a_revocation_is_known_to_every_replica_within_a_second() {
    let world = World::new().await;
    let (_first, one) = follow(&world, "orders").await;
    let (_second, other) = follow(&world, "orders").await;
    let session = claims(&world);
    assert!(!one.revoked(&session));
    revoke(&world, &session).await;
    let began = Instant::now();
    known(&one, &session).await;
    known(&other, &session).await;
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
}

#[tokio::test]
async fn what_is_no_revocation_does_not_stop_the_following() {
    let world = World::new().await;
    let (service, revocations) = follow(&world, "orders").await;
    let broker = Broker::connect(&world.namespace).await;
    broker.publish_raw("session.revoked", "{}").await;
    broker.publish_raw("session.noise", "nothing").await;
    let session = claims(&world);
    revoke(&world, &session).await;
    known(&revocations, &session).await;
    assert!(service.life.is_ready());
}

#[tokio::test]
async fn revocations_are_followed_over_the_loss_of_their_stream() {
    let world = World::new().await;
    let _auth = world.service("auth", &[Stream::Sessions]).await;
    let (_orders, revocations) = follow(&world, "orders").await;
    let old: Vec<Claims> = (0..5).map(|_| claims(&world)).collect();
    for session in &old {
        revoke(&world, session).await;
        known(&revocations, session).await;
    }
    // Restored by the follower, and by somebody else before the follower can have noticed.
    for restored_by_other in [false, true] {
        world.jetstream.delete_stream(world.stream_name("SESSIONS")).await.unwrap();
        if restored_by_other {
            let _auth = world.service("auth", &[Stream::Sessions]).await;
        }
        eventually("the stream to be there", || async {
            world.jetstream.get_stream(world.stream_name("SESSIONS")).await.ok().map(drop)
        })
        .await;
        // The new stream counts from one again: its first messages are news all the same.
        let session = claims(&world);
        revoke(&world, &session).await;
        known(&revocations, &session).await;
    }
    assert!(old.iter().all(|session| revocations.revoked(session)), "what was known stays known");
}
