//! Deadlines: what lapses, what does not, and what comes too late.

use common::{
    api::{CancelReason, OrderStatus, OrderView, PaymentStatus},
    events::{Event, Stream},
};

use crate::actors::{Buyer, Market};

#[tokio::test]
async fn a_lapsed_reservation_frees_its_ticket_and_its_timer_never_touches_the_next_holder() {
    let market = Market::open().await;
    let ticket = market.list(1).await;
    let (ada, bob) = (market.buyer("ada"), market.buyer("bob"));
    let lapsed: OrderView = ada.reserve(ticket.id).await.expect(201).read();
    market.advance(901);
    market.expire(lapsed.id, lapsed.expires_at).await;
    let order = ada.order_when(lapsed.id, "to lapse", |order| order.status == OrderStatus::Cancelled).await;
    assert_eq!(order.cancel_reason, Some(CancelReason::Expired));

    let next: OrderView = bob.reserve(ticket.id).await.expect(201).read();
    for _ in 0..3 {
        market.expire(lapsed.id, lapsed.expires_at).await;
    }
    market.quiet(Stream::Expirations).await;
    assert_eq!(bob.order(next.id).await.status, OrderStatus::Created);
    assert_eq!(market.units(ticket.id).await, (1, 0));
    market.close().await;
}

#[tokio::test]
async fn a_timer_that_fires_early_waits_for_the_deadline() {
    let market = Market::open().await;
    let ticket = market.list(1).await;
    let ada = market.buyer("ada");
    let order: OrderView = ada.reserve(ticket.id).await.expect(201).read();
    market.advance(899);
    market.expire(order.id, order.expires_at).await;
    testkit::eventually("the early timer to have been heard", async || {
        let name = Stream::Expirations;
        (market.deliveries(name).await > 1).then_some(())
    })
    .await;
    assert_eq!(ada.order(order.id).await.status, OrderStatus::Created);
    market.advance(2);
    ada.order_when(order.id, "to lapse", |order| order.status == OrderStatus::Cancelled).await;
    market.close().await;
}

#[tokio::test]
async fn a_paid_order_survives_its_deadline_and_cannot_be_cancelled() {
    let market = Market::open().await;
    let ticket = market.list(1).await;
    let ada = market.buyer("ada");
    let order: OrderView = ada.reserve(ticket.id).await.expect(201).read();
    let path = format!("/api/orders/{}", order.id);
    let payment = market.new_payment();
    market
        .broker
        .publish(&Event::PaymentAuthorized(Market::payment(&order, payment, PaymentStatus::Authorized)))
        .await;
    ada.order_when(order.id, "to await payment", |order| order.status == OrderStatus::AwaitingPayment).await;
    ada.delete(&path).await.expect_problem(409, "order_not_open");
    market.advance(1000);
    market.expire(order.id, order.expires_at).await;
    market.quiet(Stream::Expirations).await;
    assert_eq!(ada.order(order.id).await.status, OrderStatus::AwaitingPayment);
    market
        .broker
        .publish(&Event::PaymentCaptured(Market::payment(&order, payment, PaymentStatus::Captured)))
        .await;
    ada.order_when(order.id, "to be complete", |order| order.status == OrderStatus::Complete).await;
    ada.delete(&path).await.expect_problem(409, "order_not_open");
    market.close().await;
}

#[tokio::test]
async fn a_payment_authorised_after_the_lapse_changes_nothing() {
    let market = Market::open().await;
    let ticket = market.list(1).await;
    let ada = market.buyer("ada");
    let order: OrderView = ada.reserve(ticket.id).await.expect(201).read();
    market.advance(901);
    market.expire(order.id, order.expires_at).await;
    ada.order_when(order.id, "to lapse", |order| order.status == OrderStatus::Cancelled).await;
    let late = Market::payment(&order, market.new_payment(), PaymentStatus::Authorized);
    market.broker.publish(&Event::PaymentAuthorized(late)).await;
    market.quiet(Stream::Payments).await;
    let order = ada.order(order.id).await;
    assert_eq!((order.status, order.version), (OrderStatus::Cancelled, 2));
    assert_eq!(market.units(ticket.id).await, (0, 0));
    market.close().await;
}

#[tokio::test]
async fn an_order_no_timer_ever_comes_for_is_swept_up() {
    let market = Market::open_with(|namespace| namespace.with("SWEEP_EVERY_SECONDS", "1")).await;
    let ticket = market.list(1).await;
    let ada = market.buyer("ada");
    let order: OrderView = ada.reserve(ticket.id).await.expect(201).read();
    market.advance(900 + 61);
    let order =
        ada.order_when(order.id, "to be swept up", |order| order.status == OrderStatus::Cancelled).await;
    assert_eq!(order.cancel_reason, Some(CancelReason::Expired));
    assert_eq!(market.units(ticket.id).await, (0, 0));
    market.close().await;
}

#[tokio::test]
async fn an_order_that_cannot_be_expired_does_not_keep_the_sweep_from_the_others() {
    let market = Market::open_with(|namespace| namespace.with("SWEEP_EVERY_SECONDS", "1")).await;
    let (broken, sound) = (market.list(1).await, market.list(1).await);
    let (ada, bob) = (market.buyer("ada"), market.buyer("bob"));
    let first: OrderView = ada.reserve(broken.id).await.expect(201).read();
    market.advance(1);
    let second: OrderView = bob.reserve(sound.id).await.expect(201).read();
    // As if somebody had meddled with the database: what the order holds is not held.
    market.forget_held(broken.id).await;
    market.advance(900 + 61);
    bob.order_when(second.id, "to be swept up", |order| order.status == OrderStatus::Cancelled).await;
    assert_eq!(ada.order(first.id).await.status, OrderStatus::Created);
    market.close().await;
}
