//! The checker of the invariants sees violations when there are some.

use common::api::{OrderStatus, PaymentView};
use e2e::Market;
use mongodb::bson::{Document, doc};
use stack::Service;

#[tokio::test]
async fn planted_violations_are_seen() {
    let market = Market::open().await;
    let (seller, buyer) = (market.person("sam").await, market.person("bea").await);
    let ticket = seller.list("Hamlet", 45, 5).await;
    let (paid, given_up) = (buyer.reserved(ticket.id).await, buyer.reserved(ticket.id).await);
    let waiting = buyer.reserved(ticket.id).await;
    let payment: PaymentView = buyer.pay(paid.id, "tok_visa").await.expect(201).read();
    buyer.order_when(paid.id, OrderStatus::Complete).await;
    let _ = buyer.cancel(given_up.id).await.expect(204);
    market.invariants().hold().await;

    let (ticket, payment) = (ticket.id.to_string(), payment.id.to_string());
    let past = mongodb::bson::DateTime::from_millis(0);
    let plants = [
        ("I1", Service::Orders, "inventory", ticket.clone(), doc! { "held": 7 }),
        ("I1", Service::Orders, "inventory", ticket.clone(), doc! { "takings": 1 }),
        ("I1", Service::Orders, "buyers", buyer_of(&market).await, doc! { "held": 3 }),
        ("I2", Service::Payments, "payments", payment.clone(), doc! { "state.status": "authorized" }),
        ("I2", Service::Payments, "payments", payment.clone(), doc! { "state.amountMinor": 1 }),
        ("I2", Service::Payments, "payments", payment, doc! { "state.orderId": given_up.id.to_string() }),
        ("I3", Service::Orders, "orders", waiting.id.to_string(), doc! { "state.expiresAt": past }),
        ("I4", Service::Tickets, "tickets", ticket.clone(), doc! { "state.availability.available": 1 }),
        ("I4", Service::Tickets, "tickets", ticket.clone(), doc! { "state.availability.takings": 1 }),
        ("I4", Service::Tickets, "tickets", ticket, doc! { "state.version": 9 }),
        ("I4", Service::Payments, "orders", paid.id.to_string(), doc! { "version": 1 }),
        ("I4", Service::Expiration, "deadlines", waiting.id.to_string(), doc! { "state.status": "fired" }),
    ];
    for (invariant, service, collection, id, change) in plants {
        let collection = market.database(service).collection::<Document>(collection);
        let before = collection.find_one(doc! { "_id": &id }).await.unwrap().unwrap();
        collection.update_one(doc! { "_id": &id }, doc! { "$set": change.clone() }).await.unwrap();
        let violations = market.invariants().violations().await;
        assert!(
            violations.iter().any(|violation| violation.starts_with(invariant)),
            "{change}: {violations:?}"
        );
        collection.replace_one(doc! { "_id": &id }, before).await.unwrap();
    }
    let lost = "0123456789abcdef01234567".parse().unwrap();
    let violations = market.invariants().with_promised([lost]).violations().await;
    assert_eq!(violations, ["I5: order 0123456789abcdef01234567 is lost"]);
    market.invariants().hold().await;
}

async fn buyer_of(market: &Market) -> String {
    let buyers = market.database(Service::Orders).collection::<Document>("buyers");
    let buyer =
        buyers.find_one(doc! {}).await.expect("the database answers").expect("somebody holds something");
    buyer.get_str("_id").expect("a buyer has an id").to_owned()
}
