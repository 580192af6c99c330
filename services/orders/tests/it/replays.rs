//! Events twice, in reverse, and announced again.

use common::{
    api::{OrderStatus, OrderView, PaymentStatus},
    events::{Event, ListingStatus, Stream},
};

use crate::actors::{Buyer, Market};

#[tokio::test]
async fn listing_events_twice_and_in_reverse_end_in_the_newest_state() {
    let market = Market::open().await;
    let first = market.ticket(5, 2000);
    let mut edited = first.clone();
    (edited.version, edited.quantity) = (2, 7);
    edited.price_minor = common::money::Minor::new(2500).unwrap().try_into().unwrap();
    let mut withdrawn = edited.clone();
    (withdrawn.version, withdrawn.status) = (3, ListingStatus::Withdrawn);
    let events = [
        Event::TicketWithdrawn(withdrawn),
        Event::TicketUpdated(edited),
        Event::TicketCreated(first.clone()),
    ];
    for event in events.iter().chain(&events) {
        market.broker.publish(event).await;
        market.quiet(Stream::Tickets).await;
    }
    let inventory = market.inventory(first.id, "to be known", |_| true).await;
    assert!(!inventory.get_bool("listed").unwrap());
    assert_eq!(inventory.get_i64("ticketVersion").unwrap(), 3);
    market.close().await;
}

#[tokio::test]
async fn a_quantity_cut_that_races_a_reservation_loses_to_it_while_it_lasts() {
    let market = Market::open().await;
    let mut ticket = market.list(5).await;
    let ada = market.buyer("ada");
    let order: OrderView = ada.reserve_units(&[(ticket.id, 4)]).await.expect(201).read();
    (ticket.version, ticket.quantity) = (2, 1);
    market.broker.publish(&Event::TicketUpdated(ticket.clone())).await;
    market.quiet(Stream::Tickets).await;
    assert_eq!(market.units(ticket.id).await, (4, 0));
    ada.reserve(ticket.id).await.expect_problem(409, "ticket_unavailable");
    // The reservation has overruled the seller for as long as it lasted, and no longer.
    let _ = ada.delete(&format!("/api/orders/{}", order.id)).await.expect(204);
    assert_eq!(market.units(ticket.id).await, (0, 0));
    ada.reserve_units(&[(ticket.id, 2)]).await.expect_problem(409, "ticket_unavailable");
    let _ = ada.reserve(ticket.id).await.expect(201);
    market.close().await;
}

#[tokio::test]
async fn payment_events_twice_and_in_reverse_complete_the_order_once() {
    let market = Market::open().await;
    let ticket = market.list(2).await;
    let ada = market.buyer("ada");
    let order: OrderView = ada.reserve(ticket.id).await.expect(201).read();
    let payment = market.new_payment();
    let captured = Event::PaymentCaptured(Market::payment(&order, payment, PaymentStatus::Captured));
    let authorized = Event::PaymentAuthorized(Market::payment(&order, payment, PaymentStatus::Authorized));
    for event in [&captured, &authorized, &captured, &authorized] {
        market.broker.publish(event).await;
        market.quiet(Stream::Payments).await;
    }
    let order = ada.order(order.id).await;
    assert_eq!((order.status, order.version), (OrderStatus::Complete, 2));
    assert_eq!(market.units(ticket.id).await, (0, 1));
    assert_eq!(market.held_by(&ada).await, 0);
    market.close().await;
}

#[tokio::test]
async fn only_the_failure_of_the_authorised_payment_ends_the_order() {
    let market = Market::open().await;
    let ticket = market.list(1).await;
    let ada = market.buyer("ada");
    let order: OrderView = ada.reserve(ticket.id).await.expect(201).read();
    let (declined, good) = (market.new_payment(), market.new_payment());
    let failed = |payment| Event::PaymentFailed(Market::payment(&order, payment, PaymentStatus::Failed));
    market.broker.publish(&failed(declined)).await;
    market.quiet(Stream::Payments).await;
    assert_eq!(ada.order(order.id).await.status, OrderStatus::Created);
    market
        .broker
        .publish(&Event::PaymentAuthorized(Market::payment(&order, good, PaymentStatus::Authorized)))
        .await;
    market.quiet(Stream::Payments).await;
    market.broker.publish(&failed(declined)).await;
    market.quiet(Stream::Payments).await;
    assert_eq!(ada.order(order.id).await.status, OrderStatus::AwaitingPayment);
    for _ in 0..2 {
        market.broker.publish(&failed(good)).await;
        market.quiet(Stream::Payments).await;
    }
    let order = ada.order(order.id).await;
    assert_eq!((order.status, order.version), (OrderStatus::Cancelled, 3));
    assert_eq!(market.units(ticket.id).await, (0, 0));
    market.close().await;
}

#[tokio::test]
async fn a_payment_that_was_given_back_is_not_accepted_afterwards() {
    let market = Market::open().await;
    let ticket = market.list(1).await;
    let ada = market.buyer("ada");
    let order: OrderView = ada.reserve(ticket.id).await.expect(201).read();
    let (cancelled, good) = (market.new_payment(), market.new_payment());
    let told = |payment, status| Market::payment(&order, payment, status);
    // The bank cancelled the first one, and that was heard before its authorisation.
    for event in [
        Event::PaymentVoided(told(cancelled, PaymentStatus::Voided)),
        Event::PaymentAuthorized(told(cancelled, PaymentStatus::Authorized)),
        Event::PaymentVoided(told(cancelled, PaymentStatus::Voided)),
    ] {
        market.broker.publish(&event).await;
        market.quiet(Stream::Payments).await;
    }
    assert_eq!(ada.order(order.id).await.status, OrderStatus::Created);
    for event in [
        Event::PaymentAuthorized(told(good, PaymentStatus::Authorized)),
        Event::PaymentCaptured(told(good, PaymentStatus::Captured)),
    ] {
        market.broker.publish(&event).await;
        market.quiet(Stream::Payments).await;
    }
    assert_eq!(ada.order(order.id).await.status, OrderStatus::Complete);
    assert_eq!(market.units(ticket.id).await, (0, 1));
    market.close().await;
}

#[tokio::test]
async fn every_order_can_be_announced_again() {
    let market = Market::open().await;
    let ticket = market.list(3).await;
    let ada = market.buyer("ada");
    let kept: OrderView = ada.reserve(ticket.id).await.expect(201).read();
    let given_up: OrderView = ada.reserve(ticket.id).await.expect(201).read();
    let _ = ada.delete(&format!("/api/orders/{}", given_up.id)).await.expect(204);
    testkit::eventually("everything to be announced", async || {
        market.running.messaging.outbox_is_empty().await.unwrap().then_some(())
    })
    .await;
    let before = market.broker.events(Stream::Orders).await.len();
    assert_eq!(market.running.republish().await.unwrap_or_else(|failure| panic!("{failure}")), 2);
    let again: Vec<_> = market.broker.events(Stream::Orders).await.split_off(before);
    let told: Vec<_> = again.iter().map(|event| (event.kind(), event.subject())).collect();
    let mut expected =
        vec![("order.created", kept.id.to_string()), ("order.cancelled", given_up.id.to_string())];
    expected.sort_by(|one, two| one.1.cmp(&two.1));
    assert_eq!(told, expected);
    market.close().await;
}

#[tokio::test]
async fn an_event_about_an_order_that_never_was_is_a_dead_letter() {
    let market = Market::open().await;
    let ticket = market.list(1).await;
    let ada = market.buyer("ada");
    let mut order: OrderView = ada.reserve(ticket.id).await.expect(201).read();
    order.id = "0123456789abcdef01234567".parse().unwrap();
    market
        .broker
        .publish(&Event::PaymentCaptured(Market::payment(
            &order,
            market.new_payment(),
            PaymentStatus::Captured,
        )))
        .await;
    market.quiet(Stream::Payments).await;
    let dead =
        market.running.messaging.dead_letters().list().await.unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].kind, "payment.captured");
    assert!(dead[0].reason.contains("0123456789abcdef01234567"), "{}", dead[0].reason);
}
