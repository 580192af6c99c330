//! What a write stores, what it announces, and when it is refused.

use bson::{Document, doc};
use messaging::{Aggregates, WriteError};
use mongodb::{IndexModel, options::IndexOptions};
use testkit::holds;

use crate::world::{A_WHILE, Listing, World};

#[tokio::test]
async fn an_insert_announces_its_events_and_nothing_else() {
    let world = World::new().await;
    let service = world.tickets().await;
    let listings = service.listings().await;
    let listing = Listing::new("Hamlet");
    listings.insert(&listing, &[listing.created()]).await.unwrap();
    listings.insert(&Listing::new("Draft"), &[]).await.unwrap();
    service.outbox_becomes_empty().await;
    assert_eq!(world.published().await, [listing.created()]);
    assert_eq!(listings.get(&listing.0.id.to_string()).await.unwrap(), Some(listing));
}

#[tokio::test]
async fn events_leave_in_the_order_of_the_write_with_their_envelope() {
    let world = World::new().await;
    let service = world.tickets().await;
    let listings = service.listings().await;
    let listing = Listing::new("Hamlet");
    listings.insert(&listing, &[listing.created(), listing.updated()]).await.unwrap();
    service.outbox_becomes_empty().await;
    assert_eq!(world.published().await, [listing.created(), listing.updated()]);
    let messages = world.messages("TICKETS").await;
    let message = &messages[0];
    assert_eq!(message.subject.as_str(), format!("{}.ticket.created", world.namespace.name()));
    let header = |name: &str| {
        message.headers.as_ref().and_then(|headers| headers.get(name)).map_or("", |value| value.as_str())
    };
    assert_eq!(header("ce-specversion"), "1.0");
    assert_eq!(header("ce-type"), "ticket.created");
    assert_eq!(header("ce-source"), "/tickets");
    assert_eq!(header("ce-subject"), listing.0.id.to_string());
    assert_eq!(header("ce-time"), "2027-01-15T08:00:00Z");
    assert_eq!(header("content-type"), "application/json");
    assert_eq!(header("ce-id"), header("Nats-Msg-Id"));
    assert_eq!(header("ce-id").as_bytes().get(14), Some(&b'7'), "the id is a UUIDv7: {}", header("ce-id"));
    assert!(header("traceparent").starts_with("00-"));
    let other = messages[1].headers.as_ref().unwrap().get("ce-id").unwrap();
    assert_ne!(header("ce-id"), other.as_str(), "every event has an id of its own");
}

#[tokio::test]
async fn a_replacement_announces_and_keeps_what_was_not_sent_yet() {
    let world = World::new().await;
    let service = world.tickets().await;
    let listings = service.listings().await;
    let first = Listing::new("Hamlet");
    let (second, third) = (first.renamed("Macbeth"), first.renamed("Macbeth").renamed("Othello"));
    listings.insert(&first, &[first.created()]).await.unwrap();
    listings.replace(&second, &[second.updated()]).await.unwrap();
    listings.replace(&third, &[third.updated()]).await.unwrap();
    world.published_becomes(&[first.created(), second.updated(), third.updated()]).await;
    service.outbox_becomes_empty().await;
    assert_eq!(listings.find_one(doc! { "derived.letters": 7 }).await.unwrap(), Some(third));
}

#[tokio::test]
async fn a_stale_replacement_changes_and_announces_nothing() {
    let world = World::new().await;
    let service = world.tickets().await;
    let listings = service.listings().await;
    let first = Listing::new("Hamlet");
    let second = first.renamed("Macbeth");
    listings.insert(&first, &[first.created()]).await.unwrap();
    listings.replace(&second, &[second.updated()]).await.unwrap();

    let lost = first.renamed("Lear");
    assert!(matches!(listings.replace(&lost, &[lost.updated()]).await, Err(WriteError::Stale)));
    let early = second.renamed("Lear").renamed("Lear");
    assert!(matches!(listings.replace(&early, &[early.updated()]).await, Err(WriteError::Stale)));
    let unknown = Listing::new("Lear").renamed("Lear");
    assert!(matches!(listings.replace(&unknown, &[unknown.updated()]).await, Err(WriteError::Stale)));
    let unwanted = second.renamed("Lear");
    let condition = doc! { "state.quantity": { "$gte": 3 } };
    let refused = listings.replace_if(condition, &unwanted, &[unwanted.updated()]).await;
    assert!(matches!(refused, Err(WriteError::Stale)));

    service.outbox_becomes_empty().await;
    assert_eq!(world.published().await, [first.created(), second.updated()]);
    assert_eq!(listings.get(&first.0.id.to_string()).await.unwrap(), Some(second.clone()));
    let wanted = second.renamed("Lear");
    listings.replace_if(doc! { "state.quantity": 2 }, &wanted, &[]).await.unwrap();
}

#[tokio::test]
async fn of_many_who_decided_on_the_same_version_one_wins() {
    let world = World::new().await;
    let service = world.tickets().await;
    let listings = service.listings().await;
    let first = Listing::new("Hamlet");
    listings.insert(&first, &[]).await.unwrap();
    let attempts = (0..32).map(|nth| {
        let (listings, next) = (listings.clone(), first.renamed(&format!("Henry {nth}")));
        async move { (listings.replace(&next, &[next.updated()]).await, next) }
    });
    let outcomes = futures::future::join_all(attempts).await;
    let won: Vec<_> = outcomes.iter().filter(|(outcome, _)| outcome.is_ok()).map(|(_, next)| next).collect();
    assert_eq!(won.len(), 1);
    assert!(outcomes.iter().all(|(outcome, _)| matches!(outcome, Ok(()) | Err(WriteError::Stale))));
    world.published_becomes(&[won[0].updated()]).await;
    service.outbox_becomes_empty().await;
}

#[tokio::test]
async fn a_taken_key_is_a_duplicate_and_announces_nothing() {
    let world = World::new().await;
    let service = world.tickets().await;
    let unique = IndexModel::builder()
        .keys(doc! { "state.title": 1 })
        .options(IndexOptions::builder().unique(true).build())
        .build();
    let listings: Aggregates<Listing> = Aggregates::open(&service.messaging, vec![unique]).await.unwrap();
    let first = Listing::new("Hamlet");
    listings.insert(&first, &[first.created()]).await.unwrap();

    let again = listings.insert(&first, &[first.created()]).await;
    assert!(matches!(again, Err(WriteError::Duplicate(_))), "{again:?}");
    let same_title = Listing::new("Hamlet");
    let taken = listings.insert(&same_title, &[same_title.created()]).await;
    assert!(matches!(taken, Err(WriteError::Duplicate(_))), "{taken:?}");
    let other = Listing::new("Macbeth");
    listings.insert(&other, &[]).await.unwrap();
    let renamed = other.renamed("Hamlet");
    let taken = listings.replace(&renamed, &[renamed.updated()]).await;
    assert!(matches!(taken, Err(WriteError::Duplicate(_))), "{taken:?}");

    let mut transaction = service.messaging.begin().await.unwrap();
    let taken = listings.insert_in(&mut transaction, &same_title, &[same_title.created()]).await;
    assert!(matches!(taken, Err(WriteError::Duplicate(_))), "{taken:?}");
    transaction.abort().await;

    service.outbox_becomes_empty().await;
    let alone = async || world.published().await == [first.created()];
    holds("only the first is announced", A_WHILE, alone).await;
}

#[tokio::test]
async fn aggregates_are_listed_in_order_and_no_more_than_asked_for() {
    let world = World::new().await;
    let service = world.tickets().await;
    let listings = service.listings().await;
    for title in ["Macbeth", "Hamlet", "Othello", "Lear"] {
        listings.insert(&Listing::new(title), &[]).await.unwrap();
    }
    let found = listings.find(doc! {}, doc! { "state.title": 1 }, 3).await.unwrap();
    let titles: Vec<_> = found.iter().map(|listing| listing.0.title.as_str()).collect();
    assert_eq!(titles, ["Hamlet", "Lear", "Macbeth"]);
    let stored = listings.collection::<Document>().count_documents(doc! { "outbox": [] }).await.unwrap();
    assert_eq!(stored, 4, "what announces nothing has an empty outbox");
}
