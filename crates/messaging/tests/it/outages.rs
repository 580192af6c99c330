//! The broker goes away and comes back.

use std::time::Duration;

use async_nats::jetstream;
use common::{
    events::{Event, RevokedSessions, SessionRevoked, Stream},
    id::{Id, SessionId, UserId},
    session::{Claims, Revocations},
};
use messaging::{Begin, News, Outcome, follow_revocations};
use stack::{Process, Program, Stack, ports, tools};
use testkit::{Broker, Namespace, eventually};

use crate::world::{Listing, World};

/// A broker of the test's own that keeps its data over a restart.
struct OwnBroker {
    process: Process,
    url: String,
}

impl OwnBroker {
    async fn start(stack: &Stack) -> Self {
        let address = ports::free().unwrap();
        let program = Program::new("nats", tools::NATS_SERVER.find().unwrap())
            .args(["-js", "-a", "127.0.0.1", "-p", &address.port().to_string(), "-sd"])
            .arg(stack.subfolder("nats").unwrap());
        let own = Self { process: stack.spawn(program).unwrap(), url: format!("nats://{address}") };
        own.answers().await;
        own
    }

    async fn answers(&self) {
        eventually("the broker to answer", || async {
            let client = async_nats::connect(&self.url).await.ok()?;
            jetstream::new(client).query_account().await.ok().map(drop)
        })
        .await;
    }

    async fn restart(&self) {
        self.process.restart().unwrap();
        self.answers().await;
    }
}

#[tokio::test]
async fn what_was_committed_while_the_broker_was_away_is_announced_when_it_is_back() {
    let stack = Stack::temporary().unwrap();
    let broker = OwnBroker::start(&stack).await;
    let world = World::at(Namespace::new().with("NATS_URL", &broker.url)).await;
    let (tickets, orders) = (world.tickets().await, world.service("orders", &[]).await);
    let heard = orders.hear(|_, _| Outcome::Done).await;
    let listings = tickets.listings().await;
    let before = Listing::new("Hamlet");
    listings.insert(&before, &[before.created()]).await.unwrap();
    heard.becomes(&before.created(), 1).await;

    broker.process.kill9();
    let during: Vec<Listing> = (0..20).map(|nth| Listing::new(&format!("Henry {nth}"))).collect();
    for listing in &during {
        listings.insert(listing, &[listing.created()]).await.unwrap();
    }
    assert!(!tickets.messaging.outbox_is_empty().await.unwrap());
    broker.restart().await;
    world.clock.advance(Duration::from_secs(6));
    for listing in &during {
        heard.becomes(&listing.created(), 1).await;
    }
    tickets.outbox_becomes_empty().await;
    let after = Listing::new("Lear");
    listings.insert(&after, &[after.created()]).await.unwrap();
    heard.becomes(&after.created(), 1).await;
}

#[tokio::test]
async fn a_service_waits_for_a_broker_that_starts_later() {
    let stack = Stack::temporary().unwrap();
    let broker = OwnBroker::start(&stack).await;
    let world = World::at(Namespace::new().with("NATS_URL", &broker.url)).await;
    broker.process.kill9();
    let (service, ()) = tokio::join!(world.tickets(), broker.restart());
    let listings = service.listings().await;
    let listing = Listing::new("Hamlet");
    listings.insert(&listing, &[listing.created()]).await.unwrap();
    service.outbox_becomes_empty().await;
}

#[tokio::test]
async fn revocations_are_followed_over_a_restart_of_the_broker() {
    let stack = Stack::temporary().unwrap();
    let own = OwnBroker::start(&stack).await;
    let world = World::at(Namespace::new().with("NATS_URL", &own.url)).await;
    let _auth = world.service("auth", &[Stream::Sessions]).await;
    let orders = world.service("orders", &[]).await;
    let revocations = Revocations::default();
    follow_revocations(&orders.messaging, revocations.clone()).await.unwrap();
    for _ in 0..2 {
        let session = SessionId::generate(world.clock.now(), runtime::entropy());
        let claims = Claims {
            sub: UserId::generate(world.clock.now(), runtime::entropy()),
            email: "ada@example.org".parse().unwrap(),
            sid: session,
            iat: 0,
            exp: i64::MAX,
        };
        let expires_at = world.clock.now() + Duration::from_mins(1);
        let revoked = SessionRevoked { scope: RevokedSessions::One { session_id: session }, expires_at };
        Broker::connect(&world.namespace).await.publish(&Event::SessionRevoked(revoked)).await;
        eventually("the session to be revoked", || async { revocations.revoked(&claims).then_some(()) })
            .await;
        own.process.kill9();
        own.restart().await;
    }
}

#[tokio::test]
async fn a_restart_of_the_broker_is_no_gap_for_who_follows() {
    let stack = Stack::temporary().unwrap();
    let own = OwnBroker::start(&stack).await;
    let world = World::at(Namespace::new().with("NATS_URL", &own.url)).await;
    let tickets = world.tickets().await;
    let (news, mut told) = tokio::sync::mpsc::unbounded_channel();
    let follower = move |what| news.send(what).unwrap();
    let begin = Begin::BeforeTheNewest(Duration::ZERO);
    tickets.messaging.follow(Stream::Tickets, begin, follower).await.unwrap();
    assert!(matches!(told.recv().await, Some(News::Began(_))));
    for sequence in 1..=3 {
        Broker::connect(&world.namespace).await.publish(&Listing::new("Hamlet").created()).await;
        let next = told.recv().await;
        assert!(matches!(&next, Some(News::Happened(happened)) if happened.sequence == sequence), "{next:?}");
        own.process.kill9();
        own.restart().await;
    }
}
