//! Redis forgets, the broker forgets, the database holds its breath.

use std::time::{Duration, Instant};

use e2e::{Market, Trade};
use stack::{FleetOptions, Service};
use testkit::Actor;

use crate::{listings, short_reservations};

#[tokio::test]
async fn losing_all_of_redis_costs_lateness_only() {
    let options = FleetOptions { reservation_seconds: Some(4), ..Default::default() };
    let options = options.env(Service::Expiration, "RECONCILE_SECONDS", "2");
    // The last-line sweep would hide a timer that never fires.
    let market = Market::open_with(options.env(Service::Orders, "SWEEP_GRACE_SECONDS", "3600")).await;
    let tickets = listings(&market, 1).await;
    let buyers = market.people("buyer", 10).await;
    let mut promised = Vec::new();
    for buyer in &buyers {
        promised.push(buyer.reserved(tickets[0]).await.id);
    }
    let client = redis::Client::open(market.servers.redis.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    testkit::eventually("the timers to be in Redis", async || {
        let keys: usize = redis::cmd("DBSIZE").query_async(&mut connection.clone()).await.unwrap();
        (keys > 0).then_some(())
    })
    .await;
    let () = redis::cmd("FLUSHALL").query_async(&mut connection).await.unwrap();
    for (buyer, order) in buyers.iter().zip(&promised) {
        buyer.order_when(*order, common::api::OrderStatus::Cancelled).await;
    }
    market.invariants().with_promised(promised).hold().await;
}

#[tokio::test]
async fn redis_away_while_orders_flow_costs_lateness_only() {
    let market = Market::open_with(short_reservations(1)).await;
    let tickets = listings(&market, 4).await;
    let trade = Trade::start(&market, 4, &tickets).await;
    trade.goes_on(5).await;
    market.servers.redis.process().kill9();
    trade.goes_on(10).await;
    market.servers.redis.restart().await.unwrap();
    trade.goes_on(5).await;
    let promised = trade.stop().await;
    market.invariants().with_promised(promised).hold().await;
}

#[tokio::test]
async fn a_deleted_stream_is_refilled_by_republish() {
    let market = Market::open_with(short_reservations(1)).await;
    let tickets = listings(&market, 4).await;
    let trade = Trade::start(&market, 4, &tickets).await;
    trade.goes_on(10).await;
    let nats = async_nats::connect(market.servers.nats.url()).await.unwrap();
    let jetstream = async_nats::jetstream::new(nats);
    for stream in ["ORDERS", "PAYMENTS"] {
        jetstream.delete_stream(stream).await.unwrap();
        trade.goes_on(5).await;
    }
    for service in [Service::Orders, Service::Payments, Service::Tickets] {
        market.republish(service).await;
    }
    trade.goes_on(5).await;
    let promised = trade.stop().await;
    // What was lost after the last republish of its publisher is told by this one.
    for service in [Service::Orders, Service::Payments] {
        market.republish(service).await;
    }
    market.invariants().with_promised(promised).hold().await;
}

#[tokio::test]
async fn a_broker_that_is_killed_and_comes_back_delivers_everything() {
    let market = Market::open_with(short_reservations(1)).await;
    let tickets = listings(&market, 4).await;
    let trade = Trade::start(&market, 4, &tickets).await;
    trade.goes_on(5).await;
    market.servers.nats.process().kill9();
    // Reservations need the database alone.
    trade.goes_on(5).await;
    market.servers.nats.restart().await.unwrap();
    trade.goes_on(5).await;
    let promised = trade.stop().await;
    market.invariants().with_promised(promised).hold().await;
}

#[tokio::test]
async fn a_paused_database_fails_cleanly_and_recovers() {
    let market = Market::open_with(short_reservations(1)).await;
    let tickets = listings(&market, 4).await;
    let trade = Trade::start(&market, 4, &tickets).await;
    trade.goes_on(5).await;
    let buyer = market.person("buyer").await;
    market.servers.mongodb.process().pause();
    // Longer than any request may take: refused in time, with word of when to come back, and the process lives.
    let asked = Instant::now();
    let answer = buyer.reserve(tickets[0]).await;
    assert!((500..=504).contains(&answer.status), "{}", answer.text);
    assert!(asked.elapsed() < Duration::from_secs(12), "{:?}", asked.elapsed());
    assert!(!answer.header("retry-after").is_empty());
    let live = Actor::new(&market.fleet.admin_url(Service::Orders, 0)).get("/livez").await;
    assert_eq!(live.status, 200);
    market.servers.mongodb.process().resume();
    trade.goes_on(5).await;
    let promised = trade.stop().await;
    market.invariants().with_promised(promised).hold().await;
}

#[tokio::test]
async fn a_killed_database_loses_nothing_it_acknowledged() {
    let market = Market::open_with(short_reservations(1)).await;
    let tickets = listings(&market, 4).await;
    let trade = Trade::start(&market, 4, &tickets).await;
    trade.goes_on(10).await;
    market.servers.mongodb.process().kill9();
    market.servers.mongodb.restart().await.unwrap();
    trade.goes_on(10).await;
    let promised = trade.stop().await;
    market.invariants().with_promised(promised).hold().await;
}
