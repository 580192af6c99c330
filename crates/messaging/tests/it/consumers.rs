//! What a handler is given and what its outcome leads to.

use common::events::Stream;
use messaging::{Delivery, Outcome};
use testkit::{Broker, eventually, holds};

use crate::world::{A_WHILE, Listing, Service, TICKETS, World};

async fn all_acknowledged(world: &World, service: &str) {
    eventually("every event to be acknowledged", || async {
        let stream = world.jetstream.get_stream(world.stream_name("TICKETS")).await.ok()?;
        let info = stream.consumer_info(service).await.ok()?;
        (info.num_pending == 0 && info.num_ack_pending == 0).then_some(())
    })
    .await;
}

async fn no_dead_letters(service: &Service) {
    assert_eq!(service.messaging.dead_letters().list().await.unwrap(), []);
}

#[tokio::test]
async fn done_and_already_done_are_heard_once() {
    let world = World::new().await;
    let (tickets, orders) = (world.tickets().await, world.service("orders", &[]).await);
    let heard = orders
        .hear(|hearing, _| match &hearing.event {
            event if event.kind() == "ticket.created" => Outcome::Done,
            _ => Outcome::AlreadyDone,
        })
        .await;
    let listings = tickets.listings().await;
    let listing = Listing::new("Hamlet");
    listings.insert(&listing, &[listing.created(), listing.updated()]).await.unwrap();
    heard.becomes(&listing.updated(), 1).await;
    all_acknowledged(&world, "orders").await;
    holds("nothing comes again", A_WHILE, async || heard.all().await.len() == 2).await;
    no_dead_letters(&orders).await;
}

#[tokio::test]
async fn a_retry_comes_again_with_the_same_id_until_it_is_done() {
    let world = World::new().await;
    let (tickets, orders) = (world.tickets().await, world.service("orders", &[]).await);
    let heard = orders
        .hear(|_, before| if before < 3 { Outcome::Retry("not yet".to_owned()) } else { Outcome::Done })
        .await;
    let listings = tickets.listings().await;
    let listing = Listing::new("Hamlet");
    listings.insert(&listing, &[listing.created()]).await.unwrap();
    heard.becomes(&listing.created(), 4).await;
    all_acknowledged(&world, "orders").await;
    let all = heard.all().await;
    assert_eq!(all.len(), 4);
    assert!(all.iter().all(|hearing| hearing.id == all[0].id));
    no_dead_letters(&orders).await;
}

#[tokio::test]
async fn a_retry_holds_up_no_other_event() {
    let world = World::new().await;
    let (tickets, orders) = (world.tickets().await, world.service("orders", &[]).await);
    let heard = orders
        .hear(|hearing, _| match &hearing.event {
            event if event.kind() == "ticket.created" => Outcome::Retry("never".to_owned()),
            _ => Outcome::Done,
        })
        .await;
    let listings = tickets.listings().await;
    let listing = Listing::new("Hamlet");
    listings.insert(&listing, &[listing.created(), listing.updated()]).await.unwrap();
    heard.becomes(&listing.updated(), 1).await;
    heard.becomes(&listing.created(), 2).await;
}

#[tokio::test]
async fn a_handler_that_panics_is_run_again() {
    let world = World::new().await;
    let (tickets, orders) = (world.tickets().await, world.service("orders", &[]).await);
    let heard = orders
        .hear(|_, before| {
            assert!(before > 0, "the first attempt fails");
            Outcome::Done
        })
        .await;
    let listings = tickets.listings().await;
    let listing = Listing::new("Hamlet");
    listings.insert(&listing, &[listing.created()]).await.unwrap();
    heard.becomes(&listing.created(), 2).await;
    all_acknowledged(&world, "orders").await;
    no_dead_letters(&orders).await;
}

#[tokio::test]
async fn every_service_hears_everything_and_its_replicas_share_it() {
    let world = World::new().await;
    let tickets = world.tickets().await;
    let (first, second) = (world.service("orders", &[]).await, world.service("orders", &[]).await);
    let payments = world.service("payments", &[]).await;
    let done = |_: &_, _| Outcome::Done;
    let (heard_first, heard_second) = (first.hear(done).await, second.hear(done).await);
    let heard_payments = payments.hear(done).await;
    let listings = tickets.listings().await;
    for nth in 0..100 {
        let listing = Listing::new(&format!("Henry {nth}"));
        listings.insert(&listing, &[listing.created()]).await.unwrap();
    }
    eventually("payments to hear all", || async { (heard_payments.all().await.len() == 100).then_some(()) })
        .await;
    let shared = async || heard_first.all().await.len() + heard_second.all().await.len();
    eventually("the replicas to hear all", || async { (shared().await == 100).then_some(()) }).await;
    all_acknowledged(&world, "orders").await;
    holds("nothing is heard twice", A_WHILE, async || shared().await == 100).await;
}

#[tokio::test]
async fn a_restarted_service_goes_on_where_it_was() {
    let world = World::new().await;
    let (tickets, orders) = (world.tickets().await, world.service("orders", &[]).await);
    let listings = tickets.listings().await;
    let (before, during) = (Listing::new("Hamlet"), Listing::new("Macbeth"));
    let heard = orders.hear(|_, _| Outcome::Done).await;
    listings.insert(&before, &[before.created()]).await.unwrap();
    heard.becomes(&before.created(), 1).await;
    all_acknowledged(&world, "orders").await;
    orders.stop().await;

    listings.insert(&during, &[during.created()]).await.unwrap();
    let orders = world.service("orders", &[]).await;
    let heard = orders.hear(|_, _| Outcome::Done).await;
    heard.becomes(&during.created(), 1).await;
    assert_eq!(heard.events().await, [during.created()]);
}

#[tokio::test]
async fn stopping_waits_for_the_handler_that_runs() {
    let world = World::new().await;
    let (tickets, orders) = (world.tickets().await, world.service("orders", &[]).await);
    let (started, mut starts) = tokio::sync::mpsc::channel(1);
    let (go_on, mut goes_on) = tokio::sync::watch::channel(false);
    goes_on.mark_unchanged();
    let handler = move |_: Delivery| {
        let (started, mut goes_on) = (started.clone(), goes_on.clone());
        async move {
            let _ = started.send(()).await;
            let _ = goes_on.changed().await;
            Outcome::Done
        }
    };
    orders.messaging.subscribe(TICKETS, handler).await.unwrap();
    let listings = tickets.listings().await;
    let listing = Listing::new("Hamlet");
    listings.insert(&listing, &[listing.created()]).await.unwrap();
    starts.recv().await.unwrap();
    orders.life.stop();
    go_on.send_replace(true);
    orders.stop().await;
    all_acknowledged(&world, "orders").await;
}

#[tokio::test]
async fn a_service_is_ready_once_it_listens() {
    let world = World::new().await;
    let orders = world.service("orders", &[]).await;
    let part = orders.life.part();
    assert!(!orders.life.is_ready(), "a part is missing");
    drop(part);
    let service = world.service("payments", &[]).await;
    let _heard = service.hear(|_, _| Outcome::Done).await;
    eventually("the service to be ready", || async { service.life.is_ready().then_some(()) }).await;
    // Subscribing made the stream: a publisher that starts later finds it and loses nothing.
    let broker = Broker::connect(&world.namespace).await;
    assert_eq!(broker.events(Stream::Tickets).await, []);
}
