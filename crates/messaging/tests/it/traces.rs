//! One trace from the request through the outbox to the handler.

use messaging::Outcome;
use runtime::TraceParent;

use crate::world::{Listing, World};

#[tokio::test]
async fn a_trace_travels_with_the_event() {
    let world = World::new().await;
    let (tickets, orders) = (world.tickets().await, world.service("orders", &[]).await);
    let heard = orders
        .hear(|_, before| if before == 0 { Outcome::Retry("once".to_owned()) } else { Outcome::Done })
        .await;
    let listings = tickets.listings().await;

    let trace = TraceParent::start(None);
    let (direct, in_transaction) = (Listing::new("Hamlet"), Listing::new("Macbeth"));
    trace
        .scope(async {
            listings.insert(&direct, &[direct.created()]).await.unwrap();
            let mut transaction = tickets.messaging.begin().await.unwrap();
            listings.insert_in(&mut transaction, &in_transaction, &[in_transaction.created()]).await.unwrap();
            transaction.commit().await.unwrap();
        })
        .await;
    let outside = Listing::new("Othello");
    listings.insert(&outside, &[outside.created()]).await.unwrap();

    for listing in [&direct, &in_transaction, &outside] {
        heard.becomes(&listing.created(), 2).await;
    }
    for hearing in heard.all().await {
        let expected = hearing.event != outside.created();
        assert_eq!(hearing.trace_id == trace.trace_id(), expected, "{}", hearing.event.kind());
    }
}

#[tokio::test]
async fn what_a_handler_announces_belongs_to_the_trace_it_was_told_of() {
    let world = World::new().await;
    let tickets = world.tickets().await;
    let listings = tickets.listings().await;
    let (cause, effect) = (Listing::new("Hamlet"), Listing::new("Macbeth"));
    let (writes, made) = (listings.clone(), effect.clone());
    let handler = move |delivery: messaging::Delivery| {
        let (writes, made) = (writes.clone(), made.clone());
        async move {
            if delivery.event.subject() == made.0.id.to_string() {
                return Outcome::AlreadyDone;
            }
            writes.insert(&made, &[made.created()]).await.map(|()| Outcome::Done).into()
        }
    };
    tickets.messaging.subscribe(crate::world::TICKETS, handler).await.unwrap();
    let trace = TraceParent::start(None);
    trace.scope(async { listings.insert(&cause, &[cause.created()]).await.unwrap() }).await;
    world.published_becomes(&[cause.created(), effect.created()]).await;
    for message in world.messages("TICKETS").await {
        let header = message.headers.as_ref().unwrap().get("traceparent").unwrap().as_str().to_owned();
        assert!(header.contains(&trace.trace_id()), "{header}");
    }
}
