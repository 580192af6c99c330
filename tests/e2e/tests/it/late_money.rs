//! Money that comes after the seat is gone.

use common::api::{OrderStatus, PaymentStatus, PaymentView};
use e2e::Market;
use stack::{FleetOptions, Service};

#[tokio::test]
async fn a_payment_authorised_after_the_lapse_is_voided_and_the_buyer_told() {
    let market = Market::open_with(FleetOptions { reservation_seconds: Some(2), ..Default::default() }).await;
    let (seller, buyer) = (market.person("sam").await, market.person("bea").await);
    let ticket = seller.list("Gone in a second", 30, 1).await;
    let order = buyer.reserved(ticket.id).await;
    // The gateway takes the money aside, but its answer is lost until the reservation has lapsed.
    let payment: PaymentView = buyer.pay(order.id, "tok_timeoutThenSucceeded").await.expect(202).read();
    assert_eq!(payment.status, PaymentStatus::Processing);
    market.fleet.pause(Service::Payments, 0);
    buyer.order_when(order.id, OrderStatus::Cancelled).await;
    market.fleet.resume(Service::Payments, 0);
    let payment = buyer
        .payment_when(payment.id, "to be voided", |payment| payment.status == PaymentStatus::Voided)
        .await;
    assert!(payment.reason.is_some(), "the buyer is told why: {payment:?}");
    let other = market.person("bob").await;
    let next = other.reserved(ticket.id).await;
    other.pay(next.id, "tok_visa").await.expect(201).read::<PaymentView>();
    other.order_when(next.id, OrderStatus::Complete).await;
    assert_eq!(buyer.order(order.id).await.status, OrderStatus::Cancelled);
    market.invariants().with_promised([order.id, next.id]).hold().await;
}

#[tokio::test]
async fn a_capture_that_fails_for_good_frees_the_seat() {
    let market = Market::open().await;
    let (seller, buyer) = (market.person("sam").await, market.person("bea").await);
    let ticket = seller.list("Twice unlucky", 30, 1).await;
    let order = buyer.reserved(ticket.id).await;
    buyer.pay(order.id, "tok_captureFails").await.expect(201).read::<PaymentView>();
    buyer.order_when(order.id, OrderStatus::Cancelled).await;
    buyer.ticket_when_available(ticket.id, 1).await;
    market.invariants().with_promised([order.id]).hold().await;
}

#[tokio::test]
async fn a_double_click_pays_once() {
    let market = Market::open().await;
    let (seller, buyer) = (market.person("sam").await, market.person("bea").await);
    let ticket = seller.list("Eager", 30, 1).await;
    let order = buyer.reserved(ticket.id).await;
    let (one, two) = tokio::join!(buyer.pay(order.id, "tok_visa"), buyer.pay(order.id, "tok_visa"));
    let paid = [one, two]
        .into_iter()
        .filter(|answer| answer.status < 300)
        .map(|answer| answer.read::<PaymentView>().id);
    let ids: std::collections::BTreeSet<_> = paid.map(|id| id.to_string()).collect();
    assert_eq!(ids.len(), 1);
    buyer.order_when(order.id, OrderStatus::Complete).await;
    market.invariants().hold().await;
}
