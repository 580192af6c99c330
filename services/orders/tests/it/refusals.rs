//! What cannot be reserved, and that nothing changes then.

use common::{
    events::Event,
    id::{Id, TicketId},
};
use serde_json::{Value, json};

use crate::actors::{Buyer, Market};

#[tokio::test]
async fn bad_bodies_name_their_field_and_rule() {
    let market = Market::open().await;
    let ticket = market.list(1).await;
    let ada = market.buyer("ada");
    let items = |quantity: Value| json!({ "items": [{ "ticketId": ticket.id, "quantity": quantity }] });
    let cases = [
        (json!({}), "ticketId", "TicketId must be provided"),
        (json!({ "ticketId": null }), "ticketId", "TicketId must be provided"),
        (json!({ "ticketId": "xyz" }), "ticketId", "must be an id of 24 hexadecimal digits"),
        (json!({ "ticketId": 7 }), "ticketId", "must be a text"),
        (json!({ "items": [] }), "items", "must have 1 to 10 entries"),
        (json!({ "items": {} }), "items", "must be a list of {ticketId, quantity}"),
        (json!({ "items": [[ticket.id, 1]] }), "items", "must be a list of {ticketId, quantity}"),
        (items(json!(0)), "items", "entry 1: quantity Quantity must be a whole number from 1 to 100"),
        (items(json!(1.5)), "items", "entry 1: quantity Quantity must be a whole number from 1 to 100"),
        (items(json!("1")), "items", "entry 1: quantity Quantity must be a whole number from 1 to 100"),
        (
            json!({ "items": [{ "ticketId": ticket.id, "quantity": 1 }, { "ticketId": ticket.id, "quantity": 1 }] }),
            "items",
            "must name each ticket once",
        ),
        (
            json!({ "ticketId": ticket.id, "expectedTotal": 10.999 }),
            "expectedTotal",
            "must have at most two decimals",
        ),
    ];
    for (body, field, message) in cases {
        let answer = ada.post("/api/orders", body.clone()).await.expect_problem(400, "invalid_input");
        assert_eq!(answer.errors(), [(field.to_owned(), message.to_owned())], "{body}");
    }
    for raw in ["", "{", "[]", "\"x\"", "{\"ticketId\":", "nonsense"] {
        ada.send_raw("POST", "/api/orders", raw).await.expect_problem(400, "malformed_body");
    }
    let huge = format!("{{\"ticketId\":\"{}\"}}", "a".repeat(100_000));
    ada.send_raw("POST", "/api/orders", &huge).await.expect_problem(413, "body_too_large");
    let text = ada.request("POST", "/api/orders").header("content-type", "text/plain").body("{}");
    ada.send(text).await.expect_problem(415, "unsupported_media_type");
    assert_eq!(market.units(ticket.id).await, (0, 0));
    market.close().await;
}

#[tokio::test]
async fn unknown_paths_ids_and_methods_are_problems_too() {
    let market = Market::open().await;
    let ada = market.buyer("ada");
    ada.get("/api/orders/xyz").await.expect_problem(400, "invalid_input");
    ada.get("/api/orders/0123456789abcdef01234567").await.expect_problem(404, "not_found");
    ada.get("/nowhere").await.expect_problem(404, "not_found");
    ada.put("/api/orders", json!({})).await.expect_problem(405, "method_not_allowed");
    ada.get("/api/orders?limit=0").await.expect_problem(400, "invalid_input");
    ada.get("/api/orders?limit=201&cursor=zz").await.expect_problem(400, "invalid_input");
    let answer = ada.get("/nowhere").await;
    assert!(!answer.header("x-request-id").is_empty());
    market.close().await;
}

#[tokio::test]
async fn strangers_and_other_sites_are_refused() {
    let market = Market::open().await;
    let ticket = market.list(1).await;
    let stranger = testkit::Actor::new(&market.url);
    stranger.reserve(ticket.id).await.expect_problem(401, "not_signed_in");
    stranger.get("/api/orders").await.expect_problem(401, "not_signed_in");
    stranger
        .clone()
        .with_cookie("session=a.b.c")
        .get("/api/orders")
        .await
        .expect_problem(401, "not_signed_in");
    let ada = market.buyer("ada");
    let forged = ada.request("POST", "/api/orders").header("sec-fetch-site", "cross-site");
    ada.send(forged.json(&json!({ "ticketId": ticket.id }))).await.expect_problem(403, "cross_site");
    assert_eq!(market.units(ticket.id).await, (0, 0));
    market.close().await;
}

#[tokio::test]
async fn what_is_not_for_sale_to_this_buyer_is_refused() {
    let market = Market::open().await;
    let ada = market.buyer("ada");
    let old = TicketId::generate(market.clock.now() - std::time::Duration::from_mins(1), [0; 8]);
    ada.reserve(old).await.expect_problem(404, "not_found");

    let mut own = market.ticket(1, 500);
    own.seller_id = ada.id();
    market.broker.publish(&Event::TicketCreated(own.clone())).await;
    market.inventory(own.id, "to be known", |_| true).await;
    ada.reserve(own.id).await.expect_problem(400, "own_ticket");

    let mut begun = market.ticket(1, 500);
    begun.starts_at = Some(market.clock.now());
    market.broker.publish(&Event::TicketCreated(begun.clone())).await;
    market.inventory(begun.id, "to be known", |_| true).await;
    ada.reserve(begun.id).await.expect_problem(409, "ticket_not_on_sale");

    let ticket = market.list(2).await;
    let body = json!({ "ticketId": ticket.id, "expectedTotal": 19.99 });
    ada.post("/api/orders", body).await.expect_problem(409, "price_changed");
    ada.reserve_units(&[(ticket.id, 3)]).await.expect_problem(409, "ticket_unavailable");
    let _ = ada.post("/api/orders", json!({ "ticketId": ticket.id, "expectedTotal": 20 })).await.expect(201);
    market.close().await;
}

#[tokio::test]
async fn a_ticket_announced_a_moment_late_is_waited_for() {
    let market = Market::open().await;
    let mut ticket = market.ticket(1, 500);
    ticket.id = TicketId::generate(market.clock.now(), [9; 8]);
    let ada = market.buyer("ada");
    let announce = async {
        // Only once the reservation is on its way and has found nothing.
        tokio::task::yield_now().await;
        market.broker.publish(&Event::TicketCreated(ticket.clone())).await;
    };
    let (answer, ()) = tokio::join!(ada.reserve(ticket.id), announce);
    let _ = answer.expect(201);
    market.close().await;
}

#[tokio::test]
async fn one_buyer_holds_at_most_ten_units_also_at_once() {
    let market = Market::open().await;
    let (one, two) = (market.list(20).await, market.list(20).await);
    let ada = market.buyer("ada");
    ada.reserve_units(&[(one.id, 11)]).await.expect_problem(409, "hold_limit");
    let asks: Vec<_> = (0..16)
        .map(|n| {
            let (ada, ticket) = (ada.clone(), if n % 2 == 0 { one.id } else { two.id });
            tokio::spawn(async move { ada.reserve_units(&[(ticket, 2)]).await })
        })
        .collect();
    let mut reserved = 0;
    for ask in asks {
        let answer = ask.await.unwrap();
        if answer.status == 201 {
            reserved += 1;
        } else {
            answer.expect_problem(409, "hold_limit");
        }
    }
    assert_eq!(reserved, 5);
    assert_eq!(market.held_by(&ada).await, 10);
    let (one, two) = (market.units(one.id).await, market.units(two.id).await);
    assert_eq!(one.0 + two.0, 10);
    market.close().await;
}
