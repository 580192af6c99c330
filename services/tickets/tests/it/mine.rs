//! `GET /api/tickets/mine`.

use common::{
    api::{OwnTicketView, Sales, TicketView},
    events::Event,
    id::TicketId,
    money::{Major, Minor},
};
use mongodb::bson::{Document, doc};
use serde_json::json;
use testkit::{Actor, eventually};

use crate::market::{Market, listing, order, sell};

#[tokio::test]
async fn a_seller_sees_all_own_listings_newest_first() {
    let market = Market::open().await;
    let (ada, bob) = (market.user("ada"), market.user("bob"));
    let mut views = Vec::new();
    for title in ["sold", "withdrawn", "open"] {
        views.push(sell(&ada, listing(title, 20.0, json!({}))).await);
        market.clock.advance(std::time::Duration::from_secs(1));
    }
    sell(&bob, listing("other", 20.0, json!({}))).await;
    let _ = ada.delete(&format!("/api/tickets/{}", views[1].id)).await.expect(204);
    market.broker.publish(&Event::OrderCompleted(order(views[0].id, 2, 0, 1))).await;
    market.until_available(views[0].id, 0).await;

    let mine: Vec<TicketView> = ada.get("/api/tickets/mine").await.expect(200).read();
    let seen: Vec<_> = mine.iter().map(|view| view.title.as_str()).collect();
    assert_eq!(seen, ["open", "withdrawn", "sold"]);
    let first = ada.get("/api/tickets/mine?limit=2").await.expect(200);
    assert_eq!(first.json().as_array().map(Vec::len), Some(2));
    let link = first.header("link").to_owned();
    let next = link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap();
    assert!(next.starts_with("/api/tickets/mine?limit=2&cursor="), "{next}");
    let rest: Vec<TicketView> = ada.get(next).await.expect(200).read();
    assert_eq!(rest.iter().map(|view| view.title.as_str()).collect::<Vec<_>>(), ["sold"]);
    market.close().await;
}

fn sales(held: u32, sold: u32, cents: i64) -> Sales {
    Sales { held, sold, takings: Major(Minor::new(cents).unwrap()) }
}

/// Waits until the seller sees this of the only listing, and returns it.
async fn until_seen(seller: &Actor, sales: Sales) -> OwnTicketView {
    eventually(format!("{sales:?}"), || async {
        let mine: Vec<OwnTicketView> = seller.get("/api/tickets/mine").await.expect(200).read();
        mine.into_iter().find(|view| view.sales == sales)
    })
    .await
}

fn sold_at(id: TicketId, seq: u64, sold: u32, cents: Option<i64>) -> Event {
    let mut order = order(id, seq, 0, sold);
    order.items[0].takings_minor = cents.and_then(Minor::new);
    Event::OrderCompleted(order)
}

#[tokio::test]
async fn a_seller_sees_what_became_of_the_units_and_nobody_else_does() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let id = sell(&ada, listing("Hamlet", 20.0, json!({ "quantity": 5 }))).await.id;
    until_seen(&ada, sales(0, 0, 0)).await;
    let events = [
        Event::OrderCreated(order(id, 1, 2, 0)),
        sold_at(id, 2, 2, Some(3998)),
        Event::OrderCreated({
            let mut order = order(id, 3, 1, 2);
            order.items[0].takings_minor = Minor::new(3998);
            order
        }),
    ];
    for event in [&events[1], &events[0], &events[2], &events[1], &events[0], &events[2]] {
        market.broker.publish(event).await;
        market.until_heard().await;
    }
    let seen = until_seen(&ada, sales(1, 2, 3998)).await;
    assert_eq!(seen.ticket, market.look(id).await);
    let json = ada.get("/api/tickets/mine").await.expect(200).json();
    assert_eq!(
        (&json[0]["held"], &json[0]["sold"], &json[0]["takings"]),
        (&json!(1), &json!(2), &json!(39.98))
    );
    let public = market.stranger().get(&format!("/api/tickets/{id}")).await.expect(200).json();
    let list = market.stranger().get("/api/tickets").await.expect(200).json();
    for field in ["held", "sold", "takings"] {
        assert_eq!((public.get(field), list[0].get(field)), (None, None), "{field}");
    }
    // The price of what is not sold yet may change; what was paid stays what it was.
    market.broker.publish(&sold_at(id, 4, 2, Some(3998))).await;
    until_seen(&ada, sales(0, 2, 3998)).await;
    let _ = ada.put(&format!("/api/tickets/{id}"), listing("Hamlet", 1.0, json!({}))).await.expect(200);
    until_seen(&ada, sales(0, 2, 3998)).await;
    market.close().await;
}

#[tokio::test]
async fn events_and_documents_from_before_takings_were_told_are_understood() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let id = sell(&ada, listing("Hamlet", 20.0, json!({ "quantity": 5 }))).await.id;
    let tickets = market.namespace.database().await.collection::<Document>("tickets");
    let old = doc! { "$unset": { "state.availability.takings": "" } };
    let aged = tickets.update_one(doc! { "_id": id.to_string() }, old).await.unwrap();
    assert_eq!(aged.modified_count, 1);
    until_seen(&ada, sales(0, 0, 0)).await;
    for (event, seen) in [
        (sold_at(id, 1, 1, None), sales(0, 1, 0)),
        (sold_at(id, 2, 2, Some(2000)), sales(0, 2, 2000)),
        // Nothing is known to have been given back.
        (sold_at(id, 3, 3, None), sales(0, 3, 2000)),
    ] {
        market.broker.publish(&event).await;
        until_seen(&ada, seen).await;
    }
    market.close().await;
}

#[tokio::test]
async fn strangers_have_no_listings() {
    let market = Market::open().await;
    market.stranger().get("/api/tickets/mine").await.expect_problem(401, "not_signed_in");
    let ada = market.user("ada");
    let answer = ada.get("/api/tickets/mine?limit=0&cursor=x").await.expect_problem(400, "invalid_input");
    let fields: Vec<_> = answer.errors().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["limit", "cursor"]);
    market.close().await;
}
