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
        ("I1", Service::Orders, "orders", paid.id.to_string(), doc! { "state.lines.0.returned": 1 }),
        ("I1", Service::Orders, "orders", paid.id.to_string(), doc! { "state.lines.0.refunded": 1 }),
        ("I2", Service::Payments, "payments", payment.clone(), doc! { "state.status": "authorized" }),
        ("I2", Service::Payments, "payments", payment.clone(), doc! { "state.amountMinor": 1 }),
        ("I2", Service::Payments, "payments", payment.clone(), doc! { "state.status": "refunded" }),
        ("I2", Service::Payments, "payments", payment.clone(), refunds("done", &ticket, 1, 0)),
        ("I2", Service::Payments, "payments", payment.clone(), refunds("done", &ticket, 0, 1)),
        ("I2", Service::Payments, "payments", payment.clone(), refunds("requested", &ticket, 1, 0)),
        ("I2", Service::Payments, "payments", payment, doc! { "state.orderId": given_up.id.to_string() }),
        ("I2", Service::Orders, "orders", paid.id.to_string(), doc! { "state.lines.0.returned": 2 }),
        ("I2", Service::Orders, "orders", paid.id.to_string(), doc! { "state.lines.0.refunded": 4501 }),
        ("I2", Service::Orders, "orders", given_up.id.to_string(), doc! { "state.lines.0.refunded": 1 }),
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

/// A refund of one line, as payments stores it.
fn refunds(status: &str, ticket: &str, cents: i64, units: i64) -> Document {
    let share = doc! { "ticketId": ticket, "amountMinor": cents, "units": units };
    doc! { "state.refunds": [{ "id": "r", "status": status, "shares": [share] }] }
}

/// Refunds are planted too, as the services would leave them: in part, failed, and as a whole.
#[tokio::test]
async fn refunds_that_agree_are_no_violation_and_half_of_one_is() {
    let market = Market::open().await;
    let (seller, buyer) = (market.person("sam").await, market.person("bea").await);
    let listed = seller.list("Hamlet", 45, 2).await;
    let paid = buyer.reserved(listed.id).await;
    let payment: PaymentView = buyer.pay(paid.id, "tok_visa").await.expect(201).read();
    buyer.order_when(paid.id, OrderStatus::Complete).await;
    market.invariants().hold().await;

    let (ticket, order, payment) = (listed.id.to_string(), paid.id.to_string(), payment.id.to_string());
    let set = async |service, collection: &str, id: &str, change: Document| {
        let collection = market.database(service).collection::<Document>(collection);
        let done = collection.update_one(doc! { "_id": id }, doc! { "$set": change }).await.unwrap();
        assert_eq!(done.matched_count, 1);
    };
    let violated = async || {
        let violations = market.invariants().violations().await;
        violations.iter().map(|violation| violation[..2].to_owned()).collect::<Vec<_>>()
    };
    set(Service::Payments, "payments", &payment, refunds("failed", &ticket, 4500, 1)).await;
    assert_eq!(violated().await, Vec::<String>::new());
    for (cents, units, status) in [(4000, 0, "captured"), (4500, 1, "refunded")] {
        let mut money = refunds("done", &ticket, cents, units);
        money.insert("state.status", status);
        set(Service::Payments, "payments", &payment, money).await;
        assert_eq!(violated().await, ["I2"], "only payments has it");
        let lines = doc! { "state.lines.0.refunded": cents, "state.lines.0.returned": units };
        set(Service::Orders, "orders", &order, lines).await;
        assert_eq!(violated().await, ["I1"], "the inventory has not");
        let (sold, available, takings) = (1 - units, 1 + units, 4500 - cents);
        let left = doc! { "sold": sold, "available": available, "takings": takings };
        set(Service::Orders, "inventory", &ticket, left.clone()).await;
        assert_eq!(violated().await, ["I4"], "tickets has not");
        let projected = left.into_iter().map(|(name, number)| (format!("state.availability.{name}"), number));
        set(Service::Tickets, "tickets", &ticket, projected.collect()).await;
        assert_eq!(violated().await, Vec::<String>::new());
    }
    // All of the money is back: a payment that says it kept some is wrong.
    set(Service::Payments, "payments", &payment, doc! { "state.status": "captured" }).await;
    assert_eq!(violated().await, ["I2"]);
    // Everybody agrees, on more than was paid.
    set(Service::Payments, "payments", &payment, refunds("done", &ticket, 4600, 1)).await;
    set(Service::Orders, "orders", &order, doc! { "state.lines.0.refunded": 4600 }).await;
    set(Service::Orders, "inventory", &ticket, doc! { "takings": -100 }).await;
    set(Service::Tickets, "tickets", &ticket, doc! { "state.availability.takings": -100 }).await;
    assert_eq!(violated().await, ["I2"]);
}

async fn buyer_of(market: &Market) -> String {
    let buyers = market.database(Service::Orders).collection::<Document>("buyers");
    let buyer =
        buyers.find_one(doc! {}).await.expect("the database answers").expect("somebody holds something");
    buyer.get_str("_id").expect("a buyer has an id").to_owned()
}
