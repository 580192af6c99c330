//! Streams that are missing, deleted or made by somebody else; announcing everything again.

use std::time::Duration;

use async_nats::jetstream::stream::{Config, StorageType};
use common::events::Stream;
use messaging::Outcome;
use testkit::{Namespace, eventually};

use crate::world::{Listing, World};

#[tokio::test]
async fn streams_are_made_as_the_settings_say() {
    let world = World::new().await;
    let _tickets = world.tickets().await;
    let stream = world.jetstream.get_stream(world.stream_name("TICKETS")).await.unwrap();
    let config = &stream.cached_info().config;
    assert_eq!(config.subjects, [format!("{}.ticket.>", world.namespace.name())]);
    assert_eq!(config.storage, StorageType::File);
    assert_eq!(config.num_replicas, 1);
    assert_eq!(config.duplicate_window, Duration::from_mins(2));
    world.jetstream.get_stream(world.stream_name("DEAD_LETTERS")).await.unwrap();
}

#[tokio::test]
async fn a_stream_that_drifted_is_brought_back_if_it_can_be() {
    let world = World::new().await;
    let config = |storage| Config {
        name: world.stream_name("TICKETS"),
        subjects: vec![format!("{}.elsewhere", world.namespace.name())],
        storage,
        ..Default::default()
    };
    world.jetstream.create_stream(config(StorageType::File)).await.unwrap();
    let tickets = world.tickets().await;
    let listings = tickets.listings().await;
    let listing = Listing::new("Hamlet");
    listings.insert(&listing, &[listing.created()]).await.unwrap();
    world.published_becomes(&[listing.created()]).await;
}

#[tokio::test]
async fn a_stream_that_cannot_be_brought_back_stops_the_start() {
    let world = World::at(Namespace::new().with("STARTUP_SECONDS", "0")).await;
    let config = Config {
        name: world.stream_name("TICKETS"),
        subjects: vec![format!("{}.ticket.>", world.namespace.name())],
        storage: StorageType::Memory,
        ..Default::default()
    };
    world.jetstream.create_stream(config).await.unwrap();
    let failure = world.try_service("tickets", &[Stream::Tickets]).await.err().expect("the start fails");
    assert!(failure.to_string().contains(&world.stream_name("TICKETS")), "{failure}");
}

#[tokio::test]
async fn a_stream_deleted_under_way_is_restored_and_republishing_refills_it() {
    let world = World::new().await;
    let (tickets, orders) = (world.tickets().await, world.service("orders", &[]).await);
    let heard = orders.hear(|_, _| Outcome::Done).await;
    let listings = tickets.listings().await;
    let (old, draft) = (Listing::new("Hamlet"), Listing::new("Draft"));
    listings.insert(&old, &[old.created()]).await.unwrap();
    listings.insert(&draft, &[]).await.unwrap();
    heard.becomes(&old.created(), 1).await;
    tickets.outbox_becomes_empty().await;

    world.jetstream.delete_stream(world.stream_name("TICKETS")).await.unwrap();
    let new = Listing::new("Macbeth");
    listings.insert(&new, &[new.created()]).await.unwrap();
    // What the missing stream did not take is the sweeper's once it is old enough.
    world.clock.advance(Duration::from_secs(6));
    heard.becomes(&new.created(), 1).await;
    tickets.outbox_becomes_empty().await;

    assert_eq!(tickets.messaging.republish::<Listing>().await.unwrap(), 2, "the draft was never announced");
    heard.becomes(&old.updated(), 1).await;
    heard.becomes(&new.updated(), 1).await;
    // And once more, though the broker has just seen the same states.
    assert_eq!(tickets.messaging.republish::<Listing>().await.unwrap(), 2);
    heard.becomes(&old.updated(), 2).await;
    eventually("the service to be ready", || async { orders.life.is_ready().then_some(()) }).await;
}
