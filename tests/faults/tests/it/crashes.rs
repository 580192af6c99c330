//! Services die at their worst moments.

use e2e::{Market, Trade};
use stack::Service;
use testkit::eventually;

use crate::{listings, short_reservations};

/// Where each service is made to die: between a commit and what should follow it.
const POINTS: [(Service, &str); 10] = [
    (Service::Orders, "outbox.after_commit:4"),
    (Service::Orders, "relay.before_publish:6"),
    (Service::Payments, "payments.before_authorise:2"),
    (Service::Payments, "payments.after_authorise:2"),
    (Service::Payments, "payments.after_capture:2"),
    (Service::Payments, "outbox.after_commit:3"),
    (Service::Payments, "relay.before_publish:3"),
    (Service::Expiration, "outbox.after_commit:2"),
    (Service::Expiration, "expiration.after_claim:1"),
    (Service::Expiration, "expiration.after_fire:1"),
];

#[tokio::test]
async fn services_that_die_between_commit_and_consequence_lose_nothing() {
    let market = Market::open_with(short_reservations(1)).await;
    let tickets = listings(&market, 6).await;
    let trade = Trade::start(&market, 6, &tickets).await;
    for (service, point) in POINTS {
        market.fleet.restart_with(service, 0, &[("FAULT_POINT", point)]).await.unwrap();
        eventually(format!("{} to die at {point}", service.name()), async || {
            market.fleet.process(service, 0).exited().map(|_| ())
        })
        .await;
        market.fleet.restart_with(service, 0, &[("FAULT_POINT", "")]).await.unwrap();
        trade.goes_on(3).await;
    }
    let promised = trade.stop().await;
    assert!(promised.len() > POINTS.len());
    market.invariants().with_promised(promised).hold().await;
}

#[tokio::test]
async fn every_service_killed_in_turn_while_orders_flow_comes_back_whole() {
    let market = Market::open_with(short_reservations(1)).await;
    let tickets = listings(&market, 6).await;
    let trade = Trade::start(&market, 6, &tickets).await;
    for service in Service::ALL {
        trade.goes_on(5).await;
        market.fleet.kill9(service, 0);
        market.fleet.restart(service, 0).await.unwrap();
    }
    trade.goes_on(5).await;
    let promised = trade.stop().await;
    market.invariants().with_promised(promised).hold().await;
}
