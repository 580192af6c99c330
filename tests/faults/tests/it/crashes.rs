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
        arm(&market, service, point);
        died(&market, service, point).await;
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

#[tokio::test]
async fn a_listing_committed_and_not_announced_is_announced_after_the_restart() {
    let market = Market::open_with(short_reservations(1)).await;
    let seller = market.person("seller").await;
    for point in ["outbox.after_commit", "relay.before_publish"] {
        arm(&market, Service::Tickets, point);
        market.fleet.ready(Service::Tickets, 0).await.unwrap();
        // The answer is lost with the process or arrives just before its end.
        let body = e2e::listing(&format!("Listed before {point}"), 25, 1);
        let _ = seller.actor().request("POST", "/api/tickets").json(&body).send().await;
        died(&market, Service::Tickets, point).await;
        market.fleet.restart_with(Service::Tickets, 0, &[("FAULT_POINT", "")]).await.unwrap();
    }
    let mine: Vec<common::api::TicketView> = seller.actor().get("/api/tickets/mine").await.expect(200).read();
    assert_eq!(mine.len(), 2);
    market.invariants().hold().await;
    for ticket in mine {
        market.person("buyer").await.reserved(ticket.id).await;
    }
}

#[tokio::test]
async fn a_sign_out_committed_and_not_announced_holds_everywhere_after_the_restart() {
    let market = Market::open_with(short_reservations(1)).await;
    let person = market.person("ada").await;
    let cookie = person.actor().cookie().unwrap().to_owned();
    let point = "relay.before_publish";
    arm(&market, Service::Auth, point);
    market.fleet.ready(Service::Auth, 0).await.unwrap();
    let _ = person.actor().request("POST", "/api/users/signout").send().await;
    died(&market, Service::Auth, point).await;
    market.fleet.restart_with(Service::Auth, 0, &[("FAULT_POINT", "")]).await.unwrap();
    eventually("the session to be refused by orders", async || {
        (market.directly(Service::Orders, "/api/orders", &cookie).await.status == 401).then_some(())
    })
    .await;
}

/// Restarts a service that will die at this point: possibly at once, while it makes good what the last one left.
fn arm(market: &Market, service: Service, point: &str) {
    let variable = ("FAULT_POINT".to_owned(), point.to_owned());
    market.fleet.process(service, 0).restart_with(&[variable]).expect("the service starts");
}

async fn died(market: &Market, service: Service, point: &str) {
    eventually(format!("{} to die at {point}", service.name()), async || {
        market.fleet.process(service, 0).exited().map(|_| ())
    })
    .await;
}
