//! What a listing brought in: counted with the units it sells, and told with them.

use common::{
    api::{OrderView, PaymentStatus},
    events::{Event, OrderItemState, Stream},
    id::TicketId,
    money::Minor,
};
use mongodb::bson::{Document, doc};
use testkit::eventually;

use crate::actors::{Buyer, Market};

/// Pays for the order; everything is heard twice.
async fn pay(market: &Market, order: &OrderView) {
    let payment = market.new_payment();
    let authorized = Event::PaymentAuthorized(Market::payment(order, payment, PaymentStatus::Authorized));
    let captured = Event::PaymentCaptured(Market::payment(order, payment, PaymentStatus::Captured));
    for event in [&captured, &authorized, &captured] {
        market.broker.publish(event).await;
        market.quiet(Stream::Payments).await;
    }
}

/// The listing's line in everything announced of orders, by `seq`.
async fn told(market: &Market, ticket: TicketId) -> Vec<OrderItemState> {
    eventually("everything to be announced", async || {
        market.running.messaging.outbox_is_empty().await.unwrap().then_some(())
    })
    .await;
    let mut items: Vec<_> = market
        .broker
        .events(Stream::Orders)
        .await
        .into_iter()
        .flat_map(|event| match event {
            Event::OrderCreated(order)
            | Event::OrderConfirmed(order)
            | Event::OrderCompleted(order)
            | Event::OrderCancelled(order) => order.items,
            other => panic!("{} is no order's event", other.kind()),
        })
        .filter(|item| item.ticket_id == ticket)
        .collect();
    items.sort_by_key(|item| item.seq);
    items
}

fn minor(cents: i64) -> Option<Minor> {
    Minor::new(cents)
}

#[tokio::test]
async fn a_sale_brings_in_what_the_order_was_to_pay_once() {
    let market = Market::open().await;
    let mut ticket = market.list(5).await;
    let (ada, bob) = (market.buyer("ada"), market.buyer("bob"));
    let dear: OrderView = ada.reserve_units(&[(ticket.id, 2)]).await.expect(201).read();
    let given_up: OrderView = ada.reserve(ticket.id).await.expect(201).read();
    // The price changes while units are held: they cost what they were reserved at.
    (ticket.version, ticket.price_minor) = (2, minor(500).unwrap().try_into().unwrap());
    market.broker.publish(&Event::TicketUpdated(ticket.clone())).await;
    market.quiet(Stream::Tickets).await;
    let cheap: OrderView = bob.reserve(ticket.id).await.expect(201).read();
    pay(&market, &cheap).await;
    pay(&market, &dear).await;
    let _ = ada.delete(&format!("/api/orders/{}", given_up.id)).await.expect(204);

    let told = told(&market, ticket.id).await;
    let told: Vec<_> = told.iter().map(|item| (item.seq, item.sold, item.takings_minor)).collect();
    let expected = [(1, 0, 0), (2, 0, 0), (3, 0, 0), (4, 1, 500), (5, 3, 4500), (6, 3, 4500)];
    assert_eq!(told, expected.map(|(seq, sold, cents)| (seq, sold, minor(cents))));
    let inventory = market.inventory(ticket.id, "to be known", |_| true).await;
    assert_eq!(inventory.get_i64("takings").unwrap(), 4500);
    market.close().await;
}

#[tokio::test]
async fn an_inventory_from_before_takings_were_counted_counts_them_from_now_on() {
    let market = Market::open().await;
    let ticket = market.list(2).await;
    let inventory = market.database().await.collection::<Document>("inventory");
    let old = doc! { "$unset": { "takings": "" } };
    let aged = inventory.update_one(doc! { "_id": ticket.id.to_string() }, old).await.unwrap();
    assert_eq!(aged.modified_count, 1);
    let order: OrderView = market.buyer("ada").reserve(ticket.id).await.expect(201).read();
    pay(&market, &order).await;
    let takings: Vec<_> = told(&market, ticket.id).await.iter().map(|item| item.takings_minor).collect();
    assert_eq!(takings, [minor(0), minor(2000)]);
    market.close().await;
}
