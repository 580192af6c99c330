//! Following a stream: all of it, in order, and a word where something may have been missed.

use std::{sync::Arc, time::Duration};

use common::events::{Event, Stream};
use messaging::{Began, Begin, News};
use parking_lot::Mutex;
use testkit::{Broker, eventually};

use crate::world::{Listing, Service, World};

/// What a follower was told, in order.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<News>>>);

impl Told {
    async fn by(service: &Service, begin: Begin) -> Self {
        let told = Self::default();
        let log = told.clone();
        service.messaging.follow(Stream::Tickets, begin, move |news| log.0.lock().push(news)).await.unwrap();
        eventually("the service to be ready", || async { service.life.is_ready().then_some(()) }).await;
        told
    }

    fn began(&self) -> Vec<Began> {
        let began = |news: &News| match news {
            News::Began(began) => Some(*began),
            News::Happened(_) => None,
        };
        self.0.lock().iter().filter_map(began).collect()
    }

    /// The numbers of the events, and their listings' titles.
    fn events(&self) -> Vec<(u64, String)> {
        let event = |news: &News| match news {
            News::Happened(happened) => match &happened.event {
                Event::TicketCreated(ticket) => Some((happened.sequence, ticket.title.to_string())),
                other => panic!("{other:?}"),
            },
            News::Began(_) => None,
        };
        self.0.lock().iter().filter_map(event).collect()
    }

    async fn becomes(&self, expected: &[(u64, &str)]) {
        let expected: Vec<_> =
            expected.iter().map(|(number, title)| (*number, (*title).to_owned())).collect();
        eventually("the events to be told", || async { (self.events() == expected).then_some(()) }).await;
    }
}

const NEWEST: Begin = Begin::BeforeTheNewest(Duration::ZERO);

async fn publish(world: &World, title: &str) {
    Broker::connect(&world.namespace).await.publish(&Listing::new(title).created()).await;
}

#[tokio::test]
async fn following_begins_a_little_before_the_newest_event() {
    let world = World::new().await;
    let tickets = world.tickets().await;
    let from_nothing = Told::by(&tickets, NEWEST).await;
    for title in ["Hamlet", "Macbeth", "Lear"] {
        publish(&world, title).await;
    }
    from_nothing.becomes(&[(1, "Hamlet"), (2, "Macbeth"), (3, "Lear")]).await;

    // Ready means that what there was has been told.
    let orders = world.service("orders", &[]).await;
    let newest = Told::by(&orders, NEWEST).await;
    assert_eq!(newest.events(), [(3, "Lear".to_owned())]);
    let payments = world.service("payments", &[]).await;
    let an_hour = Told::by(&payments, Begin::BeforeTheNewest(Duration::from_hours(1))).await;
    let expiration = world.service("expiration", &[]).await;
    let all = Told::by(&expiration, Begin::AtTheStart).await;
    assert_eq!((an_hour.events(), all.events()), (from_nothing.events(), from_nothing.events()));

    let began = |told: &Told| told.began()[0];
    assert_eq!([&from_nothing, &an_hour, &all].map(|told| began(told).after), [0; 3]);
    assert_eq!((began(&newest).after, began(&newest).epoch), (2, began(&all).epoch));
    // The stream is younger than an hour: there was nothing before.
    assert_eq!([&from_nothing, &an_hour].map(|told| began(told).since), [began(&all).since; 2]);
    assert!(began(&newest).since > began(&all).since);
    publish(&world, "Othello").await;
    for told in [from_nothing, newest, an_hour, all] {
        eventually("the next event", || async {
            (told.events().last() == Some(&(4, "Othello".to_owned()))).then_some(())
        })
        .await;
        assert_eq!(told.began().len(), 1);
    }
}

#[tokio::test]
async fn what_cannot_be_read_does_not_stop_the_following() {
    let world = World::new().await;
    let tickets = world.tickets().await;
    let told = Told::by(&tickets, NEWEST).await;
    let broker = Broker::connect(&world.namespace).await;
    broker.publish_raw("ticket.created", "{}").await;
    broker.publish_raw("ticket.noise", "nothing").await;
    publish(&world, "Hamlet").await;
    told.becomes(&[(3, "Hamlet")]).await;
    assert_eq!(told.began().len(), 1);
}

#[tokio::test]
async fn a_stream_made_anew_is_told_as_a_new_beginning() {
    let world = World::new().await;
    let tickets = world.tickets().await;
    let told = Told::by(&tickets, NEWEST).await;
    publish(&world, "Hamlet").await;
    publish(&world, "Macbeth").await;
    told.becomes(&[(1, "Hamlet"), (2, "Macbeth")]).await;
    world.jetstream.delete_stream(world.stream_name("TICKETS")).await.unwrap();
    // Restored by the follower.
    eventually("the stream to be there", || async {
        world.jetstream.get_stream(world.stream_name("TICKETS")).await.ok().map(drop)
    })
    .await;
    publish(&world, "Lear").await;
    told.becomes(&[(1, "Hamlet"), (2, "Macbeth"), (1, "Lear")]).await;
    let began = told.began();
    assert_eq!((began.len(), began[1].after), (2, 0));
    assert!(began[0].epoch < began[1].epoch && began[0].since < began[1].since);
}

#[tokio::test]
async fn events_removed_before_they_were_heard_are_told_as_a_new_beginning() {
    let world = World::new().await;
    let tickets = world.tickets().await;
    publish(&world, "Hamlet").await;
    let told = Told::by(&tickets, NEWEST).await;
    told.becomes(&[(1, "Hamlet")]).await;
    let stream = world.jetstream.get_stream(world.stream_name("TICKETS")).await.unwrap();
    // Takes the follower's consumer away and, before it notices, what it has not heard.
    let consumers: Vec<String> = {
        use futures::TryStreamExt;
        stream.consumer_names().try_collect().await.unwrap()
    };
    for consumer in consumers {
        stream.delete_consumer(&consumer).await.unwrap();
    }
    publish(&world, "Macbeth").await;
    publish(&world, "Lear").await;
    stream.purge().sequence(3).await.unwrap();
    told.becomes(&[(1, "Hamlet"), (3, "Lear")]).await;
    let began = told.began();
    assert_eq!((began.len(), began[1].after, began[1].epoch), (2, 2, began[0].epoch));
}
