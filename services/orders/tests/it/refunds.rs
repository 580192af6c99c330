//! Money that goes back to buyers, and units that are on sale again.

use std::time::Duration;

use common::{
    api::{OrderStatus, OrderView, PaymentStatus},
    events::{Event, ListingStatus, OrderState, PaymentState, RefundedLine, Stream},
    id::{PaymentId, TicketId},
    money::Minor,
};
use mongodb::bson::{Document, doc};
use testkit::{Actor, eventually};

use crate::actors::{Buyer, Market};

/// A paid order of so many units at 20 each, and its payment.
async fn bought(market: &Market, buyer: &Actor, units: &[(TicketId, u32)]) -> (OrderView, PaymentId) {
    let order: OrderView = buyer.reserve_units(units).await.expect(201).read();
    let payment = market.new_payment();
    hear(market, &Event::PaymentCaptured(Market::payment(&order, payment, PaymentStatus::Captured))).await;
    let order = buyer.order(order.id).await;
    assert_eq!((order.status, order.version), (OrderStatus::Complete, 2));
    (order, payment)
}

/// What payments announces once so much was given back altogether: `(listing, cents, units)`.
fn refunded(order: &OrderView, payment: PaymentId, lines: &[(TicketId, i64, u32)]) -> Event {
    let line = |(ticket_id, cents, units): &(TicketId, i64, u32)| RefundedLine {
        ticket_id: *ticket_id,
        amount_minor: Minor::new(*cents).unwrap(),
        units: *units,
    };
    let sum: i64 = lines.iter().map(|(_, cents, _)| cents).sum();
    let all = lines.is_empty() || sum == order.total.0.get();
    let status = if all { PaymentStatus::Refunded } else { PaymentStatus::Captured };
    Event::PaymentRefunded(PaymentState {
        version: 4,
        refunded_minor: if lines.is_empty() { order.total.0 } else { Minor::new(sum).unwrap() },
        refunded_lines: lines.iter().map(line).collect(),
        ..Market::payment(order, payment, status)
    })
}

async fn hear(market: &Market, event: &Event) {
    market.broker.publish(event).await;
    market.quiet(Stream::Payments).await;
}

/// What was given back of the order's lines: cents and units.
fn given_back(order: &OrderView) -> Vec<(i64, u32)> {
    order.items.iter().map(|item| (item.refunded.0.get(), item.returned)).collect()
}

async fn number(market: &Market, ticket: TicketId, name: &str) -> i64 {
    market.inventory(ticket, "to be known", |_| true).await.get_i64(name).unwrap()
}

/// The announcements that the order is complete, oldest first.
async fn told(market: &Market, order: &OrderView) -> Vec<OrderState> {
    eventually("everything to be announced", async || {
        market.running.messaging.outbox_is_empty().await.unwrap().then_some(())
    })
    .await;
    let events = market.broker.events(Stream::Orders).await;
    let complete = |event| match event {
        Event::OrderCompleted(state) => Some(state).filter(|state| state.id == order.id),
        _ => None,
    };
    events.into_iter().filter_map(complete).collect()
}

#[tokio::test]
async fn refunded_units_are_on_sale_again_and_their_money_is_no_takings() {
    let market = Market::open().await;
    let (ticket, other) = (market.list(2).await, market.list(1).await);
    let (ada, bob) = (market.buyer("ada"), market.buyer("bob"));
    let (paid, payment) = bought(&market, &ada, &[(ticket.id, 2)]).await;
    let _ = ada.reserve(other.id).await.expect(201);
    bob.reserve(ticket.id).await.expect_problem(409, "ticket_unavailable");

    for _ in 0..2 {
        hear(&market, &refunded(&paid, payment, &[(ticket.id, 2000, 1)])).await;
    }
    let order = ada.order(paid.id).await;
    assert_eq!((order.status, order.version, &order.history), (OrderStatus::Complete, 3, &paid.history));
    assert_eq!((given_back(&order), order.total), (vec![(2000, 1)], paid.total));
    assert_eq!((market.units(ticket.id).await, number(&market, ticket.id, "takings").await), ((0, 1), 2000));
    assert_eq!(market.held_by(&ada).await, 1, "what she holds of another listing");

    let told = told(&market, &paid).await;
    let counts = told.iter().map(|state| (state.version, &state.items[0])).map(|(version, item)| {
        let takings = item.takings_minor.unwrap().get();
        (version, item.seq, item.sold, takings, item.returned, item.refunded_minor.get())
    });
    assert_eq!(counts.collect::<Vec<_>>(), [(2, 2, 2, 4000, 0, 0), (3, 3, 1, 2000, 1, 2000)]);
    assert_eq!(told[1].items[0].seller_id, Some(ticket.seller_id));
    let _ = bob.reserve(ticket.id).await.expect(201);
    market.close().await;
}

#[tokio::test]
async fn money_may_go_back_without_the_units() {
    let market = Market::open().await;
    let ticket = market.list(2).await;
    let ada = market.buyer("ada");
    let (paid, payment) = bought(&market, &ada, &[(ticket.id, 2)]).await;
    hear(&market, &refunded(&paid, payment, &[(ticket.id, 4000, 0)])).await;
    let order = ada.order(paid.id).await;
    assert_eq!((order.status, given_back(&order)), (OrderStatus::Complete, vec![(4000, 0)]));
    assert_eq!((market.units(ticket.id).await, number(&market, ticket.id, "takings").await), ((0, 2), 0));
    market.buyer("bob").reserve(ticket.id).await.expect_problem(409, "ticket_unavailable");
    market.close().await;
}

#[tokio::test]
async fn refunds_twice_and_in_reverse_end_the_same() {
    let market = Market::open().await;
    let ticket = market.list(3).await;
    let ada = market.buyer("ada");
    let (paid, payment) = bought(&market, &ada, &[(ticket.id, 3)]).await;
    let first = refunded(&paid, payment, &[(ticket.id, 1500, 0)]);
    let second = refunded(&paid, payment, &[(ticket.id, 3500, 2)]);
    for event in [&second, &first, &second, &first] {
        hear(&market, event).await;
        let order = ada.order(paid.id).await;
        assert_eq!((order.version, given_back(&order)), (3, vec![(3500, 2)]));
    }
    assert_eq!((market.units(ticket.id).await, number(&market, ticket.id, "takings").await), ((0, 1), 2500));
    market.close().await;
}

#[tokio::test]
async fn a_refund_heard_of_before_the_capture_completes_the_order_first() {
    let market = Market::open().await;
    let ticket = market.list(4).await;
    let ada = market.buyer("ada");
    let payment = market.new_payment();
    for (confirmed, versions) in [(false, [2, 3]), (true, [3, 4])] {
        let order: OrderView = ada.reserve_units(&[(ticket.id, 2)]).await.expect(201).read();
        let authorized =
            Event::PaymentAuthorized(Market::payment(&order, payment, PaymentStatus::Authorized));
        let captured = Event::PaymentCaptured(Market::payment(&order, payment, PaymentStatus::Captured));
        if confirmed {
            hear(&market, &authorized).await;
        }
        let refunded = refunded(&order, payment, &[(ticket.id, 2000, 1)]);
        for event in [&refunded, &captured, &authorized, &refunded] {
            hear(&market, event).await;
        }
        let order = ada.order(order.id).await;
        assert_eq!((order.status, order.version), (OrderStatus::Complete, versions[1]));
        assert_eq!(given_back(&order), [(2000, 1)]);
        assert_eq!(order.history.last().unwrap().status, OrderStatus::Complete);
        let told = told(&market, &order).await;
        assert_eq!(told.iter().map(|state| state.version).collect::<Vec<_>>(), versions);
    }
    assert_eq!((market.units(ticket.id).await, number(&market, ticket.id, "takings").await), ((0, 2), 4000));
    assert_eq!(market.held_by(&ada).await, 0);
    market.close().await;
}

#[tokio::test]
async fn the_money_of_a_cancelled_order_changes_nothing() {
    let market = Market::open().await;
    let ticket = market.list(1).await;
    let ada = market.buyer("ada");
    let order: OrderView = ada.reserve(ticket.id).await.expect(201).read();
    let _ = ada.delete(&format!("/api/orders/{}", order.id)).await.expect(204);
    let payment = market.new_payment();
    for lines in [&[][..], &[(ticket.id, 2000, 1)]] {
        hear(&market, &refunded(&order, payment, lines)).await;
    }
    let order = ada.order(order.id).await;
    assert_eq!((order.status, order.version), (OrderStatus::Cancelled, 2));
    assert_eq!((market.units(ticket.id).await, number(&market, ticket.id, "seq").await), ((0, 0), 2));
    market.close().await;
}

#[tokio::test]
async fn a_refund_that_is_not_about_a_sale_completes_nothing() {
    let market = Market::open().await;
    let ticket = market.list(1).await;
    let ada = market.buyer("ada");
    let order: OrderView = ada.reserve(ticket.id).await.expect(201).read();
    hear(&market, &refunded(&order, market.new_payment(), &[])).await;
    assert_eq!(ada.order(order.id).await, order);
    market.close().await;
}

#[tokio::test]
async fn a_refund_that_cannot_be_is_a_dead_letter() {
    let market = Market::open().await;
    let (ticket, other) = (market.list(2).await, market.list(1).await);
    let ada = market.buyer("ada");
    let (paid, payment) = bought(&market, &ada, &[(ticket.id, 2)]).await;
    let unknown = OrderView { id: "0123456789abcdef01234567".parse().unwrap(), ..paid.clone() };
    let line = (ticket.id, 2000, 1);
    for (event, reason) in [
        (refunded(&unknown, payment, &[line]), "order 0123456789abcdef01234567 does not exist"),
        (refunded(&unknown, payment, &[]), "order 0123456789abcdef01234567 does not exist"),
        (refunded(&paid, market.new_payment(), &[line]), "it cannot be refunded"),
        (
            refunded(&paid, payment, &[(ticket.id, 4001, 1)]),
            "it cannot give back more than a line of it cost",
        ),
        (
            refunded(&paid, payment, &[(ticket.id, 4000, 3)]),
            "it cannot return more units than a line of it has",
        ),
        (
            refunded(&paid, payment, &[line, (other.id, 1, 0)]),
            "it cannot be refunded for a listing it does not have",
        ),
    ] {
        hear(&market, &event).await;
        let letters = market.running.messaging.dead_letters();
        let dead = letters.list().await.unwrap_or_else(|failure| panic!("{failure}"));
        let newest = dead.iter().max_by_key(|letter| letter.sequence).unwrap();
        assert_eq!(newest.kind, "payment.refunded");
        assert!(newest.reason.ends_with(reason), "{}", newest.reason);
    }
    assert_eq!(ada.order(paid.id).await, paid);
    assert_eq!((market.units(ticket.id).await, number(&market, ticket.id, "seq").await), ((0, 2), 2));
}

#[tokio::test]
async fn what_comes_back_of_a_withdrawn_listing_or_a_past_event_cannot_be_bought() {
    let market = Market::open().await;
    let mut withdrawn = market.list(1).await;
    let mut past = market.ticket(1, 2000);
    past.starts_at = Some(market.clock.now() + Duration::from_hours(1));
    market.broker.publish(&Event::TicketCreated(past.clone())).await;
    market.inventory(past.id, "to be known", |_| true).await;
    let (ada, bob) = (market.buyer("ada"), market.buyer("bob"));
    let (paid, payment) = bought(&market, &ada, &[(withdrawn.id, 1), (past.id, 1)]).await;
    (withdrawn.version, withdrawn.status) = (2, ListingStatus::Withdrawn);
    market.broker.publish(&Event::TicketWithdrawn(withdrawn.clone())).await;
    market.quiet(Stream::Tickets).await;
    market.advance(60 * 60);
    hear(&market, &refunded(&paid, payment, &[(withdrawn.id, 2000, 1), (past.id, 2000, 1)])).await;
    assert_eq!(given_back(&ada.order(paid.id).await), [(2000, 1), (2000, 1)]);
    for ticket in [withdrawn.id, past.id] {
        assert_eq!(market.units(ticket).await, (0, 0));
        bob.reserve(ticket).await.expect_problem(409, "ticket_not_on_sale");
    }
    market.close().await;
}

#[tokio::test]
async fn what_comes_back_of_a_listing_that_was_cut_is_not_more_than_is_listed() {
    let market = Market::open().await;
    let mut ticket = market.list(5).await;
    let ada = market.buyer("ada");
    let (paid, payment) = bought(&market, &ada, &[(ticket.id, 4)]).await;
    (ticket.version, ticket.quantity) = (2, 1);
    market.broker.publish(&Event::TicketUpdated(ticket.clone())).await;
    market.quiet(Stream::Tickets).await;
    for (units, available) in [(2, 0), (4, 1)] {
        hear(&market, &refunded(&paid, payment, &[(ticket.id, 8000, units)])).await;
        assert_eq!(market.units(ticket.id).await, (0, i64::from(4 - units)));
        assert_eq!(number(&market, ticket.id, "available").await, available);
    }
    market.close().await;
}

/// Who has just opened a page, and has heard of no count yet, believes the first one there is.
#[tokio::test]
async fn a_line_of_which_nothing_is_refunded_is_told_as_it_is_by_now() {
    let market = Market::open().await;
    let (ticket, other) = (market.list(2).await, market.list(2).await);
    let (ada, bob) = (market.buyer("ada"), market.buyer("bob"));
    let (paid, payment) = bought(&market, &ada, &[(ticket.id, 1), (other.id, 1)]).await;
    let _ = bob.reserve(other.id).await.expect(201);
    hear(&market, &refunded(&paid, payment, &[(ticket.id, 2000, 1)])).await;
    let told = told(&market, &paid).await.pop().unwrap();
    let counts = told.items.iter().map(|item| (item.seq, item.held, item.sold, item.returned));
    assert_eq!(counts.collect::<Vec<_>>(), [(3, 0, 0, 1), (3, 1, 1, 0)]);
    assert_eq!(number(&market, other.id, "seq").await, 3, "it was not touched");
    market.close().await;
}

#[tokio::test]
async fn a_refund_of_units_that_are_not_there_is_tried_again() {
    let market = Market::open().await;
    let ticket = market.list(2).await;
    let ada = market.buyer("ada");
    let (paid, payment) = bought(&market, &ada, &[(ticket.id, 2)]).await;
    let inventory = market.database().await.collection::<Document>("inventory");
    // As if somebody had meddled with the database, and then made it good.
    let set = async |sold: i64| {
        let changed = doc! { "$set": { "sold": sold, "available": 2 - sold } };
        inventory.update_one(doc! { "_id": ticket.id.to_string() }, changed).await.unwrap();
    };
    set(0).await;
    let before = market.deliveries(Stream::Payments).await;
    market.broker.publish(&refunded(&paid, payment, &[(ticket.id, 2000, 1)])).await;
    eventually("a second delivery", async || {
        (market.deliveries(Stream::Payments).await > before + 1).then_some(())
    })
    .await;
    assert_eq!(ada.order(paid.id).await, paid);
    set(2).await;
    let order = ada.order_when(paid.id, "to be refunded", |order| order.version == 3).await;
    assert_eq!((given_back(&order), market.units(ticket.id).await), (vec![(2000, 1)], (0, 1)));
    market.close().await;
}

#[tokio::test]
async fn an_inventory_from_before_takings_were_counted_has_none_to_lose() {
    let market = Market::open().await;
    let ticket = market.list(2).await;
    let ada = market.buyer("ada");
    let (paid, payment) = bought(&market, &ada, &[(ticket.id, 2)]).await;
    let inventory = market.database().await.collection::<Document>("inventory");
    let old = doc! { "$unset": { "takings": "" } };
    let aged = inventory.update_one(doc! { "_id": ticket.id.to_string() }, old).await.unwrap();
    assert_eq!(aged.modified_count, 1);
    for cents in [500, 2000] {
        hear(&market, &refunded(&paid, payment, &[(ticket.id, cents, 1)])).await;
        assert_eq!(given_back(&ada.order(paid.id).await), [(cents, 1)]);
        assert_eq!(number(&market, ticket.id, "takings").await, 0);
    }
    assert_eq!(market.units(ticket.id).await, (0, 1));
    market.close().await;
}

#[tokio::test]
async fn units_that_come_back_in_a_rush_are_sold_once() {
    let market = Market::open().await;
    let ticket = market.list(16).await;
    let ada = market.buyer("ada");
    let (paid, payment) = bought(&market, &ada, &[(ticket.id, 8)]).await;
    let buyers: Vec<_> = (0..16).map(|number| market.buyer(&format!("buyer{number}"))).collect();
    // One refund after the other, in a rush of as many buyers as there are seats in the end.
    let refunds = async {
        for units in 1..=8 {
            let all = i64::from(units) * 2000;
            market.broker.publish(&refunded(&paid, payment, &[(ticket.id, all, units)])).await;
        }
    };
    let rush = buyers.iter().map(|buyer| {
        let ticket = ticket.id;
        eventually(format!("a seat for {}", buyer.id()), move || async move {
            (buyer.reserve(ticket).await.status == 201).then_some(())
        })
    });
    tokio::join!(refunds, futures::future::join_all(rush));
    market.quiet(Stream::Payments).await;
    assert_eq!(market.units(ticket.id).await, (16, 0));
    assert_eq!(number(&market, ticket.id, "takings").await, 0);
    market.buyer("late").reserve(ticket.id).await.expect_problem(409, "ticket_unavailable");
    market.close().await;
}
