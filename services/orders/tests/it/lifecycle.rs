//! The ordinary ways of an order.

use std::time::Duration;

use common::{
    api::{CancelReason, OrderStatus, OrderStep, OrderView, PaymentStatus},
    events::{Event, ListingStatus, Stream},
};
use serde_json::json;

use crate::actors::{Buyer, Market};

#[tokio::test]
async fn a_reservation_is_paid_and_complete() {
    let market = Market::open().await;
    let ticket = market.list(3).await;
    let ada = market.buyer("ada");

    let order: OrderView = ada.reserve_units(&[(ticket.id, 2)]).await.expect(201).read();
    assert_eq!(order.status, OrderStatus::Created);
    assert_eq!(order.total.0.get(), 4000);
    assert_eq!(order.ticket.id, ticket.id);
    assert_eq!((order.expires_at - market.clock.now()).get_seconds(), 900);
    assert_eq!(market.units(ticket.id).await, (2, 0));
    assert_eq!(market.held_by(&ada).await, 2);

    let payment = market.new_payment();
    market
        .broker
        .publish(&Event::PaymentAuthorized(Market::payment(&order, payment, PaymentStatus::Authorized)))
        .await;
    ada.order_when(order.id, "to await payment", |order| order.status == OrderStatus::AwaitingPayment).await;
    market
        .broker
        .publish(&Event::PaymentCaptured(Market::payment(&order, payment, PaymentStatus::Captured)))
        .await;
    let order =
        ada.order_when(order.id, "to be complete", |order| order.status == OrderStatus::Complete).await;
    assert_eq!(order.version, 3);
    assert_eq!(market.units(ticket.id).await, (0, 2));
    assert_eq!(market.held_by(&ada).await, 0);

    let kinds = announced(&market).await;
    assert_eq!(kinds, ["order.created", "order.confirmed", "order.completed"]);
    market.close().await;
}

#[tokio::test]
async fn an_order_tells_when_it_came_to_each_state() {
    let market = Market::open().await;
    let ticket = market.list(2).await;
    let ada = market.buyer("ada");
    let made = market.clock.now();
    let order: OrderView = ada.reserve(ticket.id).await.expect(201).read();
    let first = OrderStep { status: OrderStatus::Created, at: made };
    assert_eq!(order.history, [first]);
    market.advance(60);
    let payment = market.new_payment();
    let captured = Event::PaymentCaptured(Market::payment(&order, payment, PaymentStatus::Captured));
    for _ in 0..2 {
        market.broker.publish(&captured).await;
        market.quiet(Stream::Payments).await;
        market.advance(60);
    }
    let paid = OrderStep { status: OrderStatus::Complete, at: made + Duration::from_mins(1) };
    assert_eq!(ada.order(order.id).await.history, [first, paid]);
    let listed = ada.get("/api/orders").await.expect(200).json();
    let moments = [made, paid.at].map(|at| at.to_string());
    assert_eq!(
        listed[0]["history"],
        json!([{ "status": "created", "at": moments[0] }, { "status": "complete", "at": moments[1] }])
    );
    market.close().await;
}

async fn announced(market: &Market) -> Vec<&'static str> {
    testkit::eventually("everything to be announced", async || {
        market.running.messaging.outbox_is_empty().await.unwrap().then_some(())
    })
    .await;
    market.broker.events(Stream::Orders).await.iter().map(Event::kind).collect()
}

#[tokio::test]
async fn a_cancelled_order_gives_its_units_back_once() {
    let market = Market::open().await;
    let ticket = market.list(1).await;
    let ada = market.buyer("ada");
    let order: OrderView = ada.reserve(ticket.id).await.expect(201).read();
    let path = format!("/api/orders/{}", order.id);
    for _ in 0..2 {
        let _ = ada.delete(&path).await.expect(204);
    }
    assert_eq!(market.units(ticket.id).await, (0, 0));
    assert_eq!(market.held_by(&ada).await, 0);
    assert_eq!(ada.order(order.id).await.cancel_reason, Some(CancelReason::Buyer));
    let _ = market.buyer("bob").reserve(ticket.id).await.expect(201);
    market.close().await;
}

#[tokio::test]
async fn a_withdrawn_listing_cancels_unpaid_orders_only() {
    let market = Market::open().await;
    let mut ticket = market.list(2).await;
    let (ada, bob) = (market.buyer("ada"), market.buyer("bob"));
    let paid: OrderView = ada.reserve(ticket.id).await.expect(201).read();
    let unpaid: OrderView = bob.reserve(ticket.id).await.expect(201).read();
    let authorized = Market::payment(&paid, market.new_payment(), PaymentStatus::Authorized);
    market.broker.publish(&Event::PaymentAuthorized(authorized)).await;
    ada.order_when(paid.id, "to await payment", |order| order.status == OrderStatus::AwaitingPayment).await;

    (ticket.version, ticket.status) = (2, ListingStatus::Withdrawn);
    market.broker.publish(&Event::TicketWithdrawn(ticket.clone())).await;
    let order =
        bob.order_when(unpaid.id, "to be cancelled", |order| order.status == OrderStatus::Cancelled).await;
    assert_eq!(order.cancel_reason, Some(CancelReason::TicketWithdrawn));
    assert_eq!(ada.order(paid.id).await.status, OrderStatus::AwaitingPayment);
    assert_eq!(market.units(ticket.id).await, (1, 0));
    bob.reserve(ticket.id).await.expect_problem(409, "ticket_not_on_sale");
    market.close().await;
}

#[tokio::test]
async fn orders_are_listed_newest_first_page_by_page_and_only_to_their_buyer() {
    let market = Market::open().await;
    let ticket = market.list(10).await;
    let ada = market.buyer("ada");
    let mut made = Vec::new();
    for _ in 0..5 {
        made.insert(0, ada.reserve(ticket.id).await.expect(201).read::<OrderView>().id);
        market.advance(1);
    }
    let mut seen = Vec::new();
    let mut next = "/api/orders?limit=2".to_owned();
    while !next.is_empty() {
        let page = ada.get(&next).await.expect(200);
        seen.extend(page.read::<Vec<OrderView>>().iter().map(|order| order.id));
        next = page.header("link").split(['<', '>']).nth(1).unwrap_or_default().to_owned();
    }
    assert_eq!(seen, made);
    let bob = market.buyer("bob");
    assert_eq!(bob.get("/api/orders").await.expect(200).text, "[]");
    bob.get(&format!("/api/orders/{}", made[0])).await.expect_problem(404, "not_found");
    bob.delete(&format!("/api/orders/{}", made[0])).await.expect_problem(404, "not_found");
    market.close().await;
}

#[tokio::test]
async fn a_repeated_idempotency_key_gets_the_first_answer() {
    let market = Market::open().await;
    let ticket = market.list(5).await;
    let ada = market.buyer("ada");
    let ask = |units: u32, key: &'static str, who: &testkit::Actor| {
        let body = serde_json::json!({ "items": [{ "ticketId": ticket.id, "quantity": units }] });
        let request = who.request("POST", "/api/orders").header("idempotency-key", key).json(&body);
        let who = who.clone();
        async move { who.send(request).await }
    };
    let (first, twin) = tokio::join!(ask(1, "k", &ada), ask(1, "k", &ada));
    let (first, twin) = (first.expect(201), twin.expect(201));
    assert_eq!(first.text, twin.text);
    let order: OrderView = first.read();
    let _ = ada.delete(&format!("/api/orders/{}", order.id)).await.expect(204);
    assert_eq!(ask(1, "k", &ada).await.expect(201).text, first.text);
    ask(2, "k", &ada).await.expect_problem(409, "idempotency_key_reused");
    let _ = ask(1, "k", &market.buyer("bob")).await.expect(201);
    assert_eq!(market.units(ticket.id).await, (1, 0));
    market.close().await;
}

#[tokio::test]
async fn a_repetition_that_finds_its_own_units_taken_gets_the_first_answer_too() {
    let market = Market::open().await;
    let twin = market.twin().await;
    let ada = market.buyer("ada");
    // The last unit, and more than half of what a buyer may hold: the repetition meets what the first one took.
    for (number, (listed, wanted)) in [(1, 1), (20, 6)].into_iter().cycle().take(80).enumerate() {
        let ticket = market.list(listed).await;
        let body = serde_json::json!({ "items": [{ "ticketId": ticket.id, "quantity": wanted }] });
        let ask = |who: testkit::Actor, after: Duration| {
            let key = number.to_string();
            let request = who.request("POST", "/api/orders").header("idempotency-key", key).json(&body);
            async move {
                tokio::time::sleep(after).await;
                who.send(request).await
            }
        };
        let repeated = if number % 4 < 2 { ada.clone() } else { ada.at(&twin) };
        let after = Duration::from_micros(u64::try_from(number).unwrap() * 100);
        let (first, again) = tokio::join!(ask(ada.clone(), Duration::ZERO), ask(repeated, after));
        let (first, again) = (first.expect(201), again.expect(201));
        assert_eq!(first.text, again.text);
        let order: OrderView = first.read();
        let _ = ada.delete(&format!("/api/orders/{}", order.id)).await.expect(204);
    }
    market.close().await;
}
