//! When and how often a deadline fires.

use std::time::Duration;

use common::{
    api::OrderStatus,
    clock::Clock,
    events::{Event, Stream},
};
use futures::TryStreamExt;
use mongodb::bson::{Document, doc};
use redis::AsyncCommands;
use testkit::{Namespace, eventually, holds};

use crate::world::{A_WHILE, World, then};

#[tokio::test]
async fn it_fires_at_the_deadline_and_not_before() {
    let world = World::new().await;
    let replica = world.start().await;
    let order = world.waiting(900).await;
    let later = world.waiting(901).await;
    world.clock.advance(Duration::from_millis(899_999));
    holds("nothing fires", A_WHILE, async || world.announced().await.is_empty()).await;
    world.clock.advance(Duration::from_millis(1));
    world.announced_becomes(&[&order]).await;
    let events = world.broker.events(Stream::Expirations).await;
    assert!(matches!(&events[0], Event::ExpirationCompleted(data) if data.expires_at == order.expires_at));
    world.status_becomes(&order, "fired").await;
    world.status_becomes(&later, "waiting").await;
    world.is_clean(&replica).await;
}

#[tokio::test]
async fn short_deadlines_are_met_within_a_second() {
    let world = World::with(Namespace::new(), Clock::System).await;
    let replica = world.start().await;
    let mut orders = Vec::new();
    for milliseconds in [0, 100, 300, 700, 1500] {
        let mut order = world.order(0);
        order.expires_at += jiff::SignedDuration::from_millis(milliseconds);
        world.broker.publish(&Event::OrderCreated(order.clone())).await;
        orders.push(order);
    }
    for order in &orders {
        eventually("the announcement", || async {
            world.announced().await.contains(&order.id).then_some(())
        })
        .await;
        let late = world.clock.now().duration_since(order.expires_at);
        assert!(late < jiff::SignedDuration::from_secs(1), "{late:?} late");
        assert!(!late.is_negative(), "announced {late:?} before its time");
    }
    world.is_clean(&replica).await;
}

#[tokio::test]
async fn an_order_overdue_when_first_heard_of_fires_at_once() {
    let world = World::new().await;
    let replica = world.start().await;
    let order = world.order(-60);
    world.broker.publish(&Event::OrderCreated(order.clone())).await;
    world.announced_becomes(&[&order]).await;
    world.index_becomes_empty().await;
    world.is_clean(&replica).await;
}

#[tokio::test]
async fn replicas_side_by_side_announce_each_order_once() {
    let world = World::new().await;
    let (first, second, third) = (world.start().await, world.start().await, world.start().await);
    let orders: Vec<_> = (0..150).map(|nth| world.order(60 + nth % 3)).collect();
    for order in &orders {
        world.broker.publish(&Event::OrderCreated(order.clone())).await;
    }
    world.settled(&first).await;
    world.advance(3600);
    world.announced_becomes(&orders.iter().collect::<Vec<_>>()).await;
    world.index_becomes_empty().await;
    holds("no order is announced again", A_WHILE, async || world.announced().await.len() == orders.len())
        .await;
    for replica in [&first, &second, &third] {
        world.is_clean(replica).await;
    }
}

#[tokio::test]
async fn what_a_dead_worker_had_claimed_is_fired_when_its_lease_lapses() {
    let world = World::new().await;
    let replica = world.start().await;
    let order = world.waiting(60).await;
    // As a worker leaves it that dies between claiming and firing.
    let mut redis = world.redis().await;
    let lapses = order.expires_at.as_millisecond() + 5000;
    let _: () = redis.zrem(world.key("due"), order.id.to_string()).await.unwrap();
    let _: () = redis.zadd(world.key("leased"), order.id.to_string(), lapses).await.unwrap();
    world.advance(64);
    holds("the lease is respected", A_WHILE, async || world.announced().await.is_empty()).await;
    world.advance(1);
    world.announced_becomes(&[&order]).await;
    world.index_becomes_empty().await;
    world.is_clean(&replica).await;
}

#[tokio::test]
async fn what_a_dead_worker_had_fired_is_not_announced_again() {
    let world = World::new().await;
    let replica = world.start().await;
    let order = world.waiting(60).await;
    world.advance(60);
    world.announced_becomes(&[&order]).await;
    world.index_becomes_empty().await;
    // As a worker leaves it that dies between firing and removing.
    let mut redis = world.redis().await;
    let lapses = world.clock.now().as_millisecond() + 5000;
    let _: () = redis.zadd(world.key("leased"), order.id.to_string(), lapses).await.unwrap();
    world.advance(5);
    world.index_becomes_empty().await;
    assert_eq!(world.announced().await, [order.id]);
    world.is_clean(&replica).await;
}

#[tokio::test]
async fn a_timer_of_no_deadline_is_dropped() {
    let world = World::new().await;
    let replica = world.start().await;
    let _: () = world.redis().await.zadd(world.key("due"), "ffffffffffffffffffffffff", 1).await.unwrap();
    world.index_becomes_empty().await;
    assert_eq!(world.announced().await, []);
    world.is_clean(&replica).await;
}

#[tokio::test]
async fn a_timer_that_is_early_goes_back() {
    let world = World::new().await;
    let replica = world.start().await;
    let order = world.waiting(60).await;
    let _: () = world.redis().await.zadd(world.key("due"), order.id.to_string(), 1).await.unwrap();
    eventually("the timer to be put right", || async {
        let score: Option<i64> =
            world.redis().await.zscore(world.key("due"), order.id.to_string()).await.unwrap();
        (score == Some(order.expires_at.as_millisecond())).then_some(())
    })
    .await;
    assert_eq!(world.announced().await, []);
    world.advance(60);
    world.announced_becomes(&[&order]).await;
    world.is_clean(&replica).await;
}

#[tokio::test]
async fn republishing_announces_what_has_fired_and_nothing_else() {
    let world = World::new().await;
    let replica = world.start().await;
    let fired = world.waiting(60).await;
    let _waiting = world.waiting(7200).await;
    let cancelled = world.waiting(60).await;
    world.broker.publish(&Event::OrderCancelled(then(&cancelled, OrderStatus::Cancelled))).await;
    world.status_becomes(&cancelled, "cancelled").await;
    world.advance(3600);
    world.announced_becomes(&[&fired]).await;
    assert_eq!(expiration::republish(&replica.messaging).await.unwrap(), 1);
    world.announced_becomes(&[&fired, &fired]).await;
    world.is_clean(&replica).await;
}

#[tokio::test]
async fn what_fell_due_while_nothing_ran_fires_at_the_next_start() {
    let world = World::new().await;
    let replica = world.start().await;
    let order = world.waiting(60).await;
    replica.stop().await;
    world.advance(3600);
    assert_eq!(world.announced().await, []);
    let replica = world.start().await;
    world.announced_becomes(&[&order]).await;
    world.is_clean(&replica).await;
}

#[tokio::test]
async fn a_deadline_is_kept_for_a_month_after_it_is_done() {
    let world = World::new().await;
    let replica = world.start().await;
    let (waiting, fired, cancelled) =
        (world.waiting(7200).await, world.waiting(60).await, world.waiting(7200).await);
    world.advance(60);
    world.announced_becomes(&[&fired]).await;
    world.broker.publish(&Event::OrderCancelled(then(&cancelled, OrderStatus::Cancelled))).await;
    world.status_becomes(&cancelled, "cancelled").await;
    let deadlines = world.database.collection::<Document>("deadlines");
    let now = messaging::datetime(world.clock.now());
    for (order, done_at) in [(&waiting, None), (&fired, Some(now)), (&cancelled, Some(now))] {
        let found = deadlines.find_one(doc! { "_id": order.id.to_string() }).await.unwrap().unwrap();
        let derived = found.get_document("derived").unwrap();
        assert_eq!(derived.get_datetime("doneAt").ok().copied(), done_at, "{found}");
    }
    let indexes: Vec<_> = deadlines.list_indexes().await.unwrap().try_collect().await.unwrap();
    let kept = indexes.iter().find(|index| index.keys == doc! { "derived.doneAt": 1 });
    let kept = kept.and_then(|index| index.options.as_ref()?.expire_after);
    assert_eq!(kept, Some(Duration::from_hours(30 * 24)));
    world.is_clean(&replica).await;
}
