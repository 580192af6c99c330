//! Events that cannot be handled are kept, listed and replayed.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_nats::HeaderMap;
use messaging::{DeadLetter, Outcome};
use testkit::{Broker, eventually, holds};

use crate::world::{A_WHILE, Listing, Service, World};

async fn letters_become(service: &Service, count: usize) -> Vec<DeadLetter> {
    eventually(format!("{count} dead letters"), || async {
        let letters = service.messaging.dead_letters().list().await.unwrap();
        (letters.len() == count).then_some(letters)
    })
    .await
}

#[tokio::test]
async fn what_is_rejected_is_kept_with_its_reason_and_handled_when_replayed() {
    let world = World::new().await;
    let (tickets, orders) = (world.tickets().await, world.service("orders", &[]).await);
    let payments = world.service("payments", &[]).await;
    let mended = Arc::new(AtomicBool::new(false));
    let works = Arc::clone(&mended);
    let heard = orders
        .hear(move |_, _| {
            if works.load(Ordering::SeqCst) { Outcome::Done } else { Outcome::Reject("no\nseats".to_owned()) }
        })
        .await;
    let bystander = payments.hear(|_, _| Outcome::Done).await;
    let listings = tickets.listings().await;
    let listing = Listing::new("Hamlet");
    listings.insert(&listing, &[listing.created(), listing.updated()]).await.unwrap();

    let letters = letters_become(&orders, 2).await;
    assert_eq!(letters[0].subject, listing.0.id.to_string());
    assert!(letters.iter().all(|letter| letter.reason == "no seats"), "{letters:?}");
    assert_eq!(
        payments.messaging.dead_letters().list().await.unwrap(),
        [],
        "the letters are their service's own"
    );
    holds("a rejected event does not come again", A_WHILE, async || heard.all().await.len() == 2).await;

    mended.store(true, Ordering::SeqCst);
    let first = letters.iter().find(|letter| letter.kind == "ticket.created").unwrap();
    assert_eq!(orders.messaging.dead_letters().replay(Some(first.sequence)).await.unwrap(), 1);
    heard.becomes(&listing.created(), 2).await;
    let left = letters_become(&orders, 1).await;
    assert_eq!(left[0].kind, "ticket.updated");
    assert_eq!(orders.messaging.dead_letters().replay(None).await.unwrap(), 1);
    heard.becomes(&listing.updated(), 2).await;
    letters_become(&orders, 0).await;

    let all = heard.all().await;
    let ids = |event: &_| {
        all.iter().filter(|heard| heard.event == *event).map(|heard| &heard.id).collect::<Vec<_>>()
    };
    for event in [listing.created(), listing.updated()] {
        let ids = ids(&event);
        assert_eq!(ids[0], ids[1], "a replayed event keeps its id");
        bystander.becomes(&event, 2).await;
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_and_does_not_stop_the_rest() {
    let world = World::new().await;
    let (tickets, orders) = (world.tickets().await, world.service("orders", &[]).await);
    let heard = orders.hear(|_, _| Outcome::Done).await;
    let broker = Broker::connect(&world.namespace).await;
    broker.publish_raw("ticket.created", "{not json").await;
    broker.publish_raw("ticket.created", r#"{"id":"5"}"#).await;
    let subject = |kind: &str| format!("{}.{kind}", world.namespace.name());
    // A type nobody knows, and no type at all.
    let mut headers = HeaderMap::new();
    headers.insert("ce-type", "ticket.exploded");
    let sent = world.jetstream.publish_with_headers(subject("ticket.updated"), headers, "{}".into()).await;
    sent.unwrap().await.unwrap();
    world.jetstream.publish(subject("ticket.withdrawn"), "{}".into()).await.unwrap().await.unwrap();

    let letters = letters_become(&orders, 4).await;
    let mut kinds: Vec<_> = letters.iter().map(|letter| letter.kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["", "ticket.created", "ticket.created", "ticket.exploded"]);
    assert!(letters.iter().all(|letter| !letter.reason.is_empty()), "{letters:?}");
    assert!(letters.iter().any(|letter| letter.reason.contains("unknown event type")), "{letters:?}");

    let listings = tickets.listings().await;
    let listing = Listing::new("Hamlet");
    listings.insert(&listing, &[listing.created()]).await.unwrap();
    heard.becomes(&listing.created(), 1).await;
    assert_eq!(heard.all().await.len(), 1);

    // Nothing was mended, so a replay brings them all back.
    assert_eq!(orders.messaging.dead_letters().replay(None).await.unwrap(), 4);
    letters_become(&orders, 4).await;
}
