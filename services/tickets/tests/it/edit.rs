//! `PUT /api/tickets/{id}`.

use common::{api::TicketView, events::Event};
use serde_json::json;

use crate::market::{Market, listing, order, sell};

#[tokio::test]
async fn an_edit_replaces_what_the_listing_says_and_is_announced() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let view = sell(&ada, listing("Hamlet", 20.0, json!({ "city": "London", "quantity": 5 }))).await;
    let path = format!("/api/tickets/{}", view.id);
    let body = listing("Macbeth", 25.5, json!({ "venue": "The Globe" }));
    let edited = ada.put(&path, body).await.expect(200).json();
    assert_eq!(
        (&edited["title"], &edited["price"], &edited["version"]),
        (&json!("Macbeth"), &json!(25.5), &json!(2))
    );
    assert_eq!((&edited["venue"], edited.get("city")), (&json!("The Globe"), None));
    // Not to be cut to one only because an older client does not know of quantities.
    assert_eq!((&edited["quantity"], &edited["available"]), (&json!(5), &json!(5)));
    assert_eq!(market.stranger().get(&path).await.expect(200).json(), edited);
    let announced = market.until_announced(view.id, 2).await;
    assert_eq!(announced[1].0, "ticket.updated");
    assert_eq!((announced[1].1.version, announced[1].1.price_minor.minor().get()), (2, 2550));
    market.close().await;
}

#[tokio::test]
async fn an_edit_that_changes_nothing_is_no_new_version() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let body = listing("Hamlet", 20.0, json!({ "quantity": 2, "startsAt": "2027-06-30T20:00:00Z" }));
    let view = sell(&ada, body.clone()).await;
    // Even once the event has begun.
    market.clock.advance(std::time::Duration::from_hours(10));
    let again: TicketView = ada.put(&format!("/api/tickets/{}", view.id), body).await.expect(200).read();
    assert_eq!(again, view);
    market.close().await;
}

#[tokio::test]
async fn only_the_seller_may_edit() {
    let market = Market::open().await;
    let view = sell(&market.user("ada"), listing("Hamlet", 20.0, json!({}))).await;
    let path = format!("/api/tickets/{}", view.id);
    let body = listing("Mine", 1.0, json!({}));
    market.user("eve").put(&path, body.clone()).await.expect_problem(403, "not_allowed");
    market.stranger().put(&path, body).await.expect_problem(401, "not_signed_in");
    assert_eq!(market.look(view.id).await, view);
    market.close().await;
}

#[tokio::test]
async fn held_units_forbid_an_edit_until_they_are_free() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let view = sell(&ada, listing("Hamlet", 20.0, json!({ "quantity": 3 }))).await;
    let path = format!("/api/tickets/{}", view.id);
    market.broker.publish(&Event::OrderCreated(order(view.id, 1, 1, 0))).await;
    market.until_available(view.id, 2).await;
    let body = listing("Hamlet", 21.0, json!({}));
    let answer = ada.put(&path, body.clone()).await.expect_problem(409, "ticket_reserved");
    assert_eq!(answer.errors()[0].1, "Cannot edit a reserved ticket");
    market.broker.publish(&Event::OrderCancelled(order(view.id, 2, 0, 0))).await;
    market.until_available(view.id, 3).await;
    let edited: TicketView = ada.put(&path, body).await.expect(200).read();
    assert_eq!((edited.version, edited.available), (2, 3));
    market.close().await;
}

#[tokio::test]
async fn the_quantity_may_not_go_below_what_is_sold() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let view = sell(&ada, listing("Hamlet", 20.0, json!({ "quantity": 5 }))).await;
    let path = format!("/api/tickets/{}", view.id);
    market.broker.publish(&Event::OrderCompleted(order(view.id, 2, 0, 3))).await;
    market.until_available(view.id, 2).await;
    let cut = |quantity: u32| listing("Hamlet", 20.0, json!({ "quantity": quantity }));
    let answer = ada.put(&path, cut(2)).await.expect_problem(400, "invalid_input");
    assert_eq!(answer.errors()[0].0, "quantity");
    let edited = ada.put(&path, cut(3)).await.expect(200).json();
    assert_eq!((&edited["available"], &edited["status"]), (&json!(0), &json!("sold")));
    market.close().await;
}

#[tokio::test]
async fn all_bad_fields_are_named_at_once() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let view = sell(&ada, listing("Hamlet", 20.0, json!({ "quantity": 5 }))).await;
    let path = format!("/api/tickets/{}", view.id);
    market.broker.publish(&Event::OrderCompleted(order(view.id, 1, 0, 3))).await;
    market.until_available(view.id, 2).await;
    let body = json!({ "price": -1, "city": 5, "quantity": 2, "startsAt": "2027-01-01T11:59:59Z" });
    let answer = ada.put(&path, body.clone()).await.expect_problem(400, "invalid_input");
    let fields: Vec<_> = answer.errors().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["title", "price", "city", "startsAt", "quantity"]);
    // Nobody else learns how much is sold.
    market.user("eve").put(&path, body.clone()).await.expect_problem(403, "not_allowed");
    market.stranger().put(&path, body).await.expect_problem(401, "not_signed_in");
    market.close().await;
}

#[tokio::test]
async fn a_new_date_must_be_in_the_future() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let view = sell(&ada, listing("Hamlet", 20.0, json!({}))).await;
    let body = listing("Hamlet", 20.0, json!({ "startsAt": "2027-01-01T11:59:59Z" }));
    let answer =
        ada.put(&format!("/api/tickets/{}", view.id), body).await.expect_problem(400, "invalid_input");
    assert_eq!(answer.errors(), [("startsAt".to_owned(), "StartsAt must be in the future".to_owned())]);
    market.close().await;
}
