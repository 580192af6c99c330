//! What a crash left in the outbox is found and sent.

use std::time::Duration;

use bson::{DateTime, Document, doc, serialize_to_bson};
use common::clock::Clock;
use messaging::Aggregate;
use testkit::{eventually, holds};

use crate::world::{A_WHILE, Listing, Service, World};

/// A document as a process leaves it that dies between the commit and the broker's confirmation.
fn left_behind(listing: &Listing, id: &str) -> Document {
    doc! {
        "_id": listing.id(),
        "state": serialize_to_bson(listing).unwrap(),
        "derived": {},
        "outbox": [{
            "id": id,
            "kind": "ticket.created",
            "subject": listing.id(),
            "at": DateTime::from_millis(1_800_000_000_000),
            "trace": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "data": listing.created().to_json().unwrap(),
        }],
    }
}

/// A `UUIDv7` made `ago` before the clock's time.
fn id_made(clock: &Clock, ago: Duration, nth: u64) -> String {
    let milliseconds = clock.now().as_millisecond() - i64::try_from(ago.as_millis()).unwrap();
    let hex = format!("{milliseconds:012x}");
    format!("{}-{}-7000-8000-{nth:012x}", &hex[..8], &hex[8..])
}

async fn leave(service: &Service, documents: &[Document]) {
    let collection = service.messaging.database().collection::<Document>(Listing::COLLECTION);
    collection.insert_many(documents).await.unwrap();
}

#[tokio::test]
async fn a_new_process_sends_what_the_last_one_left() {
    let world = World::new().await;
    let listing = Listing::new("Hamlet");
    let before = world.tickets().await;
    let id = id_made(&world.clock, Duration::from_millis(3), 1);
    leave(&before, &[left_behind(&listing, &id)]).await;
    before.stop().await;

    let service = world.tickets().await;
    let _listings = service.listings().await;
    world.published_becomes(&[listing.created()]).await;
    service.outbox_becomes_empty().await;
    let message = world.messages("TICKETS").await.remove(0);
    let headers = message.headers.as_ref().unwrap();
    assert_eq!(headers.get("ce-id").unwrap().as_str(), id, "it is the event that was committed, not another");
    assert!(headers.get("traceparent").unwrap().as_str().contains("0af7651916cd43dd8448eb211c80319c"));
}

#[tokio::test]
async fn a_running_process_sends_what_another_left_once_it_is_old_enough() {
    let world = World::new().await;
    let service = world.tickets().await;
    let listings = service.listings().await;
    // The first round of the sweeper takes everything: this one, old enough for any round, shows that it has passed.
    let first = Listing::new("Hamlet");
    leave(&service, &[left_behind(&first, &id_made(&world.clock, Duration::from_secs(6), 1))]).await;
    world.published_becomes(&[first.created()]).await;
    service.outbox_becomes_empty().await;

    let second = Listing::new("Macbeth");
    leave(&service, &[left_behind(&second, &id_made(&world.clock, Duration::ZERO, 2))]).await;
    let one = async || world.published().await.len() == 1;
    holds("a young entry is the relay's of its own process", A_WHILE * 5, one).await;
    world.clock.advance(Duration::from_secs(6));
    world.published_becomes(&[first.created(), second.created()]).await;
    service.outbox_becomes_empty().await;
    assert_eq!(listings.get(&second.id()).await.unwrap(), Some(second));
}

#[tokio::test]
async fn an_event_the_broker_had_already_is_not_stored_twice() {
    let world = World::new().await;
    let service = world.tickets().await;
    let listings = service.listings().await;
    let listing = Listing::new("Hamlet");
    listings.insert(&listing, &[listing.created()]).await.unwrap();
    world.published_becomes(&[listing.created()]).await;
    let sent = world.messages("TICKETS").await.remove(0);
    let id = sent.headers.as_ref().unwrap().get("ce-id").unwrap().as_str().to_owned();
    service.outbox_becomes_empty().await;
    service.stop().await;

    // As if the process had died between the confirmation and the pruning.
    let service = world.tickets().await;
    let collection = service.messaging.database().collection::<Document>(Listing::COLLECTION);
    let entry = left_behind(&listing, &id).get_array("outbox").unwrap()[0].clone();
    collection.update_one(doc! { "_id": listing.id() }, doc! { "$push": { "outbox": entry } }).await.unwrap();
    world.clock.advance(Duration::from_secs(6));
    let _listings = service.listings().await;
    service.outbox_becomes_empty().await;
    assert_eq!(world.published().await, [listing.created()]);
}

#[tokio::test]
async fn more_than_one_batch_is_sent_and_pruned() {
    let world = World::new().await;
    let before = world.tickets().await;
    let left: Vec<Document> = (0..1500)
        .map(|nth| left_behind(&Listing::new("Hamlet"), &id_made(&world.clock, Duration::from_secs(9), nth)))
        .collect();
    leave(&before, &left).await;
    before.stop().await;
    let service = world.tickets().await;
    let _listings = service.listings().await;
    service.outbox_becomes_empty().await;
    eventually("all to be published", || async { (world.published().await.len() == 1500).then_some(()) })
        .await;
}
