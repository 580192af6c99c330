//! What the orders' events do, delivered once, twice and in reverse.

use common::{api::OrderStatus, events::Event};
use testkit::{eventually, holds};

use crate::world::{A_WHILE, Stored, World, then};

#[tokio::test]
async fn whatever_ends_the_waiting_stops_the_timer() {
    let world = World::new().await;
    let replica = world.start().await;
    for (status, event) in [
        (OrderStatus::AwaitingPayment, Event::OrderConfirmed as fn(_) -> Event),
        (OrderStatus::Complete, Event::OrderCompleted),
        (OrderStatus::Cancelled, Event::OrderCancelled),
    ] {
        let order = world.waiting(60).await;
        world.broker.publish(&event(then(&order, status))).await;
        world.status_becomes(&order, "cancelled").await;
    }
    world.index_becomes_empty().await;
    world.advance(3600);
    holds("nothing fires", A_WHILE, async || world.announced().await.is_empty()).await;
    world.is_clean(&replica).await;
}

#[tokio::test]
async fn events_that_come_twice_or_late_change_nothing() {
    let world = World::new().await;
    let replica = world.start().await;
    let order = world.order(60);
    let created = Event::OrderCreated(order.clone());
    let confirmed = Event::OrderConfirmed(then(&order, OrderStatus::AwaitingPayment));
    let completed =
        Event::OrderCompleted(then(&then(&order, OrderStatus::AwaitingPayment), OrderStatus::Complete));
    for event in [&created, &created, &confirmed, &confirmed, &created, &completed, &completed, &confirmed] {
        world.broker.publish(event).await;
        world.settled(&replica).await;
    }
    let stored = Stored { status: "cancelled".to_owned(), version: 3 };
    assert_eq!(world.deadline(&order).await, Some(stored), "three events were news");
    world.advance(3600);
    holds("nothing fires", A_WHILE, async || world.announced().await.is_empty()).await;
    world.is_clean(&replica).await;
}

/// Orders are told to be complete again whenever money of theirs goes back, which may be after their deadline was forgotten.
#[tokio::test]
async fn a_complete_order_that_is_told_again_sets_no_timer() {
    let world = World::new().await;
    let replica = world.start().await;
    let order = world.order(60);
    let complete = then(&then(&order, OrderStatus::AwaitingPayment), OrderStatus::Complete);
    let refunded = then(&complete, OrderStatus::Complete);
    let (complete, refunded) = (Event::OrderCompleted(complete), Event::OrderCompleted(refunded));
    for event in [&complete, &refunded, &refunded, &complete, &Event::OrderCreated(order.clone())] {
        world.broker.publish(event).await;
        world.settled(&replica).await;
        world.index_becomes_empty().await;
    }
    let stored = Stored { status: "cancelled".to_owned(), version: 2 };
    assert_eq!(world.deadline(&order).await, Some(stored));
    world.advance(3600);
    holds("nothing fires", A_WHILE, async || world.announced().await.is_empty()).await;
    world.is_clean(&replica).await;
}

#[tokio::test]
async fn an_end_heard_before_the_beginning_leaves_a_mark() {
    let world = World::new().await;
    let replica = world.start().await;
    let order = world.order(60);
    world.broker.publish(&Event::OrderCancelled(then(&order, OrderStatus::Cancelled))).await;
    world.status_becomes(&order, "cancelled").await;
    for _ in 0..2 {
        world.broker.publish(&Event::OrderCreated(order.clone())).await;
        world.settled(&replica).await;
    }
    let stored = Stored { status: "cancelled".to_owned(), version: 1 };
    assert_eq!(world.deadline(&order).await, Some(stored));
    world.advance(3600);
    holds("nothing fires", A_WHILE, async || world.announced().await.is_empty()).await;
    world.is_clean(&replica).await;
}

#[tokio::test]
async fn events_of_many_orders_at_once_in_any_order_end_the_same() {
    let world = World::new().await;
    // Handlers on two replicas, so that one order's events really meet.
    let (first, second) = (world.start().await, world.start().await);
    let orders: Vec<_> = (0..40).map(|_| world.order(60)).collect();
    let publish = orders.iter().enumerate().map(|(nth, order)| {
        let (created, cancelled) =
            (Event::OrderCreated(order.clone()), Event::OrderCancelled(then(order, OrderStatus::Cancelled)));
        let pair = if nth % 2 == 0 { [created, cancelled] } else { [cancelled, created] };
        let broker = world.broker.clone();
        async move {
            for event in pair.iter().chain(&pair) {
                broker.publish(event).await;
            }
        }
    });
    futures::future::join_all(publish).await;
    world.settled(&first).await;
    for order in &orders {
        world.status_becomes(order, "cancelled").await;
    }
    world.advance(3600);
    holds("nothing fires", A_WHILE, async || world.announced().await.is_empty()).await;
    world.index_becomes_empty().await;
    world.is_clean(&second).await;
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_as_a_dead_letter() {
    let world = World::new().await;
    let replica = world.start().await;
    world.broker.publish_raw("order.created", r#"{"id":"nonsense"}"#).await;
    let letter = eventually("a dead letter", || async {
        replica.messaging.dead_letters().list().await.unwrap().into_iter().next()
    })
    .await;
    assert_eq!(letter.kind, "order.created");
}
