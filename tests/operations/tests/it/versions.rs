//! Versions N and N + 1 side by side: what the newer one adds does not hinder the older one.

use common::api::{OrderStatus, PaymentView};
use e2e::Market;
use mongodb::bson::{Document, doc};
use stack::Service;
use testkit::eventually;

/// Where services keep what they read again: the state of aggregates, and what they heard of others'.
const COLLECTIONS: [(Service, &str, &str); 8] = [
    (Service::Auth, "users", "state.addedLater"),
    (Service::Auth, "sessions", "state.addedLater"),
    (Service::Tickets, "tickets", "state.addedLater"),
    (Service::Orders, "orders", "state.addedLater"),
    (Service::Orders, "inventory", "addedLater"),
    (Service::Orders, "buyers", "addedLater"),
    (Service::Payments, "orders", "addedLater"),
    (Service::Expiration, "deadlines", "state.addedLater"),
];

#[tokio::test]
async fn documents_and_events_with_fields_of_a_newer_version_are_worked_with() {
    let market = Market::open().await;
    let (seller, buyer) = (market.person("sam").await, market.person("bea").await);
    let ticket = seller.list("Hamlet", 30, 5).await;
    let orders = [buyer.reserved(ticket.id).await, buyer.reserved(ticket.id).await];
    market.invariants().hold().await;

    for (service, name, field) in COLLECTIONS {
        let collection = market.database(service).collection::<Document>(name);
        let added =
            doc! { "$set": { field: { "by": "a newer version", "list": [1, 2] }, "addedLater": true } };
        let planted = collection.update_many(doc! {}, added).await.unwrap();
        assert!(planted.matched_count > 0, "{name} is empty");
    }
    // Read, changed and announced by today's version: paid, cancelled, edited, signed in.
    let payment: PaymentView = buyer.pay(orders[0].id, "tok_visa").await.expect(201).read();
    buyer.order_when(orders[0].id, OrderStatus::Complete).await;
    let payments = market.database(Service::Payments).collection::<Document>("payments");
    let added = doc! { "$set": { "state.addedLater": { "by": "a newer version" } } };
    payments.update_one(doc! { "_id": payment.id.to_string() }, added).await.unwrap();
    let _ = buyer.cancel(orders[1].id).await.expect(204);
    let _ = buyer.actor().get(&format!("/api/payments/{}", payment.id)).await.expect(200);
    let refund = ["refund", "--payment", &payment.id.to_string(), "--reason", "Rehearsal"];
    market.run(Service::Payments, &refund).await.unwrap();
    buyer
        .payment_when(payment.id, "to be refunded", |payment| {
            payment.status == common::api::PaymentStatus::Refunded
        })
        .await;
    market.invariants().hold().await;

    // An event of the newer version, with more in it and in its lines.
    let nats = async_nats::connect(market.servers.nats.url()).await.unwrap();
    let jetstream = async_nats::jetstream::new(nats);
    let stream = jetstream.get_stream("TICKETS").await.unwrap();
    let message = stream.get_last_raw_message_by_subject("ticket.created").await.unwrap();
    let mut event: serde_json::Value = serde_json::from_slice(&message.payload).unwrap();
    event["version"] = (event["version"].as_u64().unwrap() + 1).into();
    event["addedLater"] = serde_json::json!({ "by": "a newer version" });
    let mut headers = message.headers.clone();
    headers.insert("ce-type", "ticket.updated");
    headers.insert("ce-addedlater", "yes");
    headers.insert("Nats-Msg-Id", "rehearsal");
    let publish = jetstream.publish_with_headers("ticket.updated", headers, event.to_string().into());
    publish.await.unwrap().await.unwrap();
    let inventory = market.database(Service::Orders).collection::<Document>("inventory");
    eventually("orders to hear it", async || {
        let known = inventory.find_one(doc! { "_id": ticket.id.to_string() }).await.unwrap()?;
        let version =
            known.get_i64("ticketVersion").ok().or(known.get_i32("ticketVersion").ok().map(i64::from));
        (version >= event["version"].as_i64()).then_some(())
    })
    .await;
    for service in Service::ALL.into_iter().filter(|service| service.owns_data()) {
        assert_eq!(market.run(service, &["dead-letters", "list"]).await.unwrap(), "");
    }
}
